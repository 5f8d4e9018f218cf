"""Recorded care (tests/conversations/care.jsonl) over the real callback and the stand-in: signed pushes in, API calls
out. Veterans type on the stand-in's phone, employers open their links, staff act by the console's services.
"""

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.scheduler import TASKS
from models import followup as followups_table
from models import placement as placements_table
from models import posting as postings_table
from models import veteran as veterans_table
from models.base import Session
from models.followup import FollowUp, FollowUpStatus
from models.placement import Placement
from services import (
    answers,
    cases,
    employer_links,
    outbox,
    phone_answers,
    placements,
    referrals,
    workdays,
)
from services.runtime import CHINA
from tests.functional.walking import Installation, installed

Row = dict[str, Any]
SCRIPTS = Path(__file__).parent.parent / "conversations" / "care.jsonl"
DIALOGUES = [json.loads(line) for line in SCRIPTS.read_text(encoding="utf-8").splitlines()]
MORNING = time(10)
#: How often the phone is looked at for an answer that a busy machine gives late.
PATIENCE = 100


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One county for all scripts, on a workday at ten; the scripts' people live on in it."""
    with installed(tmp_path_factory.mktemp("scripts")) as running:
        go_to(running, 1)
        yield running
        # A busy machine may answer late; what the platform refuses by number is never the machine's fault.
        found = ask(running, "violations")
        assert not [name for name in found["by_name"] if name.isdecimal()], found["recent"]


@pytest.mark.parametrize("dialogue", [pytest.param(one, id=one["id"]) for one in DIALOGUES])
def test_care(installation: Installation, dialogue: Row) -> None:
    play = Play(installation, dialogue["who"])
    for number, turn in enumerate(dialogue["turns"], 1):
        heard = play.turn(turn)
        said = "\n".join(words for words, _ in heard)
        at = f"turn {number} {turn}: {said}"
        assert all(words in said for words in turn.get("hears", ())), at
        assert not any(words in said for words in turn.get("not", ())), at
        assert not (turn.get("silent") and said), at
        assert "via" not in turn or turn["via"] in {via for _, via in heard}, at
    with installation.rt.reading() as session:
        assert kept(session, play.number(session, dialogue["who"]), dialogue["rows"]) == dialogue["rows"]


