"""The monthly greeting, and what makes a row fresh."""

from datetime import datetime, timedelta

from bot.slots import Slots
from models import heartbeat as heartbeats_table
from models.followup import CaseStatus, FollowUp
from models.veteran import Veteran
from services import cases, confirmations, heartbeats, outbox, veterans
from services.runtime import CHINA, Runtime
from tests.builders import FRIDAY, Clock, FakeChannel
from tests.integration.care.acts import at_day_7, only_case, pushed, raise_case, say


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


def test_who_still_has_a_question_of_ours_to_answer_is_greeted_afterwards(rt: Runtime, clock: Clock) -> None:
    at_day_7(rt, clock)
    clock.moment = datetime(2026, 12, 3, 10, 0, tzinfo=CHINA)
    assert heartbeats.send_due(rt) == 0, "a 2 would be read as the answer to the follow-up"
    say(rt, "1")
    with rt.reading() as session:
        assert session.get_one(FollowUp, 1).answer == {"employment_status": "在岗"}
    assert heartbeats.send_due(rt) == 1


def test_a_greeting_is_not_mixed_up_with_the_answer_to_a_case(rt: Runtime, clock: Clock) -> None:
    number = raise_case(rt)
    cases.update(rt, number, "resolved", "已补发", "王岗")
    clock.moment = datetime(2026, 12, 3, 10, 0, tzinfo=CHINA)
    assert cases.close_due(rt) == 1
    assert heartbeats.send_due(rt) == 1
    assert "在找工作" in say(rt, "2")
    assert only_case(rt).status == CaseStatus.CLOSED


def test_a_greeting_that_found_no_road_is_named_so(rt: Runtime, clock: Clock) -> None:
    greet(rt, clock)
    with rt.transaction() as session:
        veterans.unfollow(session, session.get_one(Veteran, 1), rt.now())
    outbox.drain_due(rt)
    assert heartbeats.expire_due(rt) == 1
    with rt.reading() as session:
        assert session.get_one(heartbeats_table.Heartbeat, 1).reason == "undelivered"


def test_only_a_contact_makes_a_row_fresh(rt: Runtime, clock: Clock) -> None:
    with rt.transaction() as session:
        veteran = session.get_one(Veteran, 1)
        veteran.fresh_at = None
        veterans.save_preference(session, veteran.id, Slots(employment_status="在岗"), "import", rt.now())
        veterans.save_preference(session, veteran.id, Slots(employment_status="待业"), "staff", rt.now())
        assert veteran.fresh_at is None
    with rt.transaction() as session:
        confirmations.confirm(session, session.get_one(Veteran, 1), "phone", "王岗", rt.now(), "在家待业")
    with rt.reading() as session:
        assert session.get_one(Veteran, 1).fresh_at == FRIDAY
        newest = heartbeats_table.confirmations_of(session, 1)[0]
        assert (newest.way, newest.who, newest.note) == ("phone", "王岗", "在家待业")
