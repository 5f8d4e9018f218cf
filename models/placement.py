"""Referrals (a veteran introduced to an employer) and placements (a veteran at work)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, bindparam, false, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Session
from models.posting import Employer, Posting
from models.prepared import prepared


class ReferralStatus(StrEnum):
    """The life of a referral: submitted -> interview -> offered -> hired, declined by the veteran, or not_hired by the
    employer; withdrawn by the veteran; closed.
    """

    SUBMITTED = "submitted"
    INTERVIEW = "interview"
    OFFERED = "offered"
    HIRED = "hired"
    NOT_HIRED = "not_hired"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


OPEN_REFERRALS = (ReferralStatus.SUBMITTED, ReferralStatus.INTERVIEW, ReferralStatus.OFFERED)


class Referral(Base):
    """A veteran introduced to an employer for one posting. `respond_by`: when the employer's answer is due.

    `sent_at`: when the employer's link was passed on, `chased_at`: when the employer was last reminded. `attends`: the
    veteran's word on the interview (None = not said yet), `remind_at`: when they are to be reminded of it. `starts_on`:
    the first day the employer offered. `reason`: why it came to nothing. `place_offered_at`: when a place that became
    free was offered to them, `place_answered`: whether they have said yes or no to it.
    """

    __tablename__ = "referral"
    __table_args__ = (
        UniqueConstraint("veteran_id", "posting_id"),
        Index("ix_referral_status_respond_by", "status", "respond_by"),
        Index("ix_referral_remind_at", "remind_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id"))
    posting_id: Mapped[int] = mapped_column(ForeignKey("posting.id"), index=True)
    status: Mapped[str] = mapped_column(String(12), default=ReferralStatus.SUBMITTED)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    respond_by: Mapped[date | None]
    sent_at: Mapped[datetime | None]
    chased_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    interview_at: Mapped[datetime | None]
    interview_place: Mapped[str] = mapped_column(String(128), default="", server_default="")
    attends: Mapped[bool | None]
    remind_at: Mapped[datetime | None]
    starts_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    place_offered_at: Mapped[datetime | None]
    place_answered: Mapped[bool] = mapped_column(default=False, server_default=false())

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


@dataclass(frozen=True, slots=True)
class Introduction:
    """A posting a veteran picks, and their referral to it past the ORM; `id` None: there is none yet."""

    posting_id: int
    posting_status: str
    title: str
    employer: str
    id: int | None
    status: str | None
    respond_by: date | None
    interview_at: datetime | None
    interview_place: str | None
    starts_on: date | None


@prepared
def _introduction(_insert: Any) -> Any:
    mine = (Referral.posting_id == Posting.id) & (Referral.veteran_id == bindparam("whose"))
    kept = (Referral.respond_by, Referral.interview_at, Referral.interview_place, Referral.starts_on)
    found = select(Posting.id, Posting.status, Posting.title, Employer.name, Referral.id, Referral.status, *kept)
    return found.join(Employer).outerjoin(Referral, mine).where(Posting.code == bindparam("named"))


def introduction(session: Session, veteran_id: int, code: str) -> Introduction | None:
    """The posting with this code, and how the veteran stands to it."""
    row = _introduction.first(session, whose=veteran_id, named=code)
    return None if row is None else Introduction(*row)


@prepared
def _referred(insert: Any) -> Any:
    names = ("veteran_id", "posting_id", "status", "created_at", "updated_at", "respond_by")
    empty = {"interview_place": "", "reason": "", "place_answered": False}
    return insert(Referral).values({name: bindparam(name) for name in names} | empty).returning(Referral.id)


def add_referral(session: Session, veteran_id: int, posting_id: int, respond_by: date, now: datetime) -> int:
    """A veteran is introduced to a posting's employer; the number of the referral."""
    whose = {"veteran_id": veteran_id, "posting_id": posting_id, "status": ReferralStatus.SUBMITTED}
    row = _referred.first(session, **whose, created_at=now, updated_at=now, respond_by=respond_by)
    if row is None:
        raise LookupError("a referral that was just written has no number")
    return int(row[0])


@prepared
def _changed(insert: Any) -> Any:
    columns = ("referral_id", "at", "who", "old", "new")
    return insert(ReferralChange).values({name: bindparam(name) for name in columns})


def add_change(session: Session, referral_id: int, old: str, new: str, *, who: str, at: datetime) -> None:
    """One dated step; `old` is empty for the first."""
    _changed.send(session, [{"referral_id": referral_id, "at": at, "who": who, "old": old, "new": new}])


def count_referrals(session: Session) -> int:
    """How many there ever were."""
    return session.scalar(select(func.count()).select_from(Referral)) or 0


def referrals_of(session: Session, veteran_id: int) -> list[Referral]:
    """All referrals of a veteran, oldest first."""
    return list(session.scalars(select(Referral).where(Referral.veteran_id == veteran_id).order_by(Referral.id)))


