"""The loop of the engine: works off the visits of some people by base grade and keeps each person's best postings.

A pair found is one number: person, then how far its score is below the highest, then the posting's row; sorted, these
numbers are the lists in their order (score, then posting id).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.catalog import Catalog
from matching.entries import Array
from matching.fit import Fit
from matching.people import People, Visits
from matching.weights import GRADE_STEP, MOST_POINTS, TRADE

#: Pairs scored together: a few arrays of so many small numbers stay in the processor's cache.
BLOCK: Final = 1 << 16
#: So few entries are worked off in one stage.
SMALL: Final = 4096
#: Pairs scored together one by one.
PAIRS: Final = 1 << 17
#: As `k`: all there are.
EVERYTHING: Final = 1 << 30
ROW_BITS: Final = 26
SCORE_BITS: Final = 12
PERSON_SHIFT: Final = ROW_BITS + SCORE_BITS
ROW_MASK: Final = (1 << ROW_BITS) - 1
TOP: Final = (1 << SCORE_BITS) - 1
#: Points a pair can have beside its trade points: what an occupation's postings can reach at most is known beforehand.
REST: Final = MOST_POINTS - max(TRADE["first"], TRADE["also"], TRADE["close"]) - max(TRADE["learnt"], TRADE["military"])
assert 3 * GRADE_STEP + MOST_POINTS <= TOP


def sweep(catalog: Catalog, people: People, k: int, least: Array) -> Array:
    """The keys of each person's best `k` postings with a score of at least `least` (int16 a person), ascending.

    Base grades are worked off from 3 to 1: with k postings found, an occupation that cannot reach the k-th any more is
    not looked at for that person.
    """
    best = np.zeros(0, np.int64)
    if not len(catalog.entries.row) or not len(people.ids):
        return best
    fit = Fit.of(catalog, people)
    unplaced = bool(len(catalog.entries.areas)) and catalog.entries.areas[0] == 0
    visits = people.visits_unplaced if unplaced else people.visits
    least = np.maximum(least, GRADE_STEP).astype(np.int16)
    # In a small catalog there is less to be spared by stages than they cost.
    for bases in ((3,), (2,), (1,)) if len(catalog.entries.row) > SMALL else ((3, 2, 1),):
        found = list(_stage(fit, visits, bases, least, k))
        if found:
            best = _best(np.concatenate([best, *found]), catalog.entries.multi, k)
            _raise(least, best, k)
    return best


def sweep_few(catalog: Catalog, people: People, least: Array) -> Array:
    """The keys of all pairs with a score of at least `least` (int16 a person), ascending, for a few postings.

    The same pairs as `sweep` without a `k`. Where a slice holds an entry or two, a block is hardly worth its cost: here
    the pairs of all slices are scored together, one by one.
    """
    at = catalog.entries
    found = [np.zeros(0, np.int64)]
    if not len(at.row) or not len(people.ids):
        return found[0]
    fit = Fit.of(catalog, people)
    visits = people.visits_unplaced if at.areas[0] == 0 else people.visits
    least = np.maximum(least, GRADE_STEP).astype(np.int16)
    starts, stops = at.slices(visits.category, visits.first, visits.last)
    groups = np.flatnonzero(starts < stops)
    member, group = _ranges(visits.start[groups], visits.start[groups + 1])
    most = fit.rest + int(fit.place.max()) + int(at.points.max())
    may = np.flatnonzero(visits.worth[member] >= least[visits.person[member]] - most)
    member, group = member[may], groups[group[may]]
    ends = np.cumsum(stops[group] - starts[group])
    cuts = np.unique(ends.searchsorted(np.arange(0, int(ends[-1]) if len(ends) else 0, PAIRS))).tolist()
    for first, last in zip(cuts, [*cuts[1:], len(ends)], strict=True):
        some = slice(first, last)
        entry, place = _ranges(starts[group[some]], stops[group[some]])
        mine = member[some][place]
        who = visits.person[mine]
        who, entry, score = fit.pairs(visits.worth[mine], entry, who, least[who])
        found.append(_keys(who, score, at.row[entry]))
    return _best(np.concatenate(found), at.multi, EVERYTHING)


def _ranges(starts: Array, stops: Array) -> tuple[Array, Array]:
    """The numbers from each start to one before its stop, one range after the other; and of which range each is."""
    counts = stops - starts
    which = np.repeat(np.arange(len(counts)), counts)
    return np.arange(len(which)) + (starts - np.cumsum(counts) + counts)[which], which


def person_of(keys: Array) -> Array:
    """The person of each key."""
    return keys >> PERSON_SHIFT


def row_of(keys: Array) -> Array:
    """The catalog row of each key."""
    return keys & ROW_MASK


def total_of(keys: Array) -> Array:
    """The score of each key."""
    return TOP - ((keys >> ROW_BITS) & TOP)


def _stage(fit: Fit, visits: Visits, bases: tuple[int, ...], least: Array, k: int) -> Iterator[Array]:
    groups = np.flatnonzero(np.isin(visits.base, bases))
    starts, stops = fit.catalog.entries.slices(visits.category[groups], visits.first[groups], visits.last[groups])
    members: dict[tuple[int, int], list[slice]] = {}
    for here in np.flatnonzero(starts < stops).tolist():
        group = int(groups[here])
        those = slice(int(visits.start[group]), int(visits.start[group + 1]))
        members.setdefault((int(starts[here]), int(stops[here])), []).append(those)
    doubtful: list[tuple[Array, Array, Array]] = []
    for (start, stop), parts in members.items():
        who = np.concatenate([visits.person[part] for part in parts])
        worth = np.concatenate([visits.worth[part] for part in parts])
        may = np.flatnonzero(worth + REST >= least[who])
        step = max(1, BLOCK // (stop - start))
        for first in range(0, len(may), step):
            some = may[first : first + step]
            keys, doubts = _hits(Block(fit, worth[some, None], slice(start, stop), who[some]), least, k)
            yield keys
            doubtful.append(doubts)
    if doubtful:
        yield _settle(fit, least, doubtful)


@dataclass(frozen=True, slots=True)
class Block:
    """People who look at the same entries. `worth`: what the occupation is worth to each."""

    fit: Fit
    worth: Array
    chosen: slice
    who: Array


def _hits(block: Block, least: Array, k: int) -> tuple[Array, tuple[Array, Array, Array]]:
    """Keys of the pairs that may be among the k best, and the pairs (who, entry, score) to be looked at once more.

    Raises `least` where the block itself shows k better ones.
    """
    at, who, chosen = block.fit.catalog.entries, block.who, block.chosen
    scores = block.fit.block(block.worth, chosen, who)
    count = scores.shape[1]
    rare = np.flatnonzero(at.rare[chosen])
    # What has a rare condition must not raise the floor before it was looked at.
    aside = scores[:, rare]
    scores[:, rare] = 0
    floor = least[who]
    if count >= 4 * k:
        # The best of each of k parts: k different postings, the lowest of which the k-th best cannot be below.
        parts = np.maximum.reduceat(scores, np.arange(k) * count // k, axis=1)
        floor = np.maximum(floor, parts.min(axis=1))
        least[who] = floor
    flat = np.flatnonzero(scores >= floor[:, None])
    person = flat // count
    keys = _keys(who[person], scores.ravel()[flat], at.row[chosen][flat - person * count])
    flat = np.flatnonzero(aside >= floor[:, None])
    person = flat // max(1, len(rare))
    return keys, (who[person], chosen.start + rare[flat - person * len(rare)], aside.ravel()[flat])


def _settle(fit: Fit, least: Array, doubtful: list[tuple[Array, Array, Array]]) -> Array:
    """The keys of the pairs that stand the look at their rare conditions."""
    who, entry, score = (np.concatenate(columns) for columns in zip(*doubtful, strict=True))
    worth_it = score >= least[who]
    who, entry, score = who[worth_it], entry[worth_it], score[worth_it]
    exact = fit.exact(score, entry, who)
    good = exact >= least[who]
    return _keys(who[good], exact[good], fit.catalog.entries.row[entry[good]])


def _keys(who: Array, scores: Array, rows: Array) -> Array:
    below = TOP - scores.astype(np.int64)
    return (who.astype(np.int64) << PERSON_SHIFT) | (below << ROW_BITS) | rows


def _best(keys: Array, multi: Array, k: int) -> Array:
    """The first `k` keys of each person, each posting once, ascending."""
    keys = np.sort(keys)
    several = np.flatnonzero(multi[row_of(keys)])
    if len(several):
        pair = (person_of(keys[several]) << ROW_BITS) | row_of(keys[several])
        order = np.argsort(pair, kind="stable")
        again = np.flatnonzero(np.diff(pair[order]) == 0) + 1
        keys = np.delete(keys, several[order[again]])
    person = person_of(keys)
    first = np.flatnonzero(np.diff(person, prepend=-1))
    place = np.arange(len(keys)) - np.repeat(first, np.diff(np.append(first, len(keys))))
    return keys[place < k]


def _raise(least: Array, best: Array, k: int) -> None:
    """Whoever has k postings needs no score below the k-th."""
    person = person_of(best)
    last = np.flatnonzero(np.diff(person, append=-1))
    full = last[np.diff(last, prepend=-1) == k]
    least[person[full]] = np.maximum(least[person[full]], total_of(best[full]).astype(np.int16))
