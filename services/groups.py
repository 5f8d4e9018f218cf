"""Ledger groups that keep themselves: who belongs to which as of a day, and how fresh each row is; nothing is stored.

Nothing is guessed: who has no known age, discharge or household belongs to no group that asks for it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from bot.slots import Slots
from models import ledger as ledger_table
from models import organisation
from models.ledger import Row
from services.runtime import CHINA, Runtime
from services.veterans import age_on

WOMEN_FROM: Final = 45
MEN_FROM: Final = 50
#: Where the working age ends that a zero-job household is judged by.
RETIREMENT: Final = {"女": 55, "男": 60}
#: A row confirmed within so many days is fresh (the monthly heartbeat), within so many more it is ageing.
FRESH_DAYS: Final = 31
AGEING_DAYS: Final = 93


class Group(StrEnum):
    """A group a person can belong to; a person can belong to several."""

    JUST_DISCHARGED = "just_discharged"
    LONG_JOBLESS = "long_jobless"
    OLDER = "older"
    ZERO_JOB_HOUSEHOLD = "zero_job_household"
    SPOUSE = "spouse"


NAMES: Final = {
    Group.JUST_DISCHARGED: "退役一年内",
    Group.LONG_JOBLESS: "一年以上没有稳定工作",
    Group.OLDER: "大龄（女45岁、男50岁以上）",
    Group.ZERO_JOB_HOUSEHOLD: "零就业家庭",
    Group.SPOUSE: "随军家属",
}


class Freshness(StrEnum):
    """When a row was last confirmed: within a month, within a quarter, longer ago."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What groups go by, of one person. `jobless_since`: the first day known to be without work; None = not known.

    `at_work`: None = not known. `household`: any key that family members share; None = not known.
    """

    kind: str = "veteran"
    gender: str | None = None
    age: int | None = None
    discharged_by: date | None = None
    at_work: bool | None = None
    seeks: bool = False
    jobless_since: date | None = None
    household: str | None = None


def groups_of(person: PersonFacts, family: Sequence[PersonFacts], day: date) -> frozenset[Group]:
    """The groups a person belongs to on that day. `family`: everybody with the same household key, them included."""
    holds = {
        Group.JUST_DISCHARGED: _just_discharged(person, day),
        Group.LONG_JOBLESS: _long_jobless(person, day),
        Group.OLDER: _is_older(person),
        Group.ZERO_JOB_HOUSEHOLD: _zero_job(person, family),
        Group.SPOUSE: person.kind == "spouse",
    }
    return frozenset(group for group, held in holds.items() if held)


def _just_discharged(person: PersonFacts, day: date) -> bool:
    by = person.discharged_by
    return person.kind != "spouse" and by is not None and by > _year_before(day)


def _long_jobless(person: PersonFacts, day: date) -> bool:
    since = person.jobless_since
    return person.at_work is False and since is not None and since <= _year_before(day)


def _is_older(person: PersonFacts) -> bool:
    least = {"女": WOMEN_FROM, "男": MEN_FROM}.get(person.gender or "")
    return least is not None and person.age is not None and person.age >= least


def _zero_job(person: PersonFacts, family: Sequence[PersonFacts]) -> bool:
    """Two or more known members, none of working age at work or unknown, and somebody looks for work.

    One person alone says nothing of a family: the others may work and just not be in the ledger.
    """
    if person.household is None or len(family) < 2:
        return False
    able = [one for one in family if one.age is None or one.age < RETIREMENT.get(one.gender or "男", 60)]
    return bool(able) and all(one.at_work is False for one in able) and any(one.seeks for one in able)


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


def freshness(fresh_at: datetime | None, day: date) -> Freshness:
    """How fresh a row is on that day; never confirmed = stale."""
    if fresh_at is None:
        return Freshness.STALE
    days = (day - fresh_at.astimezone(CHINA).date()).days
    return Freshness.FRESH if days <= FRESH_DAYS else Freshness.AGEING if days <= AGEING_DAYS else Freshness.STALE


def facts_of(row: Row, day: date) -> PersonFacts:
    """What groups go by, from a row of the ledger.

    A discharge of which only the year is known counts to the year's last day: nobody falls out too early. Work is
    known from our placements and from what was said (在职, 待业, 暂不求职); without work since the latest of:
    the end of a placement, the day the ledger names, else the day it was first told.
    """
    profile = age_on(Slots.from_json(row.profile), row.age_stated_on, day)
    at_work = True if row.works else {"在职": True, "待业": False, "暂不求职": False}.get(profile.willingness or "")
    if at_work is None and row.left_on is not None:
        at_work = False
    year = profile.discharge_year
    return PersonFacts(
        kind=row.kind,
        gender=row.gender or profile.gender,
        age=full_years(row.birth_on, day) if row.birth_on else profile.age,
        discharged_by=row.discharged_on or (date(year, 12, 31) if year else None),
        at_work=at_work,
        seeks=profile.willingness == "待业" or (at_work is False and profile.willingness is None),
        jobless_since=_jobless_since(row, at_work),
        household=row.household,
    )


def full_years(start: date, end: date) -> int:
    """Whole years from one day to another."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _jobless_since(row: Row, at_work: bool | None) -> date | None:
    if at_work is not False:
        return None
    known = [one for one in (row.jobless_on, row.left_on) if one is not None]
    if known:
        return max(known)
    return (row.status_at or row.created_at).astimezone(CHINA).date()


