"""Why a posting suits a seeker and what does not quite: reasons with both values, and one sentence.

Every criterion carries its share of the score: contributions of one match add up to its score on the scale 0..1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from matching import sentences
from matching.facts import PostingFacts, SeekerFacts
from matching.rules import age_window, education_floor, needed_certificates, scope_codes
from matching.scoring import Score, grading, lacks_preferred, pay_deduction, score
from matching.taxonomy.codes import EDUCATION_LEVEL
from matching.weights import GRADE_STEP

#: The score 1.0: grade 3 with as many points as a grade can hold.
FULL: Final = 4 * GRADE_STEP - 1


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion: `verdict` is fits, partly, misses or unknown; values are for people, None = not said."""

    criterion: str
    verdict: str
    contribution: float
    posting_value: str | int | None
    seeker_value: str | int | None

    def to_json(self) -> dict[str, Any]:
        """The form of the output contract."""
        return {
            "criterion": self.criterion,
            "verdict": self.verdict,
            "contribution": self.contribution,
            "posting_value": self.posting_value,
            "seeker_value": self.seeker_value,
        }


@dataclass(frozen=True, slots=True)
class Match:
    """A posting worth showing: score 0..1, grade 1..3, why, and one sentence for the veteran."""

    posting_id: str
    score: float
    grade: int
    reasons: tuple[Reason, ...]
    text: str

    @property
    def unmet(self) -> tuple[str, ...]:
        """The criteria that do not fit quite."""
        return tuple(reason.criterion for reason in self.reasons if reason.verdict in ("partly", "misses"))

    def to_json(self) -> dict[str, Any]:
        """The form of the output contract."""
        return {
            "posting_id": self.posting_id,
            "score": self.score,
            "reasons": [reason.to_json() for reason in self.reasons],
            "unmet": list(self.unmet),
            "text": self.text,
        }


def explain(posting: PostingFacts, seeker: SeekerFacts, day: date) -> Match:
    """Reasons and sentence for a posting that breaks no hard limit for the seeker."""
    worth = score(posting, seeker, day)
    reasons = tuple(_reasons(posting, seeker, worth))
    text = sentences.sentence(posting, seeker, worth)
    return Match(posting.id, round(worth.total / FULL, 4), worth.grade, reasons, text)


def why(posting: PostingFacts, seeker: SeekerFacts) -> str:
    """The sentence of `explain` alone, for a list that shows nothing else."""
    return sentences.sentence(posting, seeker, grading(posting, seeker))


def _reasons(posting: PostingFacts, seeker: SeekerFacts, worth: Score) -> Iterator[Reason]:
    shares = {name: points / FULL for name, points in worth.points.items()}
    shares["category"] += worth.trade.base * GRADE_STEP / FULL
    for name, grades in worth.deductions.items():
        shares[name] = shares.get(name, 0.0) - grades * GRADE_STEP / FULL
    for criterion, verdict, offered, own in _facts(posting, seeker, worth):
        yield Reason(criterion, verdict, round(shares.get(criterion, 0.0), 4), offered, own)


_Fact = tuple[str, str, str | int | None, str | int | None]


def _facts(posting: PostingFacts, seeker: SeekerFacts, worth: Score) -> Iterator[_Fact]:
    """Criterion, verdict, the posting's side, the seeker's side."""
    wish = [*seeker.job_categories, *seeker.job_categories_ok, *(["都行"] if seeker.job_any else [])]
    verdict = "fits" if worth.trade.base == 3 or worth.trade.way == "also" else "partly"
    yield "category", verdict, "、".join(posting.job_categories), "、".join(wish) or None
    yield _location(posting, seeker, worth)
    yield _salary(posting, seeker)
    youngest, oldest = age_window(posting, seeker.gender, seeker.veteran)
    yield "age", _known(seeker.age), f"{youngest}–{oldest}", seeker.age
    yield from _papers(posting, seeker)
    yield from _conditions(posting, seeker, worth)
    yield (
        "posting",
        "fits",
        "退役军人优先" if posting.veteran_priority else None,
        "退役军人" if seeker.veteran else None,
    )


def _known(value: object) -> str:
    return "unknown" if value is None else "fits"


def _location(posting: PostingFacts, seeker: SeekerFacts, worth: Score) -> _Fact:
    wished = seeker.preferred_area or seeker.accept_scope or seeker.location
    own = "、".join(place.name for place in wished) or ("全国" if seeker.accept_any else None)
    if posting.location is None or (not wished and scope_codes(seeker) is None and not seeker.accept_any):
        return "location", "unknown", posting.location.name if posting.location else None, own
    verdict = "partly" if "location" in worth.deductions else "fits"
    return "location", verdict, "".join(posting.location.path[-2:]), own


def _salary(posting: PostingFacts, seeker: SeekerFacts) -> _Fact:
    off = pay_deduction(posting.month_max, seeker.salary_min)
    known = posting.month_max is not None and seeker.salary_min is not None
    verdict = ("fits", "partly", "misses", "misses")[off] if known else "unknown"
    return "salary", verdict, sentences.pay(posting), seeker.salary_min


def _papers(posting: PostingFacts, seeker: SeekerFacts) -> Iterator[_Fact]:
    if (floor := education_floor(posting, seeker.veteran)) or seeker.education:
        word = next(name for name, level in EDUCATION_LEVEL.items() if level == floor)
        yield "education", _known(seeker.education), f"{word}及以上" if floor else "不限", seeker.education
    if posting.licences_any:
        yield "licence", _known(seeker.licences), "/".join(posting.licences_any), _joined(seeker.licences)
    if certificates := needed_certificates(posting):
        yield "certificate", _known(seeker.certificates), "、".join(sorted(certificates)), _joined(seeker.certificates)
    if skills := dict.fromkeys((*posting.skills_required, *posting.skills_preferred)):
        verdict = "partly" if lacks_preferred(posting, seeker) else _known(seeker.skills)
        yield "skill", verdict, "、".join(skills), _joined(seeker.skills)


def _joined(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else "、".join(words) or "无"


def _conditions(posting: PostingFacts, seeker: SeekerFacts, worth: Score) -> Iterator[_Fact]:
    if posting.board or seeker.accommodation_wish:
        verdict = "misses" if "board" in worth.deductions else _known(posting.board)
        yield "board", verdict, posting.board, seeker.accommodation_wish
    if posting.shift:
        wish = "、".join(seeker.shift_wish) or ("最好白班" if seeker.shift_soft_prefer_day else None)
        yield "shift", "partly" if "shift" in worth.deductions else "fits", posting.shift, wish
    if posting.hukou_required:
        yield "hukou", _known(seeker.hukou), posting.hukou_required, seeker.hukou
    if posting.height_min_cm:
        yield "height", _known(seeker.height_cm), f"{posting.height_min_cm}厘米以上", seeker.height_cm
    if posting.no_disability:
        yield "disability", _known(seeker.disability), "无残疾", seeker.disability
    if posting.hardship_only:
        own = None if seeker.hardship_certified is None else ("已认定" if seeker.hardship_certified else "未认定")
        yield "hardship_only", _known(seeker.hardship_certified), "就业困难人员", own
