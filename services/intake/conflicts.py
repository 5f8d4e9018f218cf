"""Settling what a file says otherwise than the ledger: keep what stands, take what the file says, or neither."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from models import intake as intake_table
from models import veteran as veterans_table
from models.base import Session
from models.intake import LedgerChange, LedgerConflict
from models.sealed import Keyring
from models.veteran import Preference, PreferenceChange, Veteran
from services.actors import Actor, OutOfScope
from services.errors import ServiceError
from services.intake import ledger
from services.intake.results import field_name
from services.runtime import Runtime

SEALED: Final = ("name", "phone", "id_number", "household")
_DAYS: Final = {"birth": "birth_on", "discharged": "discharged_on", "jobless": "jobless_on"}
_PLAIN: Final = {"gender": "gender", "village": "village"}


class Choice(StrEnum):
    """What the clerk decides: the ledger is right, the file is right, or it was cleared up some other way."""

    KEPT = "kept"
    OFFERED = "offered"
    ELSEWHERE = "elsewhere"


class ConflictRefused(ServiceError):
    """A decision that cannot be taken; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__("conflicts.refused", 409, message)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One open conflict in the clear, for the clerk who may see the person. `veteran_id` None = could be several."""

    id: int
    veteran_id: int | None
    field: str
    column: str
    kept: str
    offered: str
    file_name: str
    record: int
    at: datetime


def open_conflicts(rt: Runtime, actor: Actor, limit: int = 200) -> list[Conflict]:
    """What waits for a decision about the actor's people, the oldest first."""
    with rt.reading() as session:
        return [
            Conflict(
                id=one.id,
                veteran_id=one.veteran_id,
                field=one.field,
                column="是哪一个人" if one.field == "identity" else field_name(one.field),
                kept=_opened(rt.keyring, one.field, one.kept_sealed),
                offered=_opened(rt.keyring, one.field, one.offered_sealed),
                file_name=noted.file_name,
                record=one.record,
                at=one.at,
            )
            for one, noted in intake_table.unsettled_conflicts(session, actor.scope, limit)
        ]


def settle(rt: Runtime, conflict_id: int, choice: Choice, actor: Actor, note: str = "") -> None:
    """Decides one conflict; with `OFFERED` the ledger takes the file's value, dated. Raises ServiceError.

    A conflict of identity has no value to take: the clerk corrects the file or the person and says so.
    """
    with rt.transaction() as session:
        conflict = session.get(LedgerConflict, conflict_id)
        row = veterans_table.veteran_by_id(session, conflict.veteran_id) if conflict and conflict.veteran_id else None
        if conflict is None or not actor.scope.covers(row.node_id if row else None):
            raise OutOfScope
        if not intake_table.claim_conflict(session, conflict_id, rt.now(), actor.who, note[:500]):
            raise ConflictRefused("这一条已经有人处理过了。")
        if choice == Choice.OFFERED:
            if row is None:
                raise ConflictRefused(
                    "认不准是哪一个人，不能直接采用。请在表里补上身份证号重新导入，再在这里标“另行处理”。"
                )
            _Settler(session, rt, row, actor.who).take(conflict)


def _opened(keyring: Keyring, field: str, sealed: bytes | None) -> str:
    return "" if sealed is None else _shown(keyring.open(f"ledger_conflict.{field}", sealed))


def _shown(text: str) -> str:
    """A value as it is read on a screen: lists with 、, no quotes."""
    value = _value(text)
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _value(text: str) -> Any:
    """What `ledger` sealed: a text as it is, anything else as JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text


class _Settler:
    """Writes one value of a file into the ledger."""

    def __init__(self, session: Session, rt: Runtime, row: Veteran, who: str) -> None:
        self._session, self._keyring, self._now = session, rt.keyring, rt.now()
        self._row, self._who = row, who

    def take(self, conflict: LedgerConflict) -> None:
        """The value of this conflict, with a dated row."""
        name = conflict.field
        text = self._keyring.open(f"ledger_conflict.{name}", conflict.offered_sealed or b"")
        if name in SEALED:
            self._refuse_taken(name, text)
            setattr(self._row, f"{name}_sealed", self._keyring.seal(f"veteran.{name}", text))
            setattr(self._row, f"{name}_digest", self._keyring.digest(f"veteran.{name}", text))
        elif name in _DAYS:
            setattr(self._row, _DAYS[name], date.fromisoformat(str(_value(text))))
        elif name == "town":
            self._row.node_id = int(text)
        elif name in _PLAIN:
            setattr(self._row, _PLAIN[name], text)
        elif name.endswith("_words"):
            ledger.write_words(self._session, self._keyring, self._row.id, {name.removesuffix("_words"): text})
        else:
            self._take_slot(name, _value(text))
        self._row.fresh_at = self._now
        self._log(name, conflict, text)

    def _refuse_taken(self, name: str, text: str) -> None:
        if name != "id_number":
            return
        digests = self._keyring.digests("veteran.id_number", text)
        others = intake_table.veterans_by_digest(self._session, "id_number_digest", digests)
        if any(one.id != self._row.id for rows in others.values() for one in rows):
            raise ConflictRefused("这个身份证号已经在另一个人名下，请先核对那一个人。")

    def _take_slot(self, name: str, value: Any) -> None:
        kept = veterans_table.preference_of(self._session, self._row.id)
        if kept is None:
            kept = Preference(veteran_id=self._row.id, profile={}, updated_at=self._now, revision=0)
            self._session.add(kept)
        old = kept.profile.get(name)
        kept.profile = {**kept.profile, name: value}
        kept.revision, kept.updated_at = (kept.revision or 0) + 1, self._now
        self._session.add(
            PreferenceChange(
                veteran_id=self._row.id,
                at=self._now,
                slot=name,
                old=old,
                new=value,
                source=ledger.SOURCE,
                who=self._who[:64],
            )
        )

    def _log(self, name: str, conflict: LedgerConflict, text: str) -> None:
        column = f"ledger_change.{name}"
        old = (
            None
            if conflict.kept_sealed is None
            else self._keyring.open(f"ledger_conflict.{name}", conflict.kept_sealed)
        )
        self._session.add(
            LedgerChange(
                veteran_id=self._row.id,
                import_id=conflict.import_id,
                at=self._now,
                who=self._who[:64],
                field=name,
                old_sealed=None if old is None else self._keyring.seal(column, old),
                new_sealed=self._keyring.seal(column, text),
            )
        )
