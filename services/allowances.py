"""Which lawful road a message takes: windows, notices in stock, templates, mass slots; looked at, or taken for good.

The planner looks (`foresee`), the outbox takes (`reserve`); both walk the same roads in the same order, so that what
staff see beforehand is what happens. Taking is done in the transaction that claims the deliveries.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from channels.base import Means
from models import allowance as allowances_table
from models.allowance import Window
from models.base import Session
from services import push_rules
from services.runtime import CHINA, Reach
from services.topics import TOPICS

PUSH_WEEK: Final = "push_week"
_TABLE: Final = Path(__file__).resolve().parent / "data" / "allowances.toml"


@dataclass(frozen=True, slots=True)
class Number:
    """One of the platform's numbers: how many, and for windows how long."""

    value: int
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Need:
    """One message that looks for its road. `ref` is whatever the caller knows it by; `facts`: what it can be filled of.

    `in_broadcast`: it is the same text for many, so that a mass send may carry it. `follows`: the account reaches
    them; else only a short message does. `chars`: how long it is.
    """

    ref: int
    openid: str
    topic: str
    facts: frozenset[str] = frozenset()
    in_broadcast: bool = False
    has_phone: bool = False
    follows: bool = True
    chars: int = 0


@lru_cache(maxsize=1)
def _numbers() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["number"]
    return sorted(rows, key=lambda row: row["from"])


@lru_cache(maxsize=64)
def number(name: str, day: date) -> Number:
    """The number of that name in force on a day, or the first ever (services/data/allowances.toml)."""
    rows = [row for row in _numbers() if row["name"] == name]
    row = next((row for row in reversed(rows) if row["from"] <= day), rows[0])
    return Number(row["value"], timedelta(seconds=row.get("seconds", 0)))


def window_of(action: str, now: datetime) -> Window:
    """The service window that the platform opens when a person writes ("message") or taps, follows or scans ("tap")."""
    window = number(f"window_{action}", now.astimezone(CHINA).date())
    return Window(now + window.lasts, window.value)


def reserve(session: Session, reach: Reach, needs: Sequence[Need], now: datetime) -> dict[int, Means]:
    """Takes a road for each message that has one, out of what is allowed; by `ref`."""
    return _walk(_Book(session, reach, now.astimezone(CHINA), takes=True), needs)


def foresee(session: Session, reach: Reach, needs: Sequence[Need], now: datetime) -> dict[int, Means]:
    """The road each would get now; nothing is taken."""
    return _walk(_Book(session, reach, now.astimezone(CHINA), takes=False), needs)


def capped(session: Session, veteran_ids: Iterable[int], now: datetime, *, takes: bool) -> set[int]:
    """Who has had this week's pushes already; everybody else's count goes up if it is taken."""
    names = {f"push:{veteran_id}": veteran_id for veteran_id in veteran_ids}
    limit, week = weekly_cap(session, now), _week(now)
    if takes:
        free = allowances_table.count_up(session, sorted(names), week, limit, now)
    else:
        counts = allowances_table.used(session, names, week)
        free = {name for name in names if counts.get(name, 0) < limit}
    return {veteran_id for name, veteran_id in names.items() if name not in free}


def weekly_cap(session: Session, now: datetime) -> int:
    """How many pushes one person gets a week: our number, or the lower one the bureau has set."""
    kept = push_rules.in_force(session).cap
    return kept if kept is not None else number(PUSH_WEEK, now.astimezone(CHINA).date()).value


def uncap(session: Session, veteran_ids: Iterable[int], now: datetime) -> None:
    """Gives back a week's count that was taken for a message that found no road."""
    allowances_table.count_down(session, [f"push:{veteran_id}" for veteran_id in veteran_ids], _week(now))


def give_back_mass(session: Session, openids: Iterable[str], taken_at: datetime) -> None:
    """Gives back the month's mass send of people to whom none went after all."""
    names = [f"mass:{openid}" for openid in openids]
    allowances_table.count_down(session, names, f"{taken_at.astimezone(CHINA):%Y-%m}")


def _week(now: datetime) -> str:
    return f"{now.astimezone(CHINA):%G-W%V}"


@dataclass(frozen=True, slots=True)
class _Book:
    session: Session
    reach: Reach
    now: datetime
    takes: bool


_Road = Callable[[_Book, Sequence[Need]], set[int]]


