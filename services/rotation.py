"""Changing the data key, or its algorithm: everything sealed under another than today's first key is sealed anew.

Runs while the service runs: each batch is a transaction, a value somebody wrote meanwhile is left alone, and until the
end both keys open and both digests find. Stopped anywhere, it goes on with what is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from models import audit as audit_table
from models import rotation as rotation_table
from models.rotation import SEALED, SealedColumn
from models.sealed import Keyring, SealError
from services import audit, audit_check, audit_rounds
from services.audit_check import Fault
from services.runtime import Runtime

BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    """What was done: values sealed anew, values no key opens, audit entries signed anew, or why they were not."""

    sealed: int
    unopened: int
    entries: int
    fault: Fault | None

    @property
    def is_done(self) -> bool:
        """Whether the older keys are needed for nothing in the database any more."""
        return not self.unopened and self.fault is None


def rotate(rt: Runtime, who: str, on_batch: Callable[[str, int], None] = lambda _column, _done: None) -> Rotated:
    """Goes through every sealed column, then the audit trail; `on_batch` hears of each batch."""
    sealed = unopened = 0
    for column in SEALED:
        done, left = _column(rt, column, on_batch)
        sealed, unopened = sealed + done, unopened + left
    entries, fault = _sign_again(rt)
    with rt.transaction() as session:
        counts: dict[str, audit.Detail] = {"sealed": sealed, "unopened": unopened, "entries": entries}
        audit.note(rt, session, who, "keys.rotate", "keys", counts)
    return Rotated(sealed, unopened, entries, fault)


def _column(rt: Runtime, column: SealedColumn, on_batch: Callable[[str, int], None]) -> tuple[int, int]:
    done = unopened = 0
    after: Any = None
    while True:
        with rt.transaction() as session:
            rows = rotation_table.stale_rows(session, column, rt.keyring.current_id, after, BATCH)
            fresh = [_fresh(rt.keyring, column, row) for row in rows]
            good = [one for one in fresh if one is not None]
            rotation_table.replace_sealed(session, column, good)
        done, unopened = done + len(good), unopened + len(rows) - len(good)
        if rows:
            on_batch(f"{column.table}.{column.column}", done)
        if len(rows) < BATCH:
            return done, unopened
        after = rotation_table.key_of(column, rows[-1])


def _fresh(keyring: Keyring, column: SealedColumn, row: Any) -> dict[str, Any] | None:
    """The new form of one value; None where no key at hand opens the old one."""
    values = dict(row._mapping)
    bound, old = column.bound.format_map(values), values[column.column]
    try:
        text = keyring.open(bound, old)
    except SealError:
        return None
    fresh = {"this": rotation_table.key_of(column, row), "old": old, "new": keyring.seal(bound, text)}
    if not column.digest:
        return fresh
    said = column.digest_text.format_map({**values, "text": text})
    return fresh | {"digest": keyring.digest(column.digest_bound, said)}


def _sign_again(rt: Runtime) -> tuple[int, Fault | None]:
    """Signs the trail under today's key if it is whole; a broken one is left as the evidence it is."""
    audit.link_due(rt)
    with rt.transaction() as session:
        head = audit_table.locked_head(session)
        fault = audit_check.verdict_of(rt.keyring, session).fault
        if fault is not None or head.signature.startswith(rt.keyring.current_id.hex()):
            return 0, fault
        kept = list(audit_table.linked(session, head.position))
        before = head.first_link
        for entry in kept:
            audit.sign_again(rt.keyring, before, entry)
            before = entry.link or ""
        head.link = before
        audit.sign_head(rt.keyring, head)
        audit_rounds.signed_again(rt, session, head, len(kept))
        return len(kept), None
