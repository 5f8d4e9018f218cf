"""How a row of the ledger becomes fresh: by the person's own word or one contact with them, never by a file."""

from datetime import datetime

from models.base import Session
from models.heartbeat import Confirmation
from models.veteran import Veteran


def confirm(session: Session, veteran: Veteran, way: str, who: str, now: datetime, note: str = "") -> None:
    """Notes the act (talk, heartbeat, phone, visit, …) and when the row was last confirmed; a talk counts once a day.

    There is no way to do this for many at once: freshness is worth what one contact each is worth.
    """
    same_day = veteran.fresh_at is not None and veteran.fresh_at.astimezone(now.tzinfo).date() == now.date()
    if same_day and way == "talk":
        return
    veteran.fresh_at = now
    session.add(Confirmation(veteran_id=veteran.id, at=now, way=way, who=who, note=note[:200]))
