"""Headcount: 5, 5人, 5～8, 1对, 若干, 男3女2."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.intake.cells.text import CACHED, arabic, plain

_OPEN: Final = re.compile(r"若干|不限|多名|数名|多人|数人|大量|长期|批量|不定|无限制|^n$|待定")
_DATE: Final = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
MAX_HEADCOUNT: Final = 20000


@dataclass(frozen=True, slots=True)
class Headcount:
    """How many are wanted; None = open or not said. `codes`: findings; `headcount_invalid` rejects the row."""

    count: int | None
    codes: tuple[str, ...] = ()


@lru_cache(maxsize=CACHED)
def parse(text: str) -> Headcount:
    """Reads a headcount cell; a range gives its upper end."""
    words = arabic(plain(text)).strip("约近共")
    if words in ("", "-", "/", "\\", "无"):
        return Headcount(None, ("headcount_missing",))
    if found := _DATE.match(words):  # Excel turned a typed 5-8 into the 8th of May
        return Headcount(int(found[3]), ("headcount_date",))
    if _OPEN.search(words) and not re.search(r"\d", words):
        return Headcount(None, ("headcount_unknown",))
    return _number(words)


def _number(words: str) -> Headcount:
    if by_sex := re.findall(r"[男女](?:性|工|士|生)?各?:?(\d+)", words):
        total = sum(map(int, by_sex)) * (2 if "各" in words and len(by_sex) == 1 else 1)
        return _checked(total)
    if found := re.fullmatch(r"(\d+)(?:人|名|个|位)?[-至到](\d+)(?:人|名|个|位)?(?:左右)?", words):
        pay = min(int(found[1]), int(found[2])) >= 1000
        return Headcount(None, ("headcount_invalid",)) if pay else _checked(max(int(found[1]), int(found[2])))
    if found := re.search(r"(\d+)(?:对|双)", words):
        return _checked(int(found[1]) * 2)
    if found := re.fullmatch(r"(-?\d+(?:\.\d+)?)[^\d]{0,12}", words):
        value = float(found[1])
        return _checked(int(value)) if value == int(value) else Headcount(None, ("headcount_invalid",))
    if found := re.search(r"(?:招聘?|需求?|共|计|合计)(\d+)(?:人|名|个|位)?", words):
        return _checked(int(found[1]))
    if (numbers := re.findall(r"\d+", words)) and len(numbers) == 1 and not re.search(r"[a-z-]", words):
        return _checked(int(numbers[0]))
    return Headcount(None, ("headcount_invalid",))


def _checked(count: int) -> Headcount:
    return Headcount(count) if 0 < count <= MAX_HEADCOUNT else Headcount(None, ("headcount_invalid",))
