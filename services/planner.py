"""The push planner: for every person of an audience the lawful road, or the reason there is none, before sending."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
from services.refusals import follows, last_resort, no_road, refusal_of
from services.runtime import Runtime

_WORDS: Final = Path(__file__).resolve().parent / "data" / "outcomes.toml"


@dataclass(slots=True)
class Plan:
    """What would become of a broadcast sent now: how many by which means or to which end.

    `ways`: means, "to_phone" and "to_slip" with their counts; `unreachable`: reason with counts; `who`: the numbers
    of the people behind every end that is not electronic; `sample`: one who will be reached, and by which means;
    `alone`: the last one of a mass send, and where they would go without it.
    """

    people: int = 0
    ways: Counter[str] = field(default_factory=Counter)
    unreachable: Counter[str] = field(default_factory=Counter)
    who: dict[str, list[int]] = field(default_factory=dict)
    sample: tuple[int, str] | None = None
    alone: tuple[int, str] | None = None

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


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be sent: its topic, what a notice can be filled of, its length, whether it is one text for all."""

    topic: str
    facts: frozenset[str]
    chars: int = 0
    in_broadcast: bool = True


def plan(rt: Runtime, audience: Audience, what: Planned) -> Plan:
    """Plans for everybody the rule names; nothing is taken or written."""
    made = Plan()
    with rt.reading() as session:
        for _, ids in audiences.pages(session, audience, rt.today()):
            _add_page(rt, session, made, ids, what)
    _settle_alone(made)
    return made


def _settle_alone(made: Plan) -> None:
    """A mass send takes two or more: one person alone goes where no road leads."""
    if made.ways[Means.MASS.value] != 1 or made.alone is None:
        return
    number, otherwise = made.alone
    del made.ways[Means.MASS.value]
    made.sample = None if made.sample == (number, Means.MASS.value) else made.sample
    made.people -= 1
    _count(made, number, None, otherwise)


def plan_people(rt: Runtime, ids: Sequence[int], what: Planned) -> Plan:
    """Plans for these people."""
    made = Plan()
    with rt.reading() as session:
        for start in range(0, len(ids), audiences.PAGE):
            _add_page(rt, session, made, ids[start : start + audiences.PAGE], what)
    return made


def _add_page(rt: Runtime, session: Session, made: Plan, ids: Sequence[int], what: Planned) -> None:
    now = rt.now()
    by_sms = what.in_broadcast and Means.SMS in rt.reach.means
    people = addressee.addressees(session, ids, now, purpose=veterans.PUSHES)
    refused = {number: refusal_of(person, what.topic, by_sms=by_sms) for number, person in people.items()}
    free = [number for number, reason in refused.items() if not reason]
    full = allowances.capped(session, free, now, takes=False)
    needs = [_need(people[number], what) for number in free if number not in full]
    means = allowances.foresee(session, rt.reach, needs, now)
    for number, person in people.items():
        reason = refused[number] or ("weekly_cap" if number in full else no_road(person))
        _count(made, number, means.get(number), last_resort(person, reason) if what.in_broadcast else reason)


def _need(person: Addressee, what: Planned) -> Need:
    return Need(
        person.veteran_id,
        person.openid or "",
        what.topic,
        facts=what.facts,
        in_broadcast=what.in_broadcast,
        has_phone=person.has_phone,
        follows=follows(person),
        chars=what.chars,
    )


def _count(made: Plan, number: int, means: Means | None, otherwise: str) -> None:
    made.people += 1
    if means is not None:
        made.ways[means.value] += 1
        made.alone = (number, otherwise) if means is Means.MASS else made.alone
        made.sample = made.sample or (number, means.value)
        return
    (made.ways if otherwise in STAFF_WAYS else made.unreachable)[otherwise] += 1
    made.who.setdefault(otherwise, []).append(number)


def names(rt: Runtime, ids: Iterable[int]) -> Mapping[int, str]:
    """The names of people, for staff who may see them; those without one as “未登记姓名”."""
    asked = list(ids)
    with rt.reading() as session:
        rows = veterans_table.veterans_by_ids(session, asked)
    known = {row.id: veterans.contact_of(rt.keyring, row).name for row in rows}
    return {number: known.get(number) or "未登记姓名" for number in asked}


def masked(name: str) -> str:
    """A name for screens and logs of the command: the family name and stars."""
    return name if name == "未登记姓名" else name[:1] + "*" * (len(name) - 1)
