"""What came of the offers: who was still at work after 30 and 90 days, by employer and trade; content; days to settle.

Every figure is a count of rows, and `rows` gives them. What nobody has answered is "unknown", never "kept".
"""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from models import desk as desk_table
from models import organisation
from models.base import Session
from models.followup import Case, FollowUp
from models.placement import Placement
from models.reality import RealityCheck
from models.veteran import Veteran
from services import cases, reality
from services.actors import Actor
from services.answers import AT_WORK, NOT_STARTED
from services.masking import masked_text
from services.runtime import CHINA, Runtime
from services.today import name_of

STEPS: Final = (30, 90)
OUTCOMES: Final = {"kept": "还在岗", "left": "离开了", "not_started": "没入职", "unknown": "还不知道"}
#: Cases settled within this many days before count for the median.
LATELY: Final = timedelta(days=365)
#: Nobody is asked later than the step's own day; an answer a few days early speaks of it too.
EARLY: Final = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Row:
    """One placement and what came of it by a step."""

    placement_id: int
    veteran_id: int
    name: str
    employer: str
    title: str
    trade: str
    starts_on: date
    ended_on: date | None
    end_reason: str
    outcome: str
    satisfaction: int | None


@dataclass(frozen=True, slots=True)
class Retained:
    """A group's placements by outcome; the share is of those whose outcome is known and who began."""

    key: str
    counts: Mapping[str, int]

    @property
    def known(self) -> int:
        """Those who began and of whom it is known whether they stayed."""
        return self.counts["kept"] + self.counts["left"]

    @property
    def share(self) -> float | None:
        """Kept among the known; None while nothing is known."""
        return self.counts["kept"] / self.known if self.known else None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures. `content`: score -> people, by their latest answer; `median_days`: from opening to the answer."""

    retention: Mapping[int, Mapping[str, tuple[Retained, ...]]]
    totals: Mapping[int, Retained]
    content: Mapping[int, int]
    mean_content: float | None
    settled: int
    median_days: float | None


@dataclass(frozen=True, slots=True)
class Settled:
    """A case that was answered; `days` from its opening to the answer."""

    number: str
    name: str
    kind: str
    opened_on: date
    days: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A reality check that waits for the bureau."""

    reality_id: int
    station: str
    employer: str
    title: str
    gaps: tuple[str, ...]
    posted: str
    veteran_says: str
    employer_says: str
    answer_by: date
    may_decide: bool


def report(rt: Runtime, actor: Actor) -> Report:
    """The figures of the actor's stations as of now."""
    with rt.reading() as session:
        by_step = {step: _rows(rt, session, actor, step) for step in STEPS}
        latest = [score for one in _latest(session, actor, rt.today()) if (score := _score(one)) is not None]
        days = [_days(case) for case, _ in _settled_cases(rt, session, actor)]
    content = {score: sum(one == score for one in latest) for score in range(5, 0, -1)}
    return Report(
        retention={
            step: {
                "employer": _grouped(rows, [row.employer for row in rows]),
                "trade": _grouped(rows, [row.trade for row in rows]),
            }
            for step, rows in by_step.items()
        },
        totals={step: _counted("", rows) for step, rows in by_step.items()},
        content=content,
        mean_content=statistics.fmean(latest) if latest else None,
        settled=len(days),
        median_days=statistics.median(days) if days else None,
    )


def rows(rt: Runtime, actor: Actor, step: int, *, by: str, key: str, outcome: str) -> list[Row]:
    """The placements behind one figure; empty `by` or `outcome` = all."""
    with rt.reading() as session:
        found = _rows(rt, session, actor, step)
    if by in ("employer", "trade"):
        found = [row for row in found if getattr(row, by) == key]
    return [row for row in found if outcome in ("", row.outcome)]


def _rows(rt: Runtime, session: Session, actor: Actor, step: int) -> list[Row]:
    found = desk_table.placements(session, actor.scope, rt.today() - timedelta(days=step))
    answers: dict[int, list[FollowUp]] = {}
    for one in desk_table.answered(session, [placement.id for placement, _ in found]):
        answers.setdefault(one.placement_id, []).append(one)
    return [_row(rt, placement, veteran, answers.get(placement.id, []), step) for placement, veteran in found]


def _row(rt: Runtime, placement: Placement, veteran: Veteran, answers: list[FollowUp], step: int) -> Row:
    scores = [score for one in answers if (score := _score(one)) is not None]
    trades = placement.posting.facts.get("job_categories") or ["未分类"]
    return Row(
        placement_id=placement.id,
        veteran_id=placement.veteran_id,
        name=name_of(rt, veteran),
        employer=placement.posting.employer.name,
        title=placement.posting.title,
        trade=trades[0],
        starts_on=placement.starts_on,
        ended_on=placement.ended_on,
        end_reason=placement.end_reason,
        outcome=outcome_of(placement, answers, step),
        satisfaction=scores[-1] if scores else None,
    )


