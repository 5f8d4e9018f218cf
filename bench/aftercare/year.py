"""A year of care after the offer against the real services: who is placed, what they answer, what staff do.

Everybody's behaviour is a function of the seed and of who they are, never of the order in which things happen: a run
whose scheduler stood still, ran twice or saw its clock set back must end with the same rows.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import select

from app import template_forms
from bench.aftercare.people import Mouths
from bot.types import Inbound, Kind
from channels.base import Outbound
from channels.recorder import Recorder
from matching.facts import PostingFacts
from models import allowance as allowances_table
from models.base import Base, Database
from models.conversation import Conversation
from models.followup import UNSETTLED, Case, FollowUp, FollowUpStatus
from models.reality import RealityCheck, RealityStatus
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
    reality,
    veterans,
    workdays,
)
from services.errors import ServiceError
from services.push_rules import QuietHours
from services.runtime import CHINA, Limits, Notice, Reach, Runtime

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
#: At most so many days before it a start becomes known.
LEAD: Final = 12
#: The share of the ledger that is not tied to a WeChat identity.
UNBOUND: Final = 0.2


def days_from(first: date, count: int) -> frozenset[date]:
    """So many days, from that one on."""
    return frozenset(first + timedelta(days=number) for number in range(count))


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
    mouths: Mouths
    size: Size
    weather: Weather = field(default_factory=Weather)
    sent: list[tuple[datetime, Outbound]] = field(default_factory=list)
    days: int = 0

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
        if self.mouths.chance("bound", number) < UNBOUND:
            session.add(Veteran(in_ledger=True, created_at=self.rt.now()))
            return
        openid = f"o-{number}"
        person = session.get_one(Veteran, veterans.follow(session, openid, self.rt.now()))
        person.in_ledger = True
        veterans.give_consent(session, person.id, self.rt.now(), pushes=self.mouths.chance("pushes", number) > 0.05)
        session.add(Conversation(openid=openid, veteran_id=person.id, state={}, updated_at=self.rt.now()))
        notice = (self.rt.reach.notices or {})["heartbeat"]
        if self.mouths.chance("notice", number) < 0.6:
            allowances_table.add_notice(session, openid, notice.template_id, self.rt.now(), is_long=True)

    def starts(self) -> dict[int, date]:
        """Who starts on which day; nobody twice."""
        rank = f"{self.mouths.seed}:starts"
        people = random.Random(rank).sample(range(1, self.size.people + 1), self.size.placements)
        span = (self.size.last_start - self.size.first_day).days
        return {
            number: self.size.first_day + timedelta(days=int(self.mouths.chance("day", number) * span))
            for number in sorted(people)
        }

    def known_on(self, number: int, starts_on: date) -> date:
        """When staff enter that start: on the day, or up to `LEAD` days before."""
        return max(self.size.first_day, starts_on - timedelta(days=int(self.mouths.chance("lead", number) * LEAD)))

    # The year

    def run(self, weather: Weather | None = None, told: Callable[[date], object] | None = None) -> None:
        """Every day from the first to the last; `told` hears of the first of every month."""
        self.weather = weather or self.weather
        entered: dict[date, list[tuple[int, date]]] = {}
        leaving = self._leavings()
        for number, starts_on in self.starts().items():
            entered.setdefault(self.known_on(number, starts_on), []).append((number, starts_on))
        day = self.size.first_day
        while day <= self.size.last_day:
            if told is not None and day.day == 1:
                told(day)
            self._day(day, entered.get(day, []), leaving.get(day, []))
            self.days += 1
            day += timedelta(days=1)

    def _day(self, day: date, starting: list[tuple[int, date]], leaving: list[str]) -> None:
        for at in MOMENTS if workdays.is_workday(day) else MOMENTS_OFF:
            self.clock.moment = datetime.combine(day, at, CHINA)
            if at == time(9, 0):
                self._staff_work(day, starting)
                self._leave(leaving)
            self._schedule(day)
            if day in self.weather.set_back and at == time(15, 0):
                self.clock.moment -= timedelta(hours=1)
                self._schedule(day)
                self.clock.moment += timedelta(hours=1)
            if not QuietHours().hold(self.clock.moment):
                for openid, text in self.mouths.answers():
                    self._say(openid, Kind.TEXT, text)

    def _schedule(self, day: date) -> None:
        if day in self.weather.still:
            return
        for _ in range(self.weather.times):
            for task in TASKS:
                task(self.rt)
        for outbound in self.recorder.take():
            self.sent.append((self.clock.moment, outbound))
            self.mouths.hear(outbound, self._about)

    def _about(self, number: int) -> tuple[int, int]:
        """The placement and the day of a follow-up."""
        with self.rt.reading() as session:
            row = session.execute(select(FollowUp.placement_id, FollowUp.step).where(FollowUp.id == number)).one()
            return row[0], row[1]

    # Staff

    def _staff_work(self, day: date, starting: list[tuple[int, date]]) -> None:
        """Starts are entered; on workdays calls are made, cases worked on, gaps judged."""
        for number, starts_on in starting:
            firm = 1 + int(self.mouths.chance("firm", number) * self.size.employers)
            placements.begin(self.rt, number, f"P-{firm}", starts_on)
        if workdays.is_workday(day):
            self._call(day)
            self._settle_cases(day)
            self._judge(day)

    def _call(self, day: date) -> None:
        with self.rt.reading() as session:
            listed = select(FollowUp).where(FollowUp.status == FollowUpStatus.PHONE)
            todo = [(one.id, one.placement_id, one.step, one.side) for one in session.scalars(listed)]
        for number, placement_id, step, side in todo:
            line = self.mouths.on_the_phone(placement_id, step, side)
            if line is not None:  # the others are never reached: they stay on the list, by name
                read = phone_answers.read(line, day)
                # A call before may have ended the job: what was on the list of it is off it now.
                with suppress(ServiceError):
                    answers.record_phone_answer(self.rt, number, read, "clerk")
                    self.mouths.note_call(placement_id, has_gap=bool(read.gaps) and side == "veteran")

    def _settle_cases(self, day: date) -> None:
        with self.rt.reading() as session:
            todo = [
                (one.number, one.veteran_id, one.kind, one.reopened, one.due_on, one.raised_at)
                for one in session.scalars(select(Case).where(Case.status.in_(UNSETTLED)))
            ]
        for number, veteran_id, kind, reopened, due_on, raised_at in todo:
            # One in seven is forgotten until it has been raised; the others are answered the day before they are due.
            forgotten = self.mouths.chance("forgotten", veteran_id, kind, reopened) < 0.15
            ready = raised_at is not None if forgotten else day >= due_on - timedelta(days=1)
            if ready:
                cases.update(self.rt, number, "resolved", "已经办好", "clerk")

    def _judge(self, day: date) -> None:
        """Gaps are decided on as soon as the employer was heard or let its days pass."""
        with self.rt.reading() as session:
            waiting = RealityCheck.status.in_((RealityStatus.OPEN, RealityStatus.ANSWERED))
            todo = [
                (one.id, one.placement_id)
                for one in session.scalars(select(RealityCheck).where(waiting).order_by(RealityCheck.id))
                if one.status == RealityStatus.ANSWERED or day > one.answer_by
            ]
        for number, placement_id in todo:
            holds = self.mouths.chance("holds", placement_id) < 0.6
            reality.decide(self.rt, number, holds=holds, words="看过工资条", who="bureau")

    # People

    def _leavings(self) -> dict[date, list[str]]:
        """One in thirty of those who follow stops on some day."""
        span = (self.size.last_day - self.size.first_day).days
        leaving: dict[date, list[str]] = {}
        for number in range(1, self.size.people + 1):
            days = int(self.mouths.chance("gone", number) * span * 30)
            if days <= span and self.mouths.chance("bound", number) >= UNBOUND:
                leaving.setdefault(self.size.first_day + timedelta(days=days), []).append(f"o-{number}")
        return leaving

    def _leave(self, openids: list[str]) -> None:
        for openid in openids:
            self.mouths.fall_silent(openid)
            self._say(openid, Kind.UNSUBSCRIBE, "")

    def _say(self, openid: str, kind: Kind, text: str) -> None:
        key = f"{openid}:{self.mouths.count_said()}"
        conversations.receive(self.rt, Inbound(key, openid, kind, self.rt.now(), text))


def prepare(database: Database, size: Size, seed: int = 1) -> Year:
    """A county on an empty database, on the morning of the first day."""
    Base.metadata.create_all(database.engine)
    clock, recorder = Clock(datetime.combine(size.first_day, time(6), CHINA)), Recorder()
    # The clock stands while a turn runs and jumps between turns: no turn is late.
    limits = Limits(turn_seconds=3600)
    rt = Runtime(database, recorder, Keyring([bytes(range(32))]), clock, limits=limits, reach=account())
    year = Year(rt, clock, recorder, Mouths(seed), size)
    year.settle()
    return year


def account() -> Reach:
    """A verified service account with the demo's templates: no message goes but by a window, a notice or a template."""
    forms = template_forms.load(template_forms.SANDBOX_FILE)
    notices = {
        purpose: Notice(form.template_id, purpose in forms.lasting, frozenset(form.fields.values()))
        for purpose, form in forms.notices.items()
    }
    return Reach(notices=notices, templates=frozenset(forms.templates))
