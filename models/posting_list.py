"""The list of postings the staff look through: filtered, the newest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from models.base import Session
from models.posting import Employer, Posting

PAGE = 50


@dataclass(frozen=True, slots=True)
class PostingFilter:
    """What the list is narrowed to; an empty text and None are no limit. `ending`: valid no longer than that day."""

    status: str = ""
    words: str = ""
    place: str = ""
    employer_id: int | None = None
    ending: date | None = None
    trade: str = ""
    urgent: bool = False


def postings_page(session: Session, wanted: PostingFilter, after: int, limit: int = PAGE) -> Sequence[Posting]:
    """One page of postings; `after`: the number the last page ended with, 0 for the first page."""
    found = select(Posting).join(Employer, Employer.id == Posting.employer_id).order_by(Posting.id.desc()).limit(limit)
    if after:
        found = found.where(Posting.id < after)
    if wanted.status:
        found = found.where(Posting.status == wanted.status)
    if wanted.words:
        like = f"%{wanted.words}%"
        found = found.where(or_(Posting.title.like(like), Employer.name.like(like), Posting.code == wanted.words))
    if wanted.place:
        found = found.where(Posting.address.like(f"%{wanted.place}%"))
    if wanted.employer_id:
        found = found.where(Posting.employer_id == wanted.employer_id)
    if wanted.trade:
        found = found.where(_of_trade(session, wanted.trade))
    if wanted.urgent:
        found = found.where(Posting.urgent)
    if wanted.ending:
        found = found.where(or_(Posting.valid_until <= wanted.ending, Posting.deadline <= wanted.ending))
    return session.scalars(found).unique().all()


def _of_trade(session: Session, trade: str) -> ColumnElement[bool]:
    """Whether a posting is of that trade; the two engines look into a JSON list differently."""
    if session.line.dialect.name == "sqlite":
        listed = func.json_each(Posting.facts, "$.job_categories").table_valued("value")
        return exists(select(1).select_from(listed).where(listed.c.value == trade))
    return cast(Posting.facts["job_categories"], JSONB).contains([trade])
