"""Reality checks: what a hired veteran finds at work against what the posting said, and both sides' words on it."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Json, Session
from models.placement import Placement
from models.posting import Employer
from models.prepared import prepared


class RealityStatus(StrEnum):
    """same: as posted. open -> answered (the employer has spoken) -> confirmed or dismissed by the bureau."""

    SAME = "same"
    OPEN = "open"
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


HELD_AGAINST = (RealityStatus.OPEN, RealityStatus.ANSWERED, RealityStatus.CONFIRMED)
"""While one of these stands the employer is watched; only a confirmed one may be shown to others."""


class RealityCheck(Base):
    """One day-7 answer. `gaps`: what differs (工资, 工时, 社保, 合同); `posted`: what the posting said that day.

    `words_sealed`: the veteran's words, under "reality.words". `answer_by`: until when the employer may answer first.
    """

    __tablename__ = "reality_check"
    __table_args__ = (Index("ix_reality_check_status_answer_by", "status", "answer_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    follow_up_id: Mapped[int] = mapped_column(ForeignKey("follow_up.id"), unique=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    at: Mapped[datetime]
    gaps: Mapped[list[str]] = mapped_column(Json)
    posted: Mapped[dict[str, Any]] = mapped_column(Json)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(10))
    answer_by: Mapped[date]
    employer_words: Mapped[str] = mapped_column(Text, default="")
    employer_answered_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(64), default="")
    decision: Mapped[str] = mapped_column(Text, default="")

    placement: Mapped[Placement] = relationship(lazy="joined")
    employer: Mapped[Employer] = relationship(lazy="joined")


def check_of(session: Session, follow_up_id: int) -> RealityCheck | None:
    """The check a follow-up led to."""
    return session.scalars(select(RealityCheck).where(RealityCheck.follow_up_id == follow_up_id)).first()


@prepared
def _confirmed(_insert: Any) -> Any:
    theirs = (RealityCheck.employer_id == bindparam("whose")) & (RealityCheck.status == bindparam("state"))
    late = RealityCheck.decided_at > bindparam("since", type_=RealityCheck.decided_at.type)
    return select(RealityCheck.gaps).where(theirs, late).order_by(RealityCheck.id)


def confirmed_gaps(session: Session, employer_id: int, since: datetime) -> list[list[str]]:
    """The gaps of each check of an employer that was confirmed after that moment, the oldest first."""
    rows = _confirmed.all(session, whose=employer_id, state=RealityStatus.CONFIRMED, since=since)
    return [row[0] for row in rows]


def locked_check(session: Session, check_id: int) -> RealityCheck | None:
    """One check, held until the transaction ends."""
    found = select(RealityCheck).where(RealityCheck.id == check_id).with_for_update(of=RealityCheck)
    return session.scalars(found, execution_options={"populate_existing": True}).first()


def checks_of(session: Session, employer_id: int, statuses: Sequence[RealityStatus]) -> list[RealityCheck]:
    """An employer's checks in these states, the oldest first."""
    found = select(RealityCheck).where(RealityCheck.employer_id == employer_id, RealityCheck.status.in_(statuses))
    return list(session.scalars(found.order_by(RealityCheck.id)))
