"""When each side is asked, what becomes of no answer, and what an answer brings about."""

from datetime import date, datetime, timedelta

import pytest

from models import followup as followups_table
from models import placement as placements_table
from models.base import Session
from models.followup import FollowUp, FollowUpStatus
from models.reality import RealityStatus
from models.veteran import Veteran
from services import (
    answers,
    cadences,
    due,
    followups,
    placements,
    veterans,
)
from services.answers import Answer
from services.cadences import Pace
from services.runtime import CHINA, Runtime
from tests.builders import FRIDAY, KEYRING, Clock
from tests.integration.care.acts import DAY_7, at_day_7, health, only_case, only_check, say


def test_nobody_is_asked_on_a_holiday_or_in_quiet_hours_but_on_a_make_up_day(rt: Runtime, clock: Clock) -> None:
    placements.begin(rt, 1, "P-1", date(2026, 9, 10))
    clock.moment = datetime(2026, 10, 1, 10, 0, tzinfo=CHINA)  # due since September, the scheduler stood still
    assert followups.send_due(rt) == 0, "the National Day"
    clock.moment = datetime(2026, 10, 9, 21, 0, tzinfo=CHINA)
    assert followups.send_due(rt) == 0, "quiet hours"
    clock.moment = datetime(2026, 10, 10, 10, 0, tzinfo=CHINA)
    assert clock.moment.weekday() == 5
    assert followups.send_due(rt) == 2, "a Saturday worked for the holiday"


def test_nobody_is_asked_how_it_goes_before_it_began(rt: Runtime, clock: Clock) -> None:
    """Taken on before the Spring Festival, from a day in it on: day 7 is a holiday too, and so is every day before."""
    clock.moment = datetime(2026, 2, 10, 10, 0, tzinfo=CHINA)
    placements.begin(rt, 1, "P-1", date(2026, 2, 16))
    with rt.reading() as session:
        first = followups_table.follow_ups_of(session, 1)[0]
    assert first.due_at == datetime(2026, 2, 24, 9, 0, tzinfo=CHINA)


def test_of_steps_past_when_the_start_becomes_known_only_the_latest_is_asked(rt: Runtime) -> None:
    placements.begin(rt, 1, "P-1", FRIDAY.date() - timedelta(days=40))
    with rt.reading() as session:
        planned = [one for one in followups_table.follow_ups_of(session, 1) if one.side == "veteran"]
    assert [one.status for one in planned] == ["dropped", "planned", "planned"]
    assert followups.send_due(rt) == 2


def test_a_message_that_did_not_arrive_is_a_call(rt: Runtime, clock: Clock) -> None:
    at_day_7(rt, clock)
    with rt.transaction() as session:
        veterans.unfollow(session, session.get_one(Veteran, 1), rt.now())
    assert followups.expire_due(rt) == 1
    assert followups.expire_due(rt) == 0
    with rt.reading() as session:
        row = session.get_one(FollowUp, 1)
    assert (row.status, row.reason) == (FollowUpStatus.PHONE, "undelivered")


def test_a_row_that_breaks_leaves_no_trace_and_does_not_hold_up_the_others(rt: Runtime) -> None:
    def call(session: Session, number: int) -> bool:
        session.get_one(Veteran, 1).village = f"村{number}"
        session.flush()
        if number == 2:
            raise ValueError("poison")
        return number != 3

    assert due.one_by_one(rt, "row", (1, 2, 3, 4), call) == 2
    assert due.one_by_one(rt, "row", (1, 2), call) == 1
    with rt.reading() as session:
        assert session.get_one(Veteran, 1).village == "村1"


def test_the_cadence_is_the_bureaus_own(rt: Runtime, clock: Clock) -> None:
    cadences.set_pace(rt, Pace((10, 60), (10,), 10, 5), "李局")
    placements.begin(rt, 1, "P-1", FRIDAY.date())
    with rt.reading() as session:
        planned = [(one.side, one.step, one.due_at) for one in followups_table.follow_ups_of(session, 1)]
    assert [(side, step) for side, step, _ in planned] == [("veteran", 10), ("employer", 10), ("veteran", 60)]
    assert planned[0][2] == datetime(2026, 11, 30, 10, 0, tzinfo=CHINA)
    clock.moment = datetime(2026, 11, 30, 10, 0, tzinfo=CHINA)
    followups.send_due(rt)
    say(rt, "1")
    assert "社保" in say(rt, "4"), "the first question of any cadence asks for the facts"


@pytest.mark.parametrize(
    "wrong", [Pace(()), Pace((30, 7)), Pace((0, 7)), Pace((7, 400)), Pace(ask_hour=7), Pace(silence_days=0)]
)
def test_a_cadence_that_is_none_is_refused_in_words(rt: Runtime, wrong: Pace) -> None:
    with pytest.raises(cadences.CadenceRefused) as caught:
        cadences.set_pace(rt, wrong, "李局")
    assert "要" in caught.value.message or "请填" in caught.value.message


def test_a_call_is_written_down_once_and_closes_the_row(rt: Runtime, clock: Clock) -> None:
    at_day_7(rt, clock)
    answers.record_phone_answer(rt, 1, Answer("干得还行", "在岗", 4, ()), "王岗")
    with rt.reading() as session:
        row = session.get_one(FollowUp, 1)
    assert (row.status, row.way, row.answered_by) == ("answered", "phone", "王岗")
    assert row.answer == {"employment_status": "在岗", "satisfaction": 4, "gaps": []}
    assert only_check(rt).status == RealityStatus.SAME
    assert health(rt) == "normal"


def test_not_started_at_first_may_still_start_a_month_later_it_has_not(rt: Runtime, clock: Clock) -> None:
    at_day_7(rt, clock)
    answers.record_phone_answer(rt, 1, Answer(employment_status="未入职"), "王岗")
    with rt.reading() as session:
        assert placements_table.placements_of(session, 1)[0].ended_on is None
    clock.moment = DAY_7 + timedelta(days=30)
    followups.send_due(rt)
    with rt.reading() as session:
        later = next(
            one for one in followups_table.follow_ups_of(session, 1) if (one.step, one.side) == (30, "veteran")
        )
    answers.record_phone_answer(rt, later.id, Answer(employment_status="未入职"), "王岗")
    with rt.reading() as session:
        placement = placements_table.placements_of(session, 1)[0]
    assert (placement.ended_on, placement.end_reason) == (FRIDAY.date(), "没有入职")


def test_the_employers_word_alone_ends_no_job_but_is_looked_into(rt: Runtime, clock: Clock) -> None:
    at_day_7(rt, clock)
    with rt.transaction() as session:
        row = next(one for one in followups_table.follow_ups_of(session, 1) if one.side == "employer")
        answers.employer_answers(
            session,
            KEYRING,
            row,
            Answer(employment_status="已离职", reason="三天没来"),
            answers.By("link", "", rt.now()),
        )
    with rt.reading() as session:
        assert placements_table.placements_of(session, 1)[0].ended_on is None
    assert only_case(rt).kind == "check"
