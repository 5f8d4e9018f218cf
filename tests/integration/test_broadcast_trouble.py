"""Broadcasts when things go wrong: strangers on a list, a pause amid retries, an account the platform stops."""

import pytest

from channels.base import Action, ChannelError, Means
from models import broadcast as broadcasts_table
from models import veteran as veterans_table
from models.allowance import used
from models.base import Database
from models.veteran import Veteran
from services import broadcasts, claims, mass_sends, outbox
from services.broadcasts import Wish
from services.runtime import Reach, Runtime
from tests.builders import Clock, FakeChannel, create_runtime, create_veteran, note_action

REACH = Reach(means=frozenset({Means.CUSTOMER_MESSAGE, Means.MASS}))
BUSY = ChannelError(-1, "busy", permanent=False)
UNAUTHORISED = ChannelError(48001, "公众号没有这个接口的权限", permanent=True, action=Action.ALERT)
A_DAY_S = ChannelError(45009, "今天的调用次数用完了", permanent=False, retry_after=3600, action=Action.QUOTA)
A_MINUTE_S = ChannelError(45011, "调用太频繁", permanent=False, retry_after=60, action=Action.QUOTA)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    return create_runtime(database, clock, channel, REACH)


def begun(rt: Runtime, people: int, *, with_window: bool = True) -> int:
    """A broadcast to so many followers, written out and not yet sent."""
    with rt.transaction() as session:
        for number in range(people):
            create_veteran(session, f"o-{number}")
            if with_window:
                note_action(session, f"o-{number}", "message", rt.now())
    number = broadcasts.compose(rt, Wish("broadcast", "全部", "周六有招聘会。"), "李工")
    broadcasts.confirm(rt, number, "赵科")
    broadcasts.expand_due(rt)
    return number


def run(rt: Runtime, clock: Clock, minutes: int = 30) -> None:
    for _ in range(minutes):
        broadcasts.expand_due(rt)
        outbox.drain_due(rt)
        mass_sends.send_due(rt)
        clock.advance(minutes=1)
    broadcasts.expand_due(rt)


def outcomes(rt: Runtime, number: int) -> dict[str, int]:
    return broadcasts.progress(rt, number).outcomes


def test_strangers_on_a_mass_send_are_named_and_the_others_get_it_once(
    rt: Runtime, clock: Clock, channel: FakeChannel
) -> None:
    number = begun(rt, 8, with_window=False)
    channel.unknown = {"o-2", "o-5"}
    run(rt, clock, 3)
    assert outcomes(rt, number) == {"unfollowed": 2, "mass_sent": 6}
    assert sorted(sent.recipient for sent in channel.sent) == ["o-0", "o-1", "o-3", "o-4", "o-6", "o-7"]
    assert {sent.key for sent in channel.sent} == {"mass:2"}


def test_who_is_left_alone_after_strangers_are_taken_out_has_no_road(
    rt: Runtime, clock: Clock, channel: FakeChannel
) -> None:
    number = begun(rt, 3, with_window=False)
    channel.unknown = {"o-0", "o-1"}
    run(rt, clock, 3)
    assert outcomes(rt, number) == {"unfollowed": 2, "window_closed": 1}
    assert channel.sent == []
    with rt.reading() as session:  # and the month's slot is theirs again, as the week's push
        assert used(session, ["mass:o-2"], f"{rt.now():%Y-%m}") == {"mass:o-2": 0}
        assert used(session, ["push:3"], f"{rt.now():%G-W%V}") == {"push:3": 0}


def test_one_person_alone_is_planned_as_what_becomes_of_them(rt: Runtime, clock: Clock) -> None:
    with rt.transaction() as session:
        create_veteran(session, "o-0", name="甲", phone="13000000001")
    assert broadcasts.preview(rt, Wish("broadcast", "全部", "有招聘会。")).ways == {"to_phone": 1}
    number = broadcasts.compose(rt, Wish("broadcast", "全部", "有招聘会。"), "李工")
    broadcasts.confirm(rt, number, "赵科")
    run(rt, clock, 3)
    assert outcomes(rt, number) == {"to_phone": 1}


def test_a_stop_said_while_people_were_gathered_is_obeyed(rt: Runtime, clock: Clock, channel: FakeChannel) -> None:
    number = begun(rt, 4, with_window=False)
    outbox.drain_due(rt)
    with rt.transaction() as session:
        veterans_table.withdraw_consents(session, 1, rt.now())
    run(rt, clock, 3)
    assert outcomes(rt, number) == {"no_consent": 1, "mass_sent": 3}


