"""A year of care after the offer against the real services: who is placed, what they answer, what staff do.

Everybody's behaviour is a function of the seed and of who they are, never of the order in which things happen: a run
whose scheduler stood still, ran twice or saw its clock set back must end with the same rows.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from bot.types import Inbound, Kind
from channels.base import Outbound
from channels.recorder import Recorder
from matching.facts import PostingFacts
from models.base import Base, Database
from models.conversation import Conversation
from models.followup import UNSETTLED, Case, CaseStatus, FollowUp, FollowUpStatus
from models.placement import Placement
from models.posting import Posting
from models.sealed import Keyring
from models.veteran import Veteran
from services import (
    answers,
    cases,
    conversations,
    followups,
    heartbeats,
    outbox,
    phone_answers,
    placements,
    postings,
    veterans,
    workdays,
)
from services.errors import ServiceError
from services.runtime import CHINA, Limits, Runtime
from services.topics import QUIET_FROM, QUIET_UNTIL

#: When the scheduler looks: before the quiet hours end, in the morning, at greeting time, in the afternoon, at night.
MOMENTS = (time(7, 0), time(9, 0), time(10, 30), time(15, 0), time(21, 30))
MOMENTS_OFF = (time(9, 0), time(15, 0))
TASKS: tuple[Callable[[Runtime], int], ...] = (
    followups.send_due,
    followups.expire_due,
    cases.escalate_due,
    cases.close_due,
    heartbeats.send_due,
    heartbeats.expire_due,
    outbox.drain_due,
)
COMPLAINTS = ("工资拖欠两个月没发", "天天加班不给加班费", "一直没交社保", "没签合同")


@dataclass(frozen=True)
class Size:
    """How much of a county (people in the ledger, placements, employers), and from when to when."""

    people: int = 3000
    placements: int = 600
    employers: int = 40
    first_day: date = date(2026, 1, 1)
    last_start: date = date(2026, 9, 30)
    last_day: date = date(2026, 12, 31)


@dataclass
class Weather:
    """What goes wrong with the scheduler: days it stands still, how often it runs at once, a clock set back."""

    still: frozenset[date] = frozenset()
    times: int = 1
    set_back: frozenset[date] = frozenset()


@dataclass
class Clock:
    """The clock of the year."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


