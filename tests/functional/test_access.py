"""Who may open what: every route of the console × every role × own and other station, from the route table itself."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from handlers.staff import bounds, guard
from models.account import Role
from models.audit import AuditEntry
from tests.console import Browser, County, care_of, open_county, signed_links
from tests.functional.access import ENTRIES, LETTERS, PUBLIC, address, routes


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county")) as made:
        yield made


@pytest.fixture(scope="module")
def browsers(county: County) -> dict[Role, Browser]:
    return {role: county.browser(role) for role in Role}


def test_every_route_is_declared_and_has_its_line(county: County) -> None:
    found = routes(county.app)
    assert {f"{method} {name}" for method, name, _ in found} == set(ENTRIES)
    assert {f"staff.{name}" for _, name, _ in found} == set(guard.PERMISSIONS)


def test_nothing_opens_without_signing_in(county: County) -> None:
    for method, name, rule in routes(county.app):
        if ENTRIES[f"{method} {name}"] == "" and name in ("sign_in", "sign_out"):
            continue
        stranger = county.browser()
        path = address(rule, county, own=True)
        answer = stranger.get(path) if method == "GET" else stranger.post(path, page="/staff/sign-in")
        assert answer.status_code == 302 and answer.location.startswith("/staff/sign-in"), (method, path)


@pytest.mark.parametrize("role", Role)
def test_a_page_opens_for_its_roles_and_their_stations_only(
    county: County, browsers: dict[Role, Browser], role: Role
) -> None:
    browser = browsers[role]
    for method, name, rule in routes(county.app):
        letters = ENTRIES[f"{method} {name}"]
        if not letters:
            continue
        own, other = (_status(browser, method, address(rule, county, own=own)) for own in (True, False))
        is_bound = bool(bounds.variables(rule) & set(bounds.BOUND))
        if LETTERS[role] not in letters:
            assert (own, other) == (403, 403), (method, rule)
            continue
        assert own in (200, 302, 303, 400), (method, rule, own)
        sees_all = role is not Role.CLERK
        assert other == (404 if is_bound and not sees_all else own), (method, rule, other)


def _status(browser: Browser, method: str, path: str) -> int:
    answer = browser.get(path) if method == "GET" else browser.post(path)
    return answer.status_code


#: Forms about a person whose service puts what it does on the record itself, with what it changed.
RECORDED_BY_SERVICE = {
    "reveal_person": "card.read",
    "print_card": "card.read",
    "contact_person": "person.contact",
    "undo_contact": "person.undo",
    "answer_talk": "talk.answer",
    "take_talk": "talk.take",
    "give_back_talk": "talk.give_back",
}


def test_every_form_about_a_person_goes_on_the_record(county: County) -> None:
    for method, name, rule in routes(county.app):
        if method == "POST" and bounds.variables(rule) & set(bounds.BOUND):
            is_recorded_here = bool(guard.PERMISSIONS[f"staff.{name}"].acts)
            assert is_recorded_here != (name in RECORDED_BY_SERVICE), f"{name}: see acts= of handlers/staff/guard.page"


def shown(answer: TestResponse) -> str:
    """All that an answer says, a workbook's cells too."""
    if answer.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as parts:
            return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return answer.data.decode("utf-8", "replace")


def entries_after(county: County, number: int, who: str) -> list[AuditEntry]:
    with county.rt.reading() as session:
        return session.query(AuditEntry).filter(AuditEntry.id > number, AuditEntry.who == who).all()


