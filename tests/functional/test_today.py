"""今日: what waits, late first, for the own station only; leaders see figures, administrators no people."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.types import Inbound, Kind
from models import nightly as nightly_table
from models.account import Role
from models.veteran import Veteran
from services import cases, conversations, nightly
from tests.console import County, open_county


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path) as made:
        yield made


def raise_case(county: County, veteran_id: int, kind: str) -> None:
    with county.rt.transaction() as session:
        veteran = session.get_one(Veteran, veteran_id)
        cases.open_case(session, county.rt.keyring, veteran, kind, words="工资没发", now=county.rt.now())


def test_an_empty_day_says_so(county: County) -> None:
    assert "没有等着您办的事" in county.browser(Role.CLERK).get("/staff/").text


def test_a_night_that_is_not_done_is_told_to_who_may_see_it_and_by_seven_it_is_late(county: County) -> None:
    with county.rt.transaction() as session:
        nightly_table.add_shards(session, county.rt.today(), [(1, 5), (6, 9)])
    county.clock.moment = county.rt.now().replace(hour=6)
    admin = county.browser(Role.ADMIN)
    assert "夜里配岗位正在做：一共 2 份，做完 0 份。" in admin.get("/staff/").text
    county.clock.moment = county.rt.now().replace(hour=7)
    assert "夜里配岗位到早上 7 点还没做完" in admin.get("/staff/").text
    for role in (Role.BUREAU, Role.LEADER, Role.CLERK):
        assert "夜里配岗位" not in county.browser(role).get("/staff/").text
    nightly.match_due(county.rt)
    assert "夜里配岗位" not in admin.get("/staff/").text


def test_cases_of_the_own_station_late_ones_first(county: County) -> None:
    raise_case(county, county.own, "wage")
    raise_case(county, county.other, "fee")
    clerk, bureau = county.browser(Role.CLERK).get("/staff/").text, county.browser(Role.BUREAU).get("/staff/").text
    assert "张三" in clerk and "李四" not in clerk
    assert "张三" in bureau and "李四" in bureau
    county.clock.advance(days=9)
    assert "1 件过了期限" in county.browser(Role.CLERK).get("/staff/").text


def test_leaders_see_how_many_and_administrators_nobody(county: County) -> None:
    raise_case(county, county.own, "wage")
    leader, admin = county.browser(Role.LEADER).get("/staff/").text, county.browser(Role.ADMIN).get("/staff/").text
    assert "没办完的诉求" in leader and "张三" not in leader
    assert "没办完的诉求" not in admin and "张三" not in admin


def test_who_asked_for_a_person_waits_until_one_answers(county: County) -> None:
    with county.rt.transaction() as session:
        session.get_one(Veteran, county.own).openid = "o-zhang"
    for number, text in enumerate(("1", "人工")):
        conversations.receive(county.rt, Inbound(f"k{number}", "o-zhang", Kind.TEXT, county.rt.now(), text))
    bureau = county.browser(Role.BUREAU)
    assert "等人回复的会话" in bureau.get("/staff/").text
    cases.say_as_staff(county.rt, county.own, "您好")
    assert "等人回复的会话" not in bureau.get("/staff/").text
    county.clock.advance(minutes=1)
    conversations.receive(county.rt, Inbound("k9", "o-zhang", Kind.TEXT, county.rt.now(), "工资的事"))
    county.clock.advance(hours=2, minutes=1)
    assert "1 件等了两小时以上" in county.browser(Role.BUREAU).get("/staff/").text
    cases.hand_back(county.rt, county.own)
    assert "等人回复的会话" not in county.browser(Role.BUREAU).get("/staff/").text