@dataclass
class Year:
    """One run: the Runtime, what was sent and when, what people and staff did."""

    rt: Runtime
    clock: Clock
    recorder: Recorder
    seed: int
    size: Size
    sent: list[tuple[datetime, Outbound]] = field(default_factory=list)
    complained: Counter[str] = field(default_factory=Counter)
    days: int = 0
    _answers: list[tuple[str, str]] = field(default_factory=list)
    _said: int = 0

    def chance(self, *about: object) -> float:
        """A number of 0..1 that belongs to these words for ever."""
        return random.Random(f"{self.seed}:{':'.join(map(str, about))}").random()

    # The county

    def settle(self) -> None:
        """People, their dialogues, employers with postings."""
        with self.rt.transaction() as session:
            for number in range(1, self.size.employers + 1):
                facts = PostingFacts(id=f"P-{number}", job_categories=("保安",), salary_min=3000, salary_max=4000)
                offer = postings.Offer(employer=f"示例{number}公司", title="园区保安", facts=facts, phone="13000000900")
                postings.keep(session, offer, "bench", self.rt.now(), publish=True)
            for number in range(1, self.size.people + 1):
                self._person(session, number)

    def _person(self, session: Any, number: int) -> None:
        if self.chance("bound", number) < 0.2:
            session.add(Veteran(in_ledger=True, created_at=self.rt.now()))
            return
        openid = f"o-{number}"
        person = veterans.follow(session, openid, self.rt.now())
        person.in_ledger = True
        veterans.give_consent(session, person.id, self.rt.now(), pushes=self.chance("pushes", number) > 0.05)
        session.add(Conversation(openid=openid, veteran_id=person.id, state={}, updated_at=self.rt.now()))

    def _starts(self) -> dict[date, list[int]]:
        """Who starts on which day; nobody twice."""
        people = random.Random(f"{self.seed}:starts").sample(range(1, self.size.people + 1), self.size.placements)
        span = (self.size.last_start - self.size.first_day).days
        days: dict[date, list[int]] = {}
        for number in people:
            days.setdefault(self.size.first_day + timedelta(days=int(self.chance("day", number) * span)), []).append(
                number
            )
        return days

    # The year

    def run(self, weather: Weather | None = None) -> None:
        """Every day from the first to the last."""
        weather = weather or Weather()
        starts = self._starts()
        day = self.size.first_day
        while day <= self.size.last_day:
            self._day(day, starts.get(day, []), weather)
            self.days += 1
            day += timedelta(days=1)

    def _day(self, day: date, starting: list[int], weather: Weather) -> None:
        for at in MOMENTS if workdays.is_workday(day) else MOMENTS_OFF:
            self.clock.moment = datetime.combine(day, at, CHINA)
            if at == time(9, 0):
                self._work(day, starting)
            self._schedule(day, weather)
            if day in weather.set_back and at == time(15, 0):
                self.clock.moment -= timedelta(hours=1)
                self._schedule(day, weather)
                self.clock.moment += timedelta(hours=1)
            if QUIET_UNTIL <= at < QUIET_FROM:
                self._people_answer()

    def _schedule(self, day: date, weather: Weather) -> None:
        if day in weather.still:
            return
        for _ in range(weather.times):
            for task in TASKS:
                task(self.rt)
        for outbound in self.recorder.take():
            self.sent.append((self.clock.moment, outbound))
            self._hear(outbound)

    # Staff

    def _work(self, day: date, starting: list[int]) -> None:
        """Starts are entered on their day; on workdays calls are made and cases worked on."""
        for number in starting:
            placements.begin(self.rt, number, f"P-{1 + int(self.chance('firm', number) * self.size.employers)}", day)
        if workdays.is_workday(day):
            self._call(day)
            self._settle_cases(day)

    def _call(self, day: date) -> None:
        with self.rt.reading() as session:
            listed = select(FollowUp).where(FollowUp.status == FollowUpStatus.PHONE)
            todo = [(one.id, one.placement_id, one.step, one.side) for one in session.scalars(listed)]
        for number, placement_id, step, side in todo:
            luck = self.chance("call", placement_id, step, side)
            if luck > 0.05:  # the others are never reached: they stay on the list, by name
                line = "走了，太累" if luck < 0.1 and side == "veteran" else "在岗，4分，都一样"
                read = phone_answers.read(line, day)
                # A call before may have ended the job: what was on the list of it is off it now.
                with suppress(ServiceError):
                    answers.record_phone_answer(self.rt, number, read, "clerk")

    def _settle_cases(self, day: date) -> None:
        with self.rt.reading() as session:
            todo = [
                (one.number, one.veteran_id, one.kind, one.reopened, one.due_on, one.raised_at)
                for one in session.scalars(select(Case).where(Case.status.in_(UNSETTLED)))
            ]
        for number, veteran_id, kind, reopened, due_on, raised_at in todo:
            # One in seven is forgotten until it has been raised; the others are answered the day before they are due.
            forgotten = self.chance("forgotten", veteran_id, kind, reopened) < 0.15
            ready = raised_at is not None if forgotten else day >= due_on - timedelta(days=1)
            if ready:
                cases.update(self.rt, number, "resolved", "已经办好", "clerk")

    # People

    def _hear(self, outbound: Outbound) -> None:
        """Decides what the person will say to this message, when they next look at their phone."""
        kind, _, rest = outbound.key.partition(":")
        if kind == "followup":
            self._hear_follow_up(outbound.recipient, int(rest.partition(":")[0]), rest.endswith("repeat"))
        elif kind == "case" and ":resolved:" in outbound.key:
            luck = self.chance("accepts", outbound.recipient, outbound.key.split(":")[3])
            self._say(outbound.recipient, *(("1",) if luck < 0.6 else ("2",) if luck < 0.75 else ()))
        elif kind == "heartbeat" and self.chance("heartbeat", outbound.key) < 0.5:
            self._say(outbound.recipient, str(1 + int(self.chance("tap", outbound.key) * 3)))

    def _hear_follow_up(self, openid: str, number: int, is_repeat: bool) -> None:
        with self.rt.reading() as session:
            follow_up = session.get_one(FollowUp, number)
            about = (follow_up.placement_id, follow_up.step)
        luck = self.chance("answer", *about)
        if luck < 0.25 and not (is_repeat and luck < 0.1):
            return  # never answers, or only when asked again
        fate = self.chance("fate", *about)
        if fate < 0.08:
            self._say(openid, "2", "2")
        elif fate < 0.2:
            words = COMPLAINTS[int(self.chance("words", *about) * len(COMPLAINTS))]
            self.complained[openid] += 1
            self._say(openid, words)
        else:
            self._say(openid, "1", "4", *(("1",) if about[1] == 7 else ()))

    def _say(self, openid: str, *texts: str) -> None:
        self._answers.extend((openid, text) for text in texts)

    def _people_answer(self) -> None:
        said, self._answers = self._answers, []
        for openid, text in said:
            self._said += 1
            inbound = Inbound(f"{openid}:{self._said}", openid, Kind.TEXT, self.rt.now(), text)
            conversations.receive(self.rt, inbound)


def prepare(database: Database, size: Size, seed: int = 1) -> Year:
    """A county on an empty database, on the morning of the first day."""
    Base.metadata.create_all(database.engine)
    clock, recorder = Clock(datetime.combine(size.first_day, time(6), CHINA)), Recorder()
    keyring = Keyring([bytes(range(32))])
    # The clock stands while a turn runs and jumps between turns: no turn is late.
    rt = Runtime(database, recorder, keyring, clock, limits=Limits(turn_seconds=3600))
    year = Year(rt, clock, recorder, seed, size)
    year.settle()
    return year


