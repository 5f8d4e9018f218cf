"""The engine: exact lists of the best postings; live for one seeker, nightly for all, reverse, and after changes.

Exact means: the same postings in the same order as `matching.reference`. How it is fast (docs/matching.md):
1. a posting is looked at only by people whose wish reaches its occupation and whose area holds its place;
2. people with the same occupation and area are scored together, by table look-up (`matching.fit`);
3. base grades are worked off from 3 to 1, and whoever has k postings no later one can beat is done (`matching.sweep`).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from matching import live
from matching.catalog import Catalog
from matching.entries import Array
from matching.facts import PostingFacts, SeekerFacts
from matching.people import People
from matching.reference import Ranked
from matching.sweep import PERSON_SHIFT, ROW_MASK, TOP, person_of, row_of, sweep, sweep_few, total_of
from matching.weights import GRADE_STEP

#: How many postings beyond k the nightly run keeps for each person, so that closed postings can be replaced from them.
SPARE: Final = 6
#: With one in so many postings new or changed, there is little to be spared by a refresh.
MANY: Final = 4
#: People whose lists are brought up to date together.
SOME: Final = 1 << 13


@dataclass(frozen=True)
class Ranking:
    """The lists of many people, `k` long, with `spare` more kept in hand.

    `keys`: see `matching.sweep`; those of person p are `keys[start[p]:start[p + 1]]`. `complete`: whether the person's
    list holds everything that suits them; if not, there is more below its end.
    """

    catalog: Catalog
    people: People
    k: int
    spare: int
    keys: Array
    start: Array
    complete: Array

    def of(self, person: int) -> list[Ranked]:
        """The list of one person, best first."""
        begin = int(self.start[person])
        keys = self.keys[begin : min(begin + self.k, int(self.start[person + 1]))]
        pairs = zip(row_of(keys).tolist(), total_of(keys).tolist(), strict=True)
        return [Ranked(self.catalog.ids[row], total, total // GRADE_STEP) for row, total in pairs]

    def columns(self) -> tuple[Array, Array, Array]:
        """Person, catalog row and score of every place in every list, person by person, best first."""
        keys = self.keys[np.arange(len(self.keys)) - np.repeat(self.start[:-1], np.diff(self.start)) < self.k]
        return person_of(keys), row_of(keys), total_of(keys)


def rank(catalog: Catalog, seeker: SeekerFacts, k: int) -> list[Ranked]:
    """The best `k` postings for one seeker, as `reference.rank` orders them."""
    found = live.best(catalog, People.of([seeker]), k)
    return [Ranked(catalog.ids[row], total, total // GRADE_STEP) for row, total in found]


def rank_all(catalog: Catalog, people: People, k: int, spare: int = SPARE) -> Ranking:
    """The best `k` postings for each of many people."""
    keys = _sweep_chunks(catalog, people, k + spare, np.zeros(len(people.ids), np.int16))
    start = _starts(keys, len(people.ids))
    return Ranking(catalog, people, k, spare, keys, start, np.diff(start) < k + spare)


def reverse(posting: PostingFacts, people: People, catalog: Catalog) -> list[tuple[str, int]]:
    """Everybody a posting suits on the catalog's day: ids with the score, highest first, then in the people's order."""
    alone = Catalog.build([posting], catalog.day)
    keys = _few_chunks(alone, people, np.zeros(len(people.ids), np.int16))
    order = np.argsort(TOP - total_of(keys), kind="stable")
    pairs = zip(person_of(keys[order]).tolist(), total_of(keys[order]).tolist(), strict=True)
    return [(people.ids[person], total) for person, total in pairs]


def refresh(old: Ranking, catalog: Catalog) -> Ranking:
    """The ranking for a catalog in which some postings are new, changed or gone; only what they touch is worked out.

    Same day, same people. Exactly what `rank_all` would give, up to how much is kept in hand.
    """
    people, most = old.people, old.k + old.spare
    upto, moved, fresh = _moves(old.catalog, catalog)
    if len(fresh) > len(catalog.rows) // MANY:
        return rank_all(catalog, people, old.k, old.spare)
    part = Catalog(catalog.revision, catalog.day, tuple(catalog.ids[row] for row in fresh), catalog.rows[fresh])
    found = _few_chunks(part, people, _least(old))
    start = _starts(found, len(people.ids))
    keys, end = np.empty(len(people.ids) * most, np.int64), 0
    counts = np.zeros(len(people.ids), np.intp)
    # Some people at a time: what is made on the way stays small.
    for first in range(0, len(people.ids), SOME):
        some = slice(first, min(first + SOME, len(people.ids)))
        new = found[start[some.start] : start[some.stop]]
        lists, counts[some] = _merged(old, some, (upto, moved), _without_row(new) | fresh[row_of(new)])
        keys[end : end + len(lists)] = lists
        end += len(lists)
    complete = old.complete & (counts < most)
    short = np.flatnonzero(~complete & (counts < old.k))
    if len(short):
        # They lost more than was kept in hand: worked out anew, and put into the room their own lists have left.
        anew = rank_all(catalog, people.some(short), old.k, old.spare)
        kept = keys[:end][~np.isin(person_of(keys[:end]), short)]
        keys = np.sort(np.concatenate([kept, _for_others(anew.keys, short)]))
        complete[short] = anew.complete
        end = len(keys)
    keys = keys[:end]
    return Ranking(catalog, people, old.k, old.spare, keys, _starts(keys, len(people.ids)), complete)


def _least(old: Ranking) -> Array:
    """int16 a person: the score a new posting needs to stand in their list; 0 where the list holds all that suits."""
    least = np.zeros(len(old.people.ids), np.int16)
    ends = np.flatnonzero(~old.complete)
    least[ends] = total_of(old.keys[old.start[ends + 1] - 1])
    return least


def _merged(old: Ranking, some: slice, places: tuple[Array, Array], new: Array) -> tuple[Array, Array]:
    """The lists of some people: what stayed of the old ones and what is new, in order, cut to length; and how long."""
    upto, moved = places
    start, complete = old.start[some.start : some.stop + 1], old.complete[some]
    keys = old.keys[start[0] : start[-1]]
    # What lies below the end of an incomplete list is not known, so nothing new may be put there either.
    ends = keys[start[1:][~complete] - start[0] - 1]
    floor = np.full(len(complete), np.iinfo(np.int64).max)
    # -1 (nothing up to that id) borrows from the score above it, which makes the key lie before every row: as meant.
    floor[~complete] = _without_row(ends) + upto[row_of(ends)]
    new = new[new <= floor[person_of(new) - some.start]]
    rows = moved[row_of(keys)]
    kept = (_without_row(keys) | rows)[rows >= 0]
    keys = np.insert(kept, kept.searchsorted(new), new)
    begin = keys.searchsorted(np.arange(some.start, some.stop + 1) << PERSON_SHIFT)
    counts = np.diff(begin)
    keys = keys[np.arange(len(keys)) - np.repeat(begin[:-1], counts) < old.k + old.spare]
    return keys, np.minimum(counts, old.k + old.spare)


def _sweep_chunks(catalog: Catalog, people: People, k: int, least: Array) -> Array:
    # Into one array made beforehand: with parts put together at the end, all lists would be in memory twice.
    keys, found = np.empty(len(people.ids) * min(k, len(catalog.rows)), np.int64), 0
    for places, chunk in people.chunks:
        part = sweep(catalog, chunk, k, least[places])
        if len(places) == len(people.ids):
            return part
        keys[found : found + len(part)] = _for_others(part, places)
        found += len(part)
    keys = keys[:found]
    keys.sort()
    return keys


def _few_chunks(catalog: Catalog, people: People, least: Array) -> Array:
    keys = np.concatenate(
        [_for_others(sweep_few(catalog, chunk, least[places]), places) for places, chunk in people.chunks]
    )
    keys.sort()
    return keys


def _for_others(keys: Array, places: Array) -> Array:
    """The keys of people of a part, as those of the whole; `places`: where they stand there."""
    return (keys & ((np.int64(1) << PERSON_SHIFT) - 1)) | (places[person_of(keys)].astype(np.int64) << PERSON_SHIFT)


def _starts(keys: Array, people: int) -> Array:
    return keys.searchsorted(np.arange(people + 1) << PERSON_SHIFT)


def _moves(old: Catalog, new: Catalog) -> tuple[Array, Array, Array]:
    """Where the old rows went, and what is new.

    For each old row the new row of the last id up to its own (-1: none) and its own new row (-1: gone or changed), both
    ascending, since rows are in the order of the ids; and the new rows that are new or changed.
    """
    before, after = np.array(old.ids, dtype=np.str_), np.array(new.ids, dtype=np.str_)
    upto = after.searchsorted(before, side="right") - 1
    there = np.flatnonzero((upto >= 0) & (after[upto] == before)) if len(after) else np.zeros(0, np.intp)
    there = there[(_bytes(old.rows[there]) == _bytes(new.rows[upto[there]])).all(axis=1)]
    moved = np.full(len(before), -1)
    moved[there] = upto[there]
    fresh = np.ones(len(after), dtype=bool)
    fresh[upto[there]] = False
    return upto, moved, np.flatnonzero(fresh)


def _bytes(rows: Array) -> Array:
    return rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize)


def _without_row(keys: Array) -> Array:
    return keys & ~np.int64(ROW_MASK)
