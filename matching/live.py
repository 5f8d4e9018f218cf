"""One person against all postings while they wait for the answer: all they may want is scored in one go."""

import numpy as np

from matching.catalog import Catalog
from matching.entries import AREA_STEP, Array, Entries
from matching.fit import Fit
from matching.people import UNPLACED, People
from matching.weights import GRADE_STEP


def best(catalog: Catalog, one: People, k: int) -> list[tuple[int, int]]:
    """Row and score of the best `k` postings for the only person of `one`, best first."""
    at = catalog.entries
    trade = one.trade()[0]
    entry = _visited(at, np.flatnonzero(trade), one)
    if not len(entry):
        return []
    fit = Fit.of(catalog, one)
    score = fit.block(trade[at.key[entry] // AREA_STEP], entry, np.zeros(1, np.intp))[0]
    # At least k have the score of the k-th of those that stand as they are: what lies below needs no closer look.
    sure = np.where(at.single[entry] & ~at.rare[entry], score, 0)
    floor = max(GRADE_STEP, int(np.partition(sure, -k)[-k])) if k <= len(sure) else GRADE_STEP
    near = np.flatnonzero(score >= floor)
    entry, score = entry[near], score[near]
    rare = np.flatnonzero(at.rare[entry])
    score[rare] = fit.exact(score[rare], entry[rare], np.zeros(len(rare), np.intp))
    row = at.row[entry]
    order = np.lexsort((row, -score))[: np.count_nonzero(score >= floor)]
    found: dict[int, int] = {}
    for place, total in zip(row[order].tolist(), score[order].tolist(), strict=True):
        found.setdefault(place, total)  # what stands there for several occupations counts for the best
    return list(found.items())[:k]


def _visited(at: Entries, occupations: Array, one: People) -> Array:
    """The entries of the occupations in the person's scope, and of those whose place is not known."""
    scope = one.scopes[0]
    seen = np.zeros(len(at.row), dtype=bool)
    for first, last in (*scope, UNPLACED) if scope else ():
        starts, stops = at.slices(occupations, first, last)
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            seen[start:stop] = True
    return np.flatnonzero(seen)
