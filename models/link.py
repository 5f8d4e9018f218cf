"""Signed links: what one address may open, until when, and whether it was taken back."""

from datetime import datetime

from sqlalchemy import Index, String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session


class Link(Base):
    """One address handed out: it opens one thing (`purpose` and the number of its row) and nothing else.

    The address itself is not kept: it is the signature over this row (services/links.py), so it can be shown again.
    """

    __tablename__ = "link"
    __table_args__ = (Index("ix_link_purpose_subject_id", "purpose", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int]
    issued_by: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


def link_by_id(session: Session, link_id: int) -> Link | None:
    """One link by its number."""
    return session.get(Link, link_id)


def live_link(session: Session, purpose: str, subject_id: int, after: datetime) -> Link | None:
    """The newest link to that row which holds beyond `after`."""
    found = select(Link).where(
        Link.purpose == purpose, Link.subject_id == subject_id, Link.revoked_at.is_(None), Link.expires_at > after
    )
    return session.scalars(found.order_by(Link.id.desc()).limit(1)).first()


def revoke_links(session: Session, purpose: str, subject_id: int, now: datetime) -> None:
    """Every link to that row ends now."""
    mine = (Link.purpose == purpose) & (Link.subject_id == subject_id) & Link.revoked_at.is_(None)
    session.execute(update(Link).where(mine).values(revoked_at=now))
