"""Placements: a veteran starts work, the follow-ups are planned; a veteran leaves, the rest is dropped."""

from datetime import date, datetime

from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.placement import Placement
from models.posting import Posting
from services import followups, posting_states, waiting_line
from services.errors import ServiceError
from services.runtime import Runtime


def hire(
    session: Session,
    veteran_id: int,
    posting: Posting,
    starts_on: date,
    now: datetime,
    *,
    referral_id: int | None = None,
) -> Placement:
    """A veteran starts on that day; the follow-ups are planned with it. A posting whose last place this was is full.

    A referral makes one placement: hired again while at work is the same one.
    """
    known = placements_table.placement_of_referral(session, referral_id) if referral_id is not None else None
    if known is not None and known.ended_on is None:
        return known
    referral_id = referral_id if known is None else None
    placement = Placement(
        veteran_id=veteran_id, posting=posting, referral_id=referral_id, starts_on=starts_on, created_at=now
    )
    session.add(placement)
    session.flush()  # the follow-ups name it
    followups.plan(session, placement, now)
    posting_states.fill_if_taken(session, posting, now)
    return placement


def begin(rt: Runtime, veteran_id: int, code: str, starts_on: date) -> None:
    """Staff record that a veteran starts at a posting; raises ServiceError when there is no such posting."""
    with rt.transaction() as session:
        posting = postings_table.posting_by_code(session, code)
        if posting is None:
            raise ServiceError("postings.unknown", 404)
        hire(session, veteran_id, posting, starts_on, rt.now())


def end(session: Session, placement: Placement, day: date, reason: str, now: datetime) -> None:
    """The veteran left: the placement ends, what was still to be asked is dropped, the place goes to the next."""
    placement.ended_on = day
    placement.end_reason = reason[:200]
    followups.drop_rest(session, placement)
    session.flush()  # the places taken are counted
    waiting_line.pass_on(session, placement.posting, now)
