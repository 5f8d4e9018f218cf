"""The soft criteria: relevance grade and points of a posting that breaks no hard limit, plainly, one pair at a time.

score = grade × grade_step + points (`data/weights.toml`). This module is the meaning; `matching.columns` computes
the same numbers for many pairs at once and is tested to agree with it.
"""

from dataclasses import dataclass
from datetime import date

from matching.facts import PostingFacts, SeekerFacts
from matching.places import place_points
from matching.rules import HOUSED, NIGHT_SHIFTS, education_floor
from matching.taxonomy.areas import covers
from matching.taxonomy.codes import EDUCATION_LEVEL
from matching.taxonomy.occupations import is_skilled, nearness, signs, trade_reason
from matching.weights import BOARD, DEDUCT, GRADE_STEP, PAY, PERSON, POSTING, SHIFT, SHIFT_KINDS, TRADE


@dataclass(frozen=True, slots=True)
class Trade:
    """How a posting's occupation answers the wish: the category that answers best, its base grade and points."""

    category: str
    base: int
    way: str
    points: int


@dataclass(frozen=True, slots=True)
class Grading:
    """How well a pair goes together, and what falls short: `deductions` by criterion."""

    trade: Trade
    deductions: dict[str, int]

    @property
    def grade(self) -> int:
        """Relevance 0..3; 0 is never shown."""
        return max(0, self.trade.base - sum(self.deductions.values()))


@dataclass(frozen=True, slots=True)
class Score(Grading):
    """What a pair is worth: the grade, and `points` by criterion; `total` orders the postings of a seeker."""

    points: dict[str, int]

    @property
    def total(self) -> int:
        """grade × grade_step + points; 0 for grade 0."""
        return self.grade * GRADE_STEP + sum(self.points.values()) if self.grade else 0


def score(posting: PostingFacts, seeker: SeekerFacts, day: date) -> Score:
    """Grade and points of one posting for one seeker on a day; hard limits are not looked at here."""
    graded = grading(posting, seeker)
    points = {"category": graded.trade.points, **_points(posting, seeker)}
    points["posting"] = posting_points(posting, day) + veteran_points(posting, seeker.veteran)
    return Score(graded.trade, graded.deductions, points)


def grading(posting: PostingFacts, seeker: SeekerFacts) -> Grading:
    """The same without the points."""
    return Grading(best_trade(posting.job_categories, seeker), deductions(posting, seeker))


def best_trade(categories: tuple[str, ...], seeker: SeekerFacts) -> Trade:
    """The category of the posting that answers the wish best; ties go to the first."""
    found = [trade_of(category, seeker) for category in categories]
    return max(found, key=lambda trade: (trade.base, trade.points), default=Trade("", 0, "none", 0))


def trade_of(category: str, seeker: SeekerFacts) -> Trade:
    """How one category answers the wish (3 wanted, 2 close, 1 usable, 0 neither)."""
    known = learnt_points(category, seeker)
    if category in seeker.job_categories:
        base, way = 3, "first"
    elif category in seeker.job_categories_ok or (seeker.job_any and (known or not is_skilled(category))):
        base, way = 2, "also"
    else:
        base = max((nearness(wanted, category) for wanted in seeker.job_categories), default=0)
        way = {2: "close", 1: "usable", 0: "none"}[base]
    return Trade(category, base, way, TRADE[way] + known if base else 0)


def learnt_points(category: str, seeker: SeekerFacts) -> int:
    """Points for having learnt the occupation, 0 when nothing shows it."""
    shows = signs(category)
    if any(not shows.isdisjoint(held) for held in (seeker.skills, seeker.certificates, seeker.licences) if held):
        return TRADE["learnt"]
    return TRADE["military"] if trade_reason(seeker.military_trade, category) else 0


def deductions(posting: PostingFacts, seeker: SeekerFacts) -> dict[str, int]:
    """What is taken off the grade, by criterion (area, pay, housing, shift, skills)."""
    found = {
        "location": DEDUCT["outside_preferred"] * _outside_preferred(posting, seeker),
        "salary": pay_deduction(posting.month_max, seeker.salary_min),
        "board": DEDUCT["no_housing"] * no_housing(posting.board, seeker.accommodation_wish),
        "shift": DEDUCT["night"] * (seeker.shift_soft_prefer_day and posting.shift in NIGHT_SHIFTS),
        "skill": DEDUCT["preferred_skill"] * lacks_preferred(posting, seeker),
    }
    return {name: amount for name, amount in found.items() if amount}