def test_a_delivery_being_retried_waits_for_its_paused_broadcast(
    rt: Runtime, clock: Clock, channel: FakeChannel
) -> None:
    number = begun(rt, 2)
    _, in_hand = claims.claim(rt, 10, hands=1)
    broadcasts.pause(rt, number, "赵科")
    channel.refusals = [BUSY, BUSY]
    outbox.record(rt, [outbox.attempt(rt, one) for one in in_hand])
    run(rt, clock, 10)
    assert channel.sent == []
    assert outcomes(rt, number) == {"retrying": 2}
    broadcasts.resume(rt, number, "赵科")
    run(rt, clock, 10)
    assert len(channel.sent) == 2
    assert outcomes(rt, number) == {"sent": 2}


def test_a_delivery_being_retried_goes_no_more_when_its_broadcast_is_taken_back(
    rt: Runtime, clock: Clock, channel: FakeChannel
) -> None:
    number = begun(rt, 2)
    _, in_hand = claims.claim(rt, 10, hands=1)
    broadcasts.cancel(rt, number, "赵科")
    channel.refusals = [BUSY, BUSY]
    outbox.record(rt, [outbox.attempt(rt, one) for one in in_hand])
    run(rt, clock, 10)
    assert channel.sent == []
    assert outcomes(rt, number) == {"withdrawn": 2}


@pytest.mark.parametrize(("act", "ends"), [("pause", {"sending": 3}), ("cancel", {"uncertain": 3})])
def test_a_mass_send_being_retried_obeys_too(
    rt: Runtime, clock: Clock, channel: FakeChannel, act: str, ends: dict[str, int]
) -> None:
    number = begun(rt, 3, with_window=False)
    outbox.drain_due(rt)
    channel.refusals = [ChannelError(0, "no answer", permanent=False, uncertain=True)]
    mass_sends.send_due(rt)
    {"pause": broadcasts.pause, "cancel": broadcasts.cancel}[act](rt, number, "赵科")
    run(rt, clock, 10)
    assert channel.sent == []
    assert outcomes(rt, number) == ends


def test_an_account_the_platform_stops_pauses_the_broadcast_by_name(
    rt: Runtime, clock: Clock, channel: FakeChannel
) -> None:
    number = begun(rt, 5)
    channel.refusals = [UNAUTHORISED]
    run(rt, clock, 10)
    found = broadcasts.progress(rt, number)
    assert (found.status, found.stopped, found.outcomes) == ("paused", "公众号没有这个接口的权限", {"held": 5})
    assert channel.sent == []
    broadcasts.resume(rt, number, "赵科")
    run(rt, clock, 10)
    assert broadcasts.progress(rt, number).stopped == ""
    assert outcomes(rt, number) == {"sent": 5}


def test_a_mass_send_the_account_may_not_make_pauses_it_too(rt: Runtime, clock: Clock, channel: FakeChannel) -> None:
    number = begun(rt, 3, with_window=False)
    channel.refusals = [UNAUTHORISED]
    run(rt, clock, 5)
    assert broadcasts.progress(rt, number).status == "paused"
    broadcasts.resume(rt, number, "赵科")
    run(rt, clock, 5)
    assert outcomes(rt, number) == {"mass_sent": 3}


@pytest.mark.parametrize(("error", "waits"), [(A_DAY_S, 23 * 60 + 30), (A_MINUTE_S, 1)])
def test_a_used_up_count_stops_it_until_it_is_there_again(
    rt: Runtime, clock: Clock, channel: FakeChannel, error: ChannelError, waits: int
) -> None:
    number = begun(rt, 5)
    channel.refusals = [error]
    outbox.drain_due(rt)
    assert broadcasts.progress(rt, number).status == "paused"
    with rt.transaction() as session:
        row = broadcasts_table.broadcast_by_id(session, number)
        assert row is not None
        assert row.pause_reason == f"quota_{error.code}"
        assert row.resume_at is not None
        assert (row.resume_at - rt.now()).total_seconds() == waits * 60
    clock.advance(minutes=waits)
    run(rt, clock, 5)
    assert outcomes(rt, number) == {"sent": 5}


def test_a_refusal_of_one_message_stops_nothing(rt: Runtime, clock: Clock, channel: FakeChannel) -> None:
    number = begun(rt, 3)
    channel.refusals = [ChannelError(45002, "too long", permanent=True)]
    run(rt, clock, 3)
    assert outcomes(rt, number) == {"failed_45002": 1, "sent": 2}


def test_people_of_the_ledger_are_untouched_by_a_pause(rt: Runtime, clock: Clock) -> None:
    with rt.transaction() as session:
        session.add(Veteran(in_ledger=True, village="示例村", created_at=rt.now()))
    number = begun(rt, 1)
    broadcasts.pause(rt, number, "赵科")
    run(rt, clock, 2)
    assert outcomes(rt, number) == {"to_slip": 1, "held": 1}