@prepared
def _turned_down(_insert: Any) -> Any:
    found = select(Posting.code).join(Referral, Referral.posting_id == Posting.id)
    return found.where(Referral.veteran_id == bindparam("whose"), Referral.status == bindparam("status"))


def turned_down(session: Session, veteran_id: int) -> frozenset[str]:
    """The codes of the postings whose employers said no to a veteran."""
    if session.as_read((Referral, veteran_id)) is False:
        return frozenset()
    rows = _turned_down.all(session, whose=veteran_id, status=ReferralStatus.NOT_HIRED)
    return frozenset(row[0] for row in rows)


def count_on_their_way(session: Session, posting_id: int) -> int:
    """How many referrals to a posting have not ended yet."""
    open_ones = (Referral.posting_id == posting_id, Referral.status.in_(OPEN_REFERRALS))
    return session.scalar(select(func.count()).select_from(Referral).where(*open_ones)) or 0


def referrals_to_close(session: Session, posting_id: int, *, keeps_offers: bool) -> list[Referral]:
    """Those to a posting that have not ended yet, or only those without an offer; held until the transaction ends."""
    ending = [status for status in OPEN_REFERRALS if not (keeps_offers and status == ReferralStatus.OFFERED)]
    found = select(Referral).where(Referral.posting_id == posting_id, Referral.status.in_(ending))
    held = found.order_by(Referral.id).with_for_update(of=Referral)
    return list(session.scalars(held, execution_options={"populate_existing": True}))


def placements_of(session: Session, veteran_id: int) -> list[Placement]:
    """All placements of a veteran, oldest first."""
    found = select(Placement).where(Placement.veteran_id == veteran_id)
    return list(session.scalars(found.order_by(Placement.id)))


def works_on(session: Session, veteran_id: int, day: date) -> bool:
    """Whether a veteran is at work on that day with an employer of ours."""
    mine = (Placement.veteran_id == veteran_id) & (Placement.starts_on <= day)
    found = select(Placement.id).where(mine, or_(Placement.ended_on.is_(None), Placement.ended_on > day))
    return session.scalar(found.limit(1)) is not None


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


def locked_referral(session: Session, referral_id: int) -> Referral | None:
    """One referral, held until the transaction ends."""
    found = select(Referral).where(Referral.id == referral_id).with_for_update(of=Referral)
    return session.scalars(found, execution_options={"populate_existing": True}).first()


def placement_of_referral(session: Session, referral_id: int) -> Placement | None:
    """The placement that came of a referral."""
    return session.scalars(select(Placement).where(Placement.referral_id == referral_id)).first()


def interviews_to_remind(session: Session, now: datetime, limit: int) -> list[int]:
    """The referrals whose interview the veteran is to be reminded of now."""
    due = select(Referral.id).where(Referral.status == ReferralStatus.INTERVIEW, Referral.remind_at <= now)
    return list(session.scalars(due.order_by(Referral.remind_at, Referral.id).limit(limit)))


def offers_to_begin(session: Session, day: date, limit: int) -> list[int]:
    """The offers whose first day has come."""
    due = select(Referral.id).where(Referral.status == ReferralStatus.OFFERED, Referral.starts_on <= day)
    return list(session.scalars(due.order_by(Referral.starts_on, Referral.id).limit(limit)))


def next_in_line(session: Session, posting_id: int) -> Referral | None:
    """Who was told that the posting is full and has not been offered a place since; who picked it first comes first."""
    waiting = (Referral.posting_id == posting_id, Referral.status == ReferralStatus.CLOSED)
    found = select(Referral).where(*waiting, Referral.place_offered_at.is_(None)).order_by(Referral.id).limit(1)
    return session.scalars(found.with_for_update(of=Referral, skip_locked=True)).first()


def unanswered_places(session: Session, offered_before: datetime, limit: int) -> list[int]:
    """The referrals whose offer of a place has been open since before that moment."""
    open_offer = (Referral.status == ReferralStatus.CLOSED, Referral.place_answered.is_(False))
    found = select(Referral.id).where(*open_offer, Referral.place_offered_at < offered_before)
    return list(session.scalars(found.order_by(Referral.id).limit(limit)))


def count_offered_places(session: Session, posting_id: int) -> int:
    """How many people have an unanswered offer of a place of this posting."""
    waiting = (Referral.posting_id == posting_id, Referral.status == ReferralStatus.CLOSED)
    open_offer = (Referral.place_offered_at.is_not(None), Referral.place_answered.is_(False))
    return session.scalar(select(func.count()).select_from(Referral).where(*waiting, *open_offer)) or 0


def next_to_interview(session: Session, posting_id: int) -> Referral | None:
    """Who waits for the employer's answer longest: a freed interview is theirs."""
    found = select(Referral).where(Referral.posting_id == posting_id, Referral.status == ReferralStatus.SUBMITTED)
    return session.scalars(found.order_by(Referral.id).limit(1).with_for_update(of=Referral, skip_locked=True)).first()
