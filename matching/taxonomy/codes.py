"""The canonical words (data/codes.toml) as tuples and sets, read once at import."""

import tomllib
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).resolve().parent.parent / "data"
_CODES: Final[dict[str, Any]] = tomllib.loads((DATA / "codes.toml").read_text(encoding="utf-8"))


def _words(name: str) -> tuple[str, ...]:
    return tuple(_CODES[name])


VERSION: Final[str] = _CODES["version"]
JOB_CATEGORIES: Final = _words("job_categories")
SKILLS: Final = _words("skills")
CERTIFICATES: Final = _words("certificates")
LICENCES: Final = _words("licences")
MILITARY_TRADES: Final = _words("military_trade")
SHIFT_WISHES: Final = _words("shift_wish")
ACCOMMODATION_WISHES: Final = _words("accommodation_wish")
DISCHARGE_TYPES: Final = _words("discharge_type")
DISABILITIES: Final = _words("disability")
WILLINGNESS: Final = _words("willingness")
EMPLOYMENT_STATUSES: Final = _words("employment_status")
BOARDS: Final = _words("board")
SHIFTS: Final = _words("shift")
WORK_TYPES: Final = _words("work_type")
INTENTS: Final = _words("intent")

EDUCATION_LEVEL: Final[dict[str, int]] = {
    word: level for level, words in enumerate(_CODES["education"]) for word in words
}
EDUCATIONS: Final = tuple(EDUCATION_LEVEL)
