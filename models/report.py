"""What the figures of the reports count: the dated rows of a span of time, all in one shape, so that a count and the
list behind it cannot differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute

from models.base import Json, Session
from models.broadcast import Broadcast, BroadcastStatus
from models.contact import ContactMoment
from models.delivery import Delivery, DeliveryStatus, Lane
from models.followup import Case, FollowUp
from models.heartbeat import Confirmation
from models.outreach import Outreach
from models.placement import Placement, Referral
from models.posting import Employer, Posting, PostingChange, PostingStatus
from models.recommendation import Recommendation
from models.scope import Scope
from models.veteran import Preference, PreferenceChange, Veteran

FRESH_FOR: Final = timedelta(days=31)
"""How long a confirmation keeps a row fresh."""
_SENT: Final = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
_WRITTEN: Final = (BroadcastStatus.DRAFT, BroadcastStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`, and the same as days from `first` to before `last`."""

    start: datetime
    end: datetime
    first: date
    last: date

    def holds(self, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """Whether a moment lies in it."""
        return and_(column >= self.start, column < self.end)


@dataclass(frozen=True, slots=True)
class Counted:
    """One row behind a figure: its number in its table, when it counted, and whose it is."""

    key: int
    at: datetime | date
    amount: int
    veteran_id: int | None
    node_id: int | None


Rows = Select[Any]


def _rows(key: Any, at: Any) -> Rows:
    """Rows about people of ours."""
    return _shape(key, at, 1, Veteran.id, Veteran.node_id).select_from(Veteran)


def _shape(key: Any, at: Any, amount: Any, veteran_id: Any, node_id: Any) -> Rows:
    amount = literal(amount) if isinstance(amount, int) else amount
    return select(
        key.label("key"),
        at.label("at"),
        amount.label("amount"),
        veteran_id.label("veteran_id"),
        node_id.label("node_id"),
    )


def ledger(span: Span) -> Rows:
    """Who stood in the ledger at the end."""
    kept = or_(Veteran.erased_at.is_(None), Veteran.erased_at >= span.end)
    return _rows(Veteran.id, Veteran.created_at).where(Veteran.in_ledger, Veteran.created_at < span.end, kept)


def registered(span: Span) -> Rows:
    """Whose row in the ledger began."""
    return ledger(span).where(Veteran.created_at >= span.start)


def willing(span: Span, word: str) -> Rows:
    """Who stood in the ledger with this willingness at the end: what is kept now, unless it changed since."""
    later = select(PreferenceChange.veteran_id, func.min(PreferenceChange.id).label("id"))
    later = later.where(PreferenceChange.slot == "willingness", PreferenceChange.at >= span.end)
    first = later.group_by(PreferenceChange.veteran_id).subquery()
    then = PreferenceChange.old == type_coerce(word, Json)
    now = Preference.profile["willingness"].as_string() == word
    return (
        ledger(span)
        .outerjoin(Preference, Preference.veteran_id == Veteran.id)
        .outerjoin(first, first.c.veteran_id == Veteran.id)
        .outerjoin(PreferenceChange, PreferenceChange.id == first.c.id)
        .where(case((PreferenceChange.id.is_not(None), then), else_=now))
    )


def fresh(span: Span) -> Rows:
    """Who of the ledger was heard of in the month before the end."""
    heard = (Confirmation.at >= span.end - FRESH_FOR, Confirmation.at < span.end)
    return ledger(span).where(exists().where(Confirmation.veteran_id == Veteran.id, *heard))


def contacted(span: Span) -> Rows:
    """Contacts of staff with people that nobody took back within the span."""
    found = _rows(ContactMoment.id, ContactMoment.at).join(ContactMoment, ContactMoment.veteran_id == Veteran.id)
    stands = or_(ContactMoment.undone_at.is_(None), ContactMoment.undone_at >= span.end)
    return found.where(span.holds(ContactMoment.at), stands, ContactMoment.occasion.in_(("phone", "visit", "desk")))


def matched(span: Span) -> Rows:
    """Who was shown postings, once each."""
    found = _rows(Veteran.id, func.min(Recommendation.at)).join(Recommendation, Recommendation.veteran_id == Veteran.id)
    return found.where(span.holds(Recommendation.at)).group_by(Veteran.id, Veteran.node_id)


def referred(span: Span) -> Rows:
    """Referrals made."""
    found = _rows(Referral.id, Referral.created_at).join(Referral, Referral.veteran_id == Veteran.id)
    return found.where(span.holds(Referral.created_at))


def placed(span: Span) -> Rows:
    """Who began to work, once each; who never came did not."""
    found = _rows(func.min(Placement.id), func.min(Placement.starts_on))
    came = or_(Placement.ended_on.is_(None), Placement.ended_on > Placement.starts_on)
    days = (Placement.starts_on >= span.first, Placement.starts_on < span.last)
    joined = found.join(Placement, Placement.veteran_id == Veteran.id)
    return joined.where(came, *days).group_by(Veteran.id, Veteran.node_id)


def reached_day(span: Span, step: int) -> Rows:
    """Placements whose day `step` fell into the span."""
    found = _rows(Placement.id, Placement.starts_on).join(Placement, Placement.veteran_id == Veteran.id)
    first, last = (day - timedelta(days=step) for day in (span.first, span.last))
    return found.where(Placement.starts_on >= first, Placement.starts_on < last)


def followed_up(span: Span) -> Rows:
    """Follow-ups that people at work answered."""
    found = _rows(FollowUp.id, FollowUp.answered_at).join(Placement, Placement.veteran_id == Veteran.id)
    joined = found.join(FollowUp, FollowUp.placement_id == Placement.id)
    return joined.where(FollowUp.side == "veteran", span.holds(FollowUp.answered_at))


def opened(span: Span) -> Rows:
    """Cases opened."""
    return _cases(Case.opened_at).where(span.holds(Case.opened_at))


def settled(span: Span) -> Rows:
    """Cases whose answer was told back."""
    return _cases(Case.resolved_at).where(span.holds(Case.resolved_at))


def _cases(at: Any) -> Rows:
    found = _shape(Case.id, at, 1, Veteran.id, Veteran.node_id).select_from(Case)
    return found.outerjoin(Veteran, Veteran.id == Case.veteran_id)


def delivered(span: Span) -> Rows:
    """Pushes that left for the person's phone."""
    found = _rows(Delivery.id, Delivery.sent_at).join(Delivery, Delivery.veteran_id == Veteran.id)
    return found.where(Delivery.lane == Lane.BULK, Delivery.status.in_(_SENT), span.holds(Delivery.sent_at))


def told(span: Span, results: Sequence[str]) -> Rows:
    """Who was told by a call or a slip instead."""
    found = _rows(Outreach.id, Outreach.at).join(Outreach, Outreach.veteran_id == Veteran.id)
    return found.where(span.holds(Outreach.at), Outreach.result.in_(results))


def broadcast(span: Span) -> Rows:
    """Broadcasts that went out."""
    sent = func.coalesce(Broadcast.send_at, Broadcast.created_at)
    return _nobodys(Broadcast.id, sent).where(Broadcast.status.not_in(_WRITTEN), sent >= span.start, sent < span.end)


def posted(span: Span) -> Rows:
    """Postings opened for the first time."""
    return _first_opened(span, 1)


def places(span: Span) -> Rows:
    """The same, with how many people each looks for; who does not say looks for one at least."""
    return _first_opened(span, func.coalesce(Posting.headcount, 1))


def hiring(span: Span) -> Rows:
    """The employers of these postings, once each."""
    found = _first_opened(span, 1).subquery()
    joined = _nobodys(Posting.employer_id, func.min(found.c.at)).join(found, found.c.key == Posting.id)
    return joined.group_by(Posting.employer_id)


def _first_opened(span: Span, amount: Any) -> Rows:
    first = func.min(PostingChange.at)
    is_open = PostingChange.new == type_coerce(PostingStatus.OPEN.value, Json)
    times = select(PostingChange.posting_id, first.label("at")).where(is_open).group_by(PostingChange.posting_id)
    begun = times.having(and_(first >= span.start, first < span.end)).subquery()
    return _nobodys(Posting.id, begun.c.at, amount).join(begun, begun.c.posting_id == Posting.id)


def _nobodys(key: Any, at: Any, amount: Any = 1) -> Rows:
    return _shape(key, at, amount, null(), null())


def count(session: Session, found: Rows, scope: Scope | None) -> dict[int, int]:
    """How much by node, 0 = of no node; `scope` None: the rows are about nobody."""
    rows = found.subquery()
    node = func.coalesce(rows.c.node_id, 0) if scope else literal(0)
    summed = select(node.label("node"), func.sum(rows.c.amount)).group_by("node")
    limited = summed.where(scope.limits(rows.c.node_id)) if scope else summed
    return {row[0]: int(row[1]) for row in session.execute(limited)}


def page(session: Session, found: Rows, scope: Scope | None, after: int, limit: int) -> list[Counted]:
    """Up to `limit` of the rows with higher numbers than `after`."""
    rows = found.subquery()
    listed = select(rows.c.key, rows.c.at, rows.c.amount, rows.c.veteran_id, rows.c.node_id)
    listed = listed.where(scope.limits(rows.c.node_id)) if scope else listed
    listed = listed.where(rows.c.key > after).order_by(rows.c.key).limit(limit)
    return [Counted(*row) for row in session.execute(listed)]


def placements(session: Session, keys: Sequence[int]) -> list[Placement]:
    """These placements, with their postings."""
    return list(session.scalars(select(Placement).where(Placement.id.in_(keys))))


def referrals(session: Session, keys: Sequence[int]) -> list[Referral]:
    """These referrals, with their postings."""
    return list(session.scalars(select(Referral).where(Referral.id.in_(keys))))


def cases(session: Session, keys: Sequence[int]) -> list[Case]:
    """These cases."""
    return list(session.scalars(select(Case).where(Case.id.in_(keys))))


def postings(session: Session, keys: Sequence[int]) -> list[Posting]:
    """These postings, with their employers."""
    return list(session.scalars(select(Posting).where(Posting.id.in_(keys))))


def employers(session: Session, keys: Sequence[int]) -> list[Employer]:
    """These employers."""
    return list(session.scalars(select(Employer).where(Employer.id.in_(keys))))


def broadcasts(session: Session, keys: Sequence[int]) -> list[Broadcast]:
    """These broadcasts."""
    return list(session.scalars(select(Broadcast).where(Broadcast.id.in_(keys))))


def people(session: Session, keys: Sequence[int]) -> list[Veteran]:
    """These people."""
    return list(session.scalars(select(Veteran).where(Veteran.id.in_(keys))))
