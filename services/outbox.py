"""The outbox: everything outbound is a row first, and this is the only place that sends.

Whether a message may exist at all is decided by `enqueue`; how it goes, and whether the person still wants it, at the
moment of sending: `claim` (and reserve the means) - commit - `attempt` - `record`. A worker killed in between leaves
rows whose lease runs out; they are taken up again, under the same keys.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from channels.base import Action, ChannelError, Means, Outbound
from models import addressee
from models import allowance as allowances_table
from models import delivery as deliveries
from models import veteran as veterans_table
from models.addressee import Addressee
from models.base import Session
from models.delivery import Delivery, DeliveryStatus, Lane
from models.veteran import Veteran
from services import allowances, veterans
from services.allowances import Need, note_action
from services.runtime import Runtime
from services.topics import TOPICS, after_quiet_hours, next_morning

__all__ = ["TOPICS", "after_quiet_hours", "note_action"]

log = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=2)
# The longest an attempt takes: two calls and a renewed token, each up to its timeout.
SENDING_TAKES: Final = timedelta(seconds=30)
# All tries under one key stay within the ten minutes for which the platform remembers a template message's key.
RETRY_WAITS: Final = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=5))
_SENT_COLUMNS: Final = frozenset({"status", "outcome", "message_id", "sent_at"})
KEYLESS: Final = frozenset({Means.CUSTOMER_MESSAGE, Means.SUBSCRIPTION, Means.SMS})
"""Means by which a repeat would arrive twice: the platform has no key for them."""


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out: its unique key, the text as the person reads it, and the facts a template message is filled of."""

    key: str
    text: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in this worker's hands, ready to go. `may_repeat`: one before it died with it in hand."""

    delivery: Delivery
    outbound: Outbound
    may_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """How an attempt went: the columns to write, and what the platform said about the person's allowances."""

    claimed: Claimed
    values: dict[str, Any]
    shuts_window: bool = False
    ends_notice: bool = False


def enqueue(session: Session, veteran: Veteran, topic: str, message: Message, now: datetime) -> str:
    """Writes the outbox row of a message; one whose key is there already is left alone.

    Returns why the person will not get it ("unfollowed", "no_consent", "stopped"), or "" when it will be sent. A
    message that will not be sent is a row too, so that every sum is honest.
    """
    refused = _refusal(session, veteran, topic, now)
    deliveries.add_delivery(session, row_of(veteran.id, veteran.openid, topic, message, now, refused))
    return refused


def enqueue_reply(session: Session, openid: str, message: Message, now: datetime) -> None:
    """A reply of a turn that could not go as the passive one; the person may have no row yet."""
    deliveries.add_delivery(session, row_of(None, openid, "conversation", message, now))


def row_of(
    veteran_id: int | None, openid: str | None, topic: str, message: Message, now: datetime, refused: str = ""
) -> dict[str, Any]:
    """The columns of a new delivery; one that is refused is closed at once."""
    kind = TOPICS[topic]
    return {
        "key": message.key,
        "veteran_id": veteran_id,
        "openid": openid,
        "topic": topic,
        "lane": kind.lane,
        "text": message.text,
        "data": message.facts,
        "status": DeliveryStatus.SKIPPED if refused else DeliveryStatus.PENDING,
        "outcome": refused,
        "created_at": now,
        "due_at": now if kind.answers else after_quiet_hours(now),
        "expires_at": now + kind.lasts,
    }


def _refusal(session: Session, veteran: Veteran, topic: str, now: datetime) -> str:
    person = Addressee(
        veteran.id,
        veteran.openid,
        veteran.following,
        agrees=TOPICS[topic].answers or veterans.has_consent(session, veteran, veterans.PUSHES),
        has_phone=veteran.phone_sealed is not None,
        has_village=veteran.village is not None,
        stopped=frozenset(veterans_table.stopped_topics(session, veteran.id, now)),
    )
    return refusal_of(person, topic)


def refusal_of(person: Addressee, topic: str) -> str:
    """Why a person may not be sent a message of this topic over the account; "" when they may."""
    if person.openid is None or not person.following:
        return "unfollowed"
    if TOPICS[topic].answers:
        return ""
    if not person.agrees:
        return "no_consent"
    return "stopped" if person.stopped & {topic, veterans.ALL_TOPICS} else ""


def last_resort(person: Addressee | None, reason: str) -> str:
    """Where a broadcast that no electronic road can carry to a person goes: to the clerk's phone list, a printed slip,
    or nowhere, for the reason. Who said no, or has had enough this week, is left in peace.
    """
    if person is None or reason not in {"unfollowed", "window_closed"} or veterans.ALL_TOPICS in person.stopped:
        return reason
    return "to_phone" if person.has_phone else "to_slip" if person.has_village else reason


