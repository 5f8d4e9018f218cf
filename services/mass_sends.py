"""Mass sends: people of a broadcast whom only a slot of the month reaches are gathered and sent to as one job.

A job's people and its key are fixed in one transaction before anything is sent. Whoever repeats it after a crash
repeats it under the same key, and the platform answers that it has it.
"""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from channels.base import Action, ChannelError
from models import allowance as allowances_table
from models import broadcast as broadcasts_table
from models import delivery as deliveries
from models.base import Session
from models.broadcast import Broadcast, BroadcastStatus, MassJob
from models.delivery import DeliveryStatus
from services import allowances
from services.outbox import LEASE, RETRY_WAITS
from services.runtime import Runtime
from services.topics import after_quiet_hours, next_morning

log = logging.getLogger(__name__)

MOST: Final = 10_000
LEAST: Final = 2


def send_due(rt: Runtime) -> int:
    """Makes jobs of those who are gathered and sends the jobs that are due; how many people were in them."""
    _form(rt)
    reached = 0
    while (claimed := _claim(rt)) is not None:
        reached += _send(rt, *claimed)
    return reached


def _form(rt: Runtime) -> None:
    now = rt.now()
    if after_quiet_hours(now) != now:
        return
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
        job = MassJob(broadcast_id=row.id, due_at=now, created_at=now)
        session.add(job)
        session.flush()  # its number goes into the deliveries
        given = deliveries.put_in_job(session, row.id, job.id, size)
        if given < LEAST:
            job.status = "failed"
            alone = {"status": DeliveryStatus.SKIPPED, "outcome": "window_closed", "means": None}
            deliveries.close_job(session, job.id, DeliveryStatus.SENDING, **alone)
        left -= size


def _claim(rt: Runtime) -> tuple[MassJob, list[str], str] | None:
    """A due job with its people and text; one whose calls are used up is put off."""
    now = rt.now()
    with rt.transaction() as session:
        job = broadcasts_table.claim_mass_job(session, now, now + LEASE)
        if job is None:
            return None
        put_off = _call_room(session, now)
        if put_off is not None:
            job.status, job.due_at, job.attempts = "pending", put_off, job.attempts - 1
            return None
        rows = deliveries.of_job(session, job.id)
        return job, [row.openid or "" for row in rows], rows[0].text if rows else ""


def _call_room(session: Session, now: datetime) -> datetime | None:
    """Takes one call of the minute and of the day; when to try again if there is none."""
    day = now.date()
    per_minute, per_day = (allowances.number(f"mass_calls_{span}", day).value for span in ("minute", "day"))
    if not allowances_table.count_up(session, ["mass_calls"], f"{now:%m%dT%H:%M}", per_minute, now):
        return now + timedelta(minutes=1)
    if not allowances_table.count_up(session, ["mass_calls"], f"{now:%Y-%m-%d}", per_day, now):
        return next_morning(now)
    return None


def _send(rt: Runtime, job: MassJob, openids: list[str], text: str) -> int:
    try:
        receipt = rt.channel.send_mass(openids, text, f"mass:{job.id}")
    except ChannelError as error:
        log.warning("mass job %s: platform said %s", job.id, error.code)
        _record_error(rt, job, error)
        return 0
    done = {"status": DeliveryStatus.SENT, "outcome": "mass_sent", "sent_at": rt.now()}
    _record(rt, job, {"status": "sent", "message_id": receipt.message_id}, done)
    return len(openids)


def _record_error(rt: Runtime, job: MassJob, error: ChannelError) -> None:
    now = rt.now()
    if error.permanent or job.attempts > len(RETRY_WAITS):
        _record(rt, job, {"status": "failed"}, {"status": DeliveryStatus.FAILED, "outcome": f"failed_{error.code}"})
        return
    wait = max(RETRY_WAITS[job.attempts - 1], timedelta(seconds=error.retry_after))
    due = next_morning(now) if error.action is Action.QUOTA else now + wait
    _record(rt, job, {"status": "pending", "due_at": due}, None)


def _record(rt: Runtime, job: MassJob, values: dict[str, Any], people: dict[str, Any] | None) -> None:
    with rt.transaction() as session:
        if broadcasts_table.record_mass_job(session, job.id, job.leased_until, **values) and people is not None:
            deliveries.close_job(session, job.id, DeliveryStatus.SENDING, **people)
