"""What shut postings out, and the one step that would open the most.

A step is one thing a seeker could change: a certificate a short course gives, the next licence class, a skill, the
area, the pay, nights, trips, the certification as hard to place, or an occupation not thought of. What it opens is
counted, not guessed: the postings that suit the seeker after the step, less those that suit now.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

import numpy as np

from matching.bits import SKILL
from matching.catalog import Catalog
from matching.entries import Array
from matching.facts import PostingFacts, SeekerFacts
from matching.people import People
from matching.places import may_be_near
from matching.rules import scope_codes
from matching.scoring import trade_of
from matching.shutout import excluded
from matching.sweep import EVERYTHING, person_of, sweep
from matching.taxonomy import regions
from matching.taxonomy.areas import city_of, covers
from matching.taxonomy.codes import JOB_CATEGORIES
from matching.taxonomy.courses import courses
from matching.taxonomy.licences import CLASSES, covered, next_class
from matching.taxonomy.place import Place

#: How far the pay wish is lowered, in per cent of it.
PAY_LEVELS: Final = (90, 80, 70, 60)
#: How many of the nearest areas are tried.
AREAS: Final = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that could change: `kind` training, welfare_post or relax; `subject` says of what.

    Subjects: certificate, licence, skill (training); hardship (welfare_post); area, pay, shift, travel, category
    (relax). `value`: the certificate, class, skill, area code, CNY per month, or occupation; `name`: of the area.
    """

    kind: str
    subject: str
    value: str
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The report of one seeker: postings each limit shut out, and the steps with the number of postings they open."""

    excluded: dict[str, int]
    steps: tuple[tuple[Step, int], ...]


def near_miss(postings: Iterable[PostingFacts], seeker: SeekerFacts, day: date) -> NearMiss:
    """The report over some postings; who has a catalog asks `report`."""
    return report(Catalog.build(postings, day), seeker)


def report(catalog: Catalog, seeker: SeekerFacts) -> NearMiss:
    """Counts per limit (a posting may break several) and the steps that open any, the one that opens most first."""
    steps = list(_possible(catalog, seeker))
    now, *after = reach(catalog, People.of([seeker, *(taken(seeker, step) for step in steps)])).tolist()
    opened = [(step, count - now) for step, count in zip(steps, after, strict=True) if count > now]
    # Of several that open as many, the smaller sacrifice: the higher pay, the nearer area (they come first).
    return NearMiss(excluded(catalog, seeker), tuple(sorted(opened, key=lambda item: -item[1])))


def reach(catalog: Catalog, people: People) -> Array:
    """How many postings suit each person."""
    keys = sweep(catalog, people, EVERYTHING, np.zeros(len(people.ids), np.int16))
    return np.bincount(person_of(keys), minlength=len(people.ids))


def _possible(catalog: Catalog, seeker: SeekerFacts) -> Iterator[Step]:
    asked = int(np.bitwise_or.reduce(catalog.rows["skills_required"], initial=0))
    held = {*(seeker.certificates or ()), *(seeker.skills or ())}
    if seeker.certificates is not None:
        yield from (Step("training", "certificate", name) for name in courses() if name not in held)
    if seeker.licences is not None:
        mine = covered(frozenset(seeker.licences))
        open_now = (next_class(seeker.licences, (name,)) for name in CLASSES if name not in mine)
        yield from (Step("training", "licence", name) for name in open_now if name)
    if seeker.skills is not None:
        yield from (
            Step("training", "skill", name) for name, bit in SKILL.items() if asked >> bit & 1 and name not in held
        )
    if seeker.hardship_certified is False:
        yield Step("welfare_post", "hardship", "")
    yield from (Step("relax", "area", place.adcode, place.name) for place in _wider_areas(catalog, seeker))
    levels = [(seeker.salary_min or 0) * percent // 10000 * 100 for percent in PAY_LEVELS]
    yield from (Step("relax", "pay", str(level)) for level in dict.fromkeys(levels) if level)
    yield from (Step("relax", subject, "") for subject, word in _REFUSALS.items() if word in seeker.shift_wish)
    for category in JOB_CATEGORIES:
        if category not in seeker.job_categories_exclude and not trade_of(category, seeker).base:
            yield Step("relax", "category", category)


_REFUSALS: Final = {"shift": "不上夜班", "travel": "不出差"}


def _wider_areas(catalog: Catalog, seeker: SeekerFacts) -> list[Place]:
    """The nearest counties of the home city and cities round about that are outside the scope, nearest first."""
    scope = scope_codes(seeker)
    if scope is None or not seeker.location:
        return []
    home = seeker.location[0].adcode
    areas = (f"{area:06d}" for area in np.unique(catalog.rows["area"]).tolist() if area)
    found = {code if city_of(code) == city_of(home) else city_of(code) for code in areas if may_be_near(home, code)}
    refused = [place.adcode for place in seeker.location_exclude]
    wider = [code for code in found if not any(covers(outer, code) for outer in (*scope, *refused))]
    nearest = sorted(wider, key=lambda code: (regions.km(home, code) or 0.0, code))[:AREAS]
    return [place for code in nearest if (place := regions.get(code))]


def taken(seeker: SeekerFacts, step: Step) -> SeekerFacts:
    """The seeker after the step."""
    match step.subject:
        case "certificate":
            return replace(seeker, certificates=(*(seeker.certificates or ()), step.value))
        case "licence":
            return replace(seeker, licences=(*(seeker.licences or ()), step.value))
        case "skill":
            return replace(seeker, skills=(*(seeker.skills or ()), step.value))
        case "hardship":
            return replace(seeker, hardship_certified=True)
        case "pay":
            return replace(seeker, salary_min=int(step.value))
        case "category":
            return replace(seeker, job_categories_ok=(*seeker.job_categories_ok, step.value))
        case "area":
            return _with_area(seeker, step.value)
        case _:
            refused = _REFUSALS[step.subject]
            return replace(seeker, shift_wish=tuple(word for word in seeker.shift_wish if word != refused))


def _with_area(seeker: SeekerFacts, code: str) -> SeekerFacts:
    """The seeker who also goes to an area, and would not mind being there."""
    place = Place(code, ())
    scope = [Place(one, ()) for one in sorted(scope_codes(seeker) or ())]
    preferred = (*seeker.preferred_area, place) if seeker.preferred_area else ()
    return replace(seeker, accept_scope=(*scope, place), preferred_area=preferred)
