"""The engine: exact lists of the best postings; live for one seeker, nightly for all, reverse, and after changes.

Exact means: the same postings in the same order as `matching.reference`. How it is fast (docs/matching.md):
1. a posting is looked at only by people whose wish reaches its occupation and whose area holds its place;
2. people with the same occupation and area are scored together, by table look-up (`matching.fit`);
3. base grades are worked off from 3 to 1, and whoever has k postings no later one can beat is done (`matching.sweep`).
"""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np

from matching.catalog import Catalog
from matching.entries import Array
from matching.facts import PostingFacts, SeekerFacts
from matching.people import People
from matching.reference import Ranked
from matching.sweep import PERSON_SHIFT, ROW_MASK, TOP, person_of, row_of, sweep, total_of
from matching.weights import GRADE_STEP

#: How many postings beyond k the nightly run keeps for each person, so that closed postings can be replaced from them.
SPARE: Final = 6


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
    return rank_all(catalog, People.of([seeker]), k, 0).of(0)


def rank_all(catalog: Catalog, people: People, k: int, spare: int = SPARE) -> Ranking:
    """The best `k` postings for each of many people."""
    keys = _sweep_chunks(catalog, people, k + spare, np.zeros(len(people.ids), np.int16))
    start = _starts(keys, len(people.ids))
    return Ranking(catalog, people, k, spare, keys, start, np.diff(start) < k + spare)


def reverse(posting: PostingFacts, people: People, catalog: Catalog) -> list[tuple[str, int]]:
    """Everybody a posting suits on the catalog's day: ids with the score, highest first, then in the people's order."""
    alone = Catalog.build([posting], catalog.day)
    keys = _sweep_chunks(alone, people, 1, np.zeros(len(people.ids), np.int16))
    order = np.argsort(TOP - total_of(keys), kind="stable")
    pairs = zip(person_of(keys[order]).tolist(), total_of(keys[order]).tolist(), strict=True)
    return [(people.ids[person], total) for person, total in pairs]


def refresh(old: Ranking, catalog: Catalog) -> Ranking:
    """The ranking for a catalog in which some postings are new, changed or gone; only what they touch is worked out.

    Same day, same people. Exactly what `rank_all` would give, up to how much is kept in hand.
    """
    moved, fresh = _moves(old.catalog, catalog)
    kept, floor = _keep(old, moved), _floors(old, catalog)
    part = Catalog(catalog.revision, catalog.day, tuple(catalog.ids[row] for row in fresh), catalog.rows[fresh])
    least = np.where(old.complete, 0, total_of(floor)).astype(np.int16)
    found = _sweep_chunks(part, old.people, old.k + old.spare, least)
    found = _without_row(found) | fresh[row_of(found)]
    # What lies below the end of an incomplete list is not known, so nothing new may be put there either.
    found = found[old.complete[person_of(found)] | (found <= floor[person_of(found)])]
    return _completed(old, catalog, np.insert(kept, kept.searchsorted(found), found))


def _completed(old: Ranking, catalog: Catalog, keys: Array) -> Ranking:
    """Cuts the lists to length and works out anew those that lost more than was kept in hand."""
    most = old.k + old.spare
    start = _starts(keys, len(old.people.ids))
    place = np.arange(len(keys)) - np.repeat(start[:-1], np.diff(start))
    counts = np.diff(start)
    short = np.flatnonzero(~old.complete & (counts < old.k))
    complete = old.complete & (counts < most)
    again = np.zeros(len(counts), dtype=bool)
    again[short] = True
    keys = keys[(place < most) & ~again[person_of(keys)]]
    if len(short):
        anew = rank_all(catalog, old.people.some(short), old.k, old.spare)
        keys = np.sort(np.concatenate([keys, _for_others(anew.keys, short)]))
        complete[short] = anew.complete
    return Ranking(catalog, old.people, old.k, old.spare, keys, _starts(keys, len(counts)), complete)


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


def _for_others(keys: Array, places: Array) -> Array:
    """The keys of people of a part, as those of the whole; `places`: where they stand there."""
    return (keys & ((np.int64(1) << PERSON_SHIFT) - 1)) | (places[person_of(keys)].astype(np.int64) << PERSON_SHIFT)


def _starts(keys: Array, people: int) -> Array:
    return keys.searchsorted(np.arange(people + 1) << PERSON_SHIFT)


def _moves(old: Catalog, new: Catalog) -> tuple[Array, Array]:
    """For each old row its new row, -1 if gone or changed; and the new rows that are new or changed."""
    place = {posting_id: row for row, posting_id in enumerate(new.ids)}
    moved = np.array([place.get(posting_id, -1) for posting_id in old.ids], dtype=np.int64)
    there = np.flatnonzero(moved >= 0)
    same = (_bytes(old.rows[there]) == _bytes(new.rows[moved[there]])).all(axis=1)
    moved[there[~same]] = -1
    fresh = np.ones(len(new.ids), dtype=bool)
    fresh[moved[moved >= 0]] = False
    return moved, np.flatnonzero(fresh)


def _bytes(rows: Array) -> Array:
    return rows.view(np.uint8).reshape(len(rows), rows.dtype.itemsize)


def _keep(old: Ranking, moved: Array) -> Array:
    """The old keys whose postings are still the same, with their new rows.

    Rows keep their order when postings come and go, so the renumbered keys are still in order.
    """
    rows = moved[row_of(old.keys)]
    return (_without_row(old.keys) | np.maximum(rows, 0))[rows >= 0]


def _floors(old: Ranking, new: Catalog) -> Array:
    """Each person's last key, as far as which everything is known: its row is that of the last new id up to its id."""
    floor = np.zeros(len(old.people.ids), np.int64)
    has = np.flatnonzero(np.diff(old.start) > 0)
    last = old.keys[old.start[1:][has] - 1]
    rows, which = np.unique(row_of(last), return_inverse=True)
    # -1 (nothing up to that id) borrows from the score above it, which makes the key lie before every row: as meant.
    place = np.array([bisect_right(new.ids, old.catalog.ids[row]) - 1 for row in rows.tolist()], dtype=np.int64)
    floor[has] = _without_row(last) + place[which.reshape(-1)]
    return floor


def _without_row(keys: Array) -> Array:
    return keys & ~np.int64(ROW_MASK)
