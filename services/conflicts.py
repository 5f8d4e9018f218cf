"""Conflicts of the ledger: a sheet said otherwise than the row. A clerk decides which of the two is right."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from bot.slots import SLOT_NAMES, Slots
from models import conversation as conversations_table
from models import intake as intake_table
from models import organisation
from models import queue as queue_table
from models import veteran as veterans_table
from models.base import Session
from models.intake import LedgerChange, LedgerConflict, LedgerWords
from models.veteran import Veteran
from services import audit, veterans
from services.actors import Actor, OutOfScope
from services.errors import ServiceError
from services.intake.ledger_words import open_words
from services.intake.results import field_name
from services.masking import masked_id, masked_phone
from services.runtime import Runtime
from services.today import name_of

PAGE: Final = 50
IDENTITY: Final = "identity"
_DAYS: Final = {"birth": "birth_on", "discharged": "discharged_on", "jobless": "jobless_on"}
_MASKS: Final = {"phone": masked_phone, "id_number": masked_id}


@dataclass(frozen=True, slots=True)
class Conflict:
    """One of them in words. `veteran_id`: None where the sheet's row could be several people."""

    id: int
    veteran_id: int | None
    name: str
    field: str
    kept: str
    offered: str
    found_at: datetime
    record: int


def waiting(rt: Runtime, actor: Actor) -> tuple[list[Conflict], int]:
    """The first page of what nobody has decided in the actor's stations, and how many there are."""
    with rt.reading() as session:
        pile = queue_table.open_conflicts(session, actor.scope, rt.now(), PAGE)
        return [_shown(rt, session, one, veteran) for one, veteran in pile.rows], pile.count


def _shown(rt: Runtime, session: Session, one: LedgerConflict, veteran: Veteran | None) -> Conflict:
    column = f"ledger_conflict.{one.field}"
    kept, offered = (rt.keyring.open(column, value) if value else "" for value in (one.kept_sealed, one.offered_sealed))
    name = name_of(rt, veteran) if veteran else "认不准是哪一位"
    return Conflict(
        one.id,
        one.veteran_id,
        name,
        "是哪一位" if one.field == IDENTITY else field_name(one.field),
        _words(session, one.field, kept),
        _words(session, one.field, offered),
        one.at,
        one.record,
    )


def _words(session: Session, field: str, text: str) -> str:
    if field in _MASKS:
        return _MASKS[field](text) or ""
    if field == IDENTITY:
        name, phone = json.loads(text) if text else ("", "")
        return f"{name} {masked_phone(phone) or ''}"
    if field == "town" and text.isdecimal():
        node = session.get(organisation.Node, int(text))
        return node.name if node else text
    value = _value(text)
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _value(text: str) -> Any:
    """What a conflict kept as text: a word stands as it is, everything else as JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def settle(rt: Runtime, actor: Actor, conflict_id: int, *, take: bool) -> None:
    """The sheet is right (`take`) or the ledger stays; who decided is kept. Raises ServiceError.

    Whose row it is cannot be taken from the sheet: the clerk puts the right row in order and then closes it.
    """
    now = rt.now()
    with rt.transaction() as session:
        one = session.get(LedgerConflict, conflict_id)
        if one is not None and one.veteran_id is not None:
            conversations_table.outrun(session, one.veteran_id)
        veteran = veterans_table.veteran_by_id(session, one.veteran_id) if one and one.veteran_id else None
        if one is None or not actor.scope.covers(veteran.node_id if veteran else None):
            raise OutOfScope
        if one.settled_at is not None:
            raise ServiceError("conflicts.settled", 409, f"这一条{one.settled_by}已经处理过了。")
        if take and (veteran is None or one.field == IDENTITY):
            raise ServiceError(
                "conflicts.identity", 400, "认不准是哪一位，不能直接采用。请先在台账里改对，再点“不采用”。"
            )
        if take and veteran is not None:
            _take(rt, session, veteran, one, actor)
        one.settled_at, one.settled_by = now, actor.who
        one.note = "taken" if take else "kept"
        details: dict[str, audit.Detail] = {"field": one.field, "taken": take}
        audit.note(rt, session, actor.who, "conflict.settle", f"veteran:{one.veteran_id or 0}", details)


def _take(rt: Runtime, session: Session, veteran: Veteran, one: LedgerConflict, actor: Actor) -> None:
    """Writes what the sheet says into the row; the change is dated like any other."""
    text = rt.keyring.open(f"ledger_conflict.{one.field}", one.offered_sealed or b"")
    kept = rt.keyring.open(f"ledger_conflict.{one.field}", one.kept_sealed) if one.kept_sealed else None
    if one.field in SLOT_NAMES and one.field not in ("name", "phone", "gender"):
        profile = veterans.profile_of(session, veteran, rt.today()).to_json()
        fresh = Slots.from_json({**profile, one.field: _value(text)})
        veterans.save_preference(session, veteran.id, fresh, "staff", rt.now(), who=actor.who)
        return
    _write(rt, session, veteran, one.field, text)
    column = f"ledger_change.{one.field}"
    session.add(
        LedgerChange(
            veteran_id=veteran.id,
            import_id=one.import_id,
            at=rt.now(),
            who=actor.who,
            field=one.field,
            old_sealed=rt.keyring.seal(column, kept) if kept is not None else None,
            new_sealed=rt.keyring.seal(column, text),
        )
    )


def _write(rt: Runtime, session: Session, veteran: Veteran, field: str, text: str) -> None:
    if field in ("name", "phone"):
        veterans.save_contact(session, rt.keyring, veteran.id, **{field: text})
    elif field in ("id_number", "household"):
        setattr(veteran, f"{field}_sealed", rt.keyring.seal(f"veteran.{field}", text))
        setattr(veteran, f"{field}_digest", rt.keyring.digest(f"veteran.{field}", text))
    elif field in _DAYS:
        setattr(veteran, _DAYS[field], date.fromisoformat(_value(text)))
    elif field == "town":
        veteran.node_id = int(text)
    elif field.endswith("_words"):
        _write_words(rt, session, veteran.id, field.removesuffix("_words"), text)
    else:
        setattr(veteran, field, text)


def _write_words(rt: Runtime, session: Session, veteran_id: int, name: str, text: str) -> None:
    kept = intake_table.words_of(session, veteran_id)
    merged = {**open_words(rt.keyring, kept), name: text}
    sealed = rt.keyring.seal("ledger_words.words", json.dumps(merged, ensure_ascii=False))
    if kept is None:
        session.add(LedgerWords(veteran_id=veteran_id, words_sealed=sealed))
    else:
        kept.words_sealed = sealed
