"""The ledger's groups from a real import: households, discharge days, placements, stations, any day asked for."""

from datetime import date, timedelta

import pytest

from models import placement as placements_table
from models.base import Database
from models.organisation import Level, Node
from models.veteran import Veteran
from services import confirmations, erasure, groups, placements
from services.groups import Freshness, Group
from services.intake.ledger import import_people
from services.intake.source import Source
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, Clock, create_posting, create_runtime

TODAY = FRIDAY.date()
HEAD = "姓名,性别,联系电话,乡镇,村,出生年月,退役时间,失业时间,人员类别,户主,家庭编号,就业状况"
ROWS = (
    "张示例,男,13000000001,潼川镇,一村,1980-01,2025年12月,2025-01-15,退役士兵,本人,,待业",
    "王示例,女,13000000002,潼川镇,一村,1984-05,,2024.3,随军家属,张示例,,待业",
    "李示例,男,13000000003,塔山镇,二村,1970-02,1992-12-01,,退役士兵,,H07,在职",
    "赵示例,男,13000000004,塔山镇,二村,1990-02,2015,,退役士兵,,H07,待业",
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    made = create_runtime(database, clock)
    with made.transaction() as session:
        county = Node(level=Level.COUNTY, name="示例县局", region="510722")
        session.add(county)
        session.flush()
        for name in ("潼川镇", "塔山镇"):
            session.add(Node(parent_id=county.id, level=Level.TOWNSHIP, name=f"{name}退役军人服务站"))
    done = import_people(made, Source("台账.csv", "\n".join((HEAD, *ROWS)).encode()), "王岗")
    assert done.added == 4
    return made


def test_the_file_fills_the_groups(rt: Runtime) -> None:
    found = groups.evaluate(rt)
    assert {member.veteran_id: set(member.groups) for member in found.members} == {
        1: {Group.JUST_DISCHARGED, Group.LONG_JOBLESS, Group.ZERO_JOB_HOUSEHOLD},
        2: {Group.LONG_JOBLESS, Group.ZERO_JOB_HOUSEHOLD, Group.SPOUSE},
        3: {Group.OLDER},
        4: set(),
    }
    assert found.counts()[Group.LONG_JOBLESS] == 2
    assert found.of(Group.ZERO_JOB_HOUSEHOLD) == (1, 2)
    assert [(one.name, one.people, one.groups[Group.OLDER]) for one in found.stations] == [
        ("潼川镇退役军人服务站", 2, 0),
        ("塔山镇退役军人服务站", 2, 1),
    ]


def test_groups_move_with_the_day_and_with_work(rt: Runtime) -> None:
    assert 1 not in groups.evaluate(rt, day=date(2026, 12, 2)).of(Group.JUST_DISCHARGED)
    assert 4 in groups.evaluate(rt, day=TODAY + timedelta(days=365)).of(Group.LONG_JOBLESS)
    with rt.transaction() as session:
        create_posting(session)
    placements.begin(rt, 2, "P-1", TODAY)
    found = groups.evaluate(rt)
    assert found.of(Group.ZERO_JOB_HOUSEHOLD) == ()
    assert found.of(Group.LONG_JOBLESS) == (1,)
    with rt.transaction() as session:
        placements.end(
            session, placements_table.placements_of(session, 2)[0], TODAY + timedelta(days=10), "太远", rt.now()
        )
    later = groups.evaluate(rt, day=TODAY + timedelta(days=20))
    assert later.of(Group.ZERO_JOB_HOUSEHOLD) == (1, 2)
    assert later.of(Group.LONG_JOBLESS) == (1,)


def test_a_station_sees_its_own_and_families_whole(rt: Runtime) -> None:
    with rt.transaction() as session:
        session.get_one(Veteran, 2).node_id = 3
    found = groups.evaluate(rt, node_id=2)
    assert [member.veteran_id for member in found.members] == [1]
    assert found.of(Group.ZERO_JOB_HOUSEHOLD) == (1,)
    assert [member.veteran_id for member in groups.evaluate(rt, node_id=1).members] == [1, 2, 3, 4]


def called(rt: Runtime, *numbers: int) -> None:
    with rt.transaction() as session:
        for number in numbers:
            confirmations.confirm(session, session.get_one(Veteran, number), "phone", "王岗", rt.now())


def test_rows_age_until_confirmed(rt: Runtime, clock: Clock) -> None:
    first, second = groups.evaluate(rt).stations
    assert (first.freshness[Freshness.STALE], second.freshness[Freshness.STALE]) == (2, 2), "a file confirms nobody"
    called(rt, 1, 2)
    clock.advance(days=40)
    called(rt, 3)
    first, second = groups.evaluate(rt).stations
    assert (first.freshness[Freshness.AGEING], second.freshness[Freshness.FRESH]) == (2, 1)
    clock.advance(days=60)
    assert groups.evaluate(rt).stations[0].freshness[Freshness.STALE] == 2


def test_the_household_is_sealed_and_goes_with_the_person(rt: Runtime) -> None:
    with rt.transaction() as session:
        row = session.get_one(Veteran, 1)
        assert "张示例".encode() not in (row.household_sealed or b"")
        assert KEYRING.open("veteran.household", row.household_sealed or b"") == "户主潼川镇一村张示例"
        row.in_ledger = False
        erasure.erase(session, row, FRIDAY)
        assert row.household_sealed is row.household_digest is row.discharged_on is None


def test_a_second_file_fills_the_household_and_overwrites_none(rt: Runtime) -> None:
    more = "李示例,男,13000000003,塔山镇,二村,1970-02,1993-12,,退役士兵,,H07,在职"
    done = import_people(rt, Source("二.csv", "\n".join((HEAD, more)).encode()), "王岗")
    assert (done.added, done.conflicts >= 1) == (0, True)
    with rt.reading() as session:
        assert session.get_one(Veteran, 3).discharged_on == date(1992, 12, 1)
