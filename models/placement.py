"""Referrals (a veteran introduced to an employer) and placements (a veteran at work)."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Session
from models.posting import Posting


class ReferralStatus(StrEnum):
    """The life of a referral: submitted -> interview -> hired or not_hired; withdrawn by the veteran; closed."""

    SUBMITTED = "submitted"
    INTERVIEW = "interview"
    HIRED = "hired"
    NOT_HIRED = "not_hired"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


OPEN_REFERRALS = (ReferralStatus.SUBMITTED, ReferralStatus.INTERVIEW)


class Referral(Base):
    """A veteran introduced to an employer for one posting. `respond_by`: when the employer's answer is due."""

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("veteran_id", "posting_id"),
        Index("ix_referral_status_respond_by", "status", "respond_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    status: Mapped[str] = mapped_column(String(12), default=ReferralStatus.SUBMITTED)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    respond_by: Mapped[date | None]

    posting: Mapped[Posting] = relationship(lazy="joined")


class ReferralChange(Base):
    """One step of a referral: when, by whom, from which status to which."""

    __tablename__ = "referral_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referral.id"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    old: Mapped[str] = mapped_column(String(12))
    new: Mapped[str] = mapped_column(String(12))


class Placement(Base):
    """A veteran hired: from which day, and, when it ended, when and why."""

    __tablename__ = "placement"

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id"), index=True)
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    referral_id: Mapped[int | None] = mapped_column(ForeignKey("referral.id"), unique=True)
    starts_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

    posting: Mapped[Posting] = relationship(lazy="joined")


def referral_for(session: Session, veteran_id: int, posting_id: int) -> Referral | None:
    """The referral of this veteran to this posting."""
    found = select(Referral).where(Referral.veteran_id == veteran_id, Referral.posting_id == posting_id)
    return session.scalars(found).first()


def referrals_of(session: Session, veteran_id: int) -> list[Referral]:
    """All referrals of a veteran, oldest first."""
    return list(session.scalars(select(Referral).where(Referral.veteran_id == veteran_id).order_by(Referral.id)))


def open_referrals_to(session: Session, posting_id: int) -> list[Referral]:
    """The referrals to a posting that are still on their way."""
    found = select(Referral).where(Referral.posting_id == posting_id, Referral.status.in_(OPEN_REFERRALS))
    return list(session.scalars(found.order_by(Referral.id)))


def placements_of(session: Session, veteran_id: int) -> list[Placement]:
    """All placements of a veteran, oldest first."""
    found = select(Placement).where(Placement.veteran_id == veteran_id)
    return list(session.scalars(found.order_by(Placement.id)))


def count_hired(session: Session, posting_id: int) -> int:
    """How many veterans hold a place of this posting now; whoever left has freed theirs."""
    held = (Placement.posting_id == posting_id, Placement.ended_on.is_(None))
    found = select(func.count()).select_from(Placement).where(*held)
    return session.scalar(found) or 0


def referrals_to(session: Session, posting_ids: Sequence[int]) -> list[Referral]:
    """All referrals to these postings, oldest first."""
    found = select(Referral).where(Referral.posting_id.in_(tuple(posting_ids)))
    return list(session.scalars(found.order_by(Referral.id)))


def placements_at(session: Session, posting_ids: Sequence[int]) -> list[Placement]:
    """All placements at these postings, oldest first."""
    found = select(Placement).where(Placement.posting_id.in_(tuple(posting_ids)))
    return list(session.scalars(found.order_by(Placement.id)))
