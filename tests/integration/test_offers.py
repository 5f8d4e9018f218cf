"""From the pick to the first day: interviews confirmed or cancelled, offers, and the line before a full posting."""

from datetime import date, datetime, timedelta

import pytest

from bot.types import Inbound, Kind
from models import placement as placements_table
from models import posting as postings_table
from models.base import Database
from models.placement import Referral, ReferralStatus
from models.veteran import Veteran
from services import conversations, interviews, offers, outbox, placements, referrals, waiting_line
from services.runtime import CHINA, Runtime
from tests.builders import FRIDAY, Clock, FakeChannel, create_posting, create_runtime, create_veteran

TUESDAY = datetime(2026, 12, 1, 14, 0, tzinfo=CHINA)
PLACE = "县人社局二楼 3 号窗口"
PEOPLE = ("o-1", "o-2", "o-3")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    """Three people, each with a dialogue, and a posting with one place."""
    made = create_runtime(database, clock, channel)
    with made.transaction() as session:
        for openid in PEOPLE:
            create_veteran(session, openid)
        create_posting(session, headcount=1)
    for openid in PEOPLE:
        say(made, openid, "帮助")
    return made


def say(rt: Runtime, openid: str, text: str) -> str:
    key = f"{openid}:{text}:{rt.now():%Y%m%d%H%M%S%f}"
    return conversations.receive(rt, Inbound(key, openid, Kind.TEXT, rt.now(), text)).text or ""


def heard(rt: Runtime, channel: FakeChannel, openid: str) -> list[str]:
    outbox.drain_due(rt)
    return [sent.text for sent in channel.sent if sent.recipient == openid]


def refer(rt: Runtime, *openids: str) -> None:
    with rt.transaction() as session:
        for openid in openids:
            referrals.refer(session, person(session, openid).id, "P-1", rt.now())


def person(session: object, openid: str) -> Veteran:
    from models import veteran as veterans_table

    found = veterans_table.veteran_of(session, openid)  # type: ignore[arg-type]
    assert found is not None
    return found


def state(rt: Runtime, number: int) -> str:
    with rt.reading() as session:
        return session.get_one(Referral, number).status


def invite(rt: Runtime, number: int, at: datetime = TUESDAY) -> None:
    with rt.transaction() as session:
        interviews.invite(session, session.get_one(Referral, number), at, PLACE, who="单位", now=rt.now())


def make_offer(rt: Runtime, number: int, starts_on: date) -> None:
    with rt.transaction() as session:
        offers.offer(session, session.get_one(Referral, number), starts_on, who="单位", now=rt.now())


def fill(rt: Runtime) -> None:
    """The first person takes the only place; the other two are told that it is full."""
    refer(rt, *PEOPLE)
    referrals.set_status(rt, 1, "P-1", "hired")
    assert [state(rt, number) for number in (1, 2, 3)] == ["hired", "closed", "closed"]


def posting_status(rt: Runtime) -> str:
    with rt.reading() as session:
        posting = postings_table.posting_by_code(session, "P-1")
        assert posting is not None
        return posting.status


def test_an_interview_is_told_with_time_and_place_and_confirmed_by_one_reply(rt: Runtime, channel: FakeChannel) -> None:
    refer(rt, "o-1")
    invite(rt, 1)
    told = heard(rt, channel, "o-1")[-1]
    assert "12月1日（周二）14:00" in told and PLACE in told
    assert "记下了" in say(rt, "o-1", "1")
    with rt.reading() as session:
        assert session.get_one(Referral, 1).attends is True
    assert "12月1日" in say(rt, "o-1", "我的报名")


def test_the_reminder_comes_the_day_before_and_once(rt: Runtime, clock: Clock, channel: FakeChannel) -> None:
    refer(rt, "o-1")
    invite(rt, 1)
    before = len(heard(rt, channel, "o-1"))
    assert interviews.remind_due(rt) == 0
    clock.moment = datetime(2026, 11, 30, 9, 0, tzinfo=CHINA)
    assert interviews.remind_due(rt) == 1
    assert interviews.remind_due(rt) == 0
    assert len(heard(rt, channel, "o-1")) == before + 1
    clock.moment -= timedelta(hours=1)
    assert interviews.remind_due(rt) == 0


def test_an_interview_that_is_over_is_not_reminded_of(rt: Runtime, clock: Clock) -> None:
    refer(rt, "o-1")
    invite(rt, 1)
    clock.moment = TUESDAY + timedelta(hours=1)
    assert interviews.remind_due(rt) == 0


def test_a_cancelled_interview_goes_to_who_waits_longest(rt: Runtime, channel: FakeChannel) -> None:
    refer(rt, *PEOPLE)
    invite(rt, 1)
    assert "取消" in say(rt, "o-1", "2")
    assert [state(rt, number) for number in (1, 2, 3)] == ["withdrawn", "interview", "submitted"]
    assert "12月1日（周二）14:00" in heard(rt, channel, "o-2")[-1]
    say(rt, "o-2", "不去了")
    assert state(rt, 3) == "interview"


def test_a_slot_too_near_goes_to_nobody(rt: Runtime, clock: Clock) -> None:
    refer(rt, "o-1", "o-2")
    invite(rt, 1)
    clock.moment = TUESDAY - timedelta(hours=3)
    say(rt, "o-1", "2")
    assert state(rt, 2) == "submitted"


