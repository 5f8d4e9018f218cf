"""How many postings each hard limit shuts out for one seeker: `matching.rules` over all rows of a catalog at once."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from matching.catalog import VARIANTS, Catalog
from matching.entries import Array, inside
from matching.facts import SeekerFacts
from matching.people import NO_AGE, People
from matching.rules import RULES, YOUNGEST, scope_codes
from matching.taxonomy.areas import span

#: Limits that are one mark of the posting against one of the seeker.
_FLAGS: Final = (
    ("shift", "night", "no_night"),
    ("travel", "travel", "no_travel"),
    ("disability", "no_disability", "disabled"),
    ("hardship_only", "hardship_only", "not_hardship"),
)


def excluded(catalog: Catalog, seeker: SeekerFacts) -> dict[str, int]:
    """Counts by limit, in the order of the rules; a posting may break several. Only limits that shut any out."""
    counts = {name: int(np.count_nonzero(broken)) for name, broken in limits(catalog, seeker)}
    return {name: counts[name] for name in RULES if counts.get(name)}


def limits(catalog: Catalog, seeker: SeekerFacts) -> Iterator[tuple[str, Array]]:
    """For each hard limit which rows of the catalog break it (bool arrays)."""
    rows, person = catalog.rows, People.of([seeker]).rows[0]
    yield from _papers(rows, person)
    yield "location", _location(rows["area"], seeker)
    yield "excluded_category", (rows["categories"] & person["refused"]) != 0
    refusals = {
        "shift": ("no_night", "night"),
        "travel": ("no_travel", "travel"),
        "disability": ("disabled", "no_disability"),
    }
    for name, (own, asked) in {**refusals, "hardship_only": ("not_hardship", "hardship_only")}.items():
        yield name, rows[asked] & person[own]
    yield "work_type", ~rows["flexible"] & person["part_time"]
    yield "veteran_only", rows["veteran_only"] & ~person["veteran"]
    yield "height", rows["height"] > person["height"]
    yield "hukou", _hukou(rows["hukou"], seeker.hukou)
    for name in ("expired", "closed", "full"):
        yield name, rows[name]


def _papers(rows: Array, person: np.void) -> Iterator[tuple[str, Array]]:
    age, variant = int(person["age"]), int(person["variant"])
    gender, veteran = VARIANTS[variant]
    window = (rows["low"] <= age) & (age <= rows["high"][:, variant])
    yield "age", ~window & (age != NO_AGE) | ((age < YOUNGEST) & (rows["low"] >= 0))
    yield "gender", (rows["gender"] > 0) & (rows["gender"] != {"男": 1, "女": 2}.get(gender or "", rows["gender"]))
    yield "licence", person["licences_known"] & (rows["licences"] > 0) & ((rows["licences"] & person["covered"]) == 0)
    yield "certificate", person["certificates_known"] & ((rows["certificates"] & ~person["certificates"]) != 0)
    yield "education", person["education_known"] & (rows["education"][:, int(veteran)] > person["education"])
    yield "skill", person["skills_known"] & ((rows["skills_required"] & ~person["skills"]) != 0)


def _location(area: Array, seeker: SeekerFacts) -> Array:
    out = inside(area, tuple(span(place.adcode) for place in seeker.location_exclude))
    scope = scope_codes(seeker)
    if scope is not None:
        out |= ~inside(area, tuple(map(span, scope)))
    return out & (area > 0)


def _hukou(wanted: Array, own: str | None) -> Array:
    if not own:
        return np.zeros(len(wanted), dtype=bool)
    covering = [int(own), int(own) // 100 * 100, int(own) // 10000 * 10000]
    return (wanted > 0) & ~np.isin(wanted, covering)
