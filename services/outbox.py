"""The outbox: everything outbound is a row first, and this is the only place that sends.

Whether a message may exist at all is decided by `enqueue`; how it goes, and whether the person still wants it, at the
moment of sending by `deliver_due`: claim (and reserve the means) - commit - send - record. A worker killed in between
leaves a row whose lease runs out; it is then taken up again, under the same key.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from channels.base import Action, ChannelError, Means, Outbound
from models import delivery as deliveries
from models import veteran as veterans_table
from models.base import Session
from models.delivery import Delivery, DeliveryStatus, Lane
from models.veteran import Veteran
from services import veterans
from services.runtime import CHINA, Runtime

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
RETRY_WAITS: Final = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
QUIET_FROM: Final = time(20, 30)
QUIET_UNTIL: Final = time(8, 30)

# Customer-service windows (WeChat, as of 2023-06-12; wechat-facts.md section 2): action -> (length, messages).
WINDOWS: Final[Mapping[str, tuple[timedelta, int]]] = {
    "message": (timedelta(hours=48), 5),
    "tap": (timedelta(minutes=1), 3),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out: its unique key, the text as the person reads it, and the facts a template message is filled of."""

    key: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of message. `answers`: it answers what the person did, so stops, quiet hours and consent do not hold it.

    `fallback`: what carries it, filled for the topic's purpose, when no service window is open; None = nothing may.
    Template messages are for news of what a person did themselves; what they subscribed to goes as a notice.
    """

    lane: Lane
    answers: bool
    fallback: Means | None
    lasts: timedelta
    purpose: str = ""


TOPICS: Final[Mapping[str, Topic]] = {
    "conversation": Topic(Lane.CHAT, answers=True, fallback=None, lasts=timedelta(hours=48)),
    "agent": Topic(Lane.CHAT, answers=True, fallback=Means.TEMPLATE, lasts=timedelta(hours=48), purpose="case"),
    "application": Topic(Lane.CARE, answers=True, fallback=Means.TEMPLATE, lasts=timedelta(days=7)),
    "case": Topic(Lane.CARE, answers=True, fallback=Means.TEMPLATE, lasts=timedelta(days=7)),
    "follow_up": Topic(Lane.CARE, answers=False, fallback=Means.TEMPLATE, lasts=timedelta(days=3)),
    "reminder": Topic(Lane.CARE, answers=False, fallback=Means.TEMPLATE, lasts=timedelta(days=7)),
    "matches": Topic(Lane.BULK, answers=False, fallback=Means.SUBSCRIPTION, lasts=timedelta(days=2)),
    "policy": Topic(Lane.BULK, answers=False, fallback=Means.SUBSCRIPTION, lasts=timedelta(days=7)),
    "fair": Topic(Lane.BULK, answers=False, fallback=Means.SUBSCRIPTION, lasts=timedelta(days=7)),
    "heartbeat": Topic(Lane.BULK, answers=False, fallback=Means.SUBSCRIPTION, lasts=timedelta(days=7)),
    "broadcast": Topic(Lane.BULK, answers=False, fallback=None, lasts=timedelta(days=7)),
}


def note_action(session: Session, openid: str, action: str, now: datetime) -> None:
    """The person wrote ("message") or tapped, followed or scanned ("tap"): the platform opens a service window."""
    length, messages = WINDOWS[action]
    deliveries.open_window(session, openid, now + length, messages)


def enqueue(session: Session, veteran: Veteran, topic: str, message: Message, now: datetime) -> str:
    """Writes the outbox row of a message; one whose key is there already is left alone.

    Returns why the person will not get it ("unfollowed", "no_consent", "stopped"), or "" when it will be sent. A
    message that will not be sent is a row too, so that every sum is honest.
    """
    kind = TOPICS[topic]
    refused = _refusal(session, veteran, topic, now)
    deliveries.add_delivery(
        session,
        {
            "key": message.key,
            "veteran_id": veteran.id,
            "openid": veteran.openid,
            "topic": topic,
            "lane": kind.lane,
            "text": message.text,
            "data": dict(message.facts),
            "status": DeliveryStatus.SKIPPED if refused else DeliveryStatus.PENDING,
            "outcome": refused,
            "created_at": now,
            "due_at": now if kind.answers else after_quiet_hours(now),
            "expires_at": now + kind.lasts,
        },
    )
    return refused


def enqueue_reply(session: Session, openid: str, message: Message, now: datetime) -> None:
    """A reply of a turn that could not go as the passive one; the person may have no row yet."""
    deliveries.add_delivery(
        session,
        {
            "key": message.key,
            "openid": openid,
            "topic": "conversation",
            "lane": Lane.CHAT,
            "text": message.text,
            "data": {},
            "status": DeliveryStatus.PENDING,
            "created_at": now,
            "due_at": now,
            "expires_at": now + TOPICS["conversation"].lasts,
        },
    )


def after_quiet_hours(moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours it falls in (China time)."""
    local = moment.astimezone(CHINA)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return moment
    morning = local.replace(hour=QUIET_UNTIL.hour, minute=QUIET_UNTIL.minute, second=0, microsecond=0)
    return morning if local.time() < QUIET_UNTIL else morning + timedelta(days=1)


