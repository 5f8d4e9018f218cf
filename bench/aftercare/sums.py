"""The year's sums: what was due against what was sent or put on a list, what was said against what is in the rows.

What was due, and on which day, is worked out here from the starts and the published calendar alone, not asked of the
services. Every trouble is a sentence; none = everything reconciles to the last row.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import chinese_calendar
from sqlalchemy import select

from bench.aftercare.people import GAP_LINE
from bench.aftercare.year import Year
from models.base import Session
from models.delivery import Delivery, DeliveryStatus
from models.followup import UNSETTLED, Case, CaseStatus, FollowUp, FollowUpStatus
from models.heartbeat import Heartbeat, HeartbeatStatus
from models.placement import Placement
from models.reality import RealityCheck, RealityStatus
from models.veteran import Veteran
from services.followups import REASONS, WAITING
from services.push_rules import QuietHours
from services.runtime import CHINA

STEPS: Final = (7, 30, 90)
SIDES: Final = ("veteran", "employer")
ASKED_TOPICS: Final = frozenset({"follow_up", "heartbeat"})


@dataclass
class Books:
    """Everything in the database at the end, and the day each message went out."""

    follow_ups: list[FollowUp]
    placements: list[Placement]
    cases: list[Case]
    checks: list[RealityCheck]
    heartbeats: list[Heartbeat]
    deliveries: list[Delivery]
    openids: dict[int, str | None]
    sent_on: dict[str, date]


def books_of(year: Year) -> Books:
    """Reads all of it."""
    with year.rt.reading() as session:

        def every(table: Any) -> list[Any]:
            return list(session.scalars(select(table).order_by(table.id)))

        return Books(
            follow_ups=every(FollowUp),
            placements=every(Placement),
            cases=every(Case),
            checks=every(RealityCheck),
            heartbeats=every(Heartbeat),
            deliveries=every(Delivery),
            openids=_openids(session),
            sent_on={outbound.key: at.date() for at, outbound in year.sent},
        )


def _openids(session: Session) -> dict[int, str | None]:
    return {row.id: row.openid for row in session.execute(select(Veteran.id, Veteran.openid))}


def troubles(year: Year) -> list[str]:
    """Everything that must not have happened, in words."""
    books = books_of(year)
    parts = (_sending(year, books), _placed(year, books), _follow_ups(year, books))
    more = (_complaints(year, books), _cases(year, books), _gaps(year, books), _greetings(year, books))
    return [trouble for part in (*parts, *more) for trouble in part]


def _open_office(day: date, year: Year | None = None) -> date:
    """The first day from that one on that is worked, and on which the scheduler runs."""
    while not chinese_calendar.is_workday(day) or (year is not None and day in year.weather.still):
        day += timedelta(days=1)
    return day


def _due_on(starts_on: date, step: int) -> date:
    """Day 7, 30 or 90, or the last workday before it; the first after it where that is no day at work yet."""
    day = starts_on + timedelta(days=step)
    while not chinese_calendar.is_workday(day):
        day -= timedelta(days=1)
    return day if day > starts_on else _open_office(starts_on + timedelta(days=step))


def _sending(year: Year, books: Books) -> Iterator[str]:
    for at, outbound in year.sent:
        if outbound.data.get("topic") in ASKED_TOPICS:
            if not chinese_calendar.is_workday(at.date()):
                yield f"{outbound.key} went out on {at:%m-%d}, no workday"
            if QuietHours().hold(at):
                yield f"{outbound.key} went out at {at:%H:%M}"
    counts = Counter(outbound.key for _, outbound in year.sent)
    yield from (f"{key} went out {count} times" for key, count in counts.items() if count > 1)
    in_rows = {one.key for one in books.deliveries if one.status == DeliveryStatus.SENT}
    if in_rows != set(counts):
        yield f"{len(counts)} messages left, {len(in_rows)} rows say so"
    undecided = [one.key for one in books.deliveries if one.status not in (DeliveryStatus.SENT, DeliveryStatus.SKIPPED)]
    yield from (f"{key} has no outcome" for key in undecided)


def _placed(year: Year, books: Books) -> Iterator[str]:
    begun = {one.veteran_id: one.starts_on for one in books.placements}
    if begun != year.starts() or len(books.placements) != len(begun):
        yield f"{len(books.placements)} placements for {year.size.placements} starts"
    planned = Counter((one.placement_id, one.step, one.side) for one in books.follow_ups)
    wanted = {(one.id, step, side) for one in books.placements for step in STEPS for side in SIDES}
    if set(planned) != wanted or max(planned.values(), default=0) > 1:
        yield f"{len(books.follow_ups)} follow-ups planned for {len(wanted)} due"


def _follow_ups(year: Year, books: Books) -> Iterator[str]:
    for one in books.follow_ups:
        name = f"follow-up {one.id} ({one.side}, day {one.step}, {one.status})"
        placement, due = one.placement, _due_on(one.placement.starts_on, one.step)
        if one.due_at.astimezone(CHINA).date() != due:
            yield f"{name} stands for {one.due_at:%m-%d}, not {due:%m-%d}"
        asked_on = books.sent_on.get(f"followup:{one.id}:ask")
        if asked_on is None and one.asked_at is None:
            never_due = due > year.size.last_day or (placement.ended_on is not None and placement.ended_on <= due)
            if not never_due or one.status not in (FollowUpStatus.PLANNED, FollowUpStatus.DROPPED):
                yield f"{name} was due on {due:%m-%d} and forgotten"
            continue
        on = asked_on or (one.asked_at or year.rt.now()).astimezone(CHINA).date()
        if on != _open_office(due, year):
            yield f"{name} was due on {due:%m-%d} and done on {on:%m-%d}"
        if asked_on is None and one.reason not in REASONS:
            yield f"{name} was neither sent nor named on a phone list"
        if one.status == FollowUpStatus.PHONE and one.reason not in REASONS:
            yield f"{name} is on the phone list without a reason"
        if one.status in WAITING and one.asked_at and one.asked_at < year.rt.now() - timedelta(days=12):
            yield f"{name} waits for ever"
        if one.status == FollowUpStatus.DROPPED and placement.ended_on is None:
            yield f"{name} was dropped though the job goes on"


def _complaints(year: Year, books: Books) -> Iterator[str]:
    """Every sentence about a trouble stands in a case of that person, once for each time it was said."""
    written = _written(year, books)
    spoken = Counter(year.mouths.complaints)
    by_person = {one.id: books.openids[one.veteran_id] or f"v-{one.veteran_id}" for one in books.placements}
    for placement_id, count in year.mouths.phone_gaps.items():
        spoken[by_person[placement_id], GAP_LINE] += count
    for (whose, words), count in (spoken - written).items():
        yield f"{whose} said “{words}” {count} times more than their cases say"
    for (whose, words), count in (written - spoken).items():
        yield f"a case of {whose} says “{words}” {count} times more than was said"
    reopened = sum(one.reopened for one in books.cases)
    if reopened != year.mouths.reopened:
        yield f"{year.mouths.reopened} times “not settled”, {reopened} times reopened"


def _written(year: Year, books: Books) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for one in books.cases:
        words = year.rt.keyring.open("case.words", one.words_sealed) if one.words_sealed else ""
        whose = (books.openids[one.veteran_id] if one.veteran_id else None) or f"v-{one.veteran_id}"
        found.update((whose, line) for line in words.splitlines())
    return found


def _cases(year: Year, books: Books) -> Iterator[str]:
    for one in books.cases:
        if one.status in UNSETTLED and one.due_on < year.rt.today() and one.raised_at is None:
            yield f"case {one.number} is late and was not raised"
        told_long_ago = one.resolved_at is not None and one.resolved_at < year.rt.now() - timedelta(days=9)
        if one.status == CaseStatus.RESOLVED and told_long_ago:
            yield f"case {one.number} was answered and never closed"


def _gaps(year: Year, books: Books) -> Iterator[str]:
    """Every gap told is one reality check, decided by the bureau unless its days are not over."""
    found = [one for one in books.checks if one.gaps]
    told = year.mouths.gaps + sum(year.mouths.phone_gaps.values())
    if len(found) != told:
        yield f"{told} gaps were told, {len(found)} are kept"
    for one in found:
        if one.status in (RealityStatus.OPEN, RealityStatus.ANSWERED) and one.answer_by < year.rt.today():
            yield f"gap {one.id} was left undecided"


def _greetings(year: Year, books: Books) -> Iterator[str]:
    """Once a month for everybody, or not yet for who has a question of ours to answer at the month's end."""
    months = {f"{year.size.first_day + timedelta(days=n):%Y-%m}" for n in range(year.days)}
    pairs = Counter((one.veteran_id, one.month) for one in books.heartbeats)
    yield from (f"{pair} was greeted {count} times" for pair, count in pairs.items() if count > 1)
    lacking = len(months) * year.size.people - len(pairs)
    busy = {one.placement.veteran_id for one in books.follow_ups} | {one.veteran_id for one in books.cases}
    idle = [number for number in range(1, year.size.people + 1) if number not in busy]
    if any((number, month) not in pairs for number in idle for month in months):
        yield f"{lacking} greetings lack, of people who had nothing to answer too"
    answered = sum(one.status == HeartbeatStatus.ANSWERED for one in books.heartbeats)
    if answered != year.mouths.taps:
        yield f"{year.mouths.taps} taps, {answered} greetings answered"
    limit = year.rt.now() - timedelta(days=6)
    yield from (
        f"greeting {one.id} waits for ever"
        for one in books.heartbeats
        if one.status == HeartbeatStatus.ASKED and one.asked_at < limit
    )