def final_rows(year: Year) -> dict[str, list[Any]]:
    """What is in the books at the end, without the moments at which it was done."""
    with year.rt.reading() as session:
        asked = session.scalars(select(FollowUp).order_by(FollowUp.placement_id, FollowUp.step, FollowUp.side))
        raised = session.scalars(select(Case).order_by(Case.veteran_id, Case.kind, Case.id))
        begun = session.scalars(select(Placement).order_by(Placement.veteran_id))
        return {
            "follow_ups": [
                (one.placement.veteran_id, one.step, one.side, str(one.status), one.reason, one.answer) for one in asked
            ],
            "cases": [
                (one.veteran_id, one.kind, str(one.status), one.reopened, one.raised_at is None) for one in raised
            ],
            "placements": [(one.veteran_id, one.starts_on, one.ended_on is None, one.end_reason) for one in begun],
            "messages": sorted(key for key in _keys(year) if key.startswith("followup:")),
        }


def _keys(year: Year) -> Iterable[str]:
    return (outbound.key for _, outbound in year.sent)


def troubles(year: Year) -> list[str]:
    """Everything that must not have happened, in words; none = the sums reconcile to the last row."""
    return [*_troubles_of_sending(year), *_troubles_of_follow_ups(year), *_troubles_of_cases(year)]


def _troubles_of_sending(year: Year) -> list[str]:
    found = []
    for at, outbound in year.sent:
        topic = outbound.data.get("topic")
        if topic in ("follow_up", "heartbeat"):
            if not workdays.is_workday(at.date()):
                found.append(f"{outbound.key} went out on {at:%m-%d}, no workday")
            if not QUIET_UNTIL <= at.time() < QUIET_FROM:
                found.append(f"{outbound.key} went out at {at:%H:%M}")
    found += [f"{key} went out {count} times" for key, count in Counter(_keys(year)).items() if count > 1]
    return found


def _troubles_of_follow_ups(year: Year) -> list[str]:
    found, sent = [], set(_keys(year))
    now = year.rt.now()
    with year.rt.reading() as session:
        rows = list(session.scalars(select(FollowUp)))
        begun = len(list(session.scalars(select(Placement.id))))
    if len(rows) != 6 * begun or begun != year.size.placements:
        found.append(f"{begun} placements and {len(rows)} follow-ups")
    for one in rows:
        name = f"follow-up {one.id} ({one.side}, day {one.step}, {one.status})"
        reached = f"followup:{one.id}:ask" in sent
        if one.status == FollowUpStatus.PLANNED and one.due_at < now - timedelta(days=1):
            found.append(f"{name} was due and forgotten")
        if one.status in followups.WAITING and one.asked_at and one.asked_at < now - timedelta(days=12):
            found.append(f"{name} waits for ever")
        if one.status == FollowUpStatus.PHONE and not one.reason:
            found.append(f"{name} is on the phone list without a reason")
        if one.status == FollowUpStatus.DROPPED and one.placement.ended_on is None:
            found.append(f"{name} was dropped though the job goes on")
        if one.status == FollowUpStatus.ANSWERED and not (reached or one.reason):
            found.append(f"{name} was answered but neither sent nor on a list")
    return found


def _troubles_of_cases(year: Year) -> list[str]:
    found = []
    with year.rt.reading() as session:
        rows = list(session.scalars(select(Case)))
        people = {row.id: row.openid for row in session.execute(select(Veteran.id, Veteran.openid))}
    have = {people[one.veteran_id] for one in rows if one.veteran_id is not None}
    found += [f"{openid} complained and has no case" for openid in year.complained if openid not in have]
    for one in rows:
        late = one.status in UNSETTLED and one.due_on < year.rt.today()
        if late and one.raised_at is None:
            found.append(f"case {one.number} is late and was not raised")
        if (
            one.status == CaseStatus.RESOLVED
            and one.resolved_at
            and one.resolved_at < year.rt.now() - timedelta(days=9)
        ):
            found.append(f"case {one.number} was answered and never closed")
    return found


def summary(year: Year) -> list[str]:
    """The sums of the year, line by line."""
    with year.rt.reading() as session:
        statuses = Counter((one.side, str(one.status)) for one in session.scalars(select(FollowUp)))
        ends = Counter(str(one.status) for one in session.scalars(select(Case)))
        raised = sum(one.raised_at is not None for one in session.scalars(select(Case)))
        open_postings = len(list(session.scalars(select(Posting.id))))
    topics = Counter(outbound.data.get("topic", "") for _, outbound in year.sent)
    lines = [
        f"{year.size.people} people, {year.size.placements} placements, {open_postings} postings, {year.days} days"
    ]
    for side in ("veteran", "employer"):
        mine = {status: count for (whose, status), count in sorted(statuses.items()) if whose == side}
        lines.append(f"follow-ups, {side}: {sum(mine.values())} = " + " + ".join(f"{n} {s}" for s, n in mine.items()))
    lines.append(f"cases: {sum(ends.values())} = " + " + ".join(f"{n} {s}" for s, n in sorted(ends.items())))
    lines.append(f"of them raised when late: {raised}; complaints spoken: {sum(year.complained.values())}")
    lines.append("messages: " + ", ".join(f"{count} {topic}" for topic, count in sorted(topics.items())))
    return lines
