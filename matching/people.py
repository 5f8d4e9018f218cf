"""Seekers as immutable columns, the other side of `matching.catalog`: what each holds, refuses and wishes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from matching import bits
from matching.entries import Array, codes
from matching.facts import SeekerFacts
from matching.rules import HOUSED, YOUNGEST, scope_codes
from matching.scoring import lifts, shift_kind
from matching.taxonomy.areas import outermost, span
from matching.taxonomy.codes import ACCOMMODATION_WISHES, EDUCATION_LEVEL, JOB_CATEGORIES
from matching.taxonomy.licences import covered
from matching.taxonomy.occupations import NEARNESS, TRADES, is_skilled, signs
from matching.weights import GRADE_STEP, TRADE

NO_AGE: Final = 255
#: People ranked together: bounds the memory of what is found but not yet sorted.
CHUNK: Final = 1 << 13
SHIFT_KINDS: Final = ("", "day", "night", "free")
EVERYWHERE: Final = (0, 1_000_000)
UNPLACED: Final = (0, 1)

PERSON: Final = np.dtype(
    [
        ("wanted", "u8"),
        ("also", "u8"),
        ("refused", "u8"),
        ("skills", "u8"),
        ("certificates", "u8"),
        ("trades", "u8"),
        ("licences", "u2"),
        ("covered", "u2"),
        ("age", "u1"),
        ("variant", "u1"),
        ("education", "u1"),
        ("board_wish", "u1"),
        ("shift_kind", "u1"),
        ("any_job", "?"),
        ("veteran", "?"),
        ("skills_known", "?"),
        ("certificates_known", "?"),
        ("licences_known", "?"),
        ("education_known", "?"),
        ("prefer_day", "?"),
        ("housing", "?"),
        ("no_night", "?"),
        ("no_travel", "?"),
        ("part_time", "?"),
        ("disabled", "?"),
        ("not_hardship", "?"),
        ("lift", "?"),
        ("height", "u2"),
        ("hukou", "i4"),
        ("home", "i4"),
        ("wish", "i4"),
    ]
)


#: What meets a posting's offer, and what meets whom it takes: each combination is a code of its own.
WISHES: Final = ("board_wish", "shift_kind", "prefer_day", "no_night")
TRAITS: Final = (
    *("variant", "education", "education_known", "veteran"),
    *("no_travel", "part_time", "disabled", "not_hardship", "lift"),
)

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Whereabouts:
    """Distinct combinations of home, what is preferred, what is excluded, and the scope.

    `homes` are area codes, `areas` sets of spans; the four arrays say for each combination which of them it has.
    """

    homes: tuple[int, ...]
    areas: tuple[Spans, ...]
    home: Array
    preferred: Array
    excluded: Array
    scope: Array

    @classmethod
    def of(cls, people: "People") -> "tuple[Whereabouts, Array]":
        """The combinations of some people, and for each person the place of theirs."""
        homes: dict[int, int] = {}
        areas: dict[Spans, int] = {(): 0}
        seen: dict[tuple[int, int, int, int], int] = {}
        which = np.empty(len(people.ids), dtype=np.intp)
        everyone = zip(people.rows["home"].tolist(), people.preferred, people.excluded, people.scopes, strict=True)
        for person, (home, *spans) in enumerate(everyone):
            preferred, excluded, scope = (areas.setdefault(one, len(areas)) for one in spans)
            own = (homes.setdefault(home, len(homes)), preferred, excluded, scope)
            which[person] = seen.setdefault(own, len(seen))
        columns = np.array(list(seen), dtype=np.intp).reshape(-1, 4).T
        return cls(tuple(homes), tuple(areas), *columns), which


@dataclass(frozen=True)
class People:
    """Seekers in the order given. `scopes`, `preferred`, `excluded`: area code spans of each; `()` = none stated."""

    ids: tuple[str, ...]
    rows: Array
    scopes: tuple[Spans, ...]
    preferred: tuple[Spans, ...]
    excluded: tuple[Spans, ...]

    @classmethod
    def of(cls, seekers: Sequence[SeekerFacts]) -> "People":
        """Columns of the seekers."""
        return cls(
            tuple(seeker.id for seeker in seekers),
            np.array([_row(seeker) for seeker in seekers], dtype=PERSON),
            _shared(_scope(seeker) for seeker in seekers),
            _shared(_spans(place.adcode for place in seeker.preferred_area) for seeker in seekers),
            _shared(_spans(place.adcode for place in seeker.location_exclude) for seeker in seekers),
        )

    @cached_property
    def chunks(self) -> "tuple[tuple[Array, People], ...]":
        """The people in parts small enough to be ranked together, neighbours together, with their places here."""
        if len(self.ids) <= CHUNK:
            return ((np.arange(len(self.ids)), self),)
        order = np.argsort(self.rows["home"], kind="stable")
        parts = [order[first : first + CHUNK] for first in range(0, len(order), CHUNK)]
        return tuple((places, self.some(places)) for places in parts)

    def some(self, places: Array) -> "People":
        """The people at these places."""
        pick = places.tolist()
        return People(
            tuple(self.ids[one] for one in pick),
            self.rows[places],
            tuple(self.scopes[one] for one in pick),
            tuple(self.preferred[one] for one in pick),
            tuple(self.excluded[one] for one in pick),
        )

    def trade(self) -> Array:
        """int16 [people, occupations]: base grade × grade_step + trade points, 0 where the base is 0 or refused.

        Mostly empty and large, so nobody keeps it: see `Visits.worth`.
        """
        return np.concatenate(
            [_trade(self.rows[start : start + 8192]) for start in range(0, len(self.rows), 8192)]
            or [np.zeros((0, len(JOB_CATEGORIES)), np.int16)]
        )

    @cached_property
    def wishes(self) -> tuple[Array, Array]:
        """The distinct combinations of what is wished of an offer, and for each person the place of theirs."""
        return codes(self.rows, WISHES)

    @cached_property
    def traits(self) -> tuple[Array, Array]:
        """The distinct combinations of what a posting may ask of a person, and for each person the place of theirs."""
        return codes(self.rows, TRAITS)

    @cached_property
    def pay(self) -> tuple[Array, Array]:
        """The distinct pay wishes, and for each person the place of theirs."""
        values, which = np.unique(self.rows["wish"], return_inverse=True)
        return values, which.reshape(-1)

    @cached_property
    def places(self) -> tuple[Whereabouts, Array]:
        """The distinct whereabouts, and for each person the place of theirs."""
        return Whereabouts.of(self)

    @cached_property
    def visits(self) -> "Visits":
        """Which occupations in which areas each person is interested in."""
        return Visits.of(self, _shared(map(_by_city, self.scopes)))

    @cached_property
    def visits_unplaced(self) -> "Visits":
        """The same, and the postings whose place is not known besides."""
        return Visits.of(self, _shared(_by_city(scope, UNPLACED) for scope in self.scopes))


@dataclass(frozen=True)
class Visits:
    """Groups of people who look at the same occupation in the same area for the same base grade.

    The members of group g are `person[start[g]:start[g + 1]]`; groups are ordered by base grade, highest first.
    `worth`: what the occupation is worth to each member (`People.trade`).
    """

    person: Array
    worth: Array
    start: Array
    base: Array
    category: Array
    first: Array
    last: Array

    @classmethod
    def of(cls, people: People, scopes: Sequence[Spans]) -> "Visits":
        """The visits of all people: every occupation with a base grade in every area of their scope."""
        spans = sorted({span for scope in scopes for span in scope})
        number = {span: place for place, span in enumerate(spans)}
        counts = np.array([len(scope) for scope in scopes], dtype=np.intp)
        region = np.array([number[span] for scope in scopes for span in scope], dtype=np.intp)
        owner = np.repeat(np.arange(len(counts)), counts)
        trade = people.trade()
        where, category = np.nonzero(trade[owner])
        person = owner[where]
        worth = trade[person, category]
        base = worth.astype(np.intp) // GRADE_STEP
        group = ((3 - base) * len(spans) + region[where]) * len(JOB_CATEGORIES) + category
        order = np.argsort(group, kind="stable")
        start = np.flatnonzero(np.diff(group[order], prepend=-1))
        first, last = np.array(spans, dtype=np.intp).reshape(-1, 2).T
        heads = order[start]
        return cls(
            person=person[order].astype(np.int32),
            worth=worth[order],
            start=np.append(start, len(order)),
            base=base[heads],
            category=category[heads],
            first=first[region[where[heads]]],
            last=last[region[where[heads]]],
        )


def _row(seeker: SeekerFacts) -> tuple[Any, ...]:
    gender = {"男": 0, "女": 1}.get(seeker.gender or "", 2)
    education = EDUCATION_LEVEL.get(seeker.education or "")
    covers = covered(frozenset(seeker.licences or ()))
    return (
        bits.mask(seeker.job_categories, bits.CATEGORY),
        bits.mask(seeker.job_categories_ok, bits.CATEGORY),
        bits.mask(seeker.job_categories_exclude, bits.CATEGORY),
        bits.mask(seeker.skills or (), bits.SKILL),
        bits.mask(seeker.certificates or (), bits.CERTIFICATE),
        bits.mask(seeker.military_trade, bits.TRADE),
        bits.mask(seeker.licences or (), bits.LICENCE),
        bits.mask(covers, bits.LICENCE),
        NO_AGE if seeker.age is None else min(max(seeker.age, 0), NO_AGE - 1),
        3 * seeker.veteran + gender,
        education or 0,
        1 + ACCOMMODATION_WISHES.index(seeker.accommodation_wish) if seeker.accommodation_wish else 0,
        SHIFT_KINDS.index(shift_kind(seeker)),
        seeker.job_any,
        seeker.veteran,
        seeker.skills is not None,
        seeker.certificates is not None,
        seeker.licences is not None,
        education is not None,
        seeker.shift_soft_prefer_day,
        seeker.accommodation_wish in HOUSED,
        "不上夜班" in seeker.shift_wish,
        "不出差" in seeker.shift_wish,
        seeker.part_time_only,
        seeker.disability not in (None, "", "无"),
        seeker.hardship_certified is False,
        lifts(seeker),
        min(seeker.height_cm, 999) if seeker.height_cm is not None else 999,
        int(seeker.hukou or 0),
        int(seeker.location[0].adcode) if seeker.location else 0,
        seeker.salary_min or 0,
    )


def _scope(seeker: SeekerFacts) -> Spans:
    """The spans of area codes to look in; nobody under age is shown anything."""
    if seeker.age is not None and seeker.age < YOUNGEST:
        return ()
    codes = scope_codes(seeker)
    return (EVERYWHERE,) if codes is None else _spans(outermost(codes))


def _spans(areas: Iterable[str]) -> Spans:
    return tuple(span(code) for code in areas)


def _by_city(scope: Spans, *others: tuple[int, int]) -> Spans:
    """The scope in whole cities: there are few of them, so that many people look at the same postings together.

    What lies in the city but outside the scope is taken out by the table of places (`matching.fit`).
    """
    if not scope or EVERYWHERE in scope:
        return scope
    wide = {(first // 100 * 100, max(last, first // 100 * 100 + 100)) for first, last in scope}
    whole = [
        one for one in wide if not any(other != one and other[0] <= one[0] and one[1] <= other[1] for other in wide)
    ]
    return tuple(sorted([*whole, *others]))


def _shared(values: Iterable[Spans]) -> tuple[Spans, ...]:
    """The same tuples, equal ones only once in memory."""
    seen: dict[Spans, Spans] = {}
    return tuple(seen.setdefault(value, value) for value in values)


def _bits(rows: Array, name: str, count: int) -> Array:
    """float32 [rows, count] of 0 and 1: the bits of each mask, so that "any bit in common" is a matrix product."""
    masks = rows[name].astype("<u8").view(np.uint8).reshape(len(rows), -1)
    return np.unpackbits(masks, axis=1, count=count, bitorder="little").astype(np.float32)


def _trade(rows: Array) -> Array:
    """`scoring.trade_of` for many people and all occupations."""
    count = len(JOB_CATEGORIES)
    wanted, also, refused = (_bits(rows, name, count) for name in ("wanted", "also", "refused"))
    learnt = np.concatenate([_bits(rows, name, len(words)) for name, words in _HELD], axis=1) @ _SIGNS > 0
    military = _bits(rows, "trades", len(bits.TRADE)) @ _TRADE_POSTS > 0
    known = np.maximum(learnt * _LEARNT, military * _MILITARY)
    anything = rows["any_job"][:, None] & ((known > 0) | ~_SKILLED)
    # What stands higher among the ways is worth more, so the best of those that hold is the first of them.
    total = np.maximum((wanted > 0) * _WORTH["first"], ((also > 0) | anything) * _WORTH["also"])
    np.maximum(total, (wanted @ _CLOSE > 0) * _WORTH["close"], out=total)
    np.maximum(total, (wanted @ _USABLE > 0) * _WORTH["usable"], out=total)
    worth: Array = (total + known) * ((total > 0) & (refused == 0))
    return worth


def _nearness(degree: int) -> Array:
    return np.array(
        [[NEARNESS.get(one, {}).get(other) == degree for other in JOB_CATEGORIES] for one in JOB_CATEGORIES], np.float32
    )


_HELD: Final = (("skills", bits.SKILL), ("certificates", bits.CERTIFICATE), ("licences", bits.LICENCE))
_SIGNS: Final = np.array(
    [[word in signs(category) for category in JOB_CATEGORIES] for _, words in _HELD for word in words], np.float32
)
_TRADE_POSTS: Final = np.array(
    [[category in TRADES[trade]["posts"] for category in JOB_CATEGORIES] for trade in bits.TRADE], np.float32
)
_SKILLED: Final = np.array([is_skilled(category) for category in JOB_CATEGORIES])
_LEARNT, _MILITARY = np.int16(TRADE["learnt"]), np.int16(TRADE["military"])
_WAYS: Final = (("first", 3), ("also", 2), ("close", 2), ("usable", 1))
_WORTH: Final = {way: np.int16(base * GRADE_STEP + TRADE[way]) for way, base in _WAYS}
assert _LEARNT >= _MILITARY and list(_WORTH.values()) == sorted(_WORTH.values(), reverse=True)
_CLOSE: Final = _nearness(2)
_USABLE: Final = _nearness(1)