def deliver_due(rt: Runtime, limit: int = 100) -> int:
    """Claims up to `limit` due deliveries and sends them one by one; how many were claimed."""
    count, claimed = claim(rt, limit, hands=1)
    for position, one in enumerate(claimed):
        if is_ours(rt, one):
            record(rt, [attempt(rt, one)], claimed[position + 1 : position + 2])
    return count


def is_ours(rt: Runtime, claimed: Claimed) -> bool:
    """Whether its lease holds long enough to send it; another worker takes up one that waited too long."""
    until = claimed.delivery.leased_until
    return until is not None and rt.now() < until - SENDING_TAKES


def drain_due(rt: Runtime, rounds: int = 20) -> int:
    """Delivers batch after batch until nothing is due, or so many rounds; how many were claimed."""
    done = 0
    for _ in range(rounds):
        count = deliver_due(rt)
        done += count
        if not count:
            break
    return done


def claim(rt: Runtime, limit: int, *, hands: int, lanes: Collection[Lane] = tuple(Lane)) -> tuple[int, list[Claimed]]:
    """Takes due rows and decides, in the same transaction, how each goes; those that cannot go are closed here.

    How many rows were taken, and those to be sent; the first `hands` of them are marked as going out at once.
    """
    now = rt.now()
    with rt.transaction() as session:
        rows = deliveries.claim_deliveries(session, now, now + LEASE, limit, lanes)
        claimed = _reserve(rt, session, rows, now)
        deliveries.take_in_hand(session, [one.delivery.id for one in claimed[:hands]])
    return len(rows), claimed


def _reserve(rt: Runtime, session: Session, rows: Sequence[Delivery], now: datetime) -> list[Claimed]:
    ids = {row.veteran_id for row in rows if row.veteran_id is not None}
    people = addressee.addressees(session, ids, now, purpose=veterans.PUSHES)
    left = []
    for row in rows:
        refused = _too_late(row, people, now)
        if refused:
            _close(row, refused)
        else:
            left.append(row)
    left = _with_room(session, left, now)
    kept = _kept_means(session, left, now)
    needs = [_need(row, people) for row in left if row.id not in kept]
    means = kept | allowances.reserve(session, rt.reach, needs, now)
    allowances.uncap(session, _capped_ids(row for row in left if row.id not in means and row.attempts == 1), now)
    claimed = []
    for row in left:
        if row.id not in means:
            lost = last_resort(people.get(row.veteran_id or 0), "window_closed")
            _close(row, lost if row.broadcast_id is not None else "window_closed")
        elif means[row.id] is Means.MASS:
            row.status, row.means, row.leased_until = DeliveryStatus.GATHERED, Means.MASS, None
        else:
            claimed.append(_claimed(rt, session, row, means[row.id]))
    session.flush()
    return claimed


def _too_late(row: Delivery, people: dict[int, Addressee], now: datetime) -> str:
    """Why a claimed delivery must not go after all: the person may have left or said stop since it was written."""
    if row.expires_at is not None and row.expires_at < now:
        return "too_old"
    if row.veteran_id is None:
        return ""
    person = people.get(row.veteran_id)
    return "unfollowed" if person is None else refusal_of(person, row.topic)


def _close(row: Delivery, outcome: str) -> None:
    row.status, row.outcome, row.in_hand = DeliveryStatus.SKIPPED, outcome, False


def _capped_ids(rows: Iterable[Delivery]) -> list[int]:
    return [row.veteran_id for row in rows if row.lane == Lane.BULK and row.veteran_id is not None]


def _with_room(session: Session, rows: list[Delivery], now: datetime) -> list[Delivery]:
    """Without those whose person has had this week's pushes; a message counts once, however often it is tried."""
    full: set[int] = set()
    fresh = [row for row in rows if row.attempts == 1]
    seen: dict[int, list[Delivery]] = {}
    for row in fresh:
        if row.lane == Lane.BULK and row.veteran_id is not None:
            seen.setdefault(row.veteran_id, []).append(row)
    while seen:
        over = allowances.capped(session, seen, now, takes=True)
        for veteran_id, waiting in seen.items():
            one = waiting.pop(0)
            if veteran_id in over:
                full.add(one.id)
                _close(one, "weekly_cap")
        seen = {veteran_id: waiting for veteran_id, waiting in seen.items() if waiting}
    return [row for row in rows if row.id not in full]


def _kept_means(session: Session, rows: Sequence[Delivery], now: datetime) -> dict[int, Means]:
    """The roads reserved at an earlier try: taken once, not again; a window that has shut meanwhile is gone."""
    kept = {row.id: Means(row.means) for row in rows if row.means is not None}
    asked = {row.openid or "" for row in rows if kept.get(row.id) is Means.CUSTOMER_MESSAGE}
    still = allowances_table.windows_open(session, asked, now) if asked else {}
    gone = {row.id for row in rows if kept.get(row.id) is Means.CUSTOMER_MESSAGE and row.openid not in still}
    return {ref: means for ref, means in kept.items() if ref not in gone}