@dataclass(frozen=True, slots=True)
class Member:
    """One person of the ledger on a day, by number: their groups and how fresh the row is."""

    veteran_id: int
    node_id: int | None
    groups: frozenset[Group]
    freshness: Freshness


@dataclass(frozen=True, slots=True)
class Station:
    """Figures of one node's own people (None = under no node): how many, in which groups, how fresh."""

    node_id: int | None
    name: str
    people: int
    groups: Mapping[Group, int]
    freshness: Mapping[Freshness, int]


@dataclass(frozen=True, slots=True)
class Ledger:
    """The whole ledger, or a part of it, as of one day."""

    day: date
    members: tuple[Member, ...]
    stations: tuple[Station, ...]

    def counts(self) -> dict[Group, int]:
        """People in each group, all stations together."""
        counted = Counter(group for member in self.members for group in member.groups)
        return {group: counted[group] for group in Group}

    def of(self, group: Group) -> tuple[int, ...]:
        """The numbers of the people in a group: what a count opens to."""
        return tuple(member.veteran_id for member in self.members if group in member.groups)


def evaluate(rt: Runtime, *, node_id: int | None = None, day: date | None = None) -> Ledger:
    """Everybody (under that node and below) as of a day (today): three statements, nothing kept.

    Families are seen whole even when members belong to other stations.
    """
    on = day or rt.today()
    with rt.reading() as session:
        rows = ledger_table.rows(session, on)
        names = {node.id: node.name for node in organisation.nodes(session)}
        wanted = None if node_id is None else set(organisation.nodes_below(session, node_id))
    facts = {row.id: facts_of(row, on) for row in rows}
    families: dict[str, list[PersonFacts]] = {}
    for person in facts.values():
        if person.household is not None:
            families.setdefault(person.household, []).append(person)
    members = tuple(
        Member(
            row.id,
            row.node_id,
            groups_of(facts[row.id], families.get(row.household or "", ()), on),
            freshness(row.fresh_at, on),
        )
        for row in rows
        if wanted is None or row.node_id in wanted
    )
    return Ledger(on, members, _stations(members, names))


def of_person(rt: Runtime, veteran_id: int) -> frozenset[Group]:
    """The groups one person belongs to today: only their household is read."""
    day = rt.today()
    with rt.reading() as session:
        rows = ledger_table.rows(session, day, family_of=veteran_id)
    facts = {row.id: facts_of(row, day) for row in rows}
    if veteran_id not in facts:
        return frozenset()
    family = list(facts.values()) if facts[veteran_id].household is not None else ()
    return groups_of(facts[veteran_id], family, day)


def _stations(members: Sequence[Member], names: Mapping[int, str]) -> tuple[Station, ...]:
    by_node: dict[int | None, list[Member]] = {}
    for member in members:
        by_node.setdefault(member.node_id, []).append(member)
    made = []
    for node_id, theirs in sorted(by_node.items(), key=lambda item: (item[0] is None, item[0] or 0)):
        held = Counter(group for member in theirs for group in member.groups)
        fresh = Counter(member.freshness for member in theirs)
        name = names.get(node_id, "") if node_id is not None else "未分到服务站"
        figures = ({group: held[group] for group in Group}, {one: fresh[one] for one in Freshness})
        made.append(Station(node_id, name, len(theirs), *figures))
    return tuple(made)
