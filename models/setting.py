"""What the bureau has set for itself: each change is a row with the whole value from then on, its day, its author."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session


class SettingChange(Base):
    """One change. `value` None: as we deliver it, again. The newest row of a name is in force."""

    __tablename__ = "setting_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(24), index=True)
    value: Mapped[Any | None] = mapped_column(Json)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")


def changes(session: Session, name: str, limit: int) -> Sequence[SettingChange]:
    """The latest changes of one thing, the newest first."""
    found = select(SettingChange).where(SettingChange.name == name).order_by(SettingChange.id.desc())
    return session.scalars(found.limit(limit)).all()
