"""Courses and fairs that are on: what a veteran is told who asks for training or a job fair."""

from datetime import date, datetime

from sqlalchemy import String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session


class Notice(Base):
    """A course (`training`) or a fair (`job_fair`): where, from when, until which day one may sign up.

    `audience`: the rule of whom its countdowns go to, "" = those it is meant for anyway. `cancelled_at`: it is not
    held after all; the row stays, so that nothing enters it again.
    """

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    title: Mapped[str] = mapped_column(String(128))
    place: Mapped[str] = mapped_column(String(128), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    starts_at: Mapped[datetime | None]
    until: Mapped[date | None]
    audience: Mapped[str] = mapped_column(Text, default="", server_default="")
    cancelled_at: Mapped[datetime | None]


def notices_on(session: Session, kind: str, day: date, *, with_cancelled: bool = False) -> list[Notice]:
    """What of that kind can still be joined on that day, the next first."""
    found = select(Notice).where(Notice.kind == kind, or_(Notice.until.is_(None), Notice.until >= day))
    found = found if with_cancelled else found.where(Notice.cancelled_at.is_(None))
    return list(session.scalars(found.order_by(Notice.starts_at, Notice.id)))


def notice_by_id(session: Session, notice_id: int) -> Notice | None:
    """One row by its number; held until the transaction ends."""
    return session.get(Notice, notice_id, with_for_update=True)
