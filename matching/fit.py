"""Scores of many pairs at once: the arithmetic of `matching.scoring` and `matching.rules` by table look-up.

For a catalog and some people four tables hold what any of the people's codes is worth with any of the postings' codes:
what is offered (board, shift), who is taken (schooling, sex …), pay, place. A pair's score is the sum of the four, its
trade points and the posting's own points; a broken hard limit takes so much off that nothing can make up for it.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from matching.bits import BOARD, SHIFT
from matching.catalog import Catalog
from matching.entries import Array, inside
from matching.people import SHIFT_KINDS, People, Whereabouts
from matching.places import may_be_near, place_points
from matching.scoring import board_points, no_housing, pay_deduction, pay_points, shift_points
from matching.taxonomy.codes import ACCOMMODATION_WISHES
from matching.weights import DEDUCT, GRADE_STEP, MOST_POINTS, PAY, PERSON, POSTING

#: Taken off for a broken limit: more than any score less the least grade shown. Three tables may each take it off, and
#: the sum with all deductions still fits 16 bits.
BLOCKED: Final = -8000
assert 3 * GRADE_STEP + MOST_POINTS + BLOCKED < GRADE_STEP
assert 3 * BLOCKED - 7 * GRADE_STEP > -(1 << 15)

_BOARDS: Final = (None, *BOARD)
_SHIFTS: Final = (None, *SHIFT)
_WISHES: Final = (None, *ACCOMMODATION_WISHES)
_BOARD_POINTS: Final = np.array([[board_points(board, wish) for board in _BOARDS] for wish in _WISHES], np.int16)
_NO_HOUSING: Final = np.array([[no_housing(board, wish) for board in _BOARDS] for wish in _WISHES])
_SHIFT_POINTS: Final = np.array([[shift_points(shift, kind) for shift in _SHIFTS] for kind in SHIFT_KINDS], np.int16)

#: Per cent of the wish at which pay is worth more, ascending, and what it is worth below the first and from each on.
_PAY_STEPS: Final = np.array(sorted({percent for percent, _ in (*PAY["above"], *DEDUCT["pay"]) if percent}))
_PAY_WORTH: Final = np.array(
    [pay_points(None, pay, 100) - GRADE_STEP * pay_deduction(pay, 100) for pay in (0, *_PAY_STEPS.tolist())], np.int16
)


@dataclass(frozen=True)
class Fit:
    """The tables for a catalog and some people, and the people's columns as the blocks read them."""

    catalog: Catalog
    people: People
    offer: Array
    takes: Array
    pay: Array
    place: Array
    lacks: Array
    old_enough: Array
    young_enough: Array
    variant: Array
    refused: Array

    @classmethod
    def of(cls, catalog: Catalog, people: People) -> "Fit":
        """Works out the tables."""
        entries = catalog.entries
        age = people.rows["age"]
        unknown = age == 255
        return cls(
            catalog=catalog,
            people=people,
            offer=_offer(people.wishes[0], entries.offers),
            takes=_takes(people.traits[0], entries.takers),
            pay=_pay(people.pay[0], entries.pays),
            place=_place(people.places[0], entries.areas),
            lacks=_lacks(people.rows, entries.needs),
            # Of an unknown age everything is taken: old enough for any lower end, young enough for any upper.
            old_enough=np.where(unknown, np.uint8(254), age),
            young_enough=np.where(unknown, np.uint8(0), age),
            variant=people.rows["variant"].astype(np.intp),
            refused=people.rows["refused"].copy(),
        )

    def block(self, worth: Array, chosen: slice | Array, who: Array) -> Array:
        """int16 [people, entries]: scores of the chosen entries; below grade_step = not shown.

        `worth`: trade points, [people, 1] or [people, entries]. A slice holds entries of one occupation. The rare
        conditions of `Entries.rare` are left out here: see `exact`.
        """
        at, people = self.catalog.entries, self.people
        area, first = at.area[chosen], 0
        place = self.place
        if isinstance(chosen, slice):
            # The entries of one occupation are in the order of their areas: only a part of the table is needed.
            first = int(area[0])
            place = place[:, first : int(area[-1]) + 1]
        score: Array = place[people.places[1][who]].take(area - first, axis=1, mode="clip")
        score += self.offer[people.wishes[1][who]].take(at.offer[chosen], axis=1, mode="clip")
        score += self.takes[people.traits[1][who]].take(at.takes[chosen], axis=1, mode="clip")
        score += self.pay[people.pay[1][who]].take(at.pay[chosen], axis=1, mode="clip")
        score += at.points[chosen]
        score += worth
        fits = (at.need[chosen] & self.lacks[who][:, None]) == 0
        fits &= at.low[chosen] <= self.old_enough[who][:, None]
        fits &= self.young_enough[who][:, None] <= at.high[:, chosen][self.variant[who]]
        score *= fits
        refusing = np.flatnonzero(self.refused[who])
        if len(refusing):
            refused = self.refused[who[refusing]][:, None]
            score[refusing] *= (self.catalog.rows["categories"][at.row[chosen]] & refused) == 0
        return score

    def pairs(self, worth: Array, entry: Array, who: Array, least: Array) -> tuple[Array, Array, Array]:
        """Those of some single pairs that have at least `least` with everything looked at: who, entry and score.

        All arrays are of one length; `least` is positive.
        """
        at, people = self.catalog.entries, self.people
        score = worth + at.points[entry]
        score += self.place[people.places[1][who], at.area[entry]]
        # Most pairs are too far below by now.
        near = np.flatnonzero(score >= least - self.rest)
        who, entry, score, least = who[near], entry[near], score[near], least[near]
        score += self.offer[people.wishes[1][who], at.offer[entry]]
        score += self.takes[people.traits[1][who], at.takes[entry]]
        score += self.pay[people.pay[1][who], at.pay[entry]]
        fits = score >= least
        fits &= (at.need[entry] & self.lacks[who]) == 0
        fits &= at.low[entry] <= self.old_enough[who]
        fits &= self.young_enough[who] <= at.high[self.variant[who], entry]
        fits &= (self.catalog.rows["categories"][at.row[entry]] & self.refused[who]) == 0
        who, entry, score, least = who[fits], entry[fits], score[fits], least[fits]
        rare = np.flatnonzero(at.rare[entry])
        score[rare] = self.exact(score[rare], entry[rare], who[rare])
        fits = score >= least
        return who[fits], entry[fits], score[fits]

    @property
    def rest(self) -> int:
        """The most that offer, takers and pay can add."""
        return int(self.offer.max()) + int(self.takes.max()) + int(self.pay.max())

    def exact(self, score: Array, entry: Array, who: Array) -> Array:
        """The scores of single pairs after the rare conditions; the three arrays are of one length."""
        rows, people, row = self.catalog.rows, self.people.rows, self.catalog.entries.row[entry]
        # A code that ends in zeros covers all that begins like it: 10000 codes for a province, 100 for a city.
        hukou, own = rows["hukou"][row], people["hukou"][who]
        width = np.where(hukou % 10000 == 0, 10000, np.where(hukou % 100 == 0, 100, 1))
        broken = (hukou > 0) & (own > 0) & ((own < hukou) | (own >= hukou + width))
        broken |= people["height"][who] < rows["height"][row]
        certificates, licences = rows["certificates"][row], rows["licences"][row]
        broken |= people["certificates_known"][who] & ((certificates & ~people["certificates"][who]) != 0)
        broken |= people["licences_known"][who] & (licences > 0) & ((licences & people["covered"][who]) == 0)
        known, skills = people["skills_known"][who], ~people["skills"][who]
        broken |= known & ((rows["skills_required"][row] & skills) != 0)
        lacking = known & ((rows["skills_preferred"][row] & skills) != 0)
        return np.where(broken, 0, score - lacking * (DEDUCT["preferred_skill"] * GRADE_STEP)).astype(np.int16)


