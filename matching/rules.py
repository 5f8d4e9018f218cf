"""The hard limits: which of them a posting breaks for a seeker. Plain reading of the rules, one function a rule.

Names and meaning are told in docs/matching.md; three are of the product alone: `veteran_only` (the posting is for
veterans alone and the seeker is none), `closed` and `full`. A fact that is not known breaks nothing.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from matching.facts import PostingFacts, SeekerFacts
from matching.taxonomy.areas import city_of, covers
from matching.taxonomy.codes import EDUCATION_LEVEL
from matching.taxonomy.courses import NEVER_REQUIRED
from matching.taxonomy.licences import satisfies

YOUNGEST: Final = 18
OLDEST: Final = 65
NIGHT_SHIFTS: Final = frozenset({"倒班", "夜班", "备勤"})
HOUSED: Final = frozenset({"包吃住", "包住"})


def age_window(posting: PostingFacts, gender: str | None, veteran: bool) -> tuple[int, int]:
    """The youngest and oldest age the posting takes; of an unknown gender the wider of the two upper ends counts."""
    oldest = posting.age_max or OLDEST
    if posting.age_max_female:
        if gender == "女":
            oldest = posting.age_max_female
        elif gender is None:
            oldest = max(oldest, posting.age_max_female)
    if posting.age_max_veteran and veteran:
        oldest = posting.age_max_veteran
    return max(YOUNGEST, posting.age_min or YOUNGEST), oldest


def education_floor(posting: PostingFacts, veteran: bool) -> int:
    """The schooling level asked for (index of `EDUCATION_LEVEL`), 0 when none is."""
    floor = posting.education_min_veteran if veteran and posting.education_min_veteran else posting.education_min
    return EDUCATION_LEVEL.get(floor or "", 0)


def needed_certificates(posting: PostingFacts) -> frozenset[str]:
    """The certificates without which the seeker is out."""
    return frozenset(posting.certificates_all) - NEVER_REQUIRED


def scope_codes(seeker: SeekerFacts) -> frozenset[str] | None:
    """Area codes the seeker would go to; None = anywhere, or not known."""
    if seeker.accept_any:
        return None
    if seeker.accept_scope:
        return frozenset(place.adcode for place in seeker.accept_scope)
    return frozenset(city_of(place.adcode) for place in seeker.location) or None


def _age(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    if seeker.age is None:
        return False
    youngest, oldest = age_window(posting, seeker.gender, seeker.veteran)
    return seeker.age < YOUNGEST or not youngest <= seeker.age <= oldest


def _gender(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return seeker.gender is not None and posting.gender in ("男", "女") and posting.gender != seeker.gender


def _licence(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    if not posting.licences_any or seeker.licences is None:
        return False
    return not satisfies(seeker.licences, posting.licences_any)


def _certificate(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return seeker.certificates is not None and not needed_certificates(posting) <= set(seeker.certificates)


def _education(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    own = EDUCATION_LEVEL.get(seeker.education or "")
    return own is not None and own < education_floor(posting, seeker.veteran)


def _location(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    if posting.location is None:
        return False
    code = posting.location.adcode
    if any(covers(place.adcode, code) for place in seeker.location_exclude):
        return True
    scope = scope_codes(seeker)
    return scope is not None and not any(covers(outer, code) for outer in scope)


def _excluded_category(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return not set(posting.job_categories).isdisjoint(seeker.job_categories_exclude)


def _shift(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return "不上夜班" in seeker.shift_wish and posting.shift in NIGHT_SHIFTS


def _travel(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return "不出差" in seeker.shift_wish and posting.travel_required


def _work_type(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return seeker.part_time_only and posting.work_type != "灵活"


def _hardship_only(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return posting.hardship_only and seeker.hardship_certified is False


def _disability(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return posting.no_disability and seeker.disability not in (None, "", "无")


def _hukou(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return bool(posting.hukou_required and seeker.hukou) and not covers(
        posting.hukou_required or "", seeker.hukou or ""
    )


def _height(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return seeker.height_cm is not None and seeker.height_cm < (posting.height_min_cm or 0)


def _skill(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return seeker.skills is not None and not set(posting.skills_required) <= set(seeker.skills)


def _expired(posting: PostingFacts, _: SeekerFacts, day: date) -> bool:
    return posting.deadline is not None and posting.deadline < day


def _veteran_only(posting: PostingFacts, seeker: SeekerFacts, _: date) -> bool:
    return posting.veteran_only and not seeker.veteran


def _closed(posting: PostingFacts, _: SeekerFacts, __: date) -> bool:
    return posting.closed


def _full(posting: PostingFacts, _: SeekerFacts, __: date) -> bool:
    return posting.full


RULES: Final[dict[str, Callable[[PostingFacts, SeekerFacts, date], bool]]] = {
    "age": _age,
    "gender": _gender,
    "licence": _licence,
    "certificate": _certificate,
    "education": _education,
    "location": _location,
    "excluded_category": _excluded_category,
    "shift": _shift,
    "travel": _travel,
    "work_type": _work_type,
    "hardship_only": _hardship_only,
    "disability": _disability,
    "hukou": _hukou,
    "height": _height,
    "skill": _skill,
    "expired": _expired,
    "veteran_only": _veteran_only,
    "closed": _closed,
    "full": _full,
}


def violations(posting: PostingFacts, seeker: SeekerFacts, day: date) -> tuple[str, ...]:
    """The names of the hard limits the posting breaks for the seeker on that day, in the order of `RULES`."""
    return tuple(name for name, breaks in RULES.items() if breaks(posting, seeker, day))
