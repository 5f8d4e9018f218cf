"""The outbox: who may get a message, by which means it goes, and what becomes of it when the platform refuses."""

from datetime import timedelta

import pytest

from bot.types import Inbound, Kind
from channels.base import Action, ChannelError, Means
from models import delivery as deliveries
from models.allowance import windows_open
from models.base import Database
from models.delivery import Delivery, DeliveryStatus
from services import claims, conversations, outbox, veterans
from services.outbox import Message, Sent
from services.runtime import Notice, Reach, Runtime
from tests.builders import FRIDAY, Clock, FakeChannel, create_runtime, create_veteran, note_action, write_to


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    return create_runtime(database, clock, channel)


@pytest.fixture
def veteran_id(rt: Runtime) -> int:
    with rt.transaction() as session:
        return create_veteran(session).id


def only(rt: Runtime) -> Delivery:
    with rt.reading() as session:
        (delivery,) = deliveries.deliveries_of(session, 1)
        return delivery


def test_a_message_in_an_open_window_goes_as_a_customer_message(
    rt: Runtime, channel: FakeChannel, veteran_id: int
) -> None:
    with rt.transaction() as session:
        note_action(session, "o-zhang", "message", rt.now())
    write_to(rt, veteran_id, "你好")
    assert outbox.deliver_due(rt) == 1
    assert [(sent.means, sent.text, sent.recipient) for sent in channel.sent] == [
        (Means.CUSTOMER_MESSAGE, "你好", "o-zhang")
    ]
    assert (only(rt).status, only(rt).outcome) == (DeliveryStatus.SENT, "sent")


def test_without_a_window_the_topic_s_template_carries_it(rt: Runtime, channel: FakeChannel, veteran_id: int) -> None:
    write_to(rt, veteran_id, "回访", topic="follow_up")
    outbox.deliver_due(rt)
    assert [sent.means for sent in channel.sent] == [Means.TEMPLATE]


def test_a_broadcast_without_a_window_ends_with_a_named_reason(
    rt: Runtime, channel: FakeChannel, veteran_id: int
) -> None:
    write_to(rt, veteran_id, "通知", topic="broadcast")
    outbox.deliver_due(rt)
    assert channel.sent == []
    assert (only(rt).status, only(rt).outcome) == (DeliveryStatus.SKIPPED, "window_closed")


def test_the_window_is_spent_message_by_message(rt: Runtime, channel: FakeChannel, veteran_id: int) -> None:
    with rt.transaction() as session:
        note_action(session, "o-zhang", "message", rt.now())
    for number in range(6):
        write_to(rt, veteran_id, "答复", topic="conversation", key=f"k{number}")
    outbox.deliver_due(rt)
    assert len(channel.sent) == 5
    with rt.reading() as session:
        outcomes = [delivery.outcome for delivery in deliveries.deliveries_of(session, veteran_id)]
    assert sorted(outcomes) == ["sent"] * 5 + ["window_closed"]


def test_the_same_key_is_one_message(rt: Runtime, channel: FakeChannel, veteran_id: int) -> None:
    write_to(rt, veteran_id, "一", topic="case", key="case:1")
    write_to(rt, veteran_id, "一", topic="case", key="case:1")
    outbox.deliver_due(rt)
    outbox.deliver_due(rt)
    assert len(channel.sent) == 1


def test_a_message_is_written_with_what_brings_it_about_or_not_at_all(
    rt: Runtime, channel: FakeChannel, veteran_id: int
) -> None:
    with pytest.raises(ConnectionError), rt.transaction() as session:
        veteran = veterans.veterans_table.veteran_by_id(session, veteran_id)
        assert veteran is not None
        outbox.enqueue(session, veteran, "case", Message("k", "办结"), rt.now())
        raise ConnectionError
    assert outbox.deliver_due(rt) == 0
    assert channel.sent == []


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda session, veteran: veterans.stop_push(session, veteran, "policy", None, FRIDAY), "stopped"),
        (lambda session, veteran: veterans.stop_push(session, veteran, None, None, FRIDAY), "stopped"),
        (lambda session, veteran: veterans.unfollow(session, veteran, FRIDAY), "unfollowed"),
    ],
)
def test_whoever_said_no_is_skipped_with_the_reason(rt: Runtime, channel: FakeChannel, veteran_id: int, act, reason):
    with rt.transaction() as session:
        act(session, session.get(veterans.Veteran, veteran_id))
    assert write_to(rt, veteran_id, "政策") == reason
    outbox.deliver_due(rt)
    assert channel.sent == []
    assert (only(rt).status, only(rt).outcome) == (DeliveryStatus.SKIPPED, reason)


def test_a_stop_said_after_writing_is_obeyed_at_the_moment_of_sending(
    rt: Runtime, channel: FakeChannel, veteran_id: int
) -> None:
    write_to(rt, veteran_id, "政策")
    with rt.transaction() as session:
        veterans.stop_push(session, session.get(veterans.Veteran, veteran_id), "policy", None, rt.now())
    outbox.deliver_due(rt)
    assert channel.sent == []
    assert only(rt).status == DeliveryStatus.CANCELLED