def _refusal(session: Session, veteran: Veteran, topic: str, now: datetime) -> str:
    if veteran.openid is None or not veteran.following:
        return "unfollowed"
    if TOPICS[topic].answers:
        return ""
    if not veterans.has_consent(session, veteran, veterans.PUSHES):
        return "no_consent"
    stopped = veterans_table.stopped_topics(session, veteran.id, now)
    return "stopped" if stopped & {topic, veterans.ALL_TOPICS} else ""


def deliver_due(rt: Runtime, limit: int = 100) -> int:
    """Claims up to `limit` due deliveries and sends each; how many were claimed."""
    claimed = _claim(rt, limit)
    for delivery, outbound in claimed:
        if outbound is not None:
            _send(rt, delivery, outbound)
    return len(claimed)


def _claim(rt: Runtime, limit: int) -> list[tuple[Delivery, Outbound | None]]:
    """Takes due rows and decides, in the same transaction, how each goes; those that cannot go are closed here."""
    now = rt.now()
    with rt.transaction() as session:
        claimed = deliveries.claim_deliveries(session, now, now + LEASE, limit)
        return [(delivery, _reserve(session, delivery, now)) for delivery in claimed]


def _reserve(session: Session, delivery: Delivery, now: datetime) -> Outbound | None:
    topic = TOPICS[delivery.topic]
    refused = _too_late(session, delivery, now)
    if not refused and deliveries.spend_window(session, delivery.openid or "", now):
        return _outbound(delivery, Means.CUSTOMER_MESSAGE, {})
    if not refused and topic.fallback is not None:
        return _outbound(delivery, topic.fallback, {"purpose": topic.purpose or delivery.topic})
    delivery.status = DeliveryStatus.SKIPPED
    delivery.outcome = refused or "window_closed"
    return None


def _too_late(session: Session, delivery: Delivery, now: datetime) -> str:
    """Why a claimed delivery must not go after all: the person may have left or said stop since it was written."""
    if delivery.expires_at is not None and delivery.expires_at < now:
        return "too_old"
    if delivery.veteran_id is None:
        return ""
    veteran = veterans_table.veteran_by_id(session, delivery.veteran_id)
    return "unfollowed" if veteran is None else _refusal(session, veteran, delivery.topic, now)


def _outbound(delivery: Delivery, means: Means, data: dict[str, str]) -> Outbound:
    return Outbound(
        delivery.key, delivery.openid or "", means, delivery.text, {**delivery.data, "topic": delivery.topic, **data}
    )


def _send(rt: Runtime, delivery: Delivery, outbound: Outbound) -> None:
    """Sends with no transaction open, then records how it went, under the lease it was claimed with."""
    try:
        receipt = rt.channel.send(outbound)
    except ChannelError as error:
        log.warning("delivery %s: platform said %s", delivery.id, error.code)
        values = _after_error(rt.now(), delivery, outbound, error)
    else:
        values = {
            "status": DeliveryStatus.SENT,
            "outcome": "sent",
            "message_id": receipt.message_id,
            "sent_at": rt.now(),
        }
    with rt.transaction() as session:
        if values.pop("shut_window", False):
            deliveries.close_window(session, outbound.recipient)
        deliveries.record_delivery(session, delivery.id, delivery.leased_until, means=outbound.means, **values)


def _after_error(now: datetime, delivery: Delivery, outbound: Outbound, error: ChannelError) -> dict[str, Any]:
    """What becomes of a delivery the platform refused, or that nobody answered for."""
    if error.action is Action.WINDOW:
        return {"status": DeliveryStatus.PENDING, "due_at": now, "shut_window": True}
    if error.uncertain and outbound.means is Means.CUSTOMER_MESSAGE:
        # It may have arrived, and this means has no key that would keep a repeat from arriving twice.
        return {"status": DeliveryStatus.SENT, "outcome": "uncertain", "sent_at": now}
    if error.permanent or delivery.attempts > len(RETRY_WAITS):
        named = {Action.UNFOLLOWED: "unfollowed", Action.REFUSED: "refused"}
        return {"status": DeliveryStatus.FAILED, "outcome": named.get(error.action, f"failed_{error.code}")}
    wait = max(RETRY_WAITS[delivery.attempts - 1], timedelta(seconds=error.retry_after))
    return {"status": DeliveryStatus.PENDING, "due_at": now + wait, "outcome": "retrying"}
