"""Taking due deliveries in hand: whether each may still go, how it goes, and what it takes out of the allowances.

All of it happens in the one transaction that claims them; what may not go, or has no road, is closed there by name.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from channels.base import Means, Outbound
from models import addressee
from models import allowance as allowances_table
from models import broadcast as broadcasts_table
from models import delivery as deliveries
from models import taken as taken_table
from models.addressee import Addressee
from models.base import Session
from models.broadcast import BroadcastStatus
from models.delivery import DeliveryStatus, Lane
from models.taken import Taken, Wanted
from models.veteran import Veteran
from services import allowances, push_rules, veterans
from services.allowances import Need
from services.refusals import follows, last_resort, no_road, refusal_of
from services.runtime import Runtime
from services.topics import ANSWERING_LANES, ANSWERS, TOPICS

LEASE: Final = timedelta(minutes=2)
# The longest an attempt takes: two calls and a renewed token, each up to its timeout.
SENDING_TAKES: Final = timedelta(seconds=30)
KEYLESS: Final = frozenset({Means.CUSTOMER_MESSAGE, Means.SUBSCRIPTION, Means.SMS})
"""Means by which a repeat would arrive twice: the platform has no key for them."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in this worker's hands, ready to go. `may_repeat`: one before it died with it in hand."""

    delivery: Taken
    outbound: Outbound
    may_repeat: bool = False


def is_ours(rt: Runtime, claimed: Claimed) -> bool:
    """Whether its lease holds long enough to send it; another worker takes up one that waited too long."""
    until = claimed.delivery.leased_until
    return until is not None and rt.now() < until - SENDING_TAKES


def claim(rt: Runtime, limit: int, *, hands: int, lanes: Collection[Lane] = tuple(Lane)) -> tuple[int, list[Claimed]]:
    """Takes due rows and decides, in the same transaction, how each goes; those that cannot go are closed here. In
    the quiet hours only answers go, and pushes never faster than the operator wants; the rest stays due.

    How many rows were taken, and those to be sent; the first `hands` of them are marked as going out at once.
    """
    now = rt.now()
    if rt.push_rate.is_spent():
        lanes = set(lanes) - {Lane.BULK}
    if not lanes:
        return 0, []
    with rt.transaction(alone=False) as session:
        is_quiet = push_rules.quiet_hours(session).hold(now)
        wanted = Wanted(ANSWERING_LANES & set(lanes), ANSWERS) if is_quiet else Wanted(lanes)
        rows = taken_table.take(session, now, now + LEASE, limit, wanted)
        claimed = _reserve(rt, session, rows, now) if rows else []
        taken_table.settle(session, rows)
        taken_table.go_out(session, [one.delivery.id for one in claimed[:hands]])
    rt.push_rate.spend(sum(one.delivery.lane == Lane.BULK for one in claimed))
    return len(rows), claimed


def _reserve(rt: Runtime, session: Session, rows: Sequence[Taken], now: datetime) -> list[Claimed]:
    ids = {row.veteran_id for row in rows if row.veteran_id is not None}
    people = addressee.addressees(session, ids, now, purpose=veterans.PUSHES)
    left = []
    for row in _going_on(session, rows):
        refused = _too_late(rt, row, people, now)
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
            person = people.get(row.veteran_id or 0)
            lost = no_road(person) if row.veteran_id is not None else "window_closed"
            _close(row, last_resort(person, lost) if row.broadcast_id is not None else lost)
        elif means[row.id] is Means.MASS:
            row.status, row.means, row.leased_until = DeliveryStatus.GATHERED, Means.MASS, None
        else:
            claimed.append(_claimed(rt, session, row, means[row.id]))
    return claimed


def give_back_stopped(session: Session, claimed: Sequence[Claimed]) -> list[Claimed]:
    """Those whose broadcast still runs; the others, taken and not yet sent, wait or are withdrawn."""
    ids = {one.delivery.broadcast_id for one in claimed if one.delivery.broadcast_id is not None}
    statuses = broadcasts_table.statuses_of(session, ids) if ids else {}
    paused = _paused(session, statuses)
    still = []
    for one in claimed:
        row = one.delivery
        match statuses.get(row.broadcast_id or 0):
            case BroadcastStatus.PAUSED:
                back: dict[str, Any] = {"status": paused[row.broadcast_id or 0], "attempts": row.attempts - 1}
            case BroadcastStatus.CANCELLED:
                back = {"status": DeliveryStatus.CANCELLED, "outcome": _taken_back(one.may_repeat)}
            case _:
                still.append(one)
                continue
        deliveries.record_delivery(session, row.id, row.leased_until, leased_until=None, in_hand=one.may_repeat, **back)
    return still


