"""What the bureau has set for itself: each change is a row with the whole value from then on, its day, its author."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import String, event, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Database, Json, Session

KEPT_SECONDS: Final = 20.0
"""So long a process may not know of a change that another one wrote; its own changes it knows at once."""


class SettingChange(Base):
    """One change. `value` None: as we deliver it, again. The newest row of a name is in force."""

    __tablename__ = "setting_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(24), index=True)
    value: Mapped[Any | None] = mapped_column(Json)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")


@dataclass(frozen=True, slots=True)
class _Known:
    values: Mapping[str, Any]
    read_at: float


_known: WeakKeyDictionary[Database, _Known] = WeakKeyDictionary()


def known(database: Database, seconds: float = KEPT_SECONDS) -> Mapping[str, Any] | None:
    """All that is set, by name, as this process read it so lately; None when it must be read again."""
    held = _known.get(database)
    return None if held is None or time.monotonic() - held.read_at >= seconds else held.values


def in_force(session: Session, seconds: float = KEPT_SECONDS) -> Mapping[str, Any]:
    """All that is set, by name: read once in a while, so that a turn and a sending ask for it as often as they like."""
    database = session.database
    held = None if session.info.get(SettingChange) else known(database, seconds)
    if held is None:
        latest = select(func.max(SettingChange.id)).group_by(SettingChange.name)
        found = select(SettingChange.name, SettingChange.value).where(SettingChange.id.in_(latest))
        held = {name: value for name, value in session.execute(found) if value is not None}
        if not session.info.get(SettingChange):
            _known[database] = _Known(held, time.monotonic())
    return held


def add_change(session: Session, change: SettingChange) -> None:
    """Writes a change; once it is committed, this process has nothing older in mind."""
    database = session.database
    session.add(change)
    session.info[SettingChange] = True  # what is not committed yet is nobody else's
    event.listen(session, "after_commit", lambda _: _known.pop(database, None), once=True)


def changes(session: Session, name: str, limit: int) -> Sequence[SettingChange]:
    """The latest changes of one thing, the newest first."""
    found = select(SettingChange).where(SettingChange.name == name).order_by(SettingChange.id.desc())
    return session.scalars(found.limit(limit)).all()