def _outside_preferred(posting: PostingFacts, seeker: SeekerFacts) -> bool:
    if posting.location is None or not seeker.preferred_area:
        return False
    return not any(covers(place.adcode, posting.location.adcode) for place in seeker.preferred_area)


def pay_deduction(month_max: int | None, wish: int | None) -> int:
    """Grades off for pay under the wish; nothing when either is not known."""
    if month_max is None or not wish:
        return 0
    return next(int(grades) for percent, grades in DEDUCT["pay"] if month_max * 100 >= wish * percent)


def no_housing(board: str | None, wish: str | None) -> bool:
    """Whether lodging is needed and known not to be given."""
    return wish in HOUSED and board is not None and board not in HOUSED


def lacks_preferred(posting: PostingFacts, seeker: SeekerFacts) -> bool:
    """Whether a skill the employer would rather have is known to be missing."""
    return seeker.skills is not None and not set(posting.skills_preferred) <= set(seeker.skills)


def _points(posting: PostingFacts, seeker: SeekerFacts) -> dict[str, int]:
    home = seeker.location[0].adcode if seeker.location else ""
    own = EDUCATION_LEVEL.get(seeker.education or "", 0)
    return {
        "location": place_points(home, posting.location.adcode if posting.location else ""),
        "salary": pay_points(posting.month_min, posting.month_max, seeker.salary_min),
        "board": board_points(posting.board, seeker.accommodation_wish),
        "shift": shift_points(posting.shift, shift_kind(seeker)),
        "education": PERSON["schooling_above"] * (own > education_floor(posting, seeker.veteran)),
        "age": PERSON["age_lift"] * (lifts(seeker) and has_no_age_bar(posting)),
    }


def pay_points(month_min: int | None, month_max: int | None, wish: int | None) -> int:
    """Points for pay; both figures and the wish in CNY per month."""
    if month_max is None:
        return 0
    if not wish:
        return min(int(PAY["most"]), month_max // int(PAY["yuan"]))
    above = next((points for percent, points in PAY["above"] if month_max * 100 >= wish * percent), 0)
    return int(above) + (int(PAY["floor"]) if month_min is not None and month_min >= wish else 0)


def board_points(board: str | None, wish: str | None) -> int:
    """Points for board and lodging, by the wish."""
    return BOARD.get(wish or "", BOARD[""]).get(board or "", 0)


def shift_kind(seeker: SeekerFacts) -> str:
    """The kind of shifts wished for: day, night, free, or "" for none."""
    if seeker.shift_soft_prefer_day:
        return "day"
    return next((SHIFT_KINDS[word] for word in SHIFT_KINDS if word in seeker.shift_wish), "")


def shift_points(shift: str | None, kind: str) -> int:
    """Points for the shift, by the kind wished for."""
    return SHIFT[kind].get(shift or "", 0)


def lifts(seeker: SeekerFacts) -> bool:
    """Whether age closes so many doors that postings without an age bar come first."""
    if seeker.age is None:
        return False
    return seeker.age > PERSON["lift_women_over" if seeker.gender == "女" else "lift_men_over"]


def has_no_age_bar(posting: PostingFacts) -> bool:
    """Whether the posting takes people up to the pension age."""
    return posting.age_max is None or posting.age_max >= PERSON["age_bar"]


def veteran_points(posting: PostingFacts, veteran: bool) -> int:
    """Points for an employer who puts veterans first."""
    return int(POSTING["veteran_priority"]) if veteran and (posting.veteran_priority or posting.veteran_only) else 0


def posting_points(posting: PostingFacts, day: date) -> int:
    """Points of the posting alone: fresh, verified, a sound employer, not yet poured over everyone."""
    return _fresh(posting.published, day) + _health(posting) + fair_points(posting.offered, posting.headcount)


def _fresh(published: date | None, day: date) -> int:
    if published is None or published > day:
        return 0
    age = (day - published).days
    return next((int(points) for most, points in POSTING["fresh"] if age <= most), 0)


def _health(posting: PostingFacts) -> int:
    health = 50 if posting.employer_health is None else min(100, max(0, posting.employer_health))
    return int(POSTING["health"]) * health // 100 + (int(POSTING["verified"]) if posting.verified else 0)


def fair_points(offered: int, headcount: int | None) -> int:
    """Points that shrink with the number of people per wanted head who were already shown the posting."""
    return max(0, int(POSTING["fair"]) - int(POSTING["fair_step"]) * offered // max(1, headcount or 1))