def _offer(people: Array, postings: Array) -> Array:
    """int16 [wishes, offers]: board and lodging, shift."""
    one, other = people[:, None], postings[None, :]
    total = _BOARD_POINTS[one["board_wish"], other["board"]] + _SHIFT_POINTS[one["shift_kind"], other["shift"]]
    total = total - GRADE_STEP * DEDUCT["no_housing"] * _NO_HOUSING[one["board_wish"], other["board"]]
    total = total - GRADE_STEP * DEDUCT["night"] * (one["prefer_day"] & other["night"])
    return np.where(one["no_night"] & other["night"], BLOCKED, total).astype(np.int16)


def _takes(people: Array, postings: Array) -> Array:
    """int16 [traits, takers]: schooling, priority, age lift, and the limits that are one mark against another."""
    one, other = people[:, None], postings[None, :]
    floor = postings["education"].T[people["veteran"].astype(np.intp)]
    total = PERSON["schooling_above"] * (one["education"] > floor) + PERSON["age_lift"] * (
        one["lift"] & other["no_bar"]
    )
    total = total + POSTING["veteran_priority"] * (one["veteran"] & other["priority"])
    gender = one["variant"] % 3
    broken = (
        ((gender == 0) & (other["gender"] == 2))
        | ((gender == 1) & (other["gender"] == 1))
        | (one["education_known"] & (one["education"] < floor))
        | (one["no_travel"] & other["travel"])
        | (one["part_time"] & ~other["flexible"])
        | (one["not_hardship"] & other["hardship_only"])
        | (one["disabled"] & other["no_disability"])
        | (~one["veteran"] & other["veteran_only"])
    )
    return np.where(broken, BLOCKED, total).astype(np.int16)