@pytest.mark.parametrize("role", Role)
def test_what_shows_a_person_is_on_record_and_shows_none_of_another_station(
    county: County, browsers: dict[Role, Browser], role: Role
) -> None:
    """Row scope and readings, of every page and every file that comes down."""
    people = {"张三": county.own, "李四": county.other}
    phones = {"13000000001": county.own, "13000000002": county.other}
    care_of(county, county.own), care_of(county, county.other)
    for method, name, rule in routes(county.app):
        is_shown = method == "GET" or name.startswith("export")
        if not is_shown or LETTERS[role] not in ENTRIES[f"{method} {name}"]:
            continue
        with county.rt.reading() as session:
            last = session.query(AuditEntry.id).order_by(AuditEntry.id.desc()).first()
        path = address(rule, county, own=True)
        answer = browsers[role].get(path) if method == "GET" else browsers[role].post(path)
        said = shown(answer)
        noted = entries_after(county, last[0] if last else 0, f"测试{role.value}（{role.value}）")
        about, lists = {one.subject for one in noted}, {one.action for one in noted if one.subject == "people"}
        is_export = any(
            one.action.endswith(".export") for one in noted
        )  # of everybody in scope: one entry, with a count
        if answer.status_code == 200 and bounds.variables(rule) & set(bounds.BOUND):
            assert f"veteran:{county.own}" in about, f"{rule} reads a person and does not put it on the record"
        for words, number in people.items():
            assert words not in said or f"veteran:{number}" in about or f"{name}.list" in lists or is_export, rule
        for words, number in phones.items():
            uncovered = {one.subject for one in noted if "phone" in one.details.get("revealed", ())}
            is_recorded = f"veteran:{number}" in uncovered or is_export
            assert words not in said or is_recorded, f"{rule} uncovers a number off the record"
            assert words not in said or role in (Role.CLERK, Role.BUREAU), rule
        if role is Role.CLERK:
            assert "李四" not in said and "13000000002" not in said, f"{rule} shows another station's person"


def test_nothing_else_is_open_without_signing_in(county: County) -> None:
    open_ones = {rule.endpoint for rule in county.app.url_map.iter_rules() if not rule.endpoint.startswith("staff.")}
    assert open_ones == set(PUBLIC)


@pytest.mark.parametrize("purpose", ["referral", "follow_up", "filing", "own"])
def test_a_signed_link_opens_one_thing_of_one_person(county: County, purpose: str) -> None:
    """Every link × its own, the other road, another row's signature, another number, nothing, after its time."""
    own, other = signed_links(county, county.own), signed_links(county, county.other)
    client, ask = county.app.test_client(), iter(range(1, 250))

    def status(path: str) -> int:
        return client.get(path, environ_base={"REMOTE_ADDR": f"10.0.1.{next(ask)}"}).status_code

    path = own[purpose]
    road, _, signed = path.rpartition("/")
    number, _, signature = signed.partition("-")
    assert status(path) == 200
    wrong = [
        {"/p": "/e", "/e": "/p"}[road] + "/" + signed,
        f"{road}/{number}-{'0' * len(signature)}",
        f"{road}/{number}",
    ]
    for one in {**own, **other}.values():
        foreign = one.rpartition("/")[2].partition("-")
        wrong += [f"{road}/{number}-{foreign[2]}", f"{road}/{foreign[0]}-{signature}"]
    assert {one: status(one) for one in wrong if one != path} == {one: 404 for one in wrong if one != path}
    for rule in county.app.url_map.iter_rules():
        if rule.endpoint.startswith(("own.", "employer.")) and "GET" in (rule.methods or ()):
            ours = rule.rule.startswith(road)
            assert (status(rule.rule.replace("<signed>", signed)) == 200) is ours, rule.rule
    page = client.get(path, environ_base={"REMOTE_ADDR": "10.0.2.1"}).text
    assert "李四" not in page and "13000000002" not in page
    assert ("13000000001" in page) is (purpose == "referral")


def test_a_form_without_its_token_is_refused(county: County, browsers: dict[Role, Browser]) -> None:
    answer = browsers[Role.BUREAU].client.post("/staff/password", data={"new": "x", "again": "x"})
    assert answer.status_code == 400
    assert "刷新" in answer.text


def test_an_undeclared_route_does_not_start(county: County) -> None:
    with pytest.raises(LookupError, match="whose"):
        guard.page("/secrets/<int:secret_id>", roles=guard.EVERYBODY)(lambda secret_id: "")
