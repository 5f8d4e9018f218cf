"""What shut postings out, and the one step that would open the most: plainly, for the postings of one seeker.

A posting is *near* when exactly one thing keeps it out and that thing can change: a certificate a short course gives,
the next licence class, a skill, the area, the pay, nights, trips, or an occupation not thought of.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from matching.facts import PostingFacts, SeekerFacts
from matching.rules import needed_certificates, scope_codes, violations
from matching.scoring import Score, best_trade, score
from matching.taxonomy.areas import city_of, covers
from matching.taxonomy.courses import courses
from matching.taxonomy.licences import next_class
from matching.taxonomy.place import Place

#: How far the pay wish is lowered, in per cent of it; the first that opens a posting is the one named.
PAY_LEVELS: Final = (90, 80, 70, 60)


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
    """Counts per limit (a posting may break several) and the steps, the one that opens most first."""
    excluded: Counter[str] = Counter()
    opened: Counter[Step] = Counter()
    for posting in postings:
        broken = violations(posting, seeker, day)
        excluded.update(broken)
        if len(broken) <= 1:
            opened.update(_steps(posting, seeker, day, broken))
    _add_up_pay(opened)
    ordered = sorted(opened.items(), key=lambda item: (-item[1], item[0].kind, item[0].subject, item[0].value))
    return NearMiss(dict(excluded), tuple(ordered))


def _add_up_pay(opened: Counter[Step]) -> None:
    """A lower wish also takes in what a higher one would."""
    total = 0
    for step in sorted((step for step in opened if step.subject == "pay"), key=lambda step: -int(step.value)):
        total = opened[step] = opened[step] + total


def _steps(posting: PostingFacts, seeker: SeekerFacts, day: date, broken: tuple[str, ...]) -> Iterator[Step]:
    worth = score(posting, seeker, day)
    if broken and (step := _step_past(broken[0], posting, seeker)):
        after = taken(seeker, step)
        if score(posting, after, day).grade:
            yield step
    elif not broken and not worth.grade:
        yield from _wish_steps(posting, seeker, worth, day)


def _step_past(limit: str, posting: PostingFacts, seeker: SeekerFacts) -> Step | None:
    """The step that takes one limit away, if there is one."""
    if limit == "certificate":
        missing = sorted(needed_certificates(posting) - set(seeker.certificates or ()))
        return Step("training", "certificate", missing[0]) if len(missing) == 1 and missing[0] in courses() else None
    if limit == "licence":
        wanted = next_class(seeker.licences or (), posting.licences_any)
        return Step("training", "licence", wanted) if wanted else None
    if limit == "skill":
        lacking = sorted(set(posting.skills_required) - set(seeker.skills or ()))
        return Step("training", "skill", lacking[0]) if len(lacking) == 1 else None
    if limit == "location" and posting.location:
        return _wider_area(posting.location, seeker)
    if limit == "hardship_only":
        return Step("welfare_post", "hardship", "")
    return {"shift": Step("relax", "shift", ""), "travel": Step("relax", "travel", "")}.get(limit)


def _wider_area(place: Place, seeker: SeekerFacts) -> Step | None:
    """The county of the posting for people who named counties of its city, else its city; never an excluded area."""
    if any(covers(outer.adcode, place.adcode) for outer in seeker.location_exclude):
        return None
    scope = scope_codes(seeker) or frozenset()
    city = city_of(place.adcode)
    if city == place.adcode or any(city_of(code) == city for code in scope):
        return Step("relax", "area", place.adcode, place.name)
    return Step("relax", "area", city, place.path[0] if city.endswith("0000") else place.path[1])


def _wish_steps(posting: PostingFacts, seeker: SeekerFacts, worth: Score, day: date) -> Iterator[Step]:
    """For a posting that breaks nothing but is of no use yet: the occupation, or the pay."""
    if not worth.trade.base:
        category = best_trade(posting.job_categories, replace(seeker, job_any=True)).category
        steps = [Step("relax", "category", category)] if category else []
    elif "salary" in worth.deductions and seeker.salary_min:
        levels = [seeker.salary_min * percent // 100 // 100 * 100 for percent in PAY_LEVELS]
        steps = [Step("relax", "pay", str(level)) for level in levels if level]
    else:
        return
    yield from [step for step in steps if score(posting, taken(seeker, step), day).grade][:1]


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
            refused = {"shift": "不上夜班", "travel": "不出差"}[step.subject]
            return replace(seeker, shift_wish=tuple(word for word in seeker.shift_wish if word != refused))


def _with_area(seeker: SeekerFacts, code: str) -> SeekerFacts:
    """The seeker who also goes to an area, and would not mind being there."""
    place = Place(code, ())
    scope = [Place(one, ()) for one in sorted(scope_codes(seeker) or ())]
    preferred = (*seeker.preferred_area, place) if seeker.preferred_area else ()
    return replace(seeker, accept_scope=(*scope, place), preferred_area=preferred)
