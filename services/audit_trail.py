"""The audit trail as people read it: filtered, in Chinese, within the reader's stations, and itself on the record."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from models import account as accounts_table
from models import audit as audit_table
from models.account import StaffAccount
from models.audit import AuditEntry, Sought
from models.base import Session
from services import audit, audit_rounds
from services.actors import Actor
from services.audit_check import Verdict
from services.errors import ServiceError
from services.runtime import CHINA, Runtime

PAGE: Final = 50
#: What came since the last round is checked while somebody waits, so much of it at most: three seconds of the
#: processor for 20,000, and the proxy in front of us waits ten.
MOST_AT_ONCE: Final = 40_000
_WORDS: Final = Path(__file__).resolve().parent / "data" / "audit.toml"
_PERSON: Final = "veteran:"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page of the trail is limited to; empty parts do not limit. Days are China's, both included.

    `kind`: look, act, or both.
    """

    account: str = ""
    veteran_id: int | None = None
    first: date | None = None
    last: date | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words. `veteran_id`: whom it is about, where it is about a person."""

    number: int
    at: datetime
    who: str
    act: str
    about: str
    veteran_id: int | None
    details: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the trail, the newest first; `before`: where the next one goes on."""

    lines: tuple[Line, ...]
    before: int | None


def accounts(rt: Runtime, actor: Actor) -> list[tuple[str, str]]:
    """Whose entries may be asked for: sign-in name and name, of the reader's stations."""
    with rt.reading() as session:
        found = [one for one in accounts_table.accounts(session) if actor.scope.covers(one.node_id)]
    return [(one.sign_in, f"{one.name}（{one.sign_in}）") for one in found]


def page(rt: Runtime, actor: Actor, filters: Filters, before: int | None = None) -> Listing:
    """A page of entries, on the record. Raises ServiceError for an account there is not."""
    with rt.transaction() as session:
        subject = f"{_PERSON}{filters.veteran_id}" if filters.veteran_id is not None else ""
        sought = Sought(
            who=_names(session, filters.account) if filters.account else (),
            subject=subject,
            since=_midnight(filters.first),
            until=_midnight(filters.last, days=1),
            looks={"look": True, "act": False}.get(filters.kind),
            scope=actor.scope,
        )
        found = audit_table.entries(session, sought, before, PAGE + 1)
        audit.note(rt, session, actor.who, "audit.read", subject or "audit")
    lines = tuple(_line(one) for one in found[:PAGE])
    return Listing(lines, lines[-1].number if len(found) > PAGE else None)


def verify(rt: Runtime, actor: Actor) -> Verdict:
    """Checks what came since the last round, on the record; what the rounds found is `audit_rounds.outcome`."""
    with rt.transaction() as session:
        audit.note(rt, session, actor.who, "audit.verify", "audit")
    audit.link_due(rt)
    return audit_rounds.check_since(rt, MOST_AT_ONCE)


def _names(session: Session, sign_in: str) -> tuple[str, ...]:
    """The forms in which an account stands in the trail."""
    account: StaffAccount | None = accounts_table.account_named(session, sign_in)
    if account is None:
        raise ServiceError("audit.account", 404, "没有这个登录名，请从名单里选。")
    return (f"{account.name}（{account.sign_in}）"[:64], account.sign_in)


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    """When a day begins in China, or the day after it; None where there is no such day."""
    try:
        return datetime.combine(day + timedelta(days=days), time(), CHINA) if day is not None else None
    except OverflowError:
        return None


def _line(one: AuditEntry) -> Line:
    kind, _, number = one.subject.partition(":")
    veteran_id = int(number) if kind == "veteran" and number.isdecimal() else None
    known = words()
    about = known["subjects"].get(kind, kind)
    return Line(
        one.id,
        one.at.astimezone(CHINA),
        known["accounts"].get(one.who, one.who),
        known["actions"].get(one.action, one.action),
        f"{about} {number}".strip(),
        veteran_id,
        _details(one.details, known),
    )


def _details(details: Mapping[str, Any], known: Mapping[str, Mapping[str, str]]) -> str:
    said = []
    for name, value in details.items():
        parts = value if isinstance(value, list) else [value]
        if parts:
            shown = "、".join(_value(part, known["values"]) for part in parts)
            said.append(f"{known['details'].get(name, name)}：{shown}")
    return "；".join(said)


def _value(part: Any, known: Mapping[str, str]) -> str:
    return ("是" if part else "否") if isinstance(part, bool) else known.get(str(part), str(part))


@lru_cache(maxsize=1)
def words() -> dict[str, dict[str, str]]:
    """The Chinese of actions, subjects, details and their values."""
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))
