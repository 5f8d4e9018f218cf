"""The figures the bureau reports: each a count of dated rows, per station and period, and the rows behind each.

A period that has ended is closed some days later: its figures are kept as they stood. Rows that were put right or
deleted afterwards change what the list shows, never what was reported.
"""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models import closing as closing_table
from models import desk as desk_table
from models import organisation
from models import report as report_table
from models.base import Session
from models.closing import ClosedPeriod
from models.followup import FollowUp
from models.report import Counted, Rows, Span
from models.scope import Scope, scope_of
from services import outcomes, periods
from services.actors import Actor, OutOfScope
from services.errors import ServiceError
from services.outreach import RESULTS
from services.periods import Period
from services.runtime import Runtime

SEEKING: Final = "待业"
_TOLD: Final = tuple(way[next(iter(way))] for way in RESULTS.values())
#: More placements or cases than any bureau has in a quarter.
MOST: Final = 20_000
KEPT: Final = "kept"
EVERYTHING: Final = Scope(frozenset(), is_whole=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `meaning`: what exactly is counted, in a sentence. `of`: the figure it is a part of.

    `is_county`: about nobody of a station. `step`: of the placements found, those still kept after so many days.
    """

    name: str
    title: str
    unit: str
    meaning: str
    find: Callable[[Span], Rows]
    of: str = ""
    is_county: bool = False
    step: int = 0


def _seeking(span: Span) -> Rows:
    return report_table.willing(span, SEEKING)


def _told(span: Span) -> Rows:
    return report_table.told(span, _TOLD)


def _day(step: int) -> Callable[[Span], Rows]:
    return lambda span: report_table.reached_day(span, step)


FIGURES: Final = (
    Figure("ledger", "台账里的人", "人", "期末在台账里的。", report_table.ledger),
    Figure("registered", "新登记", "人", "本期录入台账的。", report_table.registered),
    Figure("fresh", "有音信", "人", "期末往前 31 天里，本人说过话或有人联系过的。", report_table.fresh, "ledger"),
    Figure("willing", "想找工作", "人", "期末就业状况是“待业”的。", _seeking, "ledger"),
    Figure("contacted", "联系", "人次", "电话、走访、来窗口，记下一次算一次，撤销的不算。", report_table.contacted),
    Figure("matched", "推荐过岗位", "人", "本期给看过合适岗位的，一人算一次。", report_table.matched),
    Figure("referred", "报名", "人次", "本期报名的，一个岗位算一次。", report_table.referred),
    Figure("placed", "上岗", "人", "上岗日在本期的，一人算一次；没去成的不算。", report_table.placed),
    Figure("due30", "满 30 天的", "人次", "上岗第 30 天落在本期的。", _day(30)),
    Figure("kept30", "满 30 天还在岗", "人次", "其中问到还在岗的；没问到的不算。", _day(30), "due30", step=30),
    Figure("due90", "满 90 天的", "人次", "上岗第 90 天落在本期的。", _day(90)),
    Figure("kept90", "满 90 天还在岗", "人次", "其中问到还在岗的；没问到的不算。", _day(90), "due90", step=90),
    Figure("followed_up", "回访问到", "人次", "本人回答了的上岗回访。", report_table.followed_up),
    Figure("opened", "新诉求", "件", "本期受理的。", report_table.opened),
    Figure("settled", "答复诉求", "件", "本期把结果告诉本人的。", report_table.settled),
    Figure("delivered", "推送送达", "人次", "微信送出的推送和问候，一条算一次。", report_table.delivered),
    Figure("told", "电话和通知单告诉到", "人次", "微信发不到，电话接通或通知单送到的。", _told),
    Figure("posted", "新发布岗位", "个", "本期第一次发布的岗位。", report_table.posted, is_county=True),
    Figure(
        "places", "招聘人数", "个名额", "这些岗位要招的人数，没写的按 1 个算。", report_table.places, is_county=True
    ),
    Figure("hiring", "发布岗位的单位", "家", "一家算一次。", report_table.hiring, is_county=True),
    Figure("broadcast", "推送", "条", "本期发出的，撤回的不算。", report_table.broadcast, is_county=True),
)
BY_NAME: Final[Mapping[str, Figure]] = {one.name: one for one in FIGURES}


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of this period and of the one before. `whole`: of how many it is a part."""

    figure: Figure
    now: int
    before: int
    whole: int | None


@dataclass(frozen=True, slots=True)
class StationLine:
    """One station's figures by name."""

    node_id: int
    name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one period in one scope. `closed_at`: since when they stand; None = they still move.

    `median_days`: from opening a case to telling the answer, half of them took no longer.
    """

    period: Period
    before: Period
    place: str
    values: tuple[Value, ...]
    stations: tuple[StationLine, ...]
    closed_at: datetime | None
    median_days: float | None


def figure(name: str) -> Figure:
    """The figure of that name; raises ServiceError."""
    if name not in BY_NAME:
        raise ServiceError("figures.unknown", 404, "没有这个数字。")
    return BY_NAME[name]


def scope_within(session: Session, actor: Actor, node_id: int | None) -> Scope:
    """The actor's scope, or one station of it. Raises OutOfScope."""
    if node_id is None:
        return actor.scope
    if not actor.scope.covers(node_id) or session.get(organisation.Node, node_id) is None:
        raise OutOfScope
    return scope_of(session, node_id)


def report(rt: Runtime, actor: Actor, period: Period, node_id: int | None = None) -> Report:
    """The figures of a period in the actor's stations, or in one of them."""
    earlier = periods.before(period)
    with rt.reading() as session:
        scope = scope_within(session, actor, node_id)
        now, past = (counts(rt, session, one, scope) for one in (period, earlier))
        closed = closing_table.closed_period(session, period.name)
        names = {node.id: node.name for node in organisation.nodes(session)}
        days = days_to_settle(session, periods.span(rt, period), scope)
    sums = {name: sum(found.values()) for name, found in now.items()}
    values = tuple(
        Value(one, sums[one.name], sum(past[one.name].values()), sums[one.of] if one.of else None) for one in FIGURES
    )
    return Report(
        period,
        earlier,
        names.get(node_id or actor.node_id, ""),
        values,
        _stations(now, names),
        closed.closed_at if closed else None,
        statistics.median(days) if days else None,
    )


def _stations(found: Mapping[str, Mapping[int, int]], names: Mapping[int, str]) -> tuple[StationLine, ...]:
    local = [one.name for one in FIGURES if not one.is_county]
    nodes = sorted({node for name in local for node in found[name]}, key=lambda node: (node == 0, node))
    return tuple(
        StationLine(node, names.get(node, "没有分到服务站"), {name: found[name].get(node, 0) for name in local})
        for node in nodes
    )


def counts(rt: Runtime, session: Session, period: Period, scope: Scope) -> dict[str, dict[int, int]]:
    """Every figure by node: as closed, or as the rows say now."""
    closed = closing_table.closed_period(session, period.name)
    span, found = periods.span(rt, period), {}
    for one in FIGURES:
        kept = _as_closed(closed, one, scope)
        found[one.name] = counted(session, one, span, scope) if kept is None else kept
    return found


def count(rt: Runtime, session: Session, one: Figure, period: Period, scope: Scope) -> dict[int, int]:
    """One figure by node: as closed, or as the rows say now."""
    kept = _as_closed(closing_table.closed_period(session, period.name), one, scope)
    return counted(session, one, periods.span(rt, period), scope) if kept is None else kept


def _as_closed(closed: ClosedPeriod | None, one: Figure, scope: Scope) -> dict[int, int] | None:
    """None: the period is open, or was closed before there was such a figure."""
    if closed is None or one.name not in closed.counts:
        return None
    found = {int(node): amount for node, amount in closed.counts[one.name].items()}
    return {node: amount for node, amount in found.items() if one.is_county or scope.covers(node or None)}


def counted(session: Session, one: Figure, span: Span, scope: Scope) -> dict[int, int]:
    """One figure by node as the rows say now."""
    if not one.step:
        return report_table.count(session, one.find(span), None if one.is_county else scope)
    found: dict[int, int] = {}
    for row in lasting(session, one, span, scope):
        found[row.node_id or 0] = found.get(row.node_id or 0, 0) + 1
    return found


def lasting(session: Session, one: Figure, span: Span, scope: Scope) -> list[Counted]:
    """The placements whose day came within the span and that are known to have lasted to it."""
    rows = report_table.page(session, one.find(span), scope, 0, MOST)
    answers: dict[int, list[FollowUp]] = {}
    for answer in desk_table.answered(session, [row.key for row in rows]):
        answers.setdefault(answer.placement_id, []).append(answer)
    placements = {one.id: one for one in report_table.placements(session, [row.key for row in rows])}
    return [row for row in rows if outcomes.outcome_of(placements[row.key], answers.get(row.key, []), one.step) == KEPT]


def days_to_settle(session: Session, span: Span, scope: Scope) -> list[float]:
    """How many days each case answered in the span had taken."""
    rows = report_table.page(session, report_table.settled(span), scope, 0, MOST)
    found = report_table.cases(session, [row.key for row in rows])
    return [(one.resolved_at - one.opened_at) / timedelta(days=1) for one in found if one.resolved_at]


def trend(rt: Runtime, actor: Actor, name: str, period: Period, node_id: int | None = None) -> list[tuple[Period, int]]:
    """One figure over the periods up to this one, the oldest first."""
    one = figure(name)
    listed: Sequence[Period] = [period]
    while len(listed) < (periods.QUARTERS if "Q" in period.name else periods.MONTHS):
        listed = [periods.before(listed[0]), *listed]
    with rt.reading() as session:
        scope = scope_within(session, actor, node_id)
        return [(each, sum(count(rt, session, one, each, scope).values())) for each in listed]


def close_due(rt: Runtime) -> int:
    """Keeps the figures of every period that is due to be closed; how many.

    They are counted before the transaction: counting takes longer than anybody should wait for a turn to write.
    """
    done = 0
    with rt.reading() as session:
        closed = closing_table.closed_names(session)
    for period in periods.latest(rt.today()):
        if period.closes_on > rt.today() or period.name in closed:
            continue
        with rt.reading() as session:
            found = counts(rt, session, period, EVERYTHING)
        as_kept = {name: {str(node): amount for node, amount in nodes.items()} for name, nodes in found.items()}
        with rt.transaction() as session:
            done += closing_table.close(session, period.name, as_kept, rt.now())
    return done