def _pay(wishes: Array, pairs: Array) -> Array:
    """int16 [wishes, pay pairs]: `scoring.pay_points` and `scoring.pay_deduction`."""
    wish = wishes.astype(np.int64)[:, None]
    low, high = pairs["pay_min"].astype(np.int64), pairs["pay_max"].astype(np.int64)
    # How many of the steps up from the lowest pay a figure has reached, and what it is worth there.
    worth = _PAY_WORTH[(high[:, None] * 100 >= wish[:, :, None] * _PAY_STEPS).sum(axis=2)]
    worth = worth + PAY["floor"] * ((low >= 0) & (low >= wish))
    worth = np.where(wish > 0, worth, np.minimum(PAY["most"], high // PAY["yuan"]))
    total: Array = (worth * (high >= 0)).astype(np.int16)
    return total


def _place(people: Whereabouts, areas: Array) -> Array:
    """int16 [whereabouts, areas]: `place_points`, less a grade outside what is preferred, blocked outside the scope."""
    known = areas.tobytes()
    points = np.array([_from_home(home, known) for home in people.homes], np.int16).reshape(-1, len(areas))
    within = np.array([inside(areas, spans) for spans in people.areas]).reshape(-1, len(areas))
    placed = areas > 0
    table = points[people.home]
    table[~within[people.preferred] & (people.preferred > 0)[:, None] & placed] -= (
        DEDUCT["outside_preferred"] * GRADE_STEP
    )
    table[(within[people.excluded] | ~within[people.scope]) & placed] += BLOCKED
    return table


@lru_cache(maxsize=4096)
def _from_home(home: int, areas: bytes) -> Array:
    """int16 [areas]: the points from one home to each area (int32 codes, ascending, as bytes: they are the key)."""
    code = f"{home:06d}" if home else ""
    codes = np.frombuffer(areas, dtype=np.int32)
    points = np.zeros(len(codes), np.int16)
    for number, area in enumerate(codes.tolist()):
        work = f"{area:06d}" if area else ""
        if code and work and may_be_near(code, work):
            points[number] = place_points(code, work)
    return points


def _lacks(people: Array, needs: tuple[tuple[str, int], ...]) -> Array:
    """uint32 a person: the bits of `Entries.need` they cannot meet; what is not known lacks nothing."""
    licence = np.array([kind == "licence" for kind, _ in needs], dtype=bool)
    asked = np.array([value if kind == "licence" else 1 << value for kind, value in needs], np.uint64)
    held = np.where(licence, people["covered"][:, None], people["certificates"][:, None])
    known = np.where(licence, people["licences_known"][:, None], people["certificates_known"][:, None])
    lacks: Array = (known & ((held & asked) == 0)) @ (np.uint32(1) << np.arange(len(needs), dtype=np.uint32))
    return lacks
