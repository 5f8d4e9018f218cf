"""The push planner: for every person of an audience the lawful road, or the reason there is none, before sending."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from channels.base import Means
from models import addressee
from models import veteran as veterans_table
from models.addressee import Addressee
from models.base import Session
from services import allowances, audiences, veterans
from services.allowances import Need
from services.audiences import Audience
from services.refusals import last_resort, refusal_of
from services.runtime import Runtime

_WORDS: Final = Path(__file__).resolve().parent / "data" / "outcomes.toml"


@dataclass(slots=True)
class Plan:
    """What would become of a broadcast sent now: how many by which means or to which end.

    `ways`: means, "to_phone" and "to_slip" with their counts; `unreachable`: reason with counts; `who`: the numbers
    of the people behind every end that is not electronic; `sample`: one who will be reached, and by which means.
    """

    people: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    unreachable: Counter[str] = field(default_factory=Counter)
    who: dict[str, list[int]] = field(default_factory=dict)
    sample: tuple[int, str] | None = None

    def to_json(self) -> dict[str, Any]:
        """Counts, as kept with the broadcast and printed."""
        return {"people": self.people, "means": dict(self.ways), "unreachable": dict(self.unreachable)}


STAFF_WAYS: Final = frozenset({"to_phone", "to_slip"})


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def outcome_words(outcome: str) -> tuple[str, str]:
    """An outcome as staff read it, and the clerk's next step ("" = none)."""
    name = "failed" if outcome.startswith("failed_") else outcome
    said, step = _words()["outcome"].get(name, (outcome, ""))
    return str(said), str(step)


def next_step(outcome: str) -> str:
    """What the clerk does after this outcome; "" = nothing."""
    return outcome_words(outcome)[1]


def way_words(way: str) -> str:
    """A means, or a way by staff, in Chinese."""
    return str(_words()["means"].get(way) or outcome_words(way)[0])


def plan(rt: Runtime, audience: Audience, topic: str, facts: Iterable[str] = ()) -> Plan:
    """Plans for everybody the rule names; nothing is taken or written."""
    made, known = Plan(), frozenset(facts)
    with rt.reading() as session:
        for _, ids in audiences.pages(session, audience, rt.today()):
            _add_page(rt, session, made, (ids, topic, known))
    return made


def _add_page(rt: Runtime, session: Session, made: Plan, page: tuple[list[int], str, frozenset[str]]) -> None:
    ids, topic, facts = page
    now = rt.now()
    people = addressee.addressees(session, ids, now, purpose=veterans.PUSHES)
    refused = {number: refusal_of(person, topic) for number, person in people.items()}
    free = [number for number, reason in refused.items() if not reason]
    full = allowances.capped(session, free, now, takes=False)
    needs = [_need(people[number], topic, facts) for number in free if number not in full]
    means = allowances.foresee(session, rt.reach, needs, now)
    for number, person in people.items():
        reason = refused[number] or ("weekly_cap" if number in full else "window_closed")
        _count(made, number, means.get(number), last_resort(person, reason))


def _need(person: Addressee, topic: str, facts: frozenset[str]) -> Need:
    return Need(
        person.veteran_id,
        person.openid or "",
        topic,
        facts=facts,
        in_broadcast=True,
        has_phone=person.has_phone,
    )


def _count(made: Plan, number: int, means: Means | None, otherwise: str) -> None:
    made.people += 1
    if means is not None:
        made.ways[means.value] += 1
        made.sample = made.sample or (number, means.value)
        return
    (made.ways if otherwise in STAFF_WAYS else made.unreachable)[otherwise] += 1
    made.who.setdefault(otherwise, []).append(number)


def names(rt: Runtime, ids: Iterable[int]) -> Mapping[int, str]:
    """The names of people, for staff who may see them; those without one as “未登记姓名”."""
    with rt.reading() as session:
        found = {}
        for number in ids:
            row = veterans_table.veteran_by_id(session, number)
            found[number] = (veterans.contact_of(rt.keyring, row).name if row else None) or "未登记姓名"
        return found


def masked(name: str) -> str:
    """A name for screens and logs of the command: the family name and stars."""
    return name if name == "未登记姓名" else name[:1] + "*" * (len(name) - 1)