@pytest.mark.parametrize(("at", "place"), [(FRIDAY - timedelta(hours=1), PLACE), (TUESDAY, " ")])
def test_an_interview_that_cannot_be_is_refused_in_words(rt: Runtime, at: datetime, place: str) -> None:
    refer(rt, "o-1")
    with rt.transaction() as session, pytest.raises(interviews.InterviewRefused) as caught:
        interviews.invite(session, session.get_one(Referral, 1), at, place, who="单位", now=rt.now())
    assert "请填" in caught.value.message


def test_an_offer_accepted_is_a_placement_from_the_agreed_day(rt: Runtime, channel: FakeChannel) -> None:
    refer(rt, "o-1")
    make_offer(rt, 1, date(2026, 12, 7))
    assert "12 月 7 日上岗" in heard(rt, channel, "o-1")[-1]
    assert "12 月 7 日" in say(rt, "o-1", "去")
    with rt.reading() as session:
        (placement,) = placements_table.placements_of(session, 1)
        assert placement.starts_on == date(2026, 12, 7)
    assert state(rt, 1) == "hired"
    assert posting_status(rt) == "full"


def test_an_offer_declined_makes_no_placement(rt: Runtime) -> None:
    refer(rt, "o-1")
    make_offer(rt, 1, date(2026, 12, 7))
    say(rt, "o-1", "2")
    assert state(rt, 1) == "declined"
    with rt.reading() as session:
        assert placements_table.placements_of(session, 1) == []
    assert "有变化" not in say(rt, "o-1", "我的报名")


def test_an_offer_nobody_answered_begins_on_its_day_once(rt: Runtime, clock: Clock) -> None:
    refer(rt, "o-1")
    make_offer(rt, 1, date(2026, 12, 7))
    assert offers.begin_due(rt) == 0
    clock.moment = datetime(2026, 12, 8, 9, 0, tzinfo=CHINA)
    assert offers.begin_due(rt) == 1
    assert offers.begin_due(rt) == 0
    with rt.reading() as session:
        (placement,) = placements_table.placements_of(session, 1)
        assert placement.starts_on == date(2026, 12, 7)


def test_hired_twice_is_one_placement_and_one_message(rt: Runtime, channel: FakeChannel) -> None:
    refer(rt, "o-1")
    referrals.set_status(rt, 1, "P-1", "hired")
    told = len(heard(rt, channel, "o-1"))
    referrals.set_status(rt, 1, "P-1", "hired")
    with rt.reading() as session:
        assert len(placements_table.placements_of(session, 1)) == 1
    assert len(heard(rt, channel, "o-1")) == told


def test_hired_by_mistake_is_taken_back_whole(rt: Runtime) -> None:
    fill(rt)
    referrals.set_status(rt, 1, "P-1", "not_hired")
    with rt.reading() as session:
        (placement,) = placements_table.placements_of(session, 1)
        assert placement.ended_on == FRIDAY.date()


def test_a_place_that_became_free_is_offered_in_the_order_of_picking(rt: Runtime, channel: FakeChannel) -> None:
    fill(rt)
    leave(rt)
    assert "空出来" in heard(rt, channel, "o-2")[-1]
    assert not any("空出来" in text for text in heard(rt, channel, "o-3"))
    assert posting_status(rt) == "full", "it is not open to others while somebody is in line"
    assert "给您报上了" in say(rt, "o-2", "1")
    assert [state(rt, 2), state(rt, 3)] == ["submitted", "closed"]
    referrals.set_status(rt, 2, "P-1", "not_hired")
    assert "空出来" in heard(rt, channel, "o-3")[-1]


def test_who_says_no_or_nothing_is_passed_over(rt: Runtime, clock: Clock, channel: FakeChannel) -> None:
    fill(rt)
    leave(rt)
    assert waiting_line.pass_on_due(rt) == 0
    clock.moment = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
    assert waiting_line.pass_on_due(rt) == 1
    assert waiting_line.pass_on_due(rt) == 0
    assert "空出来" in heard(rt, channel, "o-3")[-1]
    assert "让给别人" in say(rt, "o-2", "1")
    assert posting_status(rt) == "full"
    say(rt, "o-3", "不用了")
    assert posting_status(rt) == "open", "nobody is left in line"


def test_an_offer_outstanding_survives_the_last_place_being_taken(rt: Runtime) -> None:
    refer(rt, "o-1", "o-2")
    make_offer(rt, 2, date(2026, 12, 7))
    referrals.set_status(rt, 1, "P-1", "hired")
    assert state(rt, 2) == ReferralStatus.OFFERED


def leave(rt: Runtime) -> None:
    with rt.transaction() as session:
        (placement,) = placements_table.placements_of(session, 1)
        placements.end(session, placement, FRIDAY.date(), "太远", rt.now())


def test_the_employers_link_is_sent_and_then_chased(rt: Runtime, clock: Clock) -> None:
    refer(rt, "o-1")
    referrals.note_sent(rt, 1, "王岗")
    clock.advance(days=4)
    referrals.note_sent(rt, 1, "王岗")
    with rt.reading() as session:
        referral = session.get_one(Referral, 1)
        assert (referral.sent_at, referral.chased_at) == (FRIDAY, FRIDAY + timedelta(days=4))