def _need(row: Delivery, people: dict[int, Addressee]) -> Need:
    person = people.get(row.veteran_id or 0)
    return Need(
        row.id,
        row.openid or "",
        row.topic,
        facts=frozenset(row.data),
        in_broadcast=row.broadcast_id is not None,
        has_phone=person is not None and person.has_phone,
    )


def _claimed(rt: Runtime, session: Session, row: Delivery, means: Means) -> Claimed:
    may_repeat = row.in_hand and row.means in KEYLESS
    row.means, row.in_hand = means, False
    recipient = row.openid or ""
    if means is Means.SMS:
        veteran = session.get(Veteran, row.veteran_id)
        recipient = (veterans.contact_of(rt.keyring, veteran).phone if veteran else None) or ""
    purpose = TOPICS[row.topic].purpose or row.topic
    data = {**row.data, "topic": row.topic, "purpose": purpose}
    return Claimed(row, Outbound(row.key, recipient, means, row.text, data), may_repeat)


def attempt(rt: Runtime, claimed: Claimed) -> Sent:
    """Sends one message, with no transaction open, and says what is to be written about it."""
    try:
        receipt = rt.channel.send(claimed.outbound)
    except ChannelError as error:
        log.warning("delivery %s: platform said %s", claimed.delivery.id, error.code)
        return _after_error(rt.now(), claimed, error)
    outcome = "sent_again" if claimed.may_repeat else "sent"
    values = {"outcome": outcome, "message_id": receipt.message_id, "sent_at": rt.now()}
    return Sent(claimed, {"status": DeliveryStatus.SENT, **values})


def record(rt: Runtime, results: Sequence[Sent], going: Sequence[Claimed] = ()) -> None:
    """Writes how attempts went, each under the lease it was claimed with; `going`: what is sent right after."""
    plain = [sent for sent in results if sent.values.keys() == _SENT_COLUMNS]
    others = [sent for sent in results if sent.values.keys() != _SENT_COLUMNS]
    with rt.transaction() as session:
        deliveries.record_sent(session, [_sent_row(sent) for sent in plain])
        for sent in others:
            delivery, outbound = sent.claimed.delivery, sent.claimed.outbound
            if sent.shuts_window:
                allowances_table.close_window(session, outbound.recipient)
            notice = (rt.reach.notices or {}).get(outbound.data["purpose"])
            if sent.ends_notice and notice is not None:
                allowances_table.drop_notice(session, outbound.recipient, notice.template_id)
            deliveries.record_delivery(session, delivery.id, delivery.leased_until, in_hand=False, **sent.values)
        deliveries.take_in_hand(session, [one.delivery.id for one in going])


def _sent_row(sent: Sent) -> dict[str, Any]:
    delivery = sent.claimed.delivery
    values = {f"new_{name}": value for name, value in sent.values.items()}
    return {"this": delivery.id, "lease": delivery.leased_until, **values}


def _after_error(now: datetime, claimed: Claimed, error: ChannelError) -> Sent:
    """What becomes of a delivery the platform refused, or that nobody answered for."""
    delivery, means = claimed.delivery, claimed.outbound.means
    if error.action is Action.WINDOW:
        again = {"status": DeliveryStatus.PENDING, "due_at": now, "means": None}
        return Sent(claimed, again, shuts_window=True)
    if error.uncertain and means in KEYLESS:
        # It may have arrived, and this means has no key that would keep a repeat from arriving twice.
        return Sent(claimed, {"status": DeliveryStatus.SENT, "outcome": "uncertain", "sent_at": now})
    if error.permanent or delivery.attempts > len(RETRY_WAITS):
        named = {Action.UNFOLLOWED: "unfollowed", Action.REFUSED: "refused"}
        outcome = named.get(error.action, f"failed_{error.code}")
        ends_notice = error.action is Action.REFUSED and means is Means.SUBSCRIPTION
        return Sent(claimed, {"status": DeliveryStatus.FAILED, "outcome": outcome}, ends_notice=ends_notice)
    if error.action is Action.QUOTA:
        due = next_morning(now)
        return Sent(claimed, {"status": DeliveryStatus.PENDING, "due_at": due, "outcome": "waits_for_quota"})
    wait = max(RETRY_WAITS[delivery.attempts - 1], timedelta(seconds=error.retry_after))
    return Sent(claimed, {"status": DeliveryStatus.PENDING, "due_at": now + wait, "outcome": "retrying"})
