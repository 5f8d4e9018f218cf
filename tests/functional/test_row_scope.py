"""Whose people a page, a file and a link show, and that it is on record: of every route, on both databases."""

import io
import zipfile
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from handlers.staff import bounds
from models.account import Role
from models.audit import AuditEntry
from tests.console import Browser, County, care_of, open_county, signed_links
from tests.functional.access import ENTRIES, LETTERS, address, routes

#: Lists behave otherwise once something limits them.
FILTERED = (
    "/staff/people?group=older&freshness=stale&willingness=待业&work=保安&after=1",
    "/staff/people?station=2&freshness=fresh",
    "/staff/postings?q=保安&place=三台&status=open&ending=1",
    "/staff/care?whose=mine",
    "/staff/care/silence?after=1",
    "/staff/care/report/rows?step=30&by=employer&key=示例&outcome=kept",
    "/staff/reports?period=2026-Q4&station=2",
)


@pytest.fixture(scope="module")
def county(county_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    with open_county(tmp_path_factory.mktemp("county"), **county_settings) as made:
        yield made


@pytest.fixture(scope="module")
def browsers(county: County) -> dict[Role, Browser]:
    return {role: county.browser(role) for role in Role}


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


def test_lists_that_are_narrowed_open_and_the_search_finds(browsers: dict[Role, Browser]) -> None:
    for path in FILTERED:
        assert browsers[Role.BUREAU].get(path).status_code == 200, path
    for words in ("张三", "0001", "13000000001", "1"):
        assert "张三" in browsers[Role.BUREAU].post("/staff/people/search", {"q": words}).text
