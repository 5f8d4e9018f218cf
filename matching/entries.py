"""The index of a catalog: one entry for each occupation of each open posting, by occupation and place, as columns.

Many postings share the same terms, pay or place. Each such value gets a code, so that a criterion is worked out once
for each pair of codes (`matching.fit`) and only looked up for each pair of posting and seeker.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from matching.bits import CATEGORY, CERTIFICATE

Array = NDArray[Any]

TERMS: Final = (
    *("board", "shift", "gender", "night", "travel", "flexible", "hardship_only", "no_disability", "veteran_only"),
    *("priority", "no_bar", "education"),
)
#: `need` has one bit a certificate, one for each of the most frequent licence conditions, the last for all others.
FIRST_LICENCE: Final = len(CERTIFICATE)
OTHER_LICENCE: Final = 63
#: Conditions so rare that only the entries that have them are looked at.
RARE: Final = ("hukou", "height", "skills_required", "licences", "skills_preferred")
AREA_STEP: Final = 1_000_000


@dataclass(frozen=True)
class Entries:
    """Columns by entry, ascending by `key` = occupation × 1,000,000 + area, then by row.

    `row`: the posting's row in the catalog. `terms`, `pay`, `area`: codes into `terms_values`, `pay_values`, `areas`.
    `rare`: for each condition the entries that have it, and its values there. `multi` is by row: whether a posting has
    several entries.
    """

    row: Array
    key: Array
    low: Array
    high: Array
    need: Array
    terms: Array
    pay: Array
    area: Array
    points: Array
    rare: dict[str, tuple[Array, Array]]
    terms_values: Array
    pay_values: Array
    areas: Array
    licence_sets: Array
    multi: Array

    @classmethod
    def of(cls, rows: Array) -> "Entries":
        """The entries of the open rows of a catalog."""
        row, key = _order(rows)
        taken = rows[row]
        terms_values, terms = codes(taken, TERMS)
        pay_values, pay = codes(taken, ("pay_min", "pay_max"))
        areas, area = np.unique(taken["area"], return_inverse=True)
        licence_sets, need = _needs(taken)
        return cls(
            row=row,
            key=key,
            low=taken["low"].copy(),
            high=np.ascontiguousarray(taken["high"].T),
            need=need,
            terms=terms,
            pay=pay,
            area=area,
            points=taken["points"].copy(),
            rare=_rare(taken, need),
            terms_values=terms_values,
            pay_values=pay_values,
            areas=areas,
            licence_sets=licence_sets,
            multi=np.bincount(row, minlength=len(rows)) > 1,
        )

    def slices(self, categories: Array, first: Array, last: Array) -> tuple[Array, Array]:
        """Start and stop of the entries of each occupation in the area codes first … one before last."""
        base = categories * AREA_STEP
        return np.searchsorted(self.key, base + first), np.searchsorted(self.key, base + last)

    @property
    def nbytes(self) -> int:
        """Bytes of all columns."""
        columns = [value for value in vars(self).values() if isinstance(value, np.ndarray)]
        return sum(column.nbytes for column in [*columns, *(one for pair in self.rare.values() for one in pair)])


def codes(rows: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """The distinct combinations of some columns (as records), and for each row the place of its own."""
    packed = np.empty(len(rows), dtype=[(name, rows.dtype[name]) for name in names])
    for name in names:
        packed[name] = rows[name]
    raw = packed.view(np.dtype((np.void, packed.dtype.itemsize)))
    _, first, inverse = np.unique(raw, return_index=True, return_inverse=True)
    return packed[first], inverse.reshape(-1)


def inside(areas: Array, spans: Iterable[tuple[int, int]]) -> Array:
    """Which area codes lie in one of the spans (first code, one past the last)."""
    found = np.zeros(len(areas), dtype=bool)
    for first, last in spans:
        found |= (areas >= first) & (areas < last)
    return found


def _order(rows: Array) -> tuple[Array, Array]:
    masks = rows["categories"] * rows["is_open"].astype(np.uint64)
    found = [np.flatnonzero(masks & np.uint64(1 << bit)) for bit in range(len(CATEGORY))]
    row = np.concatenate(found)
    category = np.repeat(np.arange(len(found)), [len(some) for some in found])
    key = category * AREA_STEP + rows["area"][row]
    order = np.argsort(key, kind="stable")
    return row[order], key[order]


def _needs(rows: Array) -> tuple[Array, Array]:
    """The licence conditions that have a bit of their own, and `need`."""
    sets, which, counts = np.unique(rows["licences"], return_inverse=True, return_counts=True)
    frequent = [place for place in np.argsort(-counts, kind="stable").tolist() if sets[place]]
    frequent = frequent[: OTHER_LICENCE - FIRST_LICENCE]
    bit_of = np.full(len(sets), np.uint64(1) << np.uint64(OTHER_LICENCE))
    bit_of[sets == 0] = 0
    for number, place in enumerate(frequent):
        bit_of[place] = np.uint64(1) << np.uint64(FIRST_LICENCE + number)
    return sets[frequent], rows["certificates"] | bit_of[which.reshape(-1)]


def _rare(rows: Array, need: Array) -> dict[str, tuple[Array, Array]]:
    found = {}
    for name in RARE:
        # A licence condition with a bit of its own is dealt with already.
        has = need >> np.uint64(OTHER_LICENCE) > 0 if name == "licences" else rows[name] > 0
        at = np.flatnonzero(has)
        found[name] = (at, rows[name][at])
    return found