def _going_on(session: Session, rows: Sequence[Taken]) -> list[Taken]:
    """Without those whose broadcast was paused or taken back while they were in a worker's hands."""
    ids = {row.broadcast_id for row in rows if row.broadcast_id is not None}
    statuses = broadcasts_table.statuses_of(session, ids) if ids else {}
    paused = _paused(session, statuses)
    left = []
    for row in rows:
        match statuses.get(row.broadcast_id or 0):
            case BroadcastStatus.PAUSED:
                # The try that was not made does not count: what it takes is counted when it goes.
                row.status, row.leased_until, row.attempts = paused[row.broadcast_id or 0], None, row.attempts - 1
            case BroadcastStatus.CANCELLED:
                row.status, row.outcome, row.in_hand = DeliveryStatus.CANCELLED, _taken_back(row.in_hand), False
            case _:
                left.append(row)
    return left


def _paused(session: Session, statuses: Mapping[int, str]) -> dict[int, DeliveryStatus]:
    """How what is not sent of each paused broadcast waits: for its going on; or, if somebody decides about that this
    moment and will not see what is held now, for the next look.
    """
    paused = {number for number, status in statuses.items() if status == BroadcastStatus.PAUSED}
    sure = broadcasts_table.still_paused(session, paused) if paused else set()
    return {number: DeliveryStatus.HELD if number in sure else DeliveryStatus.PENDING for number in paused}


def _taken_back(may_have_gone: bool) -> str:
    """A worker that died with it in hand may have sent it already."""
    return "uncertain" if may_have_gone else "withdrawn"


def _too_late(rt: Runtime, row: Taken, people: dict[int, Addressee], now: datetime) -> str:
    """Why a claimed delivery must not go after all: the person may have left or said stop since it was written."""
    if row.expires_at is not None and row.expires_at < now:
        return "too_old"
    if row.veteran_id is None:
        return ""
    person = people.get(row.veteran_id)
    by_sms = row.broadcast_id is not None and Means.SMS in rt.reach.means
    return "unfollowed" if person is None else refusal_of(person, row.topic, by_sms=by_sms)


def _close(row: Taken, outcome: str) -> None:
    row.status, row.outcome, row.in_hand = DeliveryStatus.SKIPPED, outcome, False


def _capped_ids(rows: Iterable[Taken]) -> list[int]:
    return [row.veteran_id for row in rows if row.lane == Lane.BULK and row.veteran_id is not None]


def _with_room(session: Session, rows: list[Taken], now: datetime) -> list[Taken]:
    """Without those whose person has had this week's pushes; a message counts once, however often it is tried."""
    full: set[int] = set()
    fresh = [row for row in rows if row.attempts == 1]
    seen: dict[int, list[Taken]] = {}
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


def _kept_means(session: Session, rows: Sequence[Taken], now: datetime) -> dict[int, Means]:
    """The roads reserved at an earlier try: taken once, not again; a window that has shut meanwhile is gone."""
    kept = {row.id: Means(row.means) for row in rows if row.means is not None}
    asked = {row.openid or "" for row in rows if kept.get(row.id) is Means.CUSTOMER_MESSAGE}
    still = allowances_table.windows_open(session, asked, now) if asked else {}
    gone = {row.id for row in rows if kept.get(row.id) is Means.CUSTOMER_MESSAGE and row.openid not in still}
    return {ref: means for ref, means in kept.items() if ref not in gone}


def _need(row: Taken, people: dict[int, Addressee]) -> Need:
    person = people.get(row.veteran_id or 0)
    return Need(
        row.id,
        row.openid or "",
        row.topic,
        facts=frozenset(row.data),
        in_broadcast=row.broadcast_id is not None,
        has_phone=person is not None and person.has_phone,
        follows=person is None or follows(person),
        chars=len(row.text),
    )


def _claimed(rt: Runtime, session: Session, row: Taken, means: Means) -> Claimed:
    may_repeat = row.in_hand and row.means in KEYLESS
    row.means, row.in_hand = means, False
    recipient = row.openid or ""
    if means is Means.SMS:
        veteran = session.get(Veteran, row.veteran_id)
        recipient = (veterans.contact_of(rt.keyring, veteran).phone if veteran else None) or ""
    purpose = TOPICS[row.topic].purpose or row.topic
    data = {**row.data, "topic": row.topic, "purpose": purpose}
    return Claimed(row, Outbound(row.key, recipient, means, row.text, data), may_repeat)