def outcome_of(placement: Placement, answers: Iterable[FollowUp], step: int) -> str:
    """What is known of a placement `step` days after its start."""
    day = placement.starts_on + timedelta(days=step)
    if placement.ended_on is not None:
        if placement.ended_on <= placement.starts_on:
            return "not_started"
        return "left" if placement.ended_on < day else "kept"
    outcome = "unknown"
    for one in answers:
        if one.answered_at is None or one.answered_at.astimezone(CHINA).date() < day - EARLY:
            continue
        status = (one.answer or {}).get("employment_status")
        outcome = {AT_WORK: "kept", NOT_STARTED: "not_started"}.get(str(status), outcome)
    return outcome


def _grouped(found: list[Row], keys: list[str]) -> tuple[Retained, ...]:
    groups: dict[str, list[Row]] = {}
    for key, row in zip(keys, found, strict=True):
        groups.setdefault(key, []).append(row)
    made = [_counted(key, members) for key, members in groups.items()]
    return tuple(sorted(made, key=lambda one: (-sum(one.counts.values()), one.key)))


def _counted(key: str, found: list[Row]) -> Retained:
    return Retained(key, {name: sum(row.outcome == name for row in found) for name in OUTCOMES})


def content_rows(rt: Runtime, actor: Actor, score: int) -> list[Row]:
    """The placements behind one score: of each person the one they answered about last."""
    with rt.reading() as session:
        chosen = {one.placement_id for one in _latest(session, actor, rt.today()) if _score(one) == score}
        return [row for row in _rows(rt, session, actor, 0) if row.placement_id in chosen]


def settled_rows(rt: Runtime, actor: Actor) -> list[Settled]:
    """The cases behind the median, those that took longest first."""
    with rt.reading() as session:
        found = [_settled(rt, case, veteran) for case, veteran in _settled_cases(rt, session, actor)]
    return sorted(found, key=lambda one: (-one.days, one.number))


def _settled_cases(rt: Runtime, session: Session, actor: Actor) -> list[tuple[Case, Veteran | None]]:
    return desk_table.settled_cases(session, actor.scope, rt.now() - LATELY)


def _settled(rt: Runtime, case: Case, veteran: Veteran | None) -> Settled:
    return Settled(
        number=case.number,
        name=name_of(rt, veteran) if veteran is not None else "",
        kind=cases.KINDS.get(case.kind, case.kind),
        opened_on=case.opened_at.astimezone(CHINA).date(),
        days=_days(case),
    )


def _days(case: Case) -> float:
    return ((case.resolved_at or case.opened_at) - case.opened_at) / timedelta(days=1)


def _latest(session: Session, actor: Actor, today: date) -> list[FollowUp]:
    """The answer with a score that each person gave last."""
    whose = {one.id: veteran.id for one, veteran in desk_table.placements(session, actor.scope, today)}
    latest: dict[int, FollowUp] = {}
    for one in desk_table.answered(session, list(whose)):
        if _score(one) is not None:
            latest[whose[one.placement_id]] = one
    return list(latest.values())


def _score(one: FollowUp) -> int | None:
    return (one.answer or {}).get("satisfaction")


def gaps(rt: Runtime, actor: Actor, node_id: int | None = None) -> list[Gap]:
    """The reality checks that wait for a decision: of one station's people, or of all the actor's stations."""
    with rt.reading() as session:
        names = {node.id: node.name for node in organisation.nodes(session)}
        found = desk_table.undecided_checks(session, actor.scope, node_id)
        return [_gap(rt, one, names.get(veteran.node_id or 0, "没有分到服务站")) for one, veteran in found]


def _gap(rt: Runtime, one: RealityCheck, station: str) -> Gap:
    salary = one.posted.get("salary") or {}
    pay = f"{salary.get('min') or '?'}–{salary.get('max') or '?'} 元"
    parts = [pay if salary.get("min") else "", one.posted.get("shift"), one.posted.get("salary_note")]
    return Gap(
        reality_id=one.id,
        station=station,
        employer=one.employer.name,
        title=one.placement.posting.title,
        gaps=tuple(one.gaps),
        posted="，".join(str(part) for part in parts if part) or "没有写明",
        veteran_says=masked_text(reality.words_of(rt.keyring, one)),
        employer_says=one.employer_words,
        answer_by=one.answer_by,
        may_decide=one.employer_answered_at is not None or rt.today() > one.answer_by,
    )