def _walk(book: _Book, needs: Sequence[Need]) -> dict[int, Means]:
    found: dict[int, Means] = {}
    left = list(needs)
    for means, road in _ROADS.items():
        if means not in book.reach.means or not left:
            continue
        for ref in road(book, [need for need in left if need.follows or means is Means.SMS]):
            found[ref] = means
        left = [need for need in left if need.ref not in found]
    return found


def _windows(book: _Book, needs: Sequence[Need]) -> set[int]:
    """One message after another out of each person's window, until it is empty."""
    queues: dict[str, list[int]] = {}
    for need in needs:
        queues.setdefault(need.openid, []).append(need.ref)
    if not book.takes:
        left = allowances_table.windows_open(book.session, queues, book.now)
        return {ref for openid, refs in queues.items() for ref in refs[: left.get(openid, 0)]}
    granted: set[int] = set()
    while queues:
        has = allowances_table.spend_windows(book.session, queues, book.now)
        granted |= {queues[openid].pop(0) for openid in has}
        queues = {openid: refs for openid, refs in queues.items() if openid in has and refs}
    return granted


def _notices(book: _Book, needs: Sequence[Need]) -> set[int]:
    granted: set[int] = set()
    for purpose, fitting in _by_purpose(needs, Means.SUBSCRIPTION).items():
        if book.reach.notices is None:
            granted |= {need.ref for need in fitting}
        elif (notice := book.reach.notices.get(purpose)) is not None:
            filled = [need for need in fitting if notice.facts <= need.facts | {"text"}]
            granted |= _of_stock(book, notice.template_id, filled)
    return granted


def _of_stock(book: _Book, template_id: str, needs: Sequence[Need]) -> set[int]:
    # One message a person at a time: a second one in the same batch must find what the first left.
    granted: set[int] = set()
    left = list(needs)
    while left:
        first = {need.openid: need for need in reversed(left)}
        if book.takes:
            has = allowances_table.spend_notices(book.session, template_id, first, book.now)
        else:
            has = allowances_table.notices_in_stock(book.session, template_id, first)
        granted |= {first[openid].ref for openid in has}
        left = [need for need in left if need.openid in has and need.ref not in granted]
    return granted


def _templates(book: _Book, needs: Sequence[Need]) -> set[int]:
    known = book.reach.templates
    fitting = [
        need
        for purpose, some in _by_purpose(needs, Means.TEMPLATE).items()
        if known is None or purpose in known
        for need in some
    ]
    return _of_day(book, "template", number("template_day", book.now.date()).value, fitting)


def _of_day(book: _Book, name: str, limit: int, needs: Sequence[Need]) -> set[int]:
    """As many of them as the day's count still allows."""
    day = f"{book.now:%Y-%m-%d}"
    if not book.takes:
        room = limit - allowances_table.used(book.session, [name], day).get(name, 0)
        return {need.ref for need in needs[: max(room, 0)]}
    room = allowances_table.count_up_by(book.session, name, day, len(needs), limit, book.now)
    return {need.ref for need in needs[:room]}


def _by_purpose(needs: Sequence[Need], means: Means) -> Mapping[str, list[Need]]:
    found: dict[str, list[Need]] = {}
    for need in needs:
        topic = TOPICS[need.topic]
        if topic.fallback is means:
            found.setdefault(topic.purpose or need.topic, []).append(need)
    return found


def _mass(book: _Book, needs: Sequence[Need]) -> set[int]:
    """The month's mass sends of each person."""
    names = {f"mass:{need.openid}": need.ref for need in needs if need.in_broadcast}
    limit, month = number("mass_person_month", book.now.date()).value, f"{book.now:%Y-%m}"
    if book.takes:
        free = allowances_table.count_up(book.session, sorted(names), month, limit, book.now)
        return {names[name] for name in free}
    counts = allowances_table.used(book.session, names, month)
    return {ref for name, ref in names.items() if counts.get(name, 0) < limit}


def _short_messages(book: _Book, needs: Sequence[Need]) -> set[int]:
    """What fits one, as many a day as the office pays for."""
    day = book.now.date()
    longest = number("sms_chars", day).value
    fitting = [need for need in needs if need.has_phone and need.in_broadcast and need.chars <= longest]
    return _of_day(book, "sms", number("sms_day", day).value, fitting)


_ROADS: Final[Mapping[Means, _Road]] = {
    Means.CUSTOMER_MESSAGE: _windows,
    Means.SUBSCRIPTION: _notices,
    Means.TEMPLATE: _templates,
    Means.MASS: _mass,
    Means.SMS: _short_messages,
}