def test_a_stop_for_a_while_ends_by_itself(rt: Runtime, clock: Clock, veteran_id: int) -> None:
    with rt.transaction() as session:
        until = rt.now() + timedelta(days=7)
        veterans.stop_push(session, session.get(veterans.Veteran, veteran_id), "policy", until, rt.now())
    assert write_to(rt, veteran_id, "一", key="a") == "stopped"
    clock.advance(days=8)
    assert write_to(rt, veteran_id, "二", key="b") == ""


def test_answers_to_the_person_ignore_stops_and_quiet_hours(
    rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int
) -> None:
    clock.advance(hours=14)  # 23:00
    with rt.transaction() as session:
        veterans.stop_push(session, session.get(veterans.Veteran, veteran_id), None, None, rt.now())
    write_to(rt, veteran_id, "办结", topic="case")
    outbox.deliver_due(rt)
    assert len(channel.sent) == 1


def test_pushes_wait_for_the_morning(rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int) -> None:
    clock.advance(hours=14)  # 23:00
    write_to(rt, veteran_id, "政策")
    outbox.deliver_due(rt)
    assert channel.sent == []
    clock.advance(hours=9, minutes=30)  # 8:30
    outbox.deliver_due(rt)
    assert len(channel.sent) == 1


def test_a_temporary_refusal_is_tried_again_later_and_not_for_ever(
    rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int
) -> None:
    channel.refusals = [ChannelError(-1, "busy", permanent=False)] * 9
    write_to(rt, veteran_id, "办结", topic="case")
    tries = 0
    for _ in range(20):
        tries += outbox.deliver_due(rt)
        clock.advance(minutes=11)
    assert tries == 1 + len(outbox.RETRY_WAITS)
    assert (only(rt).status, only(rt).outcome) == (DeliveryStatus.FAILED, "failed_-1")


def test_a_permanent_refusal_is_final(rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int) -> None:
    channel.refusals = [ChannelError(43004, "not following", permanent=True, action=Action.UNFOLLOWED)]
    write_to(rt, veteran_id, "办结", topic="case")
    outbox.deliver_due(rt)
    clock.advance(hours=1)
    assert outbox.deliver_due(rt) == 0
    assert only(rt).outcome == "unfollowed"


def test_when_the_platform_says_the_window_is_shut_another_means_is_taken(
    rt: Runtime, channel: FakeChannel, veteran_id: int
) -> None:
    with rt.transaction() as session:
        note_action(session, "o-zhang", "message", rt.now())
    channel.refusals = [ChannelError(45015, "window", permanent=True, action=Action.WINDOW)]
    write_to(rt, veteran_id, "办结", topic="case")
    outbox.deliver_due(rt)
    outbox.deliver_due(rt)
    assert [sent.means for sent in channel.sent] == [Means.TEMPLATE]


def test_a_message_that_may_have_arrived_is_not_sent_again_where_no_key_protects_it(
    rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int
) -> None:
    with rt.transaction() as session:
        note_action(session, "o-zhang", "message", rt.now())
    channel.refusals = [ChannelError(0, "no answer", permanent=False, uncertain=True)]
    write_to(rt, veteran_id, "办结", topic="case")
    outbox.deliver_due(rt)
    clock.advance(hours=1)
    assert outbox.deliver_due(rt) == 0
    assert (only(rt).status, only(rt).outcome) == (DeliveryStatus.SENT, "uncertain")


def test_a_message_that_waited_too_long_is_not_sent(
    rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int
) -> None:
    write_to(rt, veteran_id, "办结", topic="case")
    clock.advance(days=8)
    outbox.deliver_due(rt)
    assert channel.sent == []
    assert only(rt).outcome == "too_old"


def test_a_worker_that_never_came_back_is_replaced_and_cannot_write_over_it(
    rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int
) -> None:
    write_to(rt, veteran_id, "办结", topic="case")
    _, (lost,) = claims.claim(rt, 10, hands=0)
    assert outbox.deliver_due(rt) == 0
    clock.advance(minutes=3)
    assert outbox.deliver_due(rt) == 1
    with rt.transaction() as session:
        assert not deliveries.record_delivery(
            session, lost.delivery.id, lost.delivery.leased_until, status=DeliveryStatus.FAILED
        )
    assert only(rt).status == DeliveryStatus.SENT


def test_who_lost_a_delivery_to_another_cannot_write_over_it(rt: Runtime, clock: Clock, veteran_id: int) -> None:
    write_to(rt, veteran_id, "办结", topic="case")
    _, (lost,) = claims.claim(rt, 10, hands=0)
    clock.advance(minutes=3)
    _, (held,) = claims.claim(rt, 10, hands=0)
    outbox.record(rt, [Sent(lost, {"status": DeliveryStatus.FAILED, "outcome": "refused"})])
    outbox.record(rt, [outbox.attempt(rt, lost)])
    assert only(rt).status == DeliveryStatus.SENDING
    outbox.record(rt, [outbox.attempt(rt, held)])
    assert (only(rt).status, only(rt).outcome) == (DeliveryStatus.SENT, "sent")


