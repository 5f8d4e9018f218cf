"""How a row of the ledger becomes fresh: by the person's own word or one contact with them, never by a file."""

from datetime import datetime

from models import heartbeat as heartbeats_table
from models.base import Session
from models.heartbeat import Confirmation
from models.veteran import Veteran


def talked(session: Session, veteran_id: int, now: datetime) -> None:
    """The same for what a person says of themselves in the chat."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    heartbeats_table.note_talk(session, veteran_id, day, now)


def confirm(session: Session, veteran: Veteran, way: str, who: str, now: datetime, note: str = "") -> None:
    """Notes the act (talk, heartbeat, phone, visit, …) and when the row was last confirmed; a talk counts once a day.

    There is no way to do this for many at once: freshness is worth what one contact each is worth.
    """
    same_day = veteran.fresh_at is not None and veteran.fresh_at.astimezone(now.tzinfo).date() == now.date()
    if same_day and way == "talk":
        return
    veteran.fresh_at = now
    session.add(Confirmation(veteran_id=veteran.id, at=now, way=way, who=who, note=note[:200]))
