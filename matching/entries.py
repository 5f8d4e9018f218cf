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

#: What a posting offers, and whom it takes: each combination is a code of its own.
OFFER: Final = ("board", "shift", "night")
TAKES: Final = (
    *("gender", "travel", "flexible", "hardship_only", "no_disability", "veteran_only", "priority", "no_bar"),
    "education",
)
#: The most frequent certificates and licence conditions have a bit each in `need`; the rest are among the rare ones.
NEED_BITS: Final = 32
AREA_STEP: Final = 1_000_000


@dataclass(frozen=True)
class Entries:
    """Columns by entry, ascending by `key` = occupation × 1,000,000 + area, then by row.

    `row`: the posting's row in the catalog. `offer`, `takes`, `pay`, `area`: codes into `offers`, `takers`, `pays`,
    `areas`. `needs`: what the bits of `need` stand for, a certificate (its bit) or a set of licences (its mask).
    `rare`: whether an entry has a condition that no column has, so that it is looked at one by one. `multi` is by row:
    whether a posting has several entries; `single` by entry: whether it is the only one of its posting.
    """

    row: Array
    key: Array
    low: Array
    high: Array
    need: Array
    offer: Array
    takes: Array
    pay: Array
    area: Array
    points: Array
    rare: Array
    offers: Array
    takers: Array
    pays: Array
    areas: Array
    needs: tuple[tuple[str, int], ...]
    multi: Array
    single: Array

    @classmethod
    def of(cls, rows: Array) -> "Entries":
        """The entries of the open rows of a catalog."""
        row, key = _order(rows)
        taken = rows[row]
        offers, offer = codes(taken, OFFER)
        takers, takes = codes(taken, TAKES)
        pays, pay = codes(taken, ("pay_min", "pay_max"))
        areas, area = np.unique(taken["area"], return_inverse=True)
        needs, need, uncommon = _needs(taken)
        multi = np.bincount(row, minlength=len(rows)) > 1
        return cls(
            row=row,
            key=key,
            low=taken["low"].copy(),
            high=np.ascontiguousarray(taken["high"].T),
            need=need,
            offer=offer,
            takes=takes,
            pay=pay,
            area=area,
            points=taken["points"].copy(),
            rare=uncommon | np.any([taken[name] > 0 for name in _RARE], axis=0),
            offers=offers,
            takers=takers,
            pays=pays,
            areas=areas,
            needs=needs,
            multi=multi,
            single=~multi[row],
        )

    def slices(self, categories: Array, first: Array | int, last: Array | int) -> tuple[Array, Array]:
        """Start and stop of the entries of each occupation in the area codes first … one before last."""
        base = categories * AREA_STEP
        return np.searchsorted(self.key, base + first), np.searchsorted(self.key, base + last)

    @property
    def nbytes(self) -> int:
        """Bytes of all columns."""
        return sum(value.nbytes for value in vars(self).values() if isinstance(value, np.ndarray))


def codes(rows: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """The distinct combinations of some columns (as records), and for each row the place of its own."""
    packed = np.empty(len(rows), dtype=[(name, rows.dtype[name]) for name in names])
    for name in names:
        packed[name] = rows[name]
    if len(rows) == 1:
        return packed, np.zeros(1, np.intp)
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


def _needs(rows: Array) -> tuple[tuple[tuple[str, int], ...], Array, Array]:
    """What the bits stand for, `need`, and which rows ask for something that has no bit."""
    masks, counts = np.unique(rows["licences"], return_counts=True)
    asked = [(int(count), "licence", int(value)) for value, count in zip(masks, counts, strict=True) if value]
    held = {bit: int(np.count_nonzero(rows["certificates"] & np.uint64(1 << bit))) for bit in CERTIFICATE.values()}
    asked += [(count, "certificate", bit) for bit, count in held.items() if count]
    asked.sort(reverse=True)
    need, uncommon = np.zeros(len(rows), np.uint32), np.zeros(len(rows), dtype=bool)
    for number, (_, kind, value) in enumerate(asked):
        has = (
            rows["licences"] == value
            if kind == "licence"
            else rows["certificates"] >> np.uint64(value) & np.uint64(1) > 0
        )
        if number < NEED_BITS:
            need |= np.where(has, np.uint32(1 << number), np.uint32(0))
        else:
            uncommon |= has
    return tuple((kind, value) for _, kind, value in asked[:NEED_BITS]), need, uncommon


_RARE: Final = ("hukou", "height", "skills_required", "skills_preferred")
