"""审计: what the page lists to whom, that every act has its words, and that a changed trail is given away."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from handlers.staff import guard
from models.account import Role, StaffAccount
from models.audit import AuditEntry
from services import audit, audit_rounds, audit_trail, stations
from tests.builders import read_person
from tests.console import OTHER, County, open_county

ROOT = Path(__file__).resolve().parents[2]
_READ = re.compile(r'person_read\(rt, session, [\w."]+, [\w.]+, "(\w+)"')
#: A noun and a verb in the source, as the trail calls an act: audit.note(…, "card.read", …) and acts="case.step".
_ACT = re.compile(r'(?:audit\.note|_audit|_note)\((?:[^()]|\([^()]*\))*?"([a-z_]+\.[a-z_]+)"', re.S)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def lines(page: str) -> list[list[str]]:
    """The cells of every row of the table."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.S)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] for row in rows
    ]


def test_it_lists_who_looked_at_whom_by_account_person_day_and_kind(county: County) -> None:
    clerk, bureau, admin = (county.browser(role) for role in (Role.CLERK, Role.BUREAU, Role.ADMIN))
    clerk.get(f"/staff/people/{county.own}")
    county.clock.advance(days=1)
    bureau = county.browser(Role.BUREAU)
    bureau.post(f"/staff/people/{county.other}/reveal")
    bureau.post(f"/staff/people/{county.other}/contact", {"occasion": "phone", "note": "问过"})
    admin = county.browser(Role.ADMIN)
    page = admin.get("/staff/audit").text
    acts = [(line[1], line[2], line[3], line[4]) for line in lines(page)]
    assert ("测试bureau（bureau）", "看了台账卡", f"编号 {county.other}", "看到完整的：电话、身份证号") in acts
    assert ("测试clerk（clerk）", "看了台账卡", f"编号 {county.own}", "") in acts
    assert "张三" not in page and "李四" not in page and "13000000" not in page

    def found(query: str) -> set[tuple[str, str]]:
        return {(line[1], line[2]) for line in lines(admin.get(f"/staff/audit?{query}").text)}

    assert found("account=clerk") == {("测试clerk（clerk）", "看了台账卡")}
    assert {who for who, _ in found(f"person={county.other}&account=bureau")} == {"测试bureau（bureau）"}
    today = county.clock().date()
    assert ("测试clerk（clerk）", "看了台账卡") not in found(f"first={today}")
    assert found(f"last={today.replace(day=today.day - 1)}&account=clerk")
    assert found("kind=act&account=bureau") == {("测试bureau（bureau）", "记了一次联系")}
    assert "没有这样的记录" in admin.get("/staff/audit?account=leader").text
    assert admin.get("/staff/audit?account=nobody").status_code == 404


def test_pages_follow_one_another_to_the_end(county: County) -> None:
    for number in range(audit_trail.PAGE + 5):
        read_person(county.rt, "测试clerk（clerk）", number + 1, "card")
    browser = county.browser(Role.LEADER)
    first = browser.get("/staff/audit?account=clerk")
    assert len(lines(first.text)) == audit_trail.PAGE
    following = re.search(r'href="([^"]*before=[^"]*)"', first.text)
    assert following and "account=clerk" in following[1]
    assert len(lines(browser.get(following[1].replace("&amp;", "&")).text)) == 5


def test_whoever_stands_on_a_station_sees_entries_about_its_people_only(county: County) -> None:
    with county.rt.transaction() as session:
        account = session.query(StaffAccount).filter_by(sign_in="leader").one()
        account.node_id = stations.find(county.rt, OTHER)
    for number in (county.own, county.other):
        read_person(county.rt, "x", number, "card")
    subjects = {line[3] for line in lines(county.browser(Role.LEADER).get("/staff/audit").text)}
    assert subjects == {f"编号 {county.other}"}


def test_the_button_checks_what_came_since_the_round_and_a_change_is_given_away(county: County) -> None:
    read_person(county.rt, "x", county.own, "card")
    browser = county.browser(Role.LEADER)
    assert "还没有从头核对过" in browser.get("/staff/audit").text
    whole = browser.post("/staff/audit/verify").text
    assert "操作记录完整" in whole and re.search(r"\d+:[0-9a-f]{64}", whole)
    audit.link_due(county.rt)
    audit_rounds.check_due(county.rt)
    read_person(county.rt, "x", county.own, "card")
    since = browser.post("/staff/audit/verify").text
    assert "从头到尾核对完、没有问题" in since and "从那以后的记录完整" in since
    with county.rt.transaction() as session:
        last = session.query(AuditEntry.id).filter(AuditEntry.action == "card.read").order_by(AuditEntry.id.desc())
        session.execute(update(AuditEntry).where(AuditEntry.id == last.first()[0]).values(who="somebody else"))
    broken = browser.post("/staff/audit/verify").text
    assert "操作记录被改动过" in broken and "内容被改过" in broken
    with county.rt.reading() as session:
        asked = session.query(AuditEntry).filter(AuditEntry.action == "audit.verify").count()
    assert asked == 3


def test_a_change_before_the_last_round_is_on_every_auditors_first_page_after_the_next_night(county: County) -> None:
    read_person(county.rt, "x", county.own, "card")
    audit.link_due(county.rt)
    audit_rounds.check_due(county.rt)
    with county.rt.transaction() as session:
        session.execute(update(AuditEntry).where(AuditEntry.id == 1).values(who="somebody else"))
    county.clock.advance(days=1)
    audit_rounds.check_due(county.rt)
    for role, sees in ((Role.LEADER, True), (Role.ADMIN, True), (Role.CLERK, False)):
        assert ("操作记录被改动过" in county.browser(role).get("/staff/").text) is sees
    page = county.browser(Role.LEADER).get("/staff/audit").text
    assert "从头核对时发现，第 1 号位置，内容被改过" in page
    assert "夜里核对，发现操作记录不完整" in page and "哪种：内容被改过" in page


def test_every_act_has_its_words() -> None:
    known = audit_trail.words()["actions"]
    named = {
        one for path in (ROOT / "services").rglob("*.py") for one in _ACT.findall(path.read_text(encoding="utf-8"))
    }
    for path in (ROOT / "services").rglob("*.py"):
        named |= {f"{one}.read" for one in _READ.findall(path.read_text(encoding="utf-8"))}
    assert {"card.read", "own.read", "case.read", "account.create", "broadcast.confirm"} <= named
    listed = {f"{name.removeprefix('staff.')}.list" for name, one in guard.PERMISSIONS.items() if one.names}
    acted = {one.acts for one in guard.PERMISSIONS.values() if one.acts}
    assert not (named | listed | acted) - set(known)
