"""The nightly round over the whole audit trail: in pieces, from the beginning, its outcome sealed; and what came since.

A piece that was walked is remembered, so that a round goes on where it was stopped. The end of a whole round is the
place from which a page checks the rest at once. The next night goes over everything again all the same: a change made
to what was already checked is found then.
"""

import json
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from models import audit as audit_table
from models import audit_round as rounds_table
from models.audit import AuditHead
from models.audit_round import AuditRound
from models.base import Session
from models.sealed import Keyring
from services import audit, audit_check
from services.audit_check import REGISTER, Anchor, Fault, Stretch, Verdict
from services.runtime import CHINA, Runtime

log = logging.getLogger(__name__)

SEALED: Final = "audit.round"
BEGINS: Final = time(2)
OLD: Final = timedelta(days=2)
#: A piece is one look into the database; so many of them a run, and the next hour goes on.
PIECE: Final = 2_000
PIECES: Final = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rounds say. `whole_at`: when everything was last gone over and found whole, `count` entries up to there.

    `is_old`: nights have been missed since. `fault`: what the last round found, at `fault_at`. `walked`: how far the
    round under way is.
    """

    whole_at: datetime | None = None
    count: int = 0
    fault: Fault | None = None
    fault_at: datetime | None = None
    walked: int | None = None
    is_old: bool = False


def check_due(rt: Runtime, piece: int = PIECE, pieces: int = PIECES) -> int:
    """Walks on with tonight's round, or begins it; how many entries were looked at."""
    walked = 0
    for _ in range(pieces):
        count, goes_on = _piece(rt, piece)
        walked += count
        if not goes_on:
            break
    return walked


def outcome(rt: Runtime) -> Outcome:
    """What the last rounds found; a register that somebody changed is a finding itself."""
    with rt.reading() as session:
        row = rounds_table.round_of(session) or rounds_table.fresh()
        if not _holds(rt.keyring, row):
            return Outcome(fault=Fault(REGISTER, 0))
        fault = Fault(row.fault_kind, row.fault_position, row.fault_entry) if row.fault_kind else None
        walked = row.walked if row.position is not None else None
        is_old = row.whole_at is not None and row.whole_at < rt.now() - OLD
        return Outcome(row.whole_at, row.whole_count, fault, row.fault_at, walked, is_old)


def check_since(rt: Runtime, most: int) -> Verdict:
    """What came after the furthest place that a round has reached, `most` entries of it."""
    with rt.reading() as session:
        row = rounds_table.round_of(session) or rounds_table.fresh()
        is_ours = _holds(rt.keyring, row)
        start = max((_walked(row), _whole(row)), key=lambda one: one.position) if is_ours else None
    return audit_check.verify(rt, start=start, most=most)


def signed_again(rt: Runtime, session: Session, head: AuditHead, count: int) -> None:
    """The whole trail has just been gone over and has new links."""
    row = rounds_table.locked_round(session)
    _found_whole(row, Anchor(head.position, head.link), count, rt.now())
    _seal(rt.keyring, row)


def _piece(rt: Runtime, most: int) -> tuple[int, bool]:
    """One piece: how many entries, and whether the next may follow. Another process that was here first wins."""
    with rt.reading() as session:
        row = rounds_table.round_of(session) or rounds_table.fresh()
        is_ours, seen = _holds(rt.keyring, row), row.signature
        is_tonights = is_ours and row.begun_at is not None and row.begun_at >= _last_night(rt.now())
        if is_tonights and row.position is None:
            return 0, False
        # What an earlier night has walked counts for nothing: an old register put back would skip what it names.
        start = _walked(row) if is_tonights else None
        anchor = _whole(row) if is_ours and row.whole_at is not None else None
        found = audit_check.stretch(rt.keyring, session, start=start, most=most, anchor=anchor)
        fault = found.fault or (audit_check.beside(rt.keyring, session)[2] if not found.left else None)
    with rt.transaction() as session:
        row = rounds_table.locked_round(session)
        if row.signature != seen:
            return 0, False
        if not is_ours:
            _tell(rt, session, Fault(REGISTER, 0))
            row = _emptied(row)
        if fault is not None and _has_moved(session, found):
            return 0, True
        if start is None:
            row.begun_at, row.walked = rt.now(), 0
        _keep(rt, session, row, found, fault)
        _seal(rt.keyring, row)
    return found.count, fault is None and found.left > 0


def _keep(rt: Runtime, session: Session, row: AuditRound, found: Stretch, fault: Fault | None) -> None:
    """Writes down how far the round is, or how it ended."""
    now = rt.now()
    row.walked += found.count
    if fault is not None:
        _tell(rt, session, fault)
        row.fault_at, row.fault_kind = now, fault.kind
        row.fault_position, row.fault_entry = fault.position, fault.entry_id
        row.position, row.link = None, ""
    elif found.left:
        row.position, row.link = found.end.position, found.end.link
    else:
        _found_whole(row, found.end, row.walked, now)


def _found_whole(row: AuditRound, end: Anchor, count: int, now: datetime) -> None:
    row.begun_at = row.begun_at or now
    row.position, row.link, row.walked = None, "", 0
    row.whole_at, row.whole_count = now, count
    row.whole_position, row.whole_link = end.position, end.link
    row.fault_at, row.fault_kind, row.fault_position, row.fault_entry = None, "", 0, 0


def _tell(rt: Runtime, session: Session, fault: Fault) -> None:
    """Where it stays: in the log, and in the trail itself, whose rest can still be believed."""
    log.error("the audit trail is not whole: %s at %d: laobing audit verify", fault.kind, fault.position)
    details: dict[str, audit.Detail] = {"fault": fault.kind, "position": fault.position}
    audit.note(rt, session, "scheduler", "audit.round", "audit", details)


def _has_moved(session: Session, found: Stretch) -> bool:
    """Whether old entries expired while we walked: they look like missing ones then."""
    head = audit_table.head_of(session)
    return head is not None and head.first_position != found.first


def _last_night(now: datetime) -> datetime:
    """When the latest night's round was to begin."""
    here = now.astimezone(CHINA)
    night = datetime.combine(here.date(), BEGINS, CHINA)
    return night if night <= here else night - timedelta(days=1)


def _walked(row: AuditRound) -> Anchor:
    return Anchor(row.position or 0, row.link)


def _whole(row: AuditRound) -> Anchor:
    return Anchor(row.whole_position, row.whole_link)


def _emptied(row: AuditRound) -> AuditRound:
    for column in AuditRound.__table__.columns:
        if column.name != "id":
            setattr(row, column.name, getattr(rounds_table.fresh(), column.name))
    return row


def _said(row: AuditRound) -> str:
    """What the seal covers, in one form on every database."""
    values = [getattr(row, column.name) for column in AuditRound.__table__.columns if column.name != "signature"]
    return json.dumps([one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for one in values])


def _holds(keyring: Keyring, row: AuditRound) -> bool:
    """Whether the row is as we wrote it; a fresh one says nothing yet."""
    if not row.signature:
        return _said(row) == _said(rounds_table.fresh())
    return keyring.is_digest(SEALED, _said(row), row.signature)


def _seal(keyring: Keyring, row: AuditRound) -> None:
    row.signature = keyring.digest(SEALED, _said(row))
