"""How the service itself runs: what the scheduler did, whether it still does, and what old records may go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models import allowance as allowances_table
from models import operation as operations_table
from models.delivery import Lane
from models.operation import TaskRun
from services.runtime import Runtime

KEPT: Final = timedelta(days=30)
KEPT_ALLOWANCES: Final = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a periodic task; `error` is the kind of what it raised."""

    task: str
    started_at: datetime
    milliseconds: int
    done: int
    error: str | None


def record_run(rt: Runtime, run: Run) -> None:
    """Keeps a run. Idle runs in a row share one row that moves on: the table grows with work, not with time."""
    with rt.transaction() as session:
        last = operations_table.last_run(session, run.task)
        is_idle = run.error is None and run.done == 0
        if last is not None and is_idle and last.error is None and last.done == 0:
            last.started_at, last.milliseconds = run.started_at, run.milliseconds
            return
        session.add(
            TaskRun(
                task=run.task,
                started_at=run.started_at,
                milliseconds=run.milliseconds,
                done=run.done,
                error=run.error,
            )
        )


def forget_due(rt: Runtime) -> int:
    """Deletes records of runs older than a month, and allowances of past months; how many runs."""
    with rt.transaction() as session:
        allowances_table.forget_old(session, rt.now() - KEPT_ALLOWANCES)
        return operations_table.forget_runs(session, rt.now() - KEPT)


def ages(rt: Runtime, tasks: tuple[str, ...]) -> dict[str, timedelta | None]:
    """How long ago each task last ran well; None = never."""
    with rt.reading() as session:
        runs = {task: operations_table.last_good_run(session, task) for task in tasks}
    return {task: rt.now() - run.started_at if run else None for task, run in runs.items()}


def clock_off(rt: Runtime) -> timedelta | None:
    """How far this machine's clock is ahead of the database's; None where they are one machine."""
    with rt.reading() as session:
        theirs = operations_table.moment(session)
    return None if theirs is None else rt.now() - theirs


@dataclass(frozen=True, slots=True)
class LaneFigures:
    """Of one lane of the outbox: how many deliveries are due and unsent, and how long the oldest has been."""

    name: str
    waiting: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class Figures:
    """How the service stands at this moment."""

    lanes: tuple[LaneFigures, ...]
    ages: dict[str, timedelta | None]


def figures(rt: Runtime, tasks: tuple[str, ...]) -> Figures:
    """What waits, and since when."""
    now = rt.now()
    with rt.reading() as session:
        due = {lane: (count, oldest) for lane, count, oldest in operations_table.lanes_due(session, now)}
    found = {lane: due.get(lane.value, (0, now)) for lane in Lane}
    lanes = tuple(LaneFigures(lane.name.lower(), count, now - oldest) for lane, (count, oldest) in found.items())
    return Figures(lanes, ages(rt, tasks))
