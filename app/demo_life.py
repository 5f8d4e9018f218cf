"""What happened in the demo's county before its first start: work for the console, made through the services."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from models import followup as followups_table
from models import ledger as ledger_table
from models import placement as placements_table
from models import veteran as veterans_table
from models.base import Session
from services import answers, cases, desk, followups, recommendations, referrals, veterans, workdays
from services.runtime import CHINA, Runtime

FILE: Final = Path(__file__).parent / "data" / "demo_life.toml"
WHO: Final = "李站长（clerk）"
"""The demo's clerk (app/demo_staff.py), as the console writes who did a thing."""
MORNING: Final = time(10, 0)
EVERY: Final = 7
"""One person in so many is looked at: the stories spread over the stations."""

Story = dict[str, Any]


def load(rt: Runtime) -> None:
    """Plays each story with another person, then asks what has come due since; only where nothing happened yet."""
    with rt.reading() as session:
        if placements_table.count_referrals(session) or followups_table.count_cases(session):
            return
    stories: list[Story] = tomllib.loads(FILE.read_text(encoding="utf-8"))["story"]
    for story, (veteran_id, code) in zip(stories, _people(rt, len(stories)), strict=True):
        if "case" in story:
            _report(rt, story["case"], veteran_id)
        else:
            _apply(rt, story, veteran_id, code)
    followups.send_due(_on(rt, workdays.workday_on_or_before(rt.today())))


def _on(rt: Runtime, day: date) -> Runtime:
    """The same house on the morning of that day."""
    moment = datetime.combine(day, MORNING, CHINA)
    return replace(rt, clock=lambda: moment)


def _ago(rt: Runtime, days: int) -> Runtime:
    return _on(rt, rt.today() - timedelta(days=days))


def _people(rt: Runtime, count: int) -> list[tuple[int, str]]:
    """People of the ledger who look for work, each with the posting that fits best: no two at one employer."""
    with rt.reading() as session:
        return list(islice(_fitting(rt, session), count))


def _fitting(rt: Runtime, session: Session) -> Iterator[tuple[int, str]]:
    today = rt.today()
    snap = recommendations.snapshot(rt.database, session, today)
    taken: set[str] = set()
    for row in ledger_table.rows(session, today)[::EVERY]:
        veteran = veterans_table.veteran_by_id(session, row.id)
        if veteran is None or veteran.phone_sealed is None:  # nobody could call
            continue
        seeker = recommendations.seeker_of(veterans.profile_of(session, veteran, today))
        best = recommendations.listed(snap, seeker, start=0, limit=3)
        fresh = next((one for one in best if one.employer not in taken), None)
        if fresh is not None:
            taken.add(fresh.employer)
            yield row.id, fresh.posting_id


def _apply(rt: Runtime, story: Story, veteran_id: int, code: str) -> None:
    picked = _ago(rt, story["picked"])
    with picked.transaction() as session:
        referrals.refer(session, veteran_id, code, picked.now())
    if "result" in story:
        referrals.set_status(_ago(rt, story["answered"]), veteran_id, code, story["result"], who=WHO)
    for call in story.get("calls", ()):
        _call(rt, veteran_id, call)


def _call(rt: Runtime, veteran_id: int, call: Story) -> None:
    said = {name: value for name, value in call.items() if name != "step"}
    if "gaps" in said:
        said["gaps"] = tuple(said["gaps"])
    with rt.reading() as session:
        placement = placements_table.placements_of(session, veteran_id)[-1]
        rows = followups_table.follow_ups_of(session, placement.id)
    row = next(one for one in rows if one.side == followups.VETERAN and one.step == call["step"])
    day = placement.starts_on + timedelta(days=row.step)
    answers.record_phone_answer(_on(rt, day), row.id, answers.Answer(**said), WHO)


def _report(rt: Runtime, told: Story, veteran_id: int) -> None:
    then = _ago(rt, told["opened"])
    with then.transaction() as session:
        veteran = veterans_table.veteran_by_id(session, veteran_id)
        assert veteran is not None, "people are never deleted"
        number = cases.open_case(session, rt.keyring, veteran, told["kind"], words=told["words"], now=then.now()).number
    if "taken" in told:
        desk.take(_ago(rt, told["taken"]), number, WHO)
        desk.send_to_department(_ago(rt, told["taken"]), number, told["department"], WHO)
    if "answered" in told:
        cases.update(_ago(rt, told["answered"]), number, "resolved", told["answer"], WHO)