def test_chat_answers_go_before_bulk(rt: Runtime, channel: FakeChannel, veteran_id: int) -> None:
    write_to(rt, veteran_id, "政策", key="bulk")
    write_to(rt, veteran_id, "工作人员", topic="agent", key="chat")
    outbox.deliver_due(rt, limit=1)
    assert [sent.text for sent in channel.sent] == ["工作人员"]


def test_a_person_gets_so_many_pushes_a_week_and_no_more(
    rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int
) -> None:
    for number in range(6):
        write_to(rt, veteran_id, "政策", key=f"k{number}")
    outbox.deliver_due(rt)
    with rt.reading() as session:
        outcomes = [delivery.outcome for delivery in deliveries.deliveries_of(session, veteran_id)]
    assert sorted(outcomes) == ["sent"] * 5 + ["weekly_cap"]
    clock.advance(days=7)
    write_to(rt, veteran_id, "政策", key="next week")
    outbox.deliver_due(rt)
    assert len(channel.sent) == 6


def test_a_road_is_taken_once_however_often_a_message_is_tried(
    rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int
) -> None:
    with rt.transaction() as session:
        note_action(session, "o-zhang", "message", rt.now())
    channel.refusals = [ChannelError(-1, "busy", permanent=False)] * 3
    write_to(rt, veteran_id, "办结", topic="case")
    for _ in range(4):
        outbox.deliver_due(rt)
        clock.advance(minutes=11)
    assert len(channel.sent) == 1
    with rt.reading() as session:
        assert windows_open(session, ["o-zhang"], rt.now()) == {"o-zhang": 4}


def test_what_a_dead_worker_had_in_hand_goes_again_and_is_named(
    rt: Runtime, clock: Clock, channel: FakeChannel, veteran_id: int
) -> None:
    with rt.transaction() as session:
        note_action(session, "o-zhang", "message", rt.now())
    for number in range(3):
        write_to(rt, veteran_id, "政策", key=f"k{number}")
    claims.claim(rt, 10, hands=1)  # and the worker dies
    clock.advance(minutes=3)
    outbox.deliver_due(rt)
    with rt.reading() as session:
        outcomes = [delivery.outcome for delivery in deliveries.deliveries_of(session, veteran_id)]
    assert outcomes == ["sent_again", "sent", "sent"]


LIMITED = Reach(notices={"policy": Notice("T-1", False, frozenset())}, templates=frozenset())


def event(name: str, openid: str = "o-zhang", **data: str) -> Inbound:
    return Inbound(key=f"{name}:{data}", sender=openid, kind=Kind.RECEIPT, received_at=FRIDAY, event=name, data=data)


def consent(status: str) -> dict[str, str]:
    return {"items": "1", "0.template_id": "T-1", "0.status": status}


def test_a_notice_goes_only_as_often_as_the_person_agreed(database: Database, channel: FakeChannel) -> None:
    rt = create_runtime(database, Clock(), channel, LIMITED)
    with rt.transaction() as session:
        veteran_id = create_veteran(session).id
    conversations.receive(rt, event("subscribe_msg_popup_event", **consent("accept")))
    write_to(rt, veteran_id, "一", key="a")
    write_to(rt, veteran_id, "二", key="b")
    outbox.deliver_due(rt)
    assert [sent.means for sent in channel.sent] == [Means.SUBSCRIPTION]
    with rt.reading() as session:
        outcomes = [delivery.outcome for delivery in deliveries.deliveries_of(session, veteran_id)]
    assert outcomes == ["sent", "window_closed"]


def test_a_notice_taken_back_is_out_of_stock(database: Database, channel: FakeChannel) -> None:
    rt = create_runtime(database, Clock(), channel, LIMITED)
    with rt.transaction() as session:
        veteran_id = create_veteran(session).id
    conversations.receive(rt, event("subscribe_msg_popup_event", **consent("accept")))
    conversations.receive(rt, event("subscribe_msg_change_event", **consent("reject")))
    write_to(rt, veteran_id, "一")
    outbox.deliver_due(rt)
    assert channel.sent == []


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        ("success", (DeliveryStatus.DELIVERED, "delivered")),
        ("failed:user block", (DeliveryStatus.FAILED, "blocked")),
        ("failed: system failed", (DeliveryStatus.FAILED, "platform_failed")),
    ],
)
def test_the_platform_s_receipt_closes_the_row(rt: Runtime, veteran_id: int, status: str, ends) -> None:
    write_to(rt, veteran_id, "办结", topic="case")
    outbox.deliver_due(rt)
    conversations.receive(rt, event("templatesendjobfinish", message_id="1", status=status))
    assert (only(rt).status, only(rt).outcome) == ends


def test_a_receipt_about_somebody_who_left_makes_no_follower_of_them(rt: Runtime, veteran_id: int) -> None:
    with rt.transaction() as session:
        veterans.unfollow(session, session.get(veterans.Veteran, veteran_id), rt.now())
    conversations.receive(rt, event("templatesendjobfinish", message_id="1", status="failed:user block"))
    with rt.reading() as session:
        assert not session.get(veterans.Veteran, veteran_id).following
