"""What the hired found against what was posted: the employer is lowered at once, judged when both were heard."""

from datetime import datetime

import pytest

from models import posting as postings_table
from models import reality as reality_table
from models.reality import RealityStatus
from services import (
    employers,
    postings,
    reality,
)
from services.runtime import CHINA, Runtime
from tests.builders import Clock, create_posting
from tests.integration.care.acts import health, only_case, only_check, say, tell_a_gap


def test_a_gap_lowers_the_employer_at_once_and_is_a_task(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    assert health(rt) == "watch"
    check = only_check(rt)
    assert (check.gaps, check.status, check.posted["salary"]["month_min"]) == (["工资"], RealityStatus.OPEN, 4000)
    assert only_case(rt).kind == "posting"
    with rt.reading() as session:
        posting = postings_table.posting_by_code(session, "P-1")
        assert posting is not None
        assert postings.facts_of(posting).employer_health == 25
        assert reality.confirmed_gaps(session, 1, rt.now()) == {}, "nothing is said to others yet"


def test_nothing_is_decided_before_the_employer_was_heard(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    with pytest.raises(reality.RealityRefused) as caught:
        reality.decide(rt, 1, holds=True, words="工资条", who="李局")
    assert "单位" in caught.value.message
    with rt.transaction() as session:
        reality.employer_says(session, session.get_one(reality_table.RealityCheck, 1), "试用期八折", rt.now())
    reality.decide(rt, 1, holds=True, words="工资条和招聘不符", who="李局")
    with rt.reading() as session:
        assert reality.confirmed_gaps(session, 1, rt.now()) == {"工资": 1}
    assert health(rt) == "watch"
    with pytest.raises(reality.RealityRefused):
        reality.decide(rt, 1, holds=False, words="再看", who="李局")


def test_an_employer_that_stays_silent_does_not_block_the_decision(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    clock.moment = datetime(2026, 12, 7, 9, 0, tzinfo=CHINA)
    reality.decide(rt, 1, holds=True, words="工资条", who="李局")
    assert only_check(rt).status == RealityStatus.CONFIRMED


def test_a_dismissed_gap_gives_the_health_back_unless_a_clerk_judged_since(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    with rt.transaction() as session:
        reality.employer_says(session, session.get_one(reality_table.RealityCheck, 1), "已补发", rt.now())
    reality.decide(rt, 1, holds=False, words="核对属误会", who="李局")
    assert health(rt) == "normal"
    fields = [(one.field, one.who) for one in employers.booklet(rt, 1).entries]
    assert fields == [("health", "reality"), ("health", "reality")]


def test_what_a_clerk_set_stays(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    employers.set_health(rt, 1, "watch", "李局", "多次投诉")
    with rt.transaction() as session:
        reality.employer_says(session, session.get_one(reality_table.RealityCheck, 1), "已补发", rt.now())
    reality.decide(rt, 1, holds=False, words="核对属误会", who="李局")
    assert health(rt) == "watch"


def test_a_confirmed_gap_is_said_beside_the_firms_postings_for_a_year(rt: Runtime, clock: Clock) -> None:
    with rt.transaction() as session:
        create_posting(session, "P-2", job_categories=("保安",), month_min=4000, month_max=5000)
    assert "提醒" not in detail(rt, clock)
    tell_a_gap(rt, clock)
    assert "提醒" not in detail(rt, clock), "only the veteran was heard"
    with rt.transaction() as session:
        reality.employer_says(session, session.get_one(reality_table.RealityCheck, 1), "试用期八折", rt.now())
    reality.decide(rt, 1, holds=True, words="工资条和招聘不符", who="李局")
    told = detail(rt, clock)
    assert "工资（1 次）" in told and "我们核实过" in told
    clock.advance(days=366)
    assert "提醒" not in detail(rt, clock), "a firm can mend"


def detail(rt: Runtime, clock: Clock) -> str:
    clock.advance(seconds=5)
    say(rt, "有保安的岗位没")
    told = say(rt, "第一个")
    assert "示例保安公司" in told
    return told
