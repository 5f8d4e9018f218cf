"""What was shown to whom: every posting of every numbered list, with the sentence that said why."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, bindparam, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session
from models.prepared import prepared
from models.veteran import Preference, Veteran


class Recommendation(Base):
    """One posting of one list shown to a veteran. `way`: talk (asked for) or push (sent unasked)."""

    __tablename__ = "recommendation"
    __table_args__ = (Index("ix_recommendation_veteran_id_at", "veteran_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"))
    posting_code: Mapped[str] = mapped_column(String(32), index=True)
    position: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    way: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class MatchRhythm(Base):
    """How often a veteran is sent new postings, and when that was last looked at (`checked_on`)."""

    __tablename__ = "match_rhythm"

    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), primary_key=True)
    every_days: Mapped[int] = mapped_column(default=1)
    checked_on: Mapped[date | None]


def rhythm_of(session: Session, veteran_id: int) -> MatchRhythm:
    """The veteran's rhythm; a new row says every day."""
    kept = session.get(MatchRhythm, veteran_id)
    if kept is None:
        kept = MatchRhythm(veteran_id=veteran_id, every_days=1)
        session.add(kept)
    return kept


def veterans_to_look_at(session: Session, day: date, limit: int) -> list[Veteran]:
    """Followers with a profile whose new postings were not looked at on that day yet."""
    found = (
        select(Veteran)
        .join(Preference, Preference.veteran_id == Veteran.id)
        .outerjoin(MatchRhythm, MatchRhythm.veteran_id == Veteran.id)
        .where(Veteran.following, or_(MatchRhythm.checked_on.is_(None), MatchRhythm.checked_on < day))
    )
    return list(session.scalars(found.order_by(Veteran.id).limit(limit)))


@prepared
def _shown(insert: Any) -> Any:
    columns = ("veteran_id", "posting_code", "position", "reason", "way", "at")
    return insert(Recommendation).values({name: bindparam(name) for name in columns})


def add_recommendations(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Notes a list as shown, one row a posting."""
    _shown.run_each(session, rows)


def recommendations_since(session: Session, veteran_id: int, moment: datetime) -> list[Recommendation]:
    """What this veteran was shown from that moment on, in the order shown."""
    found = select(Recommendation).where(Recommendation.veteran_id == veteran_id, Recommendation.at >= moment)
    return list(session.scalars(found.order_by(Recommendation.id)))
