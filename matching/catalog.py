"""The open postings of a day as immutable columns with a revision number, and their index by occupation and place.

A row of `rows` is one posting, rows are in the order of the ids, so "equal score: by posting id" is "by row". Closed,
full and expired postings have rows (for the counts) but no entries in the index.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

import numpy as np

from matching import bits
from matching.entries import Array, Entries
from matching.facts import PostingFacts
from matching.rules import NIGHT_SHIFTS, age_window, education_floor, needed_certificates
from matching.scoring import has_no_age_bar, posting_points

#: Age windows differ by gender and service: variant = 3 × veteran + (0 men, 1 women, 2 not known).
GENDERS: Final = ("男", "女", None)
VARIANTS: Final = tuple((gender, veteran) for veteran in (False, True) for gender in GENDERS)

ROW: Final = np.dtype(
    [
        ("categories", "u8"),
        ("certificates", "u8"),
        ("skills_required", "u8"),
        ("skills_preferred", "u8"),
        ("licences", "u2"),
        ("area", "i4"),
        ("pay_min", "i4"),
        ("pay_max", "i4"),
        ("hukou", "i4"),
        ("low", "u1"),
        ("high", "u1", (6,)),
        ("education", "u1", (2,)),
        ("gender", "u1"),
        ("board", "u1"),
        ("shift", "u1"),
        ("height", "u1"),
        ("night", "?"),
        ("travel", "?"),
        ("flexible", "?"),
        ("hardship_only", "?"),
        ("no_disability", "?"),
        ("veteran_only", "?"),
        ("priority", "?"),
        ("no_bar", "?"),
        ("is_open", "?"),
        ("expired", "?"),
        ("closed", "?"),
        ("full", "?"),
        ("points", "i2"),
    ]
)
OLDEST_CODED: Final = 254


@dataclass(frozen=True)
class Catalog:
    """Open postings of one day. `revision` is the caller's number for the state of the postings it was built from."""

    revision: int
    day: date
    ids: tuple[str, ...]
    rows: Array

    @classmethod
    def build(cls, postings: Iterable[PostingFacts], day: date, revision: int = 0) -> "Catalog":
        """Columns of the postings; two postings with one id raise ValueError."""
        ordered = sorted(postings, key=lambda posting: posting.id)
        ids = tuple(posting.id for posting in ordered)
        if len(set(ids)) != len(ids):
            raise ValueError("two postings with the same id")
        return cls(revision, day, ids, _encode(ordered, day))

    def changed(self, postings: Iterable[PostingFacts], removed: Iterable[str], revision: int) -> "Catalog":
        """The catalog after some postings were added or replaced and others taken out; the old one stays as it is."""
        fresh = {posting.id: posting for posting in postings}
        gone = set(removed) | fresh.keys()
        stay = np.array([posting_id not in gone for posting_id in self.ids], dtype=bool)
        ids = [posting_id for posting_id, stays in zip(self.ids, stay, strict=True) if stays] + list(fresh)
        rows = np.concatenate([self.rows[stay], _encode(list(fresh.values()), self.day)])
        order = sorted(range(len(ids)), key=ids.__getitem__)
        return Catalog(revision, self.day, tuple(ids[place] for place in order), rows[order])

    def only(self, wanted: Container[str]) -> "Catalog":
        """The part of the catalog with these ids; nothing is computed anew."""
        stay = [place for place, posting_id in enumerate(self.ids) if posting_id in wanted]
        return Catalog(self.revision, self.day, tuple(self.ids[place] for place in stay), self.rows[stay])

    @cached_property
    def entries(self) -> Entries:
        """The index by occupation and place, made on first use."""
        return Entries.of(self.rows)

    @property
    def nbytes(self) -> int:
        """Bytes of the columns and the index."""
        return int(self.rows.nbytes) + self.entries.nbytes


def _encode(postings: Sequence[PostingFacts], day: date) -> Array:
    return np.array([_row(posting, day) for posting in postings], dtype=ROW)


def _row(posting: PostingFacts, day: date) -> tuple[Any, ...]:
    expired = posting.deadline is not None and posting.deadline < day
    windows = [age_window(posting, gender, veteran) for gender, veteran in VARIANTS]
    return (
        bits.mask(posting.job_categories, bits.CATEGORY),
        bits.mask(needed_certificates(posting), bits.CERTIFICATE),
        bits.mask(posting.skills_required, bits.SKILL),
        bits.mask(posting.skills_preferred, bits.SKILL),
        bits.mask(posting.licences_any, bits.LICENCE),
        int(posting.location.adcode) if posting.location else 0,
        -1 if posting.month_min is None else posting.month_min,
        -1 if posting.month_max is None else posting.month_max,
        int(posting.hukou_required or 0),
        min(windows[0][0], OLDEST_CODED),
        tuple(min(oldest, OLDEST_CODED) for _, oldest in windows),
        (education_floor(posting, veteran=False), education_floor(posting, veteran=True)),
        {"男": 1, "女": 2}.get(posting.gender or "", 0),
        bits.BOARD.get(posting.board or "", 0),
        bits.SHIFT.get(posting.shift or "", 0),
        min(posting.height_min_cm or 0, 255),
        posting.shift in NIGHT_SHIFTS,
        posting.travel_required,
        posting.work_type == "灵活",
        posting.hardship_only,
        posting.no_disability,
        posting.veteran_only,
        posting.veteran_priority or posting.veteran_only,
        has_no_age_bar(posting),
        not (expired or posting.closed or posting.full),
        expired,
        posting.closed,
        posting.full,
        posting_points(posting, day),
    )
