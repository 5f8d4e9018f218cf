"""What matching knows of a posting and of a seeker: two frozen records, the input of every rule and score.

`None` (and an empty `location`) means *not known*; an empty tuple means *known to be none*. A fact that is
not known breaks no rule. The JSON forms are those of the sample files: `norm` of a posting, `profile` of a
seeker. Money is CNY per month, ages are full years, heights centimetres, words canonical (`taxonomy.codes`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matching.taxonomy.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingFacts:
    """What a posting asks for and gives.

    Ages: `age_min`/`age_max` hold for everybody, `age_max_female` replaces the upper end for women,
    `age_max_veteran` for veterans; where a sheet names an end for men only, it is `age_max`. `month_min` and
    `month_max`: day pay × 26, hour pay × 8 × 26; `salary_min` and `salary_max` are the figures as stated in
    `salary_unit` (month, day, hour). `work_type`: whoever builds the facts says 灵活 for part-time rows.
    `hukou_required`: an area code. `employer_health`: 0–100. `offered`: to how many people it was already shown.
    """

    id: str
    job_categories: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    age_max_veteran: int | None = None
    age_max_female: int | None = None
    gender: str | None = None
    education_min: str | None = None
    education_min_veteran: str | None = None
    licences_any: tuple[str, ...] = ()
    certificates_all: tuple[str, ...] = ()
    skills_required: tuple[str, ...] = ()
    skills_preferred: tuple[str, ...] = ()
    month_min: int | None = None
    month_max: int | None = None
    salary_min: int | None = None
    salary_max: int | None = None
    salary_unit: str = "month"
    location: Place | None = None
    board: str | None = None
    shift: str | None = None
    work_type: str | None = None
    veteran_priority: bool = False
    veteran_only: bool = False
    hardship_only: bool = False
    no_disability: bool = False
    travel_required: bool = False
    hukou_required: str | None = None
    height_min_cm: int | None = None
    published: date | None = None
    deadline: date | None = None
    closed: bool = False
    full: bool = False
    verified: bool = False
    employer_health: int | None = None
    headcount: int | None = None
    offered: int = 0

    @classmethod
    def from_json(cls, posting_id: str, norm: Mapping[str, Any]) -> "PostingFacts":
        """From a posting's `norm`; unknown names are passed over. Bad forms: KeyError, TypeError, ValueError."""
        salary = norm.get("salary") or {}
        values: dict[str, Any] = {
            **{name: tuple(norm.get(name) or ()) for name in _POSTING_LISTS},
            **{name: norm.get(name) for name in _POSTING_OPTIONS},
            **{name: bool(norm.get(name)) for name in _POSTING_FLAGS},
            "month_min": _whole(salary.get("month_min")),
            "month_max": _whole(salary.get("month_max")),
            "salary_min": _whole(salary.get("min")),
            "salary_max": _whole(salary.get("max")),
            "salary_unit": salary.get("unit") or "month",
            "location": _first_place(norm.get("location")),
            "hukou_required": _area_code(norm.get("hukou_required")),
            "published": _day(norm.get("published")),
            "deadline": _day(norm.get("deadline")),
            "offered": norm.get("offered") or 0,
        }
        return cls(id=posting_id, **values)

    def to_json(self) -> dict[str, Any]:
        """The `norm` form, without `id`; what is not known is null or left out of `salary`."""
        salary = {
            "min": self.salary_min,
            "max": self.salary_max,
            "unit": self.salary_unit,
            "month_min": self.month_min,
            "month_max": self.month_max,
        }
        return {
            **{name: list(getattr(self, name)) for name in _POSTING_LISTS},
            **{name: getattr(self, name) for name in (*_POSTING_OPTIONS, *_POSTING_FLAGS, "offered", "hukou_required")},
            "salary": salary,
            "location": self.location and self.location.to_json(),
            "published": self.published and self.published.isoformat(),
            "deadline": self.deadline and self.deadline.isoformat(),
        }


