"""The canary goes through the whole product, then every page, file, address, figure, line and byte is looked through.

The phone and the identity number stand where the design says: on pages opened for a call or by a click, in the ledger
that is exported, in the copy that is the person's own. Nowhere else, at no level of the log.
"""

import io
import logging
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app import logs
from app.settings import LogFormat
from handlers.staff.guard import TOKEN
from models.account import Role
from models.followup import Case
from services import operations, own_pages, person_export, sign_ins, talks
from services.intake.exports import export_veterans
from services.intake.sheets import read_sheets
from services.people import search
from tests import canary
from tests.console import PASSWORD, County, open_county
from tests.functional.access import ENTRIES, LETTERS, routes

#: Pages on which a number stands whole, because somebody has to call it or asked for it with a click.
PHONE_PAGES = {"reveal_person", "print_card", "case", "follow_up", "push_calls", "push_slips", "spot_check"}
ID_PAGES = {"reveal_person", "print_card"}
_ADDRESS = re.compile(r'(?:href|src|action)="([^"]*)"')


@pytest.fixture(scope="module")
def heard() -> Iterator[io.StringIO]:
    """The log of this process at its lowest level, in the form a collector gets, from before the database is opened."""
    out, root = io.StringIO(), logging.getLogger()
    handler, before = logs.handler(LogFormat.JSON, out), root.level
    root.addHandler(handler)
    # SQLAlchemy keeps a level of its own; at this one it writes every statement and every row that it reads.
    for name in ("", "sqlalchemy"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(before)
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)


@pytest.fixture(scope="module")
def county(
    heard: io.StringIO, county_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("canary"), **county_settings) as made:
        yield made


@pytest.fixture(scope="module")
def number(county: County) -> int:
    """The canary's number, after its walk and the answers of staff."""
    made = canary.walk(county.rt, county.clock)
    bureau = county.browser(Role.BUREAU)
    words = f"{canary.NAME}您好，电话{canary.PHONE}、身份证{canary.ID_NUMBER}都登记了"
    bureau.post(f"/staff/talks/{made}/answer", {"words": words})
    bureau.post(f"/staff/talks/{made}/answer", {"words": words, "as": "note"})
    bureau.post(f"/staff/people/{made}/contact", {"occasion": "phone", "note": words})
    with county.rt.reading() as session:
        cases = [one.number for one in session.query(Case)]
    day = f"{county.rt.today():%Y-%m-%d}"
    plan = {"helper": "测试", "reason": "age", "text": f"打{canary.PHONE}", "due_on": day, "note": words}
    bureau.post(f"/staff/care/help/people/{made}", plan)
    for case in cases:
        bureau.post(f"/staff/care/cases/{case}", {"step": "note", "text": words})
    canary.drain(county.rt, county.clock)
    return made


def pages(county: County, number: int) -> Iterator[tuple[str, str, str]]:
    """(role, name, text) of every page and button that is about the canary or about nobody."""
    with county.rt.reading() as session:
        case = session.query(Case).filter_by(veteran_id=number).first()
    values = {"veteran_id": number, "case_number": case.number if case else "", "posting_code": "P-1", "employer_id": 1}
    values |= {"broadcast_id": 1, "policy_id": 1, "follow_up_id": 1, "referral_id": 1, "spot_check_id": 1}
    # On PostgreSQL one role looks: whose numbers a page shows is asked of every role on SQLite.
    for role in Role if county.rt.database.is_sqlite else (Role.BUREAU,):
        browser = county.browser(role)
        for method, name, rule in routes(county.app):
            shows = method == "GET" or name in ("reveal_person", "print_card")
            if not shows or LETTERS[role] not in ENTRIES[f"{method} {name}"]:
                continue
            path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found: str(values.get(found[1], 1)), rule)
            answer = browser.get(path) if method == "GET" else browser.post(path)
            yield role, name, answer.data.decode("utf-8", "replace")
        if role in (Role.CLERK, Role.BUREAU):
            for words in canary.SECRETS:
                yield role, "search_people", browser.post("/staff/people/search", {"q": words}).text


def test_pages_show_numbers_where_they_are_called_and_addresses_hold_nothing(county: County, number: int) -> None:
    named = set()
    for role, name, text in pages(county, number):
        if canary.NAME in text:
            named.add(name)
        # The box of a search holds what its asker has just typed into it.
        text = text.replace(f'name="q" value="{canary.PHONE}"', "").replace(f'name="q" value="{canary.ID_NUMBER}"', "")
        assert canary.PHONE not in text or (name in PHONE_PAGES and role in (Role.CLERK, Role.BUREAU)), (role, name)
        assert canary.ID_NUMBER not in text or (name in ID_PAGES and role in (Role.CLERK, Role.BUREAU)), (role, name)
        assert canary.OPENID not in text, name
        # A number to call is no address of a server: a tap dials it, and it stands on those pages by design.
        for address in (one for one in _ADDRESS.findall(text) if one != f"tel:{canary.PHONE}"):
            assert not [one for one in (*canary.SECRETS, canary.OPENID) if one in address], (name, address)
    assert {"people", "person", "reveal_person", "talk", "case", "search_people"} <= named