def summary(year: Year) -> list[str]:
    """The sums of the year, line by line; what stands left of a sign of equality was counted on its own."""
    books = books_of(year)
    topics = Counter(outbound.data.get("topic", "") for _, outbound in year.sent)
    outcomes = Counter(f"{one.status} {one.outcome}".strip() for one in books.deliveries)
    lines = [
        f"{year.size.people} people, {year.size.placements} placements, {year.days} days",
        f"outbox rows: {len(books.deliveries)} = {_terms(outcomes)}",
        f"messages out: {len(year.sent)} = {_terms(topics)}",
    ]
    for side in SIDES:
        mine = [one for one in books.follow_ups if one.side == side]
        roads = Counter(_road(books, one) for one in mine)
        ends = Counter(str(one.status) for one in mine)
        planned = len(STEPS) * year.size.placements
        lines.append(f"follow-ups, {side}: {planned} = {_terms(roads)}")
        lines.append(f"  and in the end: {len(mine)} = {_terms(ends)}")
    settled = Counter(str(one.status) for one in books.cases)
    raised = sum(one.raised_at is not None for one in books.cases)
    said = sum(year.mouths.complaints.values()) + sum(year.mouths.phone_gaps.values())
    lines.append(f"troubles told: {said} = {sum(_written(year, books).values())} lines of {len(books.cases)} cases")
    lines.append(f"cases: {len(books.cases)} = {_terms(settled)}; late and raised: {raised}")
    lines.append(f"gaps told: {_terms(Counter(str(one.status) for one in books.checks if one.gaps))}")
    greeted = Counter(f"{one.status} {one.reason}".strip() for one in books.heartbeats)
    lines.append(f"greetings: {len(books.heartbeats)} = {_terms(greeted)}")
    return lines


def _road(books: Books, one: FollowUp) -> str:
    if f"followup:{one.id}:ask" in books.sent_on:
        return "sent"
    return f"called ({one.reason})" if one.reason else str(one.status)


def _terms(counts: Counter[str]) -> str:
    return " + ".join(f"{count} {name}" for name, count in sorted(counts.items()))


def final_rows(year: Year) -> dict[str, list[Any]]:
    """What is in the books at the end, without the moments at which it was done."""
    books = books_of(year)
    return {
        "follow_ups": sorted(
            (one.placement.veteran_id, one.step, one.side, str(one.status), one.reason, str(one.answer))
            for one in books.follow_ups
        ),
        "cases": sorted(
            (one.veteran_id or 0, one.kind, str(one.status), one.reopened, one.raised_at is None) for one in books.cases
        ),
        "placements": sorted(
            (one.veteran_id, one.starts_on, one.ended_on is None, one.end_reason) for one in books.placements
        ),
        "gaps": sorted((one.placement.veteran_id, str(one.gaps), str(one.status)) for one in books.checks),
        "messages": sorted(key for key in books.sent_on if key.startswith("followup:")),
    }
