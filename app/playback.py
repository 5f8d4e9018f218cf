"""Plays a dialogue script through the real services: feeds in each turn, moves the clock, writes down what came out.

Nothing of the product is imitated here; a turn arrives as the webhook would hand it on, staff call the console's use
cases, and everything that falls due is done by the scheduler's own tasks, in order of time.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from app.scheduler import TASKS, Task
from bot.events import ErasureRequested, SlotsErased
from bot.flows.asking import asks_of
from bot.types import Conversation, Inbound, Kind
from channels.base import Outbound
from channels.recorder import Recorder
from models import conversation as conversations_table
from models import followup as followups_table
from models import placement as placements_table
from models import recommendation as recommendations_table
from models import standing as standings_table
from models import veteran as veterans_table
from models.base import Session
from services import cases, conversations, dialogues, outbox, postings, referrals
from services.conversations import Answer
from services.runtime import CHINA, Runtime

Row = dict[str, Any]

CONTACT: Final = "测试老兵，13000000700"
CONFIRMED: Final = "确认"
MOST_GIVEN: Final = 2
_DURATION: Final = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$")
_MOMENTS: Final = (time(0, 10), time(8, 30), time(9, 0), time(9, 30))
# Quiet hours end at 8:30, follow-ups are asked at 9:00, new matches go from then on; the rest is due at day's turn.
_OFTEN: Final = tuple(task for task in TASKS if task.every < timedelta(hours=1))
"""The tasks of every moment; who looks less often than that comes at the last of the day, as it may on any day."""


@dataclass
class ScriptClock:
    """The clock of a script."""

    moment: datetime

    def __call__(self) -> datetime:
        """The moment the script stands at."""
        return self.moment


@dataclass(frozen=True, slots=True)
class Standing:
    """What is true of the person after a turn, read from the database."""

    conversation: Conversation
    slots: Row
    named: frozenset[str]
    consent: bool
    push_on: bool
    applications: list[Row]
    cases: list[Row]


@dataclass
class Player:
    """One dialogue on a database of its own. `arrivals` are called once a day of the script's clock, in the morning."""

    rt: Runtime
    clock: ScriptClock
    recorder: Recorder
    dialogue_id: str
    openid: str
    arrivals: Any = None
    _number: int = 0
    _after: Standing | None = None
    _last: tuple[Inbound, str | None] | None = None
    _pushed: list[Row] = field(default_factory=list)
    _replied: list[str] = field(default_factory=list)

    def play(self, number: int, turn: Row) -> Row:
        """The result line of one turn."""
        self._pushed, self._replied = [], []
        begun, before = self.clock.moment, self._after or self.standing()
        line: Row = {"intent": None, "shown": [], "refers_to": None, "given": [], "deleted": []}
        line |= getattr(self, f"_{turn['actor']}")(turn)
        self._deliver()
        after = self._after = self.standing()
        if turn["actor"] != "user":
            line["shown"] = self._shown_since(begun)
        return {
            "dialogue_id": self.dialogue_id,
            "turn": number,
            "replies": self._replied,
            "state": after.conversation.state.value,
            "slots": after.slots,
            "asks": list(asks_of(after.conversation)),
            "applications": after.applications,
            "cases": after.cases,
            "pushes": self._pushed,
            "consent": after.consent,
            "push_on": after.push_on,
            "stored": _stored(before, after),
            **line,
        }

    def _user(self, turn: Row) -> Row:
        answer = self._say(self._inbound(turn["msg"]))
        line = _heard(answer)
        given: list[str] = []
        while turn.get("give_contact") and len(given) < MOST_GIVEN:
            text = _contact_for(asks_of(self.standing().conversation))
            if text is None:
                break
            given.append(text)
            self._say(self._inbound({"type": "text", "text": text}))
        return {**line, "given": given}

    def _clock(self, turn: Row) -> Row:
        self.advance(moment_after(self.clock.moment, turn["advance"]))
        return {}

    def _staff(self, turn: Row) -> Row:
        args = turn.get("args") or {}
        with self.rt.reading() as session:
            veteran = veterans_table.veteran_of(session, self.openid)
            veteran_id = veteran.id if veteran is not None else 0
        match turn["action"]:
            case "agent_message":
                cases.say_as_staff(self.rt, veteran_id, args["text"])
            case "agent_close":
                cases.hand_back(self.rt, veteran_id)
            case "case_update":
                number = self._case_number(args.get("case", "last"))
                cases.update(self.rt, number, args.get("status", "in_progress"), args.get("note", ""), "script")
            case "set_application_status":
                code = self._applied_to(args)
                note = args.get("note", "")
                referrals.set_status(self.rt, veteran_id, code, args["status"], note=note, who="script")
            case "close_posting":
                postings.close(self.rt, args.get("posting") or args["posting_id"], "script")
            case unknown:
                raise ValueError(f"unknown action: {unknown}")
        return {}

    def _platform(self, _: Row) -> Row:
        """The same message id again: whatever it brings beyond the answer it already got counts as a reply."""
        if self._last is not None:
            inbound, first = self._last
            again = conversations.receive(self.rt, inbound).text
            if again is not None and again != first:
                self._replied.append(again)
        return {}

    def _say(self, inbound: Inbound) -> Answer:
        answer = conversations.receive(self.rt, inbound)
        self._last = (inbound, answer.text)
        if answer.text is not None:
            self._replied.append(answer.text)
        self._deliver()
        return answer

    def _inbound(self, msg: Row) -> Inbound:
        self._number += 1
        kind = Kind.SUBSCRIBE if msg["type"] == "event" else Kind(msg["type"])
        if msg["type"] == "event":
            kind = Kind(msg.get("event", "").lower())
        label = msg.get("text") or msg.get("recognition") or msg.get("label") or ""
        return Inbound(
            key=f"{self.openid}:{self._number}",
            sender=self.openid,
            kind=kind,
            received_at=self.clock.moment,
            text=label if kind is not Kind.LOCATION else msg.get("label", ""),
            scene=msg.get("scene", ""),
            latitude=msg.get("lat"),
            longitude=msg.get("lon"),
            event=msg.get("event", ""),
        )

    def advance(self, end: datetime) -> None:
        """Moves the clock to `end`; what falls due on the way is done when it does."""
        day = self.clock.moment.astimezone(CHINA).date()
        while day <= end.astimezone(CHINA).date():
            for at in _MOMENTS:
                moment = datetime.combine(day, at, CHINA)
                if self.clock.moment < moment < end:
                    self._at(moment, TASKS if at == _MOMENTS[-1] else _OFTEN)
            day += timedelta(days=1)
        self._at(end, TASKS)

    def _at(self, moment: datetime, tasks: Iterable[Task]) -> None:
        before, self.clock.moment = self.clock.moment, moment
        if self.arrivals is not None and before.date() != moment.date():
            self.arrivals(self.rt, moment.date())
        for task in tasks:
            task.run(self.rt)
        self._deliver()

    def _deliver(self) -> None:
        while outbox.deliver_due(self.rt):
            pass
        for outbound in self.recorder.take():
            self._record(outbound)

    def _record(self, outbound: Outbound) -> None:
        if outbound.data.get("topic") == "conversation":
            self._replied.append(outbound.text)
            return
        at = self.clock.moment.astimezone(CHINA).isoformat()
        topic = outbound.data.get("topic", "")
        self._pushed.append({"at": at, "means": outbound.means.value, "topic": topic, "text": outbound.text})

    def standing(self) -> Standing:
        """The person as the database knows them now."""
        with self.rt.reading() as session:
            now = self.rt.now()
            known = dialogues.standing(session, self.openid, now)
            if known is None:
                row = conversations_table.locked_conversation(session, self.openid)
                kept = Conversation.from_json(row.state) if row is not None else Conversation()
                return Standing(kept, {}, frozenset(), False, False, [], [])
            talk = dialogues.awaited(session, dialogues.state_of(known, now), known.awaiting)
            return self._standing(session, known, talk)

    def _standing(self, session: Session, known: standings_table.Standing, talk: Conversation) -> Standing:
        named = {"name": known.named, "phone": known.reachable}
        applied = placements_table.referrals_of(session, known.veteran_id)
        raised = followups_table.cases_of(session, known.veteran_id)
        return Standing(
            conversation=talk,
            slots=talk.profile.to_json(),
            named=frozenset(name for name, is_kept in named.items() if is_kept),
            consent=talk.consent is True,
            push_on=talk.push,
            applications=[{"posting": one.posting.code, "status": str(one.status)} for one in applied],
            cases=[{"id": one.number, "kind": one.kind, "status": str(one.status)} for one in raised],
        )

    def _shown_since(self, moment: datetime) -> list[Row]:
        with self.rt.reading() as session:
            veteran = veterans_table.veteran_of(session, self.openid)
            found = recommendations_table.recommendations_since(session, veteran.id, moment) if veteran else []
            pushed = [one for one in found if one.way == "push" and one.at > moment]
            newest = [one for one in pushed if one.at == pushed[-1].at]
            return [_shown(one.position, one.posting_code, one.reason) for one in newest]

    def _case_number(self, named: str) -> str:
        if named != "last":
            return named
        raised = self.standing().cases
        return str(raised[-1]["id"]) if raised else ""

    def _applied_to(self, args: Row) -> str:
        code = args.get("posting") or args.get("posting_id") or args.get("application")
        if code and code != "last":
            return str(code)
        applied = self.standing().applications
        return str(applied[-1]["posting"]) if applied else ""


