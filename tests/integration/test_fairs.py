"""Fairs count down by themselves, the 军岗日 makes its own; policy notices find whom they concern."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from models import notice as notices_table
from models.base import Database
from models.broadcast import broadcasts as latest
from models.notice import Notice
from models.policy import Policy
from services import broadcasts, fairs, policy_notices
from services.broadcasts import BroadcastError
from services.runtime import CHINA, Office, Runtime
from tests.builders import FRIDAY, Clock, create_runtime, create_veteran


@pytest.mark.parametrize(
    ("day", "next_one"),
    [
        (date(2026, 11, 21), date(2026, 12, 25)),
        (date(2026, 12, 25), date(2026, 12, 25)),
        (date(2026, 12, 26), date(2027, 2, 26)),
        (date(2027, 3, 1), date(2027, 4, 30)),
    ],
)
def test_the_last_friday_of_every_even_month(day: date, next_one: date) -> None:
    assert fairs.forces_day(day) == next_one


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock)


def soon(rt: Runtime, days: int) -> None:
    starts = datetime.combine(FRIDAY.astimezone(CHINA).date() + timedelta(days=days), fairs.OPENS_AT, CHINA)
    with rt.transaction() as session:
        create_veteran(session, "o-1")
        session.add(
            Notice(kind=fairs.KIND, title="专场招聘会", place="县体育馆", starts_at=starts, until=starts.date())
        )


def test_three_countdowns_each_once_whoever_runs_the_task(rt: Runtime, clock: Clock) -> None:
    soon(rt, days=8)
    fair_day = FRIDAY.astimezone(CHINA).date() + timedelta(days=8)
    done = []
    for _ in range(9):
        done.append((fairs.announce_due(rt), fairs.announce_due(rt)))
        clock.advance(days=1)
    assert done == [(0, 0), (1, 0), (0, 0), (0, 0), (0, 0), (1, 0), (0, 0), (1, 0), (0, 0)]
    with rt.reading() as session:
        rows = latest(session)
    assert [row.status for row in rows] == ["confirmed"] * 3
    assert "招聘会快到了：专场招聘会。" in rows[0].text and "县体育馆" in rows[0].text
    assert rows[0].facts == {
        "title": "专场招聘会",
        "place": "县体育馆",
        "time": f"{fair_day.year}年{fair_day.month}月{fair_day.day}日",
    }


def test_after_a_morning_without_us_a_countdown_goes_in_the_afternoon(rt: Runtime, clock: Clock) -> None:
    soon(rt, days=1)
    clock.moment = clock.moment.astimezone(CHINA).replace(hour=17)
    assert (fairs.announce_due(rt), fairs.announce_due(rt)) == (1, 0)
    with rt.reading() as session:
        (row,) = latest(session)
    assert row.status == "confirmed"


def test_two_schedulers_that_announce_at_once_announce_once(rt: Runtime, clock: Clock) -> None:
    """Both have seen that nobody has announced it yet."""
    soon(rt, days=1)
    with rt.reading() as session:
        (fair,) = notices_table.notices_on(session, fairs.KIND, rt.today())
        wish = fairs.wish_of(rt, session, fair, days=1)
    assert [broadcasts.announce(rt, wish, fairs.WHO, rt.now()) for _ in range(2)] == [True, False]
    with rt.reading() as session:
        assert [row.status for row in latest(session)] == ["confirmed"]


def test_the_forces_day_makes_its_fair_where_the_office_holds_one(rt: Runtime, clock: Clock) -> None:
    day = fairs.forces_day(rt.today())
    clock.advance(days=(day - rt.today()).days - 14)
    fairs.announce_due(rt)
    with rt.reading() as session:
        assert notices_table.notices_on(session, fairs.KIND, rt.today()) == []
    there = replace(rt, office=Office(fair_place="示例县政务中心"))
    fairs.announce_due(there)
    fairs.announce_due(there)
    with rt.reading() as session:
        (fair,) = notices_table.notices_on(session, fairs.KIND, rt.today())
    assert (fair.until, fair.place) == (day, "示例县政务中心")


def policy(audience: str) -> Policy:
    return Policy(audience=audience)


def test_whom_a_policy_concerns_is_read_from_its_own_words() -> None:
    assert policy_notices.audience_of(policy("退役军人，以及规定的其他优抚对象")) == "全部"
    assert policy_notices.audience_of(policy("残疾退役军人")) == "群体=残疾"
    assert policy_notices.audience_of(policy("就业困难、零就业家庭的退役军人")) == "群体=困难"
    assert policy_notices.audience_of(policy("45周岁以上、失业的退役军人")) == "群体=求职中 且 年龄=45以上"


def test_a_sample_is_no_notice_and_a_policy_of_the_county_is_a_draft(rt: Runtime) -> None:
    with rt.transaction() as session:
        known = {
            "papers": "身份证",
            "place": "一号窗口",
            "source": "某文件",
            "source_date": FRIDAY.date(),
            "topics": ["补贴"],
        }
        for number, is_sample in enumerate((True, False), 1):
            texts = {"key": f"p{number}", "title": "培训补贴", "text": "可以报销学费。", "audience": "残疾退役军人"}
            session.add(Policy(id=number, is_sample=is_sample, **texts, **known))
    with pytest.raises(BroadcastError) as refused:
        policy_notices.draft(rt, 1, "李工")
    assert "示例" in refused.value.message
    number = policy_notices.draft(rt, 2, "李工")
    with rt.reading() as session:
        (row,) = latest(session)
    assert (row.id, row.status, row.topic, row.audience) == (number, "draft", "policy", "群体=残疾")
    assert "可以报销学费" in row.text
