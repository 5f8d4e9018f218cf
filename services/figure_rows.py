"""The rows behind a figure as staff read them: when, who, what, and where to open it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from models import organisation
from models import report as report_table
from models.base import Session
from models.report import Counted
from services import cases, figures, periods, referral_states
from services.actors import Actor
from services.figures import Figure
from services.periods import Period
from services.runtime import CHINA, Runtime
from services.today import name_of

PAGE: Final = 100
#: A thing as it is named, and what its page is opened by (page, key).
Named = tuple[str, tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Line:
    """One row. `veteran_id`: whose card opens; `target`: the page and key of the thing itself, if it has one."""

    day: date
    name: str
    station: str
    veteran_id: int | None
    words: str
    target: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of rows. `count`: the figure as reported, `found`: what its rows come to now; `after`: the next page."""

    figure: Figure
    period: Period
    place: str
    lines: tuple[Line, ...]
    count: int
    found: int
    after: int | None


def rows(
    rt: Runtime, actor: Actor, name: str, period: Period, *, node_id: int | None = None, after: int = 0
) -> Listing:
    """The rows behind a figure in the actor's stations, or in one; raises ServiceError."""
    one, span = figures.figure(name), periods.span(rt, period)
    with rt.reading() as session:
        scope = figures.scope_within(session, actor, node_id)
        listed = None if one.is_county else scope
        page = (
            [row for row in figures.lasting(session, one, span, scope) if row.key > after][: PAGE + 1]
            if one.step
            else report_table.page(session, one.find(span), listed, after, PAGE + 1)
        )
        names = {node.id: node.name for node in organisation.nodes(session)}
        return Listing(
            one,
            period,
            names.get(node_id or actor.node_id, ""),
            _lines(rt, session, one, page[:PAGE], names),
            sum(figures.count(rt, session, one, period, scope).values()),
            sum(figures.counted(session, one, span, scope).values()),
            page[PAGE - 1].key if len(page) > PAGE else None,
        )


def _lines(
    rt: Runtime, session: Session, one: Figure, page: Sequence[Counted], names: Mapping[int, str]
) -> tuple[Line, ...]:
    ids = [row.veteran_id for row in page if row.veteran_id is not None]
    people = {veteran.id: name_of(rt, veteran) for veteran in report_table.people(session, ids)}
    things = _THINGS[one.name](session, [row.key for row in page]) if one.name in _THINGS else {}
    return tuple(
        Line(
            row.at.astimezone(CHINA).date() if isinstance(row.at, datetime) else row.at,
            people.get(row.veteran_id or 0, ""),
            "" if one.is_county else names.get(row.node_id or 0, "没有分到服务站"),
            row.veteran_id,
            *things.get(row.key, ("", None)),
        )
        for row in page
    )


def _jobs(found: Sequence[Any]) -> dict[int, Named]:
    return {one.id: (f"{one.posting.employer.name} · {one.posting.title}", None) for one in found}


def _placements(session: Session, keys: Sequence[int]) -> dict[int, Named]:
    return _jobs(report_table.placements(session, keys))


def _referrals(session: Session, keys: Sequence[int]) -> dict[int, Named]:
    found = report_table.referrals(session, keys)
    words = _jobs(found)
    return {one.id: (f"{words[one.id][0]}（{referral_states.STATES[one.status]}）", None) for one in found}


def _cases(session: Session, keys: Sequence[int]) -> dict[int, Named]:
    return {
        one.id: (
            f"{one.number} {cases.KINDS.get(one.kind, one.kind)}，{cases.STATES[one.status]}",
            ("case", one.number),
        )
        for one in report_table.cases(session, keys)
    }


def _postings(session: Session, keys: Sequence[int]) -> dict[int, Named]:
    return {
        one.id: (f"{one.employer.name} · {one.title}，{one.headcount or '若干'}人", ("posting", one.code))
        for one in report_table.postings(session, keys)
    }


def _employers(session: Session, keys: Sequence[int]) -> dict[int, Named]:
    return {one.id: (one.name, ("employer", str(one.id))) for one in report_table.employers(session, keys)}


def _broadcasts(session: Session, keys: Sequence[int]) -> dict[int, Named]:
    return {one.id: (one.text[:40], ("broadcast", str(one.id))) for one in report_table.broadcasts(session, keys)}


_THINGS: Final[Mapping[str, Callable[[Session, Sequence[int]], dict[int, Named]]]] = {
    "referred": _referrals,
    "placed": _placements,
    "due30": _placements,
    "kept30": _placements,
    "due90": _placements,
    "kept90": _placements,
    "opened": _cases,
    "settled": _cases,
    "posted": _postings,
    "places": _postings,
    "hiring": _employers,
    "broadcast": _broadcasts,
}