_POSTING_LISTS = ("job_categories", "licences_any", "certificates_all", "skills_required", "skills_preferred")
_POSTING_OPTIONS = (
    *(
        "age_min",
        "age_max",
        "age_max_veteran",
        "age_max_female",
        "gender",
        "education_min",
        "education_min_veteran",
    ),
    *("board", "shift", "work_type", "height_min_cm", "employer_health", "headcount"),
)
_POSTING_FLAGS = (
    *("veteran_priority", "veteran_only", "hardship_only", "no_disability", "travel_required"),
    *("closed", "full", "verified"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeekerFacts:
    """What is known of a person who looks for work, and what they wish.

    `location` is home (or where they are); `accept_scope` the area they would go to, `accept_any` = the whole
    country; without either, a named county stands for the whole of its city. `preferred_area` is what they would
    rather have inside that. `hukou`: an area code. `age` is on the day of the match.
    """

    id: str = ""
    age: int | None = None
    gender: str | None = None
    veteran: bool = True
    location: tuple[Place, ...] = ()
    hukou: str | None = None
    accept_scope: tuple[Place, ...] | None = None
    accept_any: bool = False
    location_exclude: tuple[Place, ...] = ()
    preferred_area: tuple[Place, ...] = ()
    job_categories: tuple[str, ...] = ()
    job_categories_ok: tuple[str, ...] = ()
    job_categories_exclude: tuple[str, ...] = ()
    job_any: bool = False
    education: str | None = None
    salary_min: int | None = None
    licences: tuple[str, ...] | None = None
    certificates: tuple[str, ...] | None = None
    skills: tuple[str, ...] | None = None
    military_trade: tuple[str, ...] = ()
    shift_wish: tuple[str, ...] = ()
    shift_soft_prefer_day: bool = False
    accommodation_wish: str | None = None
    part_time_only: bool = False
    disability: str | None = None
    hardship_certified: bool | None = None
    height_cm: int | None = None
    willingness: str | None = None

    @classmethod
    def from_json(cls, seeker_id: str, profile: Mapping[str, Any]) -> "SeekerFacts":
        """From a seeker's `profile`; unknown names are passed over. Bad forms: as above."""
        scope = profile.get("accept_scope")
        values: dict[str, Any] = {
            **{name: tuple(profile.get(name) or ()) for name in _SEEKER_LISTS},
            **{name: _optional_tuple(profile.get(name)) for name in _SEEKER_KNOWN_LISTS},
            **{name: profile.get(name) for name in _SEEKER_OPTIONS},
            **{name: bool(profile.get(name)) for name in _SEEKER_FLAGS},
            **{name: _places(profile.get(name)) for name in _SEEKER_PLACES},
            "veteran": profile.get("veteran") is not False,
            "salary_min": _whole(profile.get("salary_min")),
            "hukou": _area_code(profile.get("hukou")),
            "accept_any": scope == "any" or bool(profile.get("location_any")),
            "accept_scope": (_places(scope) or None) if scope != "any" else None,
        }
        return cls(id=seeker_id, **values)

    def to_json(self) -> dict[str, Any]:
        """The `profile` form, without `id`; what is not known is null."""
        scope = self.accept_scope and [place.to_json() for place in self.accept_scope]
        return {
            **{name: list(getattr(self, name)) for name in _SEEKER_LISTS},
            **{name: _optional_list(getattr(self, name)) for name in _SEEKER_KNOWN_LISTS},
            **{name: getattr(self, name) for name in (*_SEEKER_OPTIONS, *_SEEKER_FLAGS)},
            **{name: [place.to_json() for place in getattr(self, name)] for name in _SEEKER_PLACES},
            "veteran": self.veteran,
            "salary_min": self.salary_min,
            "hukou": self.hukou,
            "accept_scope": "any" if self.accept_any else scope,
        }


_SEEKER_LISTS = (
    "job_categories",
    "job_categories_ok",
    "job_categories_exclude",
    "military_trade",
    "shift_wish",
)
_SEEKER_KNOWN_LISTS = ("licences", "certificates", "skills")
_SEEKER_PLACES = ("location", "location_exclude", "preferred_area")
_SEEKER_OPTIONS = (
    *("age", "gender", "education", "accommodation_wish", "disability", "hardship_certified", "height_cm"),
    "willingness",
)
_SEEKER_FLAGS = ("job_any", "shift_soft_prefer_day", "part_time_only")


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _optional_tuple(value: Any) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


def _optional_list(value: tuple[str, ...] | None) -> list[str] | None:
    return None if value is None else list(value)


def _area_code(value: Any) -> str | None:
    """A bare area code, or that of a place."""
    if isinstance(value, Mapping):
        value = value.get("adcode")
    return str(value) if value else None


def _places(value: Any) -> tuple[Place, ...]:
    if not value:
        return ()
    return tuple(Place.from_json(item) for item in ([value] if isinstance(value, Mapping) else value))


def _first_place(value: Any) -> Place | None:
    places = _places(value)
    return places[0] if places else None
