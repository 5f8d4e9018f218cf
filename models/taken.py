"""Deliveries in a worker's hands: read for sending, and what becomes of them written in groups."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, literal_column, select, true, update

from models.base import Session
from models.delivery import DELIVERIES, DeliveryStatus, Lane
from models.prepared import Prepared, prepared

_D: Final = DELIVERIES.c


@dataclass(slots=True)
class Taken:
    """A delivery as its worker knows it. What is changed here stands in the table once it is written (`settle`)."""

    id: int
    key: str
    veteran_id: int | None
    openid: str | None
    topic: str
    lane: str
    text: str
    data: dict[str, Any]
    means: str | None
    outcome: str
    broadcast_id: int | None
    in_hand: bool
    attempts: int
    expires_at: datetime | None
    status: str = DeliveryStatus.SENDING
    leased_until: datetime | None = None


# Literal: an index of some rows is only used where the engine sees that it holds all that are asked for.
_IS_SENDING: Final = _D.status == literal_column(f"'{DeliveryStatus.SENDING}'")
_READ: Final = tuple(_D[name] for name in Taken.__dataclass_fields__ if name not in {"status", "leased_until"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deliveries a worker takes. `topics` None: whatever they are about."""

    lanes: Collection[Lane] = tuple(Lane)
    topics: Collection[str] | None = None


ANY: Final = Wanted()


def take(session: Session, now: datetime, leased_until: datetime, limit: int, wanted: Wanted = ANY) -> list[Taken]:
    """Up to `limit` due deliveries, chat answers first: those whose worker never came back, and pending ones. They are
    this worker's as soon as they are settled in the same transaction.

    However many wait, only those taken are read: each lane is a stretch of an index, in order. PostgreSQL holds the
    rows and skips those another worker holds; on SQLite the transaction itself is alone.
    """
    first = _first(None if wanted.topics is None else frozenset(wanted.topics))
    found: list[Taken] = []
    for lane in sorted(wanted.lanes):
        for due in first:
            if len(found) < limit:
                rows = due.all(session, lane=lane, now=now, most=limit - len(found))
                found.extend(Taken(*row) for row in rows)
    for one in found:
        one.attempts, one.leased_until = one.attempts + 1, leased_until
    return found


@cache
def _first(topics: frozenset[str] | None) -> tuple[Prepared, Prepared]:
    """What is due of one lane, about these topics (None: about anything): whose worker never came back, and waiting."""
    about = true() if topics is None else _D.topic.in_([literal_column(f"'{topic}'") for topic in sorted(topics)])

    def due(state: ColumnElement[bool], order: Sequence[ColumnElement[Any]]) -> Prepared:
        rows = select(*_READ).where(state, _D.lane == bindparam("lane"), about).order_by(*order)
        return Prepared(lambda _insert: rows.limit(bindparam("most")).with_for_update(skip_locked=True))

    return (
        due(_IS_SENDING & (_D.leased_until < bindparam("now")), (_D.id,)),
        due((_D.status == DeliveryStatus.PENDING) & (_D.due_at <= bindparam("now")), (_D.due_at, _D.id)),
    )


_SETTLED: Final = ("status", "outcome", "means", "in_hand", "attempts", "leased_until")


@prepared
def _settled(_insert: Any) -> Any:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _SETTLED}
    return update(DELIVERIES).where(_D.id == bindparam("this")).values(values)


def settle(session: Session, rows: Collection[Taken]) -> None:
    """Writes what was decided about rows that were just taken."""
    _settled.run_each(
        session, [{"this": row.id} | {f"new_{name}": getattr(row, name) for name in _SETTLED} for row in rows]
    )


@prepared
def _sent(_insert: Any) -> Any:
    held = (_D.status == DeliveryStatus.SENDING) & (_D.leased_until == bindparam("lease"))
    return (
        update(DELIVERIES)
        .where(_D.id == bindparam("this"), held)
        .values(
            status=bindparam("new_status"),
            outcome=bindparam("new_outcome"),
            message_id=bindparam("new_message_id"),
            sent_at=bindparam("new_sent_at"),
            in_hand=False,
        )
    )


def record_sent(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Writes many that went out at once, each if it is still held under its lease.

    Columns of a row: `this`, `lease`, and status, outcome, message_id, sent_at as `new_<column>`.
    """
    _sent.run_each(session, rows)


@prepared
def _in_hand(_insert: Any) -> Any:
    return update(DELIVERIES).where(_D.id == bindparam("this")).values(in_hand=True)


def go_out(session: Session, delivery_ids: Collection[int]) -> None:
    """These go out now: if their worker dies, nobody knows whether they did."""
    _in_hand.run_each(session, [{"this": number} for number in delivery_ids])