def _heard(answer: Answer) -> Row:
    """What a message was taken for, as far as its turn says."""
    turn = answer.turn
    if turn is None:
        return {}
    deleted: list[str] = []
    for step in turn.steps:
        if isinstance(step, ErasureRequested):
            deleted = ["*"]
        elif isinstance(step, SlotsErased):
            deleted += step.names
    about = turn.refers_to
    refers_to = about and {"position": about.position, "posting_id": about.posting_id, "missing": about.missing}
    shown = [_shown(number, item.posting_id, item.reason) for number, item in enumerate(answer.shown, 1)]
    return {"intent": turn.intent, "refers_to": refers_to, "shown": shown, "deleted": deleted}


def _shown(position: int, posting_id: str, reason: str) -> Row:
    return {"position": position, "posting_id": posting_id, "reason": reason}


def _stored(before: Standing, after: Standing) -> list[str]:
    """The slots newly stored or changed in a turn, and a name or telephone newly kept. Media are never kept."""
    changed = [name for name, value in after.slots.items() if before.slots.get(name) != value]
    return changed + sorted(after.named - before.named)


def _contact_for(asks: tuple[str, ...]) -> str | None:
    if {"name", "phone"} & set(asks):
        return CONTACT
    return CONFIRMED if "confirm" in asks else None


def moment_after(now: datetime, advance: str) -> datetime:
    """The moment an `advance` names: an ISO duration from `now`, or "to" + a moment. Raises ValueError."""
    if advance.startswith("to "):
        return datetime.fromisoformat(advance[3:])
    parts = _DURATION.match(advance)
    if parts is None:
        raise ValueError(f"not a duration: {advance}")
    weeks, days, hours, minutes = (int(part or 0) for part in parts.groups())
    return now + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
