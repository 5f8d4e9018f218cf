"""The employer's booklet (一企一册) beside its row: contacts, and every dated change, agreement and visit."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session
from models.posting import Employer, Posting, PostingStatus


class EmployerContact(Base):
    """Somebody at a firm whom the bureau may call. `ended_at`: when they stopped being the one to call."""

    __tablename__ = "employer_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(32), default="")
    added_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class EmployerChange(Base):
    """One dated entry of a booklet: a field that changed, or ("visit") what was seen there; by whom and why."""

    __tablename__ = "employer_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("employer.id"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    field: Mapped[str] = mapped_column(String(16))
    old: Mapped[str] = mapped_column(String(200), default="")
    new: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


def employer_by_id(session: Session, employer_id: int) -> Employer | None:
    """One employer by its number."""
    return session.get(Employer, employer_id)


def contacts_of(session: Session, employer_id: int) -> list[EmployerContact]:
    """Whom to call at a firm, the newest first."""
    found = select(EmployerContact).where(EmployerContact.employer_id == employer_id)
    return list(session.scalars(found.where(EmployerContact.ended_at.is_(None)).order_by(EmployerContact.id.desc())))


def changes_of(session: Session, employer_id: int) -> list[EmployerChange]:
    """Everything dated in a booklet, the oldest first."""
    found = select(EmployerChange).where(EmployerChange.employer_id == employer_id)
    return list(session.scalars(found.order_by(EmployerChange.id)))


def live_postings_of(session: Session, employer_id: int, statuses: Sequence[PostingStatus]) -> list[Posting]:
    """The employer's postings in one of these states."""
    found = select(Posting).where(Posting.employer_id == employer_id, Posting.status.in_(tuple(statuses)))
    return list(session.scalars(found.order_by(Posting.id)))


def employers(session: Session) -> list[Employer]:
    """Every employer, those with an agreement of priority first."""
    return list(session.scalars(select(Employer).order_by(Employer.agreed_priority.desc(), Employer.id)))


def employers_to_look_at(session: Session, until: date, limit: int) -> list[Employer]:
    """Employers with a posting on offer whose papers are due by that day or were never seen; those first."""
    hiring = select(Posting.employer_id).where(Posting.status.in_((PostingStatus.OPEN, PostingStatus.CHECKED)))
    late = or_(Employer.licence_due_on <= until, Employer.licence_due_on.is_(None))
    found = select(Employer).where(Employer.id.in_(hiring), Employer.health != "stop", late)
    return list(session.scalars(found.order_by(Employer.licence_due_on.nulls_first(), Employer.id).limit(limit)))


def employers_overdue(session: Session, day: date, limit: int) -> list[Employer]:
    """Employers in good standing with a posting on offer whose day for showing their papers has passed."""
    hiring = select(Posting.employer_id).where(Posting.status == PostingStatus.OPEN)
    found = select(Employer).where(Employer.id.in_(hiring), Employer.health == "normal", Employer.licence_due_on < day)
    return list(session.scalars(found.order_by(Employer.id).limit(limit)))
