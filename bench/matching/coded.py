"""The same problem for every peer: postings and people as plain columns and look-up tables, and the score in words.

score(person, posting) = best trade[person, c] over the posting's occupations c
                       + offer[wish, offer] + takes[trait, takes] + pay[wish, pay] + place[where, area] + points
provided: the posting is open, low <= age <= high[variant], (need & lacks) == 0, (categories & refused) == 0, hukou,
height and skills hold (a preferred skill that is lacking costs 1024). Shown: scores of at least 1024; ties by row.
A peer gets the tables ready made, so it is timed on the search alone, as the engine is.
"""

from dataclasses import dataclass

import numpy as np

from matching.catalog import Array, Catalog
from matching.entries import OFFER, TAKES, codes
from matching.fit import _lacks, _offer, _pay, _place, _takes
from matching.people import People


@dataclass(frozen=True)
class Coded:
    """Columns by posting (open ones only; `row` is the catalog's row) and by person, and the tables between them."""

    posting: dict[str, Array]
    person: dict[str, Array]
    table: dict[str, Array]

    @classmethod
    def of(cls, catalog: Catalog, people: People) -> "Coded":
        """Works out the columns and tables."""
        row = np.flatnonzero(catalog.rows["is_open"])
        rows, own = catalog.rows[row], people.rows
        offers, offer = codes(rows, OFFER)
        takers, takes = codes(rows, TAKES)
        pays, pay = codes(rows, ("pay_min", "pay_max"))
        areas, area = np.unique(rows["area"], return_inverse=True)
        conditions, need = _conditions(rows)
        posting = {
            "row": row.astype(np.int32),
            "categories": rows["categories"].copy(),
            "area": area.astype(np.uint16),
            "low": rows["low"].copy(),
            "high": np.ascontiguousarray(rows["high"].T),
            "need": need,
            "offer": offer.astype(np.uint16),
            "takes": takes.astype(np.uint16),
            "pay": pay.astype(np.uint16),
            "points": rows["points"].copy(),
            "hukou": rows["hukou"].copy(),
            "height": rows["height"].copy(),
            "preferred": rows["skills_preferred"].copy(),
        }
        person = {
            "age": own["age"].copy(),
            "variant": own["variant"].copy(),
            "lacks": _lacks(own, conditions),
            "refused": own["refused"].copy(),
            "wish": people.wishes[1].astype(np.int32),
            "trait": people.traits[1].astype(np.int32),
            "pay": people.pay[1].astype(np.int32),
            "where": people.places[1].astype(np.int32),
            "hukou": own["hukou"].copy(),
            "height": own["height"].copy(),
            "skills": own["skills"].copy(),
        }
        table = {
            "trade": np.ascontiguousarray(people.trade()),
            "offer": _offer(people.wishes[0], offers),
            "takes": _takes(people.traits[0], takers),
            "pay": _pay(people.pay[0], pays),
            "place": _place(people.places[0], areas),
        }
        return cls(posting, person, table)


def _conditions(rows: Array) -> tuple[tuple[tuple[str, int], ...], Array]:
    sets = [int(value) for value in np.unique(rows["licences"]) if value]
    certificates = [bit for bit in range(32) if (rows["certificates"] & np.uint64(1 << bit)).any()]
    conditions = [*(("licence", value) for value in sets), *(("certificate", bit) for bit in certificates)]
    assert len(conditions) <= 32
    need = np.zeros(len(rows), np.uint32)
    for number, (kind, value) in enumerate(conditions):
        has = rows["licences"] == value if kind == "licence" else (rows["certificates"] & np.uint64(1 << value)) > 0
        need[has] |= np.uint32(1 << number)
    return tuple(conditions), need
