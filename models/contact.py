"""Contact moments: staff spoke with somebody (a visit, a call, …) or put their row right; each can be taken back."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session
from models.heartbeat import Confirmation
from models.veteran import PreferenceChange


class ContactMoment(Base):
    """One contact: when, by whom, on what occasion, and the note, sealed under "contact_moment.note".

    Changes of the profile made with it are `PreferenceChange` rows of the same moment. `undone_*`: taken back; the row
    stays.
    """

    __tablename__ = "contact_moment"
    __table_args__ = (Index("ix_contact_moment_veteran_id_at", "veteran_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    occasion: Mapped[str] = mapped_column(String(8))
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    fresh_before: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(String(64), default="")


def moments_of(session: Session, veteran_id: int, limit: int) -> list[ContactMoment]:
    """The latest contacts with a person, the newest first."""
    found = select(ContactMoment).where(ContactMoment.veteran_id == veteran_id)
    return list(session.scalars(found.order_by(ContactMoment.id.desc()).limit(limit)))


def changes_at(session: Session, veteran_id: int, moment: datetime) -> list[PreferenceChange]:
    """What staff changed of a profile at that very moment."""
    found = select(PreferenceChange).where(
        PreferenceChange.veteran_id == veteran_id, PreferenceChange.at == moment, PreferenceChange.source == "staff"
    )
    return list(session.scalars(found))


def unconfirm(session: Session, veteran_id: int, moment: datetime) -> None:
    """The contact of that moment no longer confirms the row; the contact itself stays as the trace of it."""
    session.execute(delete(Confirmation).where(Confirmation.veteran_id == veteran_id, Confirmation.at == moment))
