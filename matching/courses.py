"""The bureau's view of training: how many postings a course would open, and to how many people."""

from dataclasses import dataclass, replace

import numpy as np

from matching.bits import CERTIFICATE
from matching.catalog import Catalog
from matching.people import People
from matching.sweep import EVERYTHING, person_of, row_of, sweep
from matching.taxonomy.courses import Course, courses


@dataclass(frozen=True, slots=True)
class Effect:
    """What a course would do: so many postings opened in all, to so many people at least one of them."""

    course: Course
    postings: int
    people: int


def effects(catalog: Catalog, people: People) -> list[Effect]:
    """Every course that would open anything to anybody, the one that helps most people first.

    Counted are postings that ask for the certificate and suit a person who lacks it in everything else.
    """
    found = [_effect(catalog, people, course) for course in courses().values()]
    helpful = [effect for effect in found if effect.people]
    return sorted(helpful, key=lambda effect: (-effect.people, -effect.postings, effect.course.certificate))


def _effect(catalog: Catalog, people: People, course: Course) -> Effect:
    bit = np.uint64(1 << CERTIFICATE[course.certificate])
    asking = np.flatnonzero(catalog.rows["certificates"] & bit)
    lacking = np.flatnonzero(people.rows["certificates_known"] & ((people.rows["certificates"] & bit) == 0))
    part = replace(catalog, ids=tuple(catalog.ids[row] for row in asking.tolist()), rows=catalog.rows[asking])
    trained = people.some(lacking)
    rows = trained.rows.copy()
    rows["certificates"] |= bit
    reached = [
        (row_of(keys), places[person_of(keys)])
        for places, chunk in replace(trained, rows=rows).chunks
        for keys in [sweep(part, chunk, EVERYTHING, np.zeros(len(places), np.int16))]
    ]
    postings = np.unique(np.concatenate([rows for rows, _ in reached])) if reached else ()
    persons = np.unique(np.concatenate([owners for _, owners in reached])) if reached else ()
    return Effect(course, len(postings), len(persons))
