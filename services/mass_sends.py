"""Mass sends: people of a broadcast whom only a slot of the month reaches are gathered and sent to as one job.

A job's people and its key are fixed in one transaction before anything is sent. Whoever repeats it after a crash
repeats it under the same key, and the platform answers that it has it. A job that is refused because of some of its
people is sifted: those are named, the others go as a new job.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from channels.base import Action, ChannelError
from models import addressee
from models import allowance as allowances_table
from models import broadcast as broadcasts_table
from models import delivery as deliveries
from models.base import Session
from models.broadcast import Broadcast, BroadcastStatus, MassJob
from models.delivery import Delivery, DeliveryStatus
from services import allowances, push_rules, veterans
from services.claims import LEASE
from services.outbox import RETRY_WAITS, halt_of
from services.push_rules import QuietHours
from services.refusals import last_resort, refusal_of
from services.runtime import Runtime

log = logging.getLogger(__name__)

MOST: Final = 10_000
LEAST: Final = 2
ASKED_AT_ONCE: Final = 1000


def send_due(rt: Runtime) -> int:
    """Makes jobs of those who are gathered and sends the jobs that are due; how many people were in them."""
    if push_rules.read(rt).quiet.hold(rt.now()):
        return 0
    _form(rt)
    reached = 0
    while (claimed := _claim(rt)) is not None:
        reached += _send(rt, *claimed)
    return reached


def _form(rt: Runtime) -> None:
    now = rt.now()
    with rt.transaction() as session:
        for broadcast_id in deliveries.gathered_broadcasts(session):
            row = broadcasts_table.broadcast_by_id(session, broadcast_id)
            if row is None or row.status != BroadcastStatus.SENDING or row.expanded_at is None:
                continue
            if not deliveries.count_waiting(session, broadcast_id):
                _jobs(session, row, now)


def _jobs(session: Session, row: Broadcast, now: datetime) -> None:
    left = deliveries.count_gathered(session, row.id)
    while left:
        # Never one person alone in the last job: the platform takes two or more.
        size = min(left, MOST if left != MOST + 1 else MOST - 1)
        job = _new_job(session, row.id, now)
        deliveries.put_in_job(session, row.id, job.id, size)
        left -= size


def _new_job(session: Session, broadcast_id: int, now: datetime) -> MassJob:
    job = MassJob(broadcast_id=broadcast_id, due_at=now, created_at=now)
    session.add(job)
    session.flush()  # its number goes into the deliveries
    return job


def _claim(rt: Runtime) -> tuple[MassJob, list[str], str] | None:
    """A due job with its people and text; one whose calls are used up is put off."""
    now = rt.now()
    with rt.transaction() as session:
        job = broadcasts_table.claim_mass_job(session, now, now + LEASE)
        if job is None:
            return None
        rows = _still_wanted(session, job, now)
        if len(rows) < LEAST:
            return job, [], ""
        put_off = _call_room(session, now)
        if put_off is not None:
            job.status, job.due_at, job.attempts = "pending", put_off, job.attempts - 1
            return None
        return job, [row.openid or "" for row in rows], rows[0].text


def _still_wanted(session: Session, job: MassJob, now: datetime) -> list[Delivery]:
    """The people of a job who may be sent to this moment; the others, and one who is left alone, are closed here."""
    rows = deliveries.of_job(session, job.id)
    if broadcasts_table.statuses_of(session, [job.broadcast_id])[job.broadcast_id] == BroadcastStatus.CANCELLED:
        # After an attempt nobody answered for, it may have arrived.
        outcome = "withdrawn" if job.attempts == 1 else "uncertain"
        if job.attempts == 1:
            _give_back(session, job, rows)
        _close(session, rows, dict.fromkeys((row.id for row in rows), outcome), DeliveryStatus.CANCELLED)
        return []
    if job.attempts > 1:
        # The same people under the same key as before; only who was erased since has no identity any more.
        return [row for row in rows if row.openid]
    people = addressee.addressees(session, {row.veteran_id or 0 for row in rows}, now, purpose=veterans.PUSHES)
    refused = {}
    for row in rows:
        person = people.get(row.veteran_id or 0)
        refused[row.id] = refusal_of(person, row.topic) if person is not None and row.openid else "unfollowed"
    left = [row for row in rows if not refused[row.id]]
    if len(left) < LEAST:
        refused |= {row.id: last_resort(people.get(row.veteran_id or 0), "window_closed") for row in left}
        left = []
    closed = [row for row in rows if refused[row.id]]
    _give_back(session, job, closed)
    _close(session, closed, refused, DeliveryStatus.SKIPPED)
    return left


def _give_back(session: Session, job: MassJob, rows: Sequence[Delivery]) -> None:
    """Nothing went to these: their month's mass send and their week's push are theirs again."""
    allowances.give_back_mass(session, [row.openid for row in rows if row.openid], job.created_at)
    allowances.uncap(session, [row.veteran_id for row in rows if row.veteran_id is not None], job.created_at)


def _close(session: Session, rows: Sequence[Delivery], outcomes: dict[int, str], status: DeliveryStatus) -> None:
    for row in rows:
        row.status, row.outcome, row.means = status, outcomes[row.id], None
    session.flush()


def _call_room(session: Session, now: datetime) -> datetime | None:
    """Takes one call of the minute and of the day; when to try again if there is none."""
    day = now.date()
    per_minute, per_day = (allowances.number(f"mass_calls_{span}", day).value for span in ("minute", "day"))
    if not allowances_table.count_up(session, ["mass_calls"], f"{now:%m%dT%H:%M}", per_minute, now):
        return now + timedelta(minutes=1)
    if not allowances_table.count_up(session, ["mass_calls"], f"{now:%Y-%m-%d}", per_day, now):
        return QuietHours().next_morning(now)
    return None


def _send(rt: Runtime, job: MassJob, openids: list[str], text: str) -> int:
    if not openids:
        alone = {"status": DeliveryStatus.SKIPPED, "outcome": "window_closed", "means": None}
        _record(rt, job, {"status": "failed"}, alone)
        return 0
    try:
        receipt = rt.channel.send_mass(openids, text, f"mass:{job.id}")
    except ChannelError as error:
        log.warning("mass job %s: platform said %s", job.id, error.code)
        if error.action is Action.UNFOLLOWED:
            return _sift(rt, job, openids)
        _record_error(rt, job, error)
        return 0
    done = {"status": DeliveryStatus.SENT, "outcome": "mass_sent", "sent_at": rt.now()}
    _record(rt, job, {"status": "sent", "message_id": receipt.message_id}, done)
    return len(openids)


def _sift(rt: Runtime, job: MassJob, openids: list[str]) -> int:
    """One identity the account does not know fails the whole list: who they are is asked, the others go anew.

    Nothing was sent, so a new job under a new key sends nothing twice. Its call is taken from the day's like any.
    """
    try:
        strangers = _strangers(rt, job, openids)
    except ChannelError as error:
        _record_error(rt, job, error)
        return 0
    if not strangers:
        # The platform refuses the list and knows everybody on it: as any refusal that cannot be mended.
        failed = {"status": DeliveryStatus.FAILED, "outcome": "unfollowed"}
        _record(rt, job, {"status": "failed"}, failed)
        return 0
    with rt.transaction() as session:
        if broadcasts_table.record_mass_job(session, job.id, job.leased_until, status="failed"):
            _give_back(session, job, [one for one in deliveries.of_job(session, job.id) if one.openid in strangers])
            gone = {"status": DeliveryStatus.FAILED, "outcome": "unfollowed"}
            deliveries.close_of_job(session, job.id, strangers, **gone)
            deliveries.hand_over(session, job.id, _new_job(session, job.broadcast_id, rt.now()).id)
    return 0


def _strangers(rt: Runtime, job: MassJob, openids: list[str]) -> set[str]:
    """Asked in parts, the lease renewed after each: with many strangers it takes longer than one lease."""
    found: set[str] = set()
    for start in range(0, len(openids), ASKED_AT_ONCE):
        found |= rt.channel.strangers(openids[start : start + ASKED_AT_ONCE])
        until = rt.now() + LEASE
        with rt.transaction() as session:
            broadcasts_table.record_mass_job(session, job.id, job.leased_until, leased_until=until)
        job.leased_until = until
    return found


def _record_error(rt: Runtime, job: MassJob, error: ChannelError) -> None:
    now = rt.now()
    halt = halt_of(error, now)
    if halt is not None:
        with rt.transaction() as session:
            broadcasts_table.halt(session, job.broadcast_id, halt)
            waiting = [DeliveryStatus.PENDING]
            deliveries.move_broadcast(session, job.broadcast_id, waiting, status=DeliveryStatus.HELD)
            broadcasts_table.record_mass_job(session, job.id, job.leased_until, status="pending", attempts=0)
        return
    if error.permanent or job.attempts > len(RETRY_WAITS):
        if job.attempts == 1:  # an attempt before this one may have been taken
            with rt.transaction() as session:
                _give_back(session, job, deliveries.of_job(session, job.id))
        _record(rt, job, {"status": "failed"}, {"status": DeliveryStatus.FAILED, "outcome": f"failed_{error.code}"})
        return
    wait = max(RETRY_WAITS[job.attempts - 1], timedelta(seconds=error.retry_after))
    _record(rt, job, {"status": "pending", "due_at": now + wait}, None)


def _record(rt: Runtime, job: MassJob, values: dict[str, Any], people: dict[str, Any] | None) -> None:
    with rt.transaction() as session:
        if broadcasts_table.record_mass_job(session, job.id, job.leased_until, **values) and people is not None:
            deliveries.close_job(session, job.id, DeliveryStatus.SENDING, **people)
