"""What the bureau sets for itself: kept as dated changes, each by somebody, the latest of which can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models import setting as settings_table
from models.base import Session
from models.setting import SettingChange
from services import audit
from services.errors import ServiceError
from services.runtime import Runtime

SHOWN: Final = 20
UNDONE: Final = "撤销"


@dataclass(frozen=True, slots=True)
class Change:
    """One change as the page shows it. `can_undo`: it is the one in force."""

    change_id: int
    at: datetime
    who: str
    words: str
    can_undo: bool


def value(session: Session, name: str) -> Any | None:
    """What is set; None = as we deliver it. A change of another process counts within seconds (models/setting.py)."""
    return settings_table.in_force(session).get(name)


def read(rt: Runtime, name: str) -> Any | None:
    """The same outside a transaction."""
    known = settings_table.known(rt.database)
    if known is None:
        with rt.reading() as session:
            known = settings_table.in_force(session)
    return known.get(name)


def latest(session: Session, name: str) -> Any | None:
    """The same as its rows say, for whoever sets it anew by what it was: another process may have set it lately."""
    found = settings_table.changes(session, name, 1)
    return found[0].value if found else None


def keep(rt: Runtime, session: Session, who: str, name: str, value: Any | None, note: str) -> None:
    """Sets it from now on. `note`: the change in words."""
    row = SettingChange(name=name, value=value, at=rt.now(), who=who[:64], note=note[:200])
    settings_table.add_change(session, row)
    audit.note(rt, session, who, "setting.change", f"setting:{name}")


def history(rt: Runtime, name: str) -> list[Change]:
    """The latest changes, the newest first."""
    with rt.reading() as session:
        found = settings_table.changes(session, name, SHOWN)
    return [Change(one.id, one.at, one.who, one.note, number == 0) for number, one in enumerate(found)]


def take_back(rt: Runtime, session: Session, who: str, name: str, change_id: int) -> Any | None:
    """Puts back, and returns, what was set before the change in force; the change stays as the trace.

    Raises ServiceError where somebody has changed it since.
    """
    found = settings_table.changes(session, name, 2)
    if not found or found[0].id != change_id:
        raise ServiceError("settings.moved", 409, "这一条后面又有人改过，请刷新页面，看最新的一条。")
    before = found[1].value if len(found) > 1 else None
    keep(rt, session, who, name, before, f"{UNDONE}：{found[0].note}")
    return before
