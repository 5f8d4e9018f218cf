"""The outbox: everything outbound is a row first, and this is the only place that sends.

Whether a message may exist at all is decided by `enqueue`; how it goes, and whether the person still wants it, at the
moment of sending: `claim` (services/claims.py) - commit - `attempt` - `record`. A worker killed in between leaves
rows whose lease runs out; they are taken up again, under the same keys.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from channels.base import Action, ChannelError, Means
from models import allowance as allowances_table
from models import broadcast as broadcasts_table
from models import delivery as deliveries
from models import taken as taken_table
from models import veteran as veterans_table
from models.addressee import Addressee
from models.base import Session
from models.broadcast import Halt
from models.delivery import DeliveryStatus
from models.veteran import Veteran
from services import veterans
from services.claims import KEYLESS, Claimed, claim, give_back_stopped, is_ours
from services.push_rules import QuietHours, quiet_hours
from services.refusals import refusal_of
from services.runtime import Runtime
from services.topics import TOPICS

log = logging.getLogger(__name__)

# All tries under one key stay within the ten minutes for which the platform remembers a template message's key.
RETRY_WAITS: Final = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=5))
A_DAY_S_QUOTA: Final = timedelta(hours=1)
"""A count that takes longer than this to come back is the day's: nothing goes before the next morning."""
_SENT_COLUMNS: Final = frozenset({"status", "outcome", "message_id", "sent_at"})


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out: its unique key, the text as the person reads it, and the facts a template message is filled of."""

    key: str
    text: str
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """How an attempt went: the columns to write, and what the platform said about the person's allowances.

    `halt`: it said that nothing like this can go now, to whomever; the broadcast it belongs to stops for it.
    """

    claimed: Claimed
    values: dict[str, Any]
    shuts_window: bool = False
    ends_notice: bool = False
    halt: Halt | None = None


def enqueue(session: Session, veteran: Veteran, topic: str, message: Message, now: datetime) -> str:
    """Writes the outbox row of a message; one whose key is there already is left alone.

    Returns why the person will not get it ("unfollowed", "no_consent", "stopped"), or "" when it will be sent. A
    message that will not be sent is a row too, so that every sum is honest.
    """
    refused = _refusal(session, veteran, topic, now)
    row = row_of(veteran.id, veteran.openid, topic, message, now, refused)
    deliveries.add_delivery(session, row | {"due_at": goes_at(session, topic, now)})
    return refused


def enqueue_reply(
    session: Session, openid: str, message: Message, now: datetime, *, veteran_id: int | None = None
) -> None:
    """A reply of a turn that could not go as the passive one; `veteran_id` None: nobody is kept it belongs to."""
    deliveries.add_delivery(session, row_of(veteran_id, openid, "conversation", message, now))


def goes_at(session: Session, topic: str, now: datetime) -> datetime:
    """When a message of that kind may go at the earliest. The quiet hours are looked at again when it is sent."""
    return now if TOPICS[topic].answers else quiet_hours(session).after(now)


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
        "due_at": now,
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


def deliver_due(rt: Runtime, limit: int = 100) -> int:
    """Claims up to `limit` due deliveries and sends them one by one; how many were claimed."""
    count, claimed = claim(rt, limit, hands=1)
    going = claimed[:1]
    for position in range(len(claimed)):
        results = [attempt(rt, one) for one in going if is_ours(rt, one)]
        going = record(rt, results, claimed[position + 1 : position + 2])
    return count


def drain_due(rt: Runtime, rounds: int = 20) -> int:
    """Delivers batch after batch until nothing is due, or so many rounds; how many were claimed."""
    done = 0
    for _ in range(rounds):
        count = deliver_due(rt)
        done += count
        if not count:
            break
    return done


def attempt(rt: Runtime, claimed: Claimed) -> Sent:
    """Sends one message, with no transaction open, and says what is to be written about it."""
    try:
        receipt = rt.channel.send(claimed.outbound)
    except ChannelError as error:
        log.warning("delivery %s: platform said %s", claimed.delivery.id, error.code)
        return _after_error(rt.now(), claimed, error)
    by_sms = claimed.outbound.means is Means.SMS
    outcome = "sent_again" if claimed.may_repeat else "sms_sent" if by_sms else "sent"
    values = {"outcome": outcome, "message_id": receipt.message_id, "sent_at": rt.now()}
    return Sent(claimed, {"status": DeliveryStatus.SENT, **values})


def attempt_ours(rt: Runtime, claimed: Claimed) -> Sent:
    """The same for one that lay ready: if its lease ran out meanwhile, it is left for whoever takes it up next."""
    return attempt(rt, claimed) if is_ours(rt, claimed) else Sent(claimed, {"in_hand": claimed.may_repeat})


def record(rt: Runtime, results: Sequence[Sent], going: Sequence[Claimed] = ()) -> list[Claimed]:
    """Writes how attempts went, each under the lease it was claimed with.

    `going`: what is to be sent right after. Those of them whose broadcast still runs are marked so, and answered.
    """
    plain = [sent for sent in results if sent.values.keys() == _SENT_COLUMNS]
    others = [sent for sent in results if sent.values.keys() != _SENT_COLUMNS]
    with rt.transaction(alone=False) as session:
        # First, as whoever pauses by hand does: the broadcast's row is taken before those of its deliveries.
        for broadcast_id, halt in _halts(others).items():
            if broadcasts_table.halt(session, broadcast_id, halt):
                waiting = [DeliveryStatus.PENDING]
                deliveries.move_broadcast(session, broadcast_id, waiting, status=DeliveryStatus.HELD)
        taken_table.record_sent(session, [_sent_row(sent) for sent in plain])
        for sent in others:
            delivery, outbound = sent.claimed.delivery, sent.claimed.outbound
            if sent.shuts_window:
                allowances_table.close_window(session, outbound.recipient)
            notice = (rt.reach.notices or {}).get(outbound.data["purpose"])
            if sent.ends_notice and notice is not None:
                allowances_table.drop_notice(session, outbound.recipient, notice.template_id)
            values = {"in_hand": False} | sent.values
            deliveries.record_delivery(session, delivery.id, delivery.leased_until, **values)
        still = give_back_stopped(session, going)
        taken_table.go_out(session, [one.delivery.id for one in still])
    return still


def _halts(results: Sequence[Sent]) -> dict[int, Halt]:
    found = {sent.claimed.delivery.broadcast_id: sent.halt for sent in results if sent.halt is not None}
    return {number: halt for number, halt in sorted(found.items(), key=str) if number is not None}


def halt_of(error: ChannelError, now: datetime) -> Halt | None:
    """What a refusal that concerns the whole account stops a broadcast for; None when it concerns one message."""
    if error.action is Action.ALERT:
        return Halt(f"alert_{error.code}", error.meaning, None)
    if error.action is Action.QUOTA:
        return Halt(f"quota_{error.code}", error.meaning, after_quota(error, now))
    return None


def after_quota(error: ChannelError, now: datetime) -> datetime:
    """When a used-up count is there again: after the wait the platform asks for, or the next morning by our hours (the
    bureau's are looked at when it is sent).
    """
    wait = timedelta(seconds=error.retry_after)
    return now + wait if wait < A_DAY_S_QUOTA else QuietHours().next_morning(now)


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
    halt = halt_of(error, now)
    if halt is not None and delivery.broadcast_id is not None:
        return Sent(claimed, {"status": DeliveryStatus.HELD, "leased_until": None}, halt=halt)
    if error.permanent or delivery.attempts > len(RETRY_WAITS):
        named = {Action.UNFOLLOWED: "unfollowed", Action.REFUSED: "refused"}
        outcome = "sms_failed" if means is Means.SMS else named.get(error.action, f"failed_{error.code}")
        ends_notice = error.action is Action.REFUSED and means is Means.SUBSCRIPTION
        return Sent(claimed, {"status": DeliveryStatus.FAILED, "outcome": outcome}, ends_notice=ends_notice)
    if error.action is Action.QUOTA:
        due = after_quota(error, now)
        return Sent(claimed, {"status": DeliveryStatus.PENDING, "due_at": due, "outcome": "waits_for_quota"})
    wait = max(RETRY_WAITS[delivery.attempts - 1], timedelta(seconds=error.retry_after))
    return Sent(claimed, {"status": DeliveryStatus.PENDING, "due_at": now + wait, "outcome": "retrying"})
