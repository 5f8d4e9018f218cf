"""Where a person leaves rows: every table that points at them, how it is reached, and what erasure makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, select, update

from models.base import Base, Session

GOES: Final = "deleted"
EMPTIED: Final = "emptied"
STAYS: Final = "stays"
LEDGER: Final = "with the ledger row"


@dataclass(frozen=True, slots=True)
class Trace:
    """How a person's rows in a table are found, and what becomes of them.

    `by`: the column that holds the person's number, or (`of` = "openid") their WeChat identity, or (another table's
    name) the number of a row of theirs in that table. `words`: free texts of staff that are emptied.
    """

    by: str
    of: str
    fate: str
    words: tuple[str, ...] = ()


TRACES: Final[Mapping[str, Trace]] = {
    "preference": Trace("veteran_id", "veteran", GOES),
    "preference_change": Trace("veteran_id", "veteran", GOES),
    "consent": Trace("veteran_id", "veteran", STAYS),  # the proof that we were allowed to; holds no words
    "topic_stop": Trace("veteran_id", "veteran", GOES),
    "interest": Trace("veteran_id", "veteran", GOES),
    "recommendation": Trace("veteran_id", "veteran", GOES),
    "match_rhythm": Trace("veteran_id", "veteran", GOES),
    "group_member": Trace("veteran_id", "veteran", GOES),
    "unread_word": Trace("veteran_id", "veteran", GOES),
    "nightly_list": Trace("veteran_id", "veteran", GOES),
    "conversation": Trace("veteran_id", "veteran", EMPTIED),  # and deleted a day later
    "inbound_message": Trace("sender", "openid", EMPTIED),  # and deleted a day later
    "allowance": Trace("openid", "openid", STAYS),  # the platform's own count; goes after two months
    "notice_stock": Trace("openid", "openid", GOES),
    "delivery": Trace("veteran_id", "veteran", EMPTIED),
    "outreach": Trace("veteran_id", "veteran", EMPTIED, ("words",)),
    "digest_reply": Trace("veteran_id", "veteran", STAYS),
    "referral": Trace("veteran_id", "veteran", STAYS),
    "referral_change": Trace("referral_id", "referral", STAYS),
    "placement": Trace("veteran_id", "veteran", STAYS),
    "follow_up": Trace("placement_id", "placement", STAYS),
    "case": Trace("veteran_id", "veteran", EMPTIED),
    "case_note": Trace("case_id", "case", EMPTIED),
    "reality_check": Trace("placement_id", "placement", EMPTIED, ("employer_words", "decision")),
    "heartbeat": Trace("veteran_id", "veteran", STAYS),  # answers are codes
    "confirmation": Trace("veteran_id", "veteran", GOES),
    "spot_check": Trace("veteran_id", "veteran", EMPTIED, ("note",)),
    "contact_moment": Trace("veteran_id", "veteran", GOES),
    "help_plan": Trace("veteran_id", "veteran", GOES),
    "help_step": Trace("plan_id", "help_plan", GOES),
    "ledger_change": Trace("veteran_id", "veteran", LEDGER),
    "ledger_words": Trace("veteran_id", "veteran", LEDGER),
    "ledger_conflict": Trace("veteran_id", "veteran", LEDGER),
}


def rows_of(session: Session, veteran_id: int, openid: str | None) -> dict[str, list[dict[str, Any]]]:
    """Everything kept of a person, as it is kept: table -> rows, the person's own row first."""
    found = {"veteran": _rows(session, _table("veteran").c.id == veteran_id, _table("veteran"))}
    for name, trace in TRACES.items():
        found[name] = _rows(session, _theirs(name, trace, veteran_id, openid), _table(name))
    return found


def empty_words(session: Session, veteran_id: int) -> None:
    """Empties the free texts of staff about a person; the rows stay for the figures."""
    for name, trace in TRACES.items():
        if trace.words:
            emptied = dict.fromkeys(trace.words, "")
            session.execute(update(_table(name)).where(_theirs(name, trace, veteran_id, None)).values(emptied))


def _theirs(name: str, trace: Trace, veteran_id: int, openid: str | None) -> ColumnElement[bool]:
    column = _table(name).c[trace.by]
    if trace.of == "veteran":
        return column == veteran_id
    if trace.of == "openid":
        return column == (openid or "")
    owners = _table(trace.of)
    return column.in_(select(owners.c.id).where(owners.c.veteran_id == veteran_id))


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _rows(session: Session, condition: ColumnElement[bool], table: Table) -> list[dict[str, Any]]:
    ordered = select(table).where(condition).order_by(*table.primary_key)
    return [dict(row._mapping) for row in session.execute(ordered)]
