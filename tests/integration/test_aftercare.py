"""Reality checks, cases handed over and closed, help plans, heartbeats, spot checks: the care after an offer."""

from datetime import date, datetime, timedelta

import pytest

from bot.types import Inbound, Kind
from models import followup as followups_table
from models import heartbeat as heartbeats_table
from models import helping as helping_table
from models import placement as placements_table
from models import reality as reality_table
from models.base import Database, Session
from models.followup import CaseStatus, FollowUp, FollowUpStatus
from models.posting import Employer
from models.reality import RealityStatus
from models.veteran import Veteran
from services import (
    answers,
    cadences,
    cases,
    confirmations,
    conversations,
    desk,
    due,
    employers,
    erasure,
    followups,
    heartbeats,
    helping,
    outbox,
    placements,
    postings,
    reality,
    spot_checks,
    veterans,
)
from services.answers import Answer
from services.cadences import Pace
from services.helping import Next
from services.runtime import CHINA, Runtime
from tests.builders import FRIDAY, KEYRING, Clock, FakeChannel, create_posting, create_runtime, create_veteran

DAY_7 = FRIDAY + timedelta(days=7)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    made = create_runtime(database, clock, channel)
    with made.transaction() as session:
        veteran = create_veteran(session, name="张测试", phone="13000000700")
        veteran.in_ledger = True
        create_posting(session, month_min=4000, month_max=5000)
    say(made, "帮助")
    return made


def say(rt: Runtime, text: str) -> str:
    key = f"o-zhang:{text}:{rt.now():%Y%m%d%H%M%S%f}"
    return conversations.receive(rt, Inbound(key, "o-zhang", Kind.TEXT, rt.now(), text)).text or ""


def pushed(rt: Runtime, channel: FakeChannel) -> list[str]:
    outbox.drain_due(rt)
    return [sent.text for sent in channel.sent]


def at_day_7(rt: Runtime, clock: Clock) -> None:
    placements.begin(rt, 1, "P-1", FRIDAY.date())
    clock.moment = DAY_7
    followups.send_due(rt)


def health(rt: Runtime) -> str:
    with rt.reading() as session:
        return session.get_one(Employer, 1).health


def only_case(rt: Runtime) -> followups_table.Case:
    with rt.reading() as session:
        (case,) = followups_table.cases_of(session, 1)
        return case


def only_check(rt: Runtime) -> reality_table.RealityCheck:
    with rt.reading() as session:
        check = reality_table.check_of(session, 1)
        assert check is not None
        return check


# Follow-ups


def test_nobody_is_asked_on_a_holiday_or_in_quiet_hours_but_on_a_make_up_day(rt: Runtime, clock: Clock) -> None:
    placements.begin(rt, 1, "P-1", date(2026, 9, 10))
    clock.moment = datetime(2026, 10, 1, 10, 0, tzinfo=CHINA)  # due since September, the scheduler stood still
    assert followups.send_due(rt) == 0, "the National Day"
    clock.moment = datetime(2026, 10, 9, 21, 0, tzinfo=CHINA)
    assert followups.send_due(rt) == 0, "quiet hours"
    clock.moment = datetime(2026, 10, 10, 10, 0, tzinfo=CHINA)
    assert clock.moment.weekday() == 5
    assert followups.send_due(rt) == 2, "a Saturday worked for the holiday"


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


# Reality


def tell_a_gap(rt: Runtime, clock: Clock) -> None:
    at_day_7(rt, clock)
    say(rt, "1")
    say(rt, "3")
    assert "工资" in say(rt, "2")


