"""What waits for a member of staff: open rows about the people of a scope, the most urgent first, and how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union

from models.base import Session
from models.conversation import Conversation
from models.followup import UNSETTLED, Case, FollowUp, FollowUpStatus
from models.intake import LedgerConflict
from models.placement import Placement
from models.posting import Employer, Posting, PostingStatus
from models.scope import Scope
from models.veteran import Veteran

#: Asked and not answered, or for the clerk to ask by phone.
UNANSWERED = (FollowUpStatus.ASKED, FollowUpStatus.REPEATED, FollowUpStatus.PHONE)


@dataclass(frozen=True, slots=True)
class Pile:
    """Rows of one kind that wait: the first few, how many there are, and how many of them are late."""

    rows: Sequence[Any]
    count: int
    late: int


def _pile(
    session: Session, found: Select[*tuple[Any, ...]], order: Sequence[Any], late: ColumnElement[bool], limit: int
) -> Pile:
    rows = session.execute(found.order_by(*order).limit(limit)).all()
    if len(rows) < limit:
        # Everything is here already: no need to count in the database.
        return Pile(rows, len(rows), session.scalar(_counted(found.where(late))) or 0 if rows else 0)
    return Pile(rows, session.scalar(_counted(found)) or 0, session.scalar(_counted(found.where(late))) or 0)


def _counted(found: Select[*tuple[Any, ...]]) -> Select[int]:
    return found.with_only_columns(func.count(), maintain_column_froms=True)


def unanswered_follow_ups(session: Session, scope: Scope, now: datetime, limit: int) -> Pile:
    """(FollowUp, Veteran) whose day has come and that nobody answered; late = for the phone."""
    found = (
        select(FollowUp, Veteran)
        .join(Placement, Placement.id == FollowUp.placement_id)
        .join(Veteran, Veteran.id == Placement.veteran_id)
        .where(FollowUp.status.in_(UNANSWERED), FollowUp.due_at <= now, scope.limits(Veteran.node_id))
    )
    order = (FollowUp.status != FollowUpStatus.PHONE, FollowUp.due_at, FollowUp.id)
    return _pile(session, found, order, FollowUp.status == FollowUpStatus.PHONE, limit)


def unsettled_cases(session: Session, scope: Scope, day: date, limit: int) -> Pile:
    """(Case, Veteran or None) that are not settled, by the day their answer is due; late = that day has passed."""
    found = (
        select(Case, Veteran)
        .outerjoin(Veteran, Veteran.id == Case.veteran_id)
        .where(Case.status.in_(UNSETTLED), scope.limits(Veteran.node_id))
    )
    return _pile(session, found, (Case.due_on, Case.id), Case.due_on < day, limit)


def waiting_talks(session: Session, scope: Scope, late_before: datetime, limit: int) -> Pile:
    """(Conversation, Veteran) of people who wait for a person to answer; late = since before that moment."""
    found = (
        select(Conversation, Veteran)
        .join(Veteran, Veteran.id == Conversation.veteran_id)
        .where(Conversation.waits_since.is_not(None), scope.limits(Veteran.node_id))
    )
    return _pile(session, found, (Conversation.waits_since,), Conversation.waits_since < late_before, limit)


def ending_postings(session: Session, day: date, until: date, limit: int) -> Pile:
    """(Posting,) on offer whose verification ends by `until`; late = it has ended."""
    found = select(Posting).where(Posting.status == PostingStatus.OPEN, Posting.valid_until <= until)
    return _pile(session, found, (Posting.valid_until, Posting.id), Posting.valid_until < day, limit)


def papers_due(session: Session, day: date, until: date, limit: int) -> Pile:
    """(Employer,) on offer whose papers are to be looked at by `until` or never were; late = that day has passed."""
    hiring = select(Posting.employer_id).where(Posting.status.in_((PostingStatus.OPEN, PostingStatus.CHECKED)))
    due = or_(Employer.licence_due_on <= until, Employer.licence_due_on.is_(None))
    found = select(Employer).where(Employer.id.in_(hiring), Employer.health != "stop", due)
    return _pile(
        session, found, (Employer.licence_due_on.nulls_last(), Employer.id), Employer.licence_due_on < day, limit
    )


def open_conflicts(session: Session, scope: Scope, late_before: datetime, limit: int) -> Pile:
    """(LedgerConflict, Veteran or None) that nobody has settled; late = raised before that moment."""
    found = (
        select(LedgerConflict, Veteran)
        .outerjoin(Veteran, Veteran.id == LedgerConflict.veteran_id)
        .where(LedgerConflict.settled_at.is_(None), scope.limits(Veteran.node_id))
    )
    return _pile(session, found, (LedgerConflict.id,), LedgerConflict.at < late_before, limit)


def open_talks(session: Session, scope: Scope, limit: int) -> list[tuple[Conversation, Veteran]]:
    """(Conversation, Veteran) that wait for a person or that one has taken over, the longest waiting first."""
    # Each of the two by its index: SQLite would read every dialogue for the one or the other.
    since = (Conversation.waits_since, Conversation.taken_over_at)
    is_open = Conversation.openid.in_(union(*(select(Conversation.openid).where(one.is_not(None)) for one in since)))
    found = select(Conversation, Veteran).join(Veteran, Veteran.id == Conversation.veteran_id)
    order = (Conversation.waits_since.is_(None), Conversation.waits_since, Conversation.taken_over_at)
    rows = session.execute(found.where(is_open, scope.limits(Veteran.node_id)).order_by(*order).limit(limit))
    return [(row[0], row[1]) for row in rows]
