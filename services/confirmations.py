"""How a row of the ledger becomes fresh: by the person's own word or one contact with them, never by a file."""

from datetime import datetime

from models.base import Session
from models.heartbeat import Confirmation
from models.veteran import Veteran
from services.errors import ServiceError
from services.runtime import Runtime

WAYS = {"talk": "本人在微信里说", "heartbeat": "本人回复月度问候", "phone": "电话", "visit": "上门", "desk": "窗口"}


def confirm(session: Session, veteran: Veteran, way: str, who: str, now: datetime, note: str = "") -> None:
    """Notes the act and when the row was last confirmed; several acts of one day by one way are one."""
    same_day = veteran.fresh_at is not None and veteran.fresh_at.astimezone(now.tzinfo).date() == now.date()
    if same_day and way == "talk":
        return
    veteran.fresh_at = now
    session.add(Confirmation(veteran_id=veteran.id, at=now, way=way, who=who, note=note[:200]))


def record_contact(rt: Runtime, veteran_id: int, way: str, note: str, who: str) -> None:
    """A clerk spoke with one person (phone, visit, desk) and says what about. Raises ServiceError.

    There is no way to do this for many at once: freshness is worth what one contact each is worth.
    """
    if way not in ("phone", "visit", "desk"):
        raise ServiceError("contacts.way", 400, "请选择怎么联系的：电话、上门或窗口。")
    if not note.strip():
        raise ServiceError("contacts.note", 400, "请写一句联系情况，比如“在家待业，想学叉车”。")
    with rt.transaction() as session:
        veteran = session.get(Veteran, veteran_id)
        if veteran is None:
            raise ServiceError("veterans.unknown", 404, "没有这个人，可能已经删除。")
        confirm(session, veteran, way, who, rt.now(), note.strip())
