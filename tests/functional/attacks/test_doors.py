"""An attacker at the doors: other people's rows, forged forms, fields nobody offered, addresses elsewhere, old tokens.

Each test fails when the guard it names is taken out: `python -m bench.guards` takes out one after the other and looks.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface

import handlers
from handlers.staff.guard import TOKEN
from models.account import Role
from services import stations
from tests.console import OTHER, PASSWORD, Browser, County, open_county, sign_in, signed_links
from tests.functional.access import address, routes

EVIL = "https://evil.example/"
HANDLERS = "".join(path.read_text(encoding="utf-8") for path in Path(handlers.__file__).parent.rglob("*.py"))


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("doors")) as made:
        yield made


@pytest.fixture(scope="module")
def clerk(county: County) -> Browser:
    return county.browser(Role.CLERK)


def public_posts(app: Flask, county: County) -> list[str]:
    """Every address outside the console and the webhook that takes a form."""
    signed = signed_links(county, county.own)
    found = []
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in ("own", "employer"):
            ours = signed["own"] if rule.endpoint.startswith("own.") else signed["filing"]
            found.append(rule.rule.replace("<signed>", ours.rpartition("/")[2]))
    return found


def test_no_form_of_any_page_is_taken_without_its_token(county: County) -> None:
    """CSRF, asked of every route that takes a form."""
    admin, bureau = county.browser(Role.ADMIN), county.browser(Role.BUREAU)
    for method, name, rule in routes(county.app):
        if method == "POST":
            path = address(rule, county, own=True)
            for browser in (bureau, admin):
                answer = browser.client.post(path, data={"csrf_token": "x"})
                assert answer.status_code == 400 and "刷新" in answer.text, name
    for path in public_posts(county.app, county):
        assert county.app.test_client().post(path, data={"turn": "on"}).status_code == 400, path


def test_the_token_of_one_browser_is_none_of_another(county: County, clerk: Browser) -> None:
    other = county.browser(Role.CLERK)
    stolen = clerk.token("/staff/password")
    answer = other.client.post("/staff/password", data={"new": "a", "again": "a", "csrf_token": stolen})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "back",
    [
        *(EVIL, "//evil.example", "/\\evil.example", "\\\\evil.example", "/staff/\\evil.example", "https:/staff/"),
        *("javascript:alert(1)", "/staff/%0d%0aSet-Cookie: a=b", "/staff/\r\nLocation: //evil.example", "/p/1", ""),
        *("/staff/../../evil", "/staff/x\x00", "/staffx/", " //evil.example", "\t/staff/"),
    ],
)
def test_signing_in_leads_to_our_own_pages_only(county: County, back: str) -> None:
    """Open redirect and a split header."""
    browser = county.browser()
    token = browser.token("/staff/sign-in")
    data = {"name": "leader", "password": PASSWORD, "csrf_token": token}
    answer = browser.client.post("/staff/sign-in", data=data, query_string={"back": back})
    is_nul = "\0" in back
    assert (answer.status_code, answer.location) == ((400, None) if is_nul else (302, "/staff/"))


def test_no_list_writes_an_address_elsewhere_from_its_query(county: County, clerk: Browser) -> None:
    """The pagers carry the filters on; a query may not tell the maker of addresses what to make."""
    bureau = county.browser(Role.BUREAU)
    evil = "_external=1&_scheme=javascript&_anchor=x&_method=POST&endpoint=x&values=1&signed=1"
    for method, _, rule in routes(county.app):
        if method == "GET" and "<" not in rule:
            for browser in (clerk, bureau):
                answer = browser.get(f"{rule}?{evil}")
                assert answer.status_code in (200, 302, 403, 404), rule
                said = answer.data.decode("utf-8", "replace")
                assert 'href="javascript' not in said and "http://" not in said.replace("http://www.w3.org", ""), rule


def test_no_query_opens_another_station(county: County, clerk: Browser) -> None:
    """Row scope by what a query asks for: every list and file, with every name of a parameter there is."""
    other = stations.find(county.rt, OTHER)
    for names in (
        {"station": other},
        {"person": county.other, "after": 0, "before": 10**9, "key": OTHER, "by": "station"},
    ):
        for method, _, rule in routes(county.app):
            if method == "GET":
                answer = clerk.client.get(address(rule, county, own=True), query_string=names)
                assert answer.status_code in (200, 302, 400, 403, 404), rule
                said = answer.data.decode("utf-8", "replace")
                assert f"/staff/people/{county.other}" not in said and "13000000002" not in said, rule
    for path in (
        "/staff/reports",
        "/staff/reports/file/docx",
        "/staff/reports/rows/placed",
        "/staff/reports/chart/placed",
    ):
        assert clerk.get(f"{path}?station={other}").status_code == 404, path


@pytest.mark.parametrize("number", ["9" * 40, "-9223372036854775809", "9" * 5000, "1e9", "٣", "0"])
def test_a_number_that_no_row_has_breaks_no_list(county: County, number: str) -> None:
    query = dict.fromkeys(re.findall(r'args\.get\("(\w+)"[^)]*(?:whole|int)\)', HANDLERS), number)
    assert len(query) >= 5
    bureau = county.browser(Role.BUREAU)
    for method, _, rule in routes(county.app):
        if method == "GET" and "<" not in rule:
            assert bureau.client.get(rule, query_string=query).status_code in (200, 302, 400, 403, 404), rule
    pace = {"veteran_steps": f"7、{number}", "employer_steps": "7", "ask_hour": number, "silence_days": "3"}
    assert bureau.post("/staff/settings/pace", pace).status_code < 500


def test_a_forged_host_stands_in_no_link(county: County) -> None:
    from tests.console import care_of

    care, bureau = care_of(county, county.own), county.browser(Role.BUREAU)
    for path in (f"/staff/care/referrals/{care.referral_id}", "/", "/p/1"):
        page = bureau.client.get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
        assert "evil.example" not in page.text, path
    assert f"{county.rt.public_url}/e/" in bureau.get(f"/staff/care/referrals/{care.referral_id}").text
    broken = county.app.test_client().get("/", headers={"Host": "x" * 500})
    assert broken.status_code == 400 and "没看懂" in broken.text
    for path in ("/staff/", "/p/1?x=%00", "/nowhere"):
        assert county.app.test_client().get(path, headers={"Host": "x" * 500}).status_code == 400


def test_a_cookie_set_before_signing_in_is_worth_nothing_after(county: County) -> None:
    """Session fixation: the attacker knows the cookie the victim begins with."""
    victim = county.browser()
    victim.get("/staff/sign-in")
    planted = victim.client.get_cookie("session")
    assert planted
    with victim.client.session_transaction() as held:
        known = held["csrf_token"]  # whoever planted the cookie can write forms for it
    sign_in(county, victim, "leader", PASSWORD)
    fresh = victim.client.get_cookie("session")
    assert fresh and fresh.value != planted.value
    attacker = county.browser()
    attacker.client.set_cookie("session", planted.value)
    assert attacker.get("/staff/").location.startswith("/staff/sign-in")
    with victim.client.session_transaction() as held:
        first = held[TOKEN]
        assert held.get("csrf_token") != known
    sign_in(county, victim, "leader", PASSWORD)
    with victim.client.session_transaction() as held:
        assert held[TOKEN] != first and set(held) <= {TOKEN, "_flashes", "csrf_token"}


@pytest.mark.parametrize("key", ["development", "dev", "secret", "changeme", "0" * 40])
def test_a_cookie_signed_by_a_guessed_key_is_not_taken(county: County, key: str) -> None:
    """Not even with a token that is right."""
    signer = SecureCookieSessionInterface()
    with county.browser(Role.LEADER).client.session_transaction() as held:
        ours = signer.get_signing_serializer(county.app)
        assert ours
        told = {TOKEN: held[TOKEN]}
    stranger = Flask("stranger")
    stranger.secret_key = key
    theirs = signer.get_signing_serializer(stranger)
    assert theirs
    for signing, status in ((ours, 200), (theirs, 302)):
        client = county.app.test_client()
        client.set_cookie("session", signing.dumps(told))
        assert client.get("/staff/").status_code == status