class Play:
    """One script: whoever is named follows and agrees first; what appears on a phone is read after every turn."""

    def __init__(self, running: Installation, who: str) -> None:
        self.running, self.rt, self.who = running, running.rt, who
        self.read: dict[str, int] = {}
        self.joined: set[str] = set()

    def turn(self, turn: Row) -> list[tuple[str, str]]:
        """What the person of the turn hears, each with the road it came by ("" = the answer itself)."""
        who = turn.get("who", self.who)
        self._join(who)
        getattr(self, f"_{turn['actor']}")(turn, who)
        heard: list[tuple[str, str]] = []
        for _ in range(PATIENCE):
            outbox.drain_due(self.rt)
            heard += self._new(who)
            if all(any(words in text for text, _ in heard) for words in turn.get("hears", ())):
                break
        return heard

    def number(self, session: Session, who: str) -> int:
        person = veterans_table.veteran_of(session, str(ask(self.running, f"state?person={who}")["person"]["openid"]))
        assert person is not None
        return person.id

    def _join(self, who: str) -> None:
        if who not in self.joined:
            self.joined.add(who)
            if ask(self.running, f"state?person={who}")["person"]["following"]:
                self._new(who)
                return
            ask(self.running, f"person/{who}/send", {"type": "follow"})
            ask(self.running, f"person/{who}/send", {"type": "text", "text": "1"})
            self._new(who)

    def _new(self, who: str) -> list[tuple[str, str]]:
        found = ask(self.running, f"person/{who}/messages?after={self.read.get(who, 0)}")["entries"]
        self.read[who] = max((one["id"] for one in found), default=self.read.get(who, 0))
        words = [(one.get("text") or json.dumps(one.get("values"), ensure_ascii=False), one) for one in found]
        return [(text, one.get("via", "")) for text, one in words if one["side"] == "account"]

    def _user(self, turn: Row, who: str) -> None:
        ask(self.running, f"person/{who}/send", {"type": "text", "text": turn["text"]})

    def _clock(self, turn: Row, _: str) -> None:
        go_to(self.running, turn["days"])
        for task in TASKS:
            task.run(self.rt)

    def _staff(self, turn: Row, who: str) -> None:
        with self.rt.reading() as session:
            number = self.number(session, who)
            mine = followups_table.cases_of(session, number)
        match turn["action"]:
            case "start":
                placements.begin(self.rt, number, turn["posting"], self.rt.today())
            case "resolve":
                cases.update(self.rt, mine[-1].number, "resolved", turn["note"], "王岗")
            case "refer":
                with self.rt.transaction() as session:
                    referrals.refer(session, number, turn["posting"], self.rt.now())
            case "call":
                row = self._follow_up(number, "veteran")
                assert (row.status, row.reason) == (FollowUpStatus.PHONE, turn["listed"])
                answers.record_phone_answer(self.rt, row.id, phone_answers.read(turn["line"], self.rt.today()), "王岗")

    def _employer(self, turn: Row, who: str) -> None:
        """Opens the link a clerk passed on, and sends its form as the page would."""
        with self.rt.transaction() as session:
            number = self.number(session, who)
            about = (
                placements_table.referrals_of(session, number)[-1].id
                if turn["about"] == "referral"
                else self._follow_up(number, "employer").id
            )
            signed = employer_links.address(session, self.rt, turn["about"], about, "王岗")
        address = f"{self.running.address}/e/{signed}"
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = browser.open(address, timeout=60).read().decode()
        assert all(words in page for words in turn.get("shows", ())), page
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        form = {name: self._date(value) for name, value in turn["form"].items()} | {"csrf_token": token[1]}
        body = urllib.parse.urlencode(form).encode()
        assert "收到了" in browser.open(address, body, timeout=60).read().decode()

    def _date(self, value: str) -> str:
        return f"{self.rt.today() + timedelta(days=int(value))}" if value.startswith("+") else value

    def _follow_up(self, number: int, side: str) -> FollowUp:
        """The newest that was asked or stands on the phone list."""
        with self.rt.reading() as session:
            placement = placements_table.placements_of(session, number)[-1]
            rows = followups_table.follow_ups_of(session, placement.id)
            return [one for one in rows if one.side == side and one.asked_at is not None][-1]


def go_to(running: Installation, days: int) -> None:
    """Ten o'clock of the first workday so many days on."""
    day = workdays.workday_on_or_after(running.rt.today() + timedelta(days=days))
    running.jump_to(datetime.combine(day, MORNING, CHINA))


def ask(running: Installation, path: str, wish: Row | None = None) -> Row:
    """One call of the stand-in's own endpoints."""
    body = None if wish is None else json.dumps(wish).encode()
    request = urllib.request.Request(f"{running.address}/sandbox/{path}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: Row = json.load(answer)
        return found


def kept(session: Session, number: int, wanted: Row) -> Row:
    """What the rows say of those things that the script ends with."""
    placed: Placement | None = next(iter(placements_table.placements_of(session, number)[-1:]), None)
    rows = followups_table.follow_ups_of(session, placed.id) if placed is not None else []
    posting = postings_table.posting_by_code(session, placed.posting.code) if placed is not None else None
    found: Row = {
        "answers": [one.answer for one in rows if one.side == "veteran" and one.answer],
        "employer": next((one.answer for one in rows if one.side == "employer" and one.answer), None),
        "cases": [[one.kind, str(one.status), one.reopened] for one in followups_table.cases_of(session, number)],
        "referrals": [str(one.status) for one in placements_table.referrals_of(session, number)],
        "end_reason": placed.end_reason if placed is not None else "",
        "health": posting.employer.health if posting is not None else "",
    }
    return {name: found[name] for name in wanted}