def test_a_gap_lowers_the_employer_at_once_and_is_a_task(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    assert health(rt) == "watch"
    check = only_check(rt)
    assert (check.gaps, check.status, check.posted["salary"]["month_min"]) == (["工资"], RealityStatus.OPEN, 4000)
    assert only_case(rt).kind == "posting"
    with rt.reading() as session:
        posting = postings.postings_table.posting_by_code(session, "P-1")
        assert posting is not None
        assert postings.facts_of(posting).employer_health == 25
        assert reality.confirmed_gaps(session, 1) == {}, "nothing is said to others yet"


def test_nothing_is_decided_before_the_employer_was_heard(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    with pytest.raises(reality.RealityRefused) as caught:
        reality.decide(rt, 1, holds=True, words="工资条", who="李局")
    assert "单位" in caught.value.message
    with rt.transaction() as session:
        reality.employer_says(session, session.get_one(reality_table.RealityCheck, 1), "试用期八折", rt.now())
    reality.decide(rt, 1, holds=True, words="工资条和招聘不符", who="李局")
    with rt.reading() as session:
        assert reality.confirmed_gaps(session, 1) == {"工资": 1}
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


# Cases


def raise_case(rt: Runtime) -> str:
    with rt.transaction() as session:
        return cases.open_case(
            session, KEYRING, session.get_one(Veteran, 1), "wage", words="工资没发", now=rt.now()
        ).number


def test_a_case_is_handed_over_only_when_accepted(rt: Runtime) -> None:
    number = raise_case(rt)
    desk.take(rt, number, "王岗")
    with pytest.raises(desk.CaseStep):
        desk.take(rt, number, "李岗")
    with pytest.raises(desk.CaseStep):
        desk.hand_over(rt, number, "赵岗", "李岗", "不是我的")
    desk.hand_over(rt, number, "李岗", "王岗", "人在他们镇")
    assert only_case(rt).owner == "王岗"
    with pytest.raises(desk.CaseStep):
        desk.answer_hand_over(rt, number, "赵岗", accepts=True)
    desk.answer_hand_over(rt, number, "李岗", accepts=False, reason="不归我们镇")
    assert (only_case(rt).owner, only_case(rt).offered_to) == ("王岗", None)
    desk.hand_over(rt, number, "李岗", "王岗", "核过了，是你们镇")
    desk.answer_hand_over(rt, number, "李岗", accepts=True)
    assert (only_case(rt).owner, only_case(rt).status) == ("李岗", CaseStatus.IN_PROGRESS)
    desk.send_to_department(rt, number, "人社局劳动监察", "李岗")
    with rt.reading() as session:
        notes = [(one.who, one.text) for one in followups_table.notes_of(session, only_case(rt).id)]
    assert notes[1:] == [
        ("王岗", "接办"),
        ("王岗", "请 李岗 接办：人在他们镇"),
        ("李岗", "退回转办：不归我们镇"),
        ("王岗", "请 李岗 接办：核过了，是你们镇"),
        ("李岗", "接受转办"),
        ("李岗", "会同 人社局劳动监察 办理"),
    ]


def test_a_reopened_case_is_raised_again_when_late_again(rt: Runtime, clock: Clock) -> None:
    number = raise_case(rt)
    clock.advance(days=8)
    assert cases.escalate_due(rt) == 1
    cases.update(rt, number, "resolved", "已补发", "王岗")
    pushed(rt, rt.channel)  # type: ignore[arg-type]
    assert "重新打开" in say(rt, "2")
    case = only_case(rt)
    assert (case.number, case.status, case.raised_at, case.severity) == (number, "open", None, "normal")
    clock.advance(days=8)
    assert cases.escalate_due(rt) == 1


def test_an_answer_nobody_opposes_closes_the_case_after_a_week_and_can_still_be_reopened(
    rt: Runtime, clock: Clock
) -> None:
    number = raise_case(rt)
    cases.update(rt, number, "resolved", "已补发", "王岗")
    clock.advance(days=6)
    assert cases.close_due(rt) == 0
    clock.advance(days=2)
    assert cases.close_due(rt) == 1
    assert cases.close_due(rt) == 0
    assert only_case(rt).status == CaseStatus.CLOSED
    assert number in say(rt, "还是没解决，工资没发")
    assert (only_case(rt).status, only_case(rt).reopened) == (CaseStatus.OPEN, 1)


def test_a_settled_case_takes_no_more_steps(rt: Runtime) -> None:
    number = raise_case(rt)
    cases.update(rt, number, "resolved", "已补发", "王岗")
    with pytest.raises(desk.CaseStep):
        desk.take(rt, number, "王岗")


# Help


def test_a_plan_always_has_a_next_step_or_an_end(rt: Runtime) -> None:
    first = Next("带他去报叉车班", date(2026, 11, 27))
    number = helping.begin(rt, 1, "王岗", "no_skill", first, who="李局")
    with rt.reading() as session:
        (step,) = helping_table.steps_of(session, number)
    with pytest.raises(helping.HelpRefused):
        helping.finish_step(rt, step.id, "王岗")
    helping.finish_step(rt, step.id, "王岗", Next("问问培训怎么样", date(2026, 12, 11)))
    with rt.reading() as session:
        assert [one.text for one in helping_table.open_steps(session, [number])] == ["问问培训怎么样"]
    helping.end(rt, number, "placed")
    with rt.reading() as session:
        assert helping_table.open_plans(session, "王岗") == []


def test_another_helper_ends_the_plan_before(rt: Runtime) -> None:
    first = Next("上门看看", date(2026, 11, 27))
    helping.begin(rt, 1, "王岗", "family", first, who="李局")
    helping.begin(rt, 1, "李岗", "family", first, who="李局")
    with rt.reading() as session:
        assert [one.helper for one in helping_table.open_plans(session)] == ["李岗"]


# Heartbeat, freshness, spot check


def greet(rt: Runtime, clock: Clock) -> None:
    clock.moment = datetime(2026, 12, 3, 10, 0, tzinfo=CHINA)
    assert heartbeats.send_due(rt) == 1


def test_the_greeting_comes_once_a_month_and_one_tap_answers_it(
    rt: Runtime, clock: Clock, channel: FakeChannel
) -> None:
    assert heartbeats.send_due(rt) == 0, "not before ten"
    greet(rt, clock)
    assert heartbeats.send_due(rt) == 0
    clock.moment -= timedelta(hours=1)
    assert heartbeats.send_due(rt) == 0
    clock.moment += timedelta(hours=1)
    assert "12 月问候" in pushed(rt, channel)[-1]
    assert "在找工作" in say(rt, "2")
    with rt.reading() as session:
        beat = session.get_one(heartbeats_table.Heartbeat, 1)
        veteran = session.get_one(Veteran, 1)
        assert (beat.status, beat.answer) == ("answered", "looking")
        assert veteran.fresh_at == rt.now()
        assert veterans.profile_of(session, veteran, rt.today()).employment_status == "待业"
    clock.moment = datetime(2027, 1, 6, 10, 0, tzinfo=CHINA)
    assert heartbeats.send_due(rt) == 1


def test_who_wants_help_gets_a_case(rt: Runtime, clock: Clock) -> None:
    greet(rt, clock)
    assert "联系您" in say(rt, "4")
    assert only_case(rt).kind == "help"


def test_silence_and_stops_are_named(rt: Runtime, clock: Clock) -> None:
    greet(rt, clock)
    clock.advance(days=4)
    assert heartbeats.expire_due(rt) == 0
    clock.advance(days=2)
    assert heartbeats.expire_due(rt) == 1
    with rt.reading() as session:
        assert session.get_one(heartbeats_table.Heartbeat, 1).reason == "silent"
    say(rt, "退订问候")
    clock.moment = datetime(2027, 1, 6, 10, 0, tzinfo=CHINA)
    assert heartbeats.send_due(rt) == 1
    with rt.reading() as session:
        second = session.get_one(heartbeats_table.Heartbeat, 2)
    assert (second.status, second.reason) == ("silent", "stopped")


def test_a_follow_up_that_waits_is_not_pushed_aside_by_a_greeting(rt: Runtime, clock: Clock) -> None:
    at_day_7(rt, clock)
    greet(rt, clock)
    say(rt, "1")
    with rt.reading() as session:
        assert session.get_one(FollowUp, 1).answer == {"employment_status": "在岗"}


def test_only_a_contact_makes_a_row_fresh(rt: Runtime, clock: Clock) -> None:
    with rt.transaction() as session:
        veteran = session.get_one(Veteran, 1)
        veteran.fresh_at = None
        veterans.save_preference(session, veteran.id, veterans.Slots(employment_status="在岗"), "import", rt.now())
        veterans.save_preference(session, veteran.id, veterans.Slots(employment_status="待业"), "staff", rt.now())
        assert veteran.fresh_at is None
    with rt.transaction() as session:
        confirmations.confirm(session, session.get_one(Veteran, 1), "phone", "王岗", rt.now(), "在家待业")
    with rt.reading() as session:
        assert session.get_one(Veteran, 1).fresh_at == FRIDAY
        newest = heartbeats_table.confirmations_of(session, 1)[0]
        assert (newest.way, newest.who, newest.note) == ("phone", "王岗", "在家待业")


def test_a_month_is_drawn_once_and_a_row_checked_once(rt: Runtime) -> None:
    assert spot_checks.draw(rt, "2026-11", "salt") == 1
    assert spot_checks.draw(rt, "2026-11", "another") == 0
    with pytest.raises(spot_checks.SpotCheckRefused):
        spot_checks.record(rt, 1, "wrong", [], "", "审计")
    spot_checks.record(rt, 1, "unreached", [], "关机", "审计")
    spot_checks.record(rt, 1, "wrong", ["phone"], "号码换了", "审计")
    with pytest.raises(spot_checks.SpotCheckRefused):
        spot_checks.record(rt, 1, "right", [], "", "李岗")
    with rt.reading() as session:
        (rate,) = spot_checks.rates(heartbeats_table.spot_checks(session, "2026-11"))
    assert (rate.drawn, rate.reached, rate.wrong, rate.rate) == (1, 1, 1, 1.0)
    assert 0.2 < rate.low < 0.21 and rate.high == 1.0


def test_erasure_takes_the_care_rows_with_it(rt: Runtime, clock: Clock) -> None:
    tell_a_gap(rt, clock)
    helping.begin(rt, 1, "王岗", "family", Next("上门看看", date(2026, 12, 4)), who="李局")
    with rt.transaction() as session:
        erasure.erase(session, session.get_one(Veteran, 1), rt.now())
    with rt.reading() as session:
        assert helping_table.open_plans(session) == []
        assert heartbeats_table.confirmations_of(session, 1) == []
    assert only_check(rt).words_sealed is None
