"""Employers' papers are looked at again every six months (notice of 2026); who did not show them is watched."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from models import employer as employers_table
from models.base import Session
from models.posting import Employer, How, PostingStatus
from services import employers, posting_states
from services.employers import EmployerRefused
from services.posting_states import Step
from services.runtime import Runtime

#: Six months, as the notice has it.
EVERY: Final = timedelta(days=182)
#: How many days ahead an employer is on the list.
AHEAD_DAYS: Final = 30
WATCHER: Final = "scheduler"
LATE: Final = "证照超过六个月没有复核"


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """An employer on the list; `due_on` None = nobody ever looked at its papers."""

    employer_id: int
    name: str
    licence_number: str | None
    seen_on: date | None
    due_on: date | None


def look_at(rt: Runtime, employer_id: int, how: How, who: str, note: str = "") -> date:
    """Somebody looked at the papers: dated in the booklet, and when next. Returns that day; raises ServiceError.

    An employer the scheduler had put under watch for its papers is in good standing again.
    """
    if how == How.IMPORT:
        raise EmployerRefused("请选电话核实、查看证照或上门走访。")
    now = rt.now()
    with rt.transaction() as session:
        firm = employers.employer_numbered(session, employer_id)
        firm.licence_seen_on, firm.licence_due_on = rt.today(), rt.today() + EVERY
        step = Step(who, now, posting_states.HOW[how] + (f"：{note}" if note else ""))
        employers.log(session, firm, step, "papers", ("", f"下次 {firm.licence_due_on}"))
        if firm.health == "watch" and _was_late(session, firm):
            _set_health(session, firm, "normal", Step(who, now, "证照已复核"))
        return firm.licence_due_on


def due(rt: Runtime, *, within_days: int = AHEAD_DAYS, limit: int = 500) -> list[ToLookAt]:
    """Employers on offer whose papers are to be looked at within so many days; never seen ones first."""
    with rt.reading() as session:
        found = employers_table.employers_to_look_at(session, rt.today() + timedelta(days=within_days), limit)
        return [
            ToLookAt(one.id, one.name, one.licence_number, one.licence_seen_on, one.licence_due_on) for one in found
        ]


def watch_due(rt: Runtime, limit: int = 500) -> int:
    """Puts employers whose day has passed under watch, which lowers their postings; how many. Twice does it once."""
    now = rt.now()
    with rt.transaction() as session:
        late = employers_table.employers_overdue(session, rt.today(), limit)
        for firm in late:
            _set_health(session, firm, "watch", Step(WATCHER, now, LATE))
        return len(late)


def _was_late(session: Session, firm: Employer) -> bool:
    steps = [one for one in employers_table.changes_of(session, firm.id) if one.field == "health"]
    return bool(steps) and steps[-1].who == WATCHER


def _set_health(session: Session, firm: Employer, health: str, step: Step) -> None:
    old, firm.health = firm.health, health
    employers.log(session, firm, step, "health", (employers.HEALTH[old], employers.HEALTH[health]))
    for posting in employers_table.live_postings_of(session, firm.id, (PostingStatus.OPEN, PostingStatus.FULL)):
        # Matching weighs the employer's health: the catalog must read its postings again.
        posting_states.touch(session, posting, posting.status, step)
