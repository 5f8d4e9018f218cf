"""Certificates and the courses that give them (data/courses.toml)."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from matching.taxonomy.tables import table


@dataclass(frozen=True, slots=True)
class Course:
    """A short course: the certificate it gives, its usual name, its usual length in days."""

    certificate: str
    name: str
    days: int

    @property
    def length(self) -> str:
        """约一周, 约两周, 约三个月: as people say it."""
        if self.days <= 5:
            return f"{_NUMBERS[self.days]}天左右"
        if self.days <= 25:
            return f"约{_NUMBERS[max(1, round(self.days / 7))]}周"
        return f"约{_NUMBERS[max(1, round(self.days / 30))]}个月"


_NUMBERS: Final = "零一两三四五六七八九十"

#: Certificates that never keep anybody out, because they are got before the first day.
NEVER_REQUIRED: Final = frozenset(
    name for name, row in table("courses")["certificates"].items() if not row.get("waits", True)
)


@lru_cache(maxsize=1)
def courses() -> dict[str, Course]:
    """Every certificate that a short course gives, with the course."""
    rows = table("courses")["certificates"].items()
    return {name: Course(name, row["course"], row["days"]) for name, row in rows if row["course"]}