def test_error_pages_give_nothing_back(county: County, number: int) -> None:
    """What was asked for with the canary in it, at every door, and refused."""
    client: FlaskClient = county.app.test_client()
    secrets = "/".join(canary.SECRETS)
    answers = [
        client.get(f"/{secrets}"),
        client.get(f"/p/{secrets}"),
        client.get(f"/e/1-{canary.PHONE}"),
        client.get(f"/staff/people/{canary.PHONE}?q={canary.NAME}"),
        client.get(f"/wechat?echostr={canary.PHONE}&signature={canary.NAME}"),
        client.post("/staff/sign-in", data={"name": canary.NAME, "password": canary.PHONE}),
        client.post("/wechat", data=secrets.encode()),
    ]
    bureau = county.browser(Role.BUREAU)
    answers += [bureau.get(f"/staff/people/{number}/{secrets}"), bureau.get(f"/staff/postings/{canary.PHONE}")]
    answers.append(bureau.get(f"/staff/broadcasts/{canary.PHONE}"))
    answers.append(bureau.client.post("/staff/people/search", data={"q": canary.ID_NUMBER}))  # without its token
    for answer in answers:
        assert answer.status_code >= 300
        whole = f"{answer.text} {answer.headers.get('Location', '')}".replace(f"/staff/people/{canary.PHONE}", "")
        assert not [one for one in canary.SECRETS if one in whole], answer.request.path


def test_a_wrong_password_that_is_a_name_is_kept_nowhere(county: County, number: int) -> None:
    browser = county.browser()
    browser.post("/staff/sign-in", {"name": canary.PHONE, "password": PASSWORD + canary.NAME}, page="/staff/sign-in")


def test_the_ledger_that_is_exported_holds_them_and_the_copy_does(county: County, number: int) -> None:
    """By design: so that the search below cannot pass for want of anything to find."""
    with county.rt.reading():
        rows = [
            cell
            for sheet in read_sheets(export_veterans(county.rt, "test"))
            for row in sheet.rows
            for cell in row.cells
        ]
    assert set(canary.SECRETS) <= set(map(str, rows))
    copy = person_export.to_html(county.rt, person_export.collect(county.rt, number, "test"))
    assert all(one in copy for one in canary.SECRETS)


def test_the_own_page_and_the_employers_links_show_what_they_say(county: County, number: int) -> None:
    from models.veteran import Veteran
    from tests.functional.access import PUBLIC

    assert "own.page" in PUBLIC
    with county.rt.transaction() as session:
        own = own_pages.address(county.rt, session, session.get_one(Veteran, number))
    page = county.app.test_client().get("/p/" + own.partition("/p/")[2]).text
    assert canary.PHONE not in page and canary.ID_NUMBER not in page and canary.NAME in page


def test_figures_of_operation_hold_no_one(county: County, number: int) -> None:
    text = county.app.test_client().get("/metrics").text
    assert "laobing_answers_total" in text
    assert not [one for one in (*canary.SECRETS, canary.OPENID) if one in text]
    assert canary.PHONE not in str(operations.figures(county.rt, ("outbox.deliver_due",)))


def test_what_staff_wrote_is_covered_in_the_talk(county: County, number: int) -> None:
    with county.rt.reading():
        found = search(county.rt, *_bureau(county), canary.NAME)
    assert found.rows
    said = talks.talk(county.rt, *_bureau(county), number).lines
    assert any("130****7391" in one.words for one in said)
    assert not [one for one in said if canary.PHONE in one.words or canary.ID_NUMBER in one.words]


def _bureau(county: County):
    browser = county.browser(Role.BUREAU)
    with browser.client.session_transaction() as held:
        visitor = sign_ins.visitor(county.rt, held[TOKEN])
    assert visitor
    return (visitor.actor,)


def test_no_line_of_the_log_at_any_level_and_no_byte_of_the_database_holds_a_number(
    county: County, number: int, heard: io.StringIO
) -> None:
    """Runs last: everything above was said and written by now."""
    said = heard.getvalue()
    assert said.count("\n") > 100 and '"level": "DEBUG"' in said
    for one in (*canary.SECRETS, canary.OPENID, PASSWORD):
        assert one not in said, next(line for line in said.splitlines() if one in line)[:300]
    kept = canary.bytes_of(county.rt.database)
    assert canary.OPENID.encode() in kept
    for one in (canary.PHONE, canary.ID_NUMBER):
        place = kept.find(one.encode())
        assert place < 0, kept[max(0, place - 60) : place + 40].decode("utf-8", "replace")
