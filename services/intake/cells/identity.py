"""Identity numbers (GB 11643): the check digit, the birthday and the sex they hold."""

import re
from datetime import date
from typing import Final

from services.intake.cells.text import plain

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


def id_number(text: str) -> str | None:
    """The number as kept (18 characters, X upper case), or None when it cannot be right."""
    words = re.sub(r"[^0-9x]", "", plain(text).lstrip("'`")).upper()
    if not re.fullmatch(r"\d{17}[\dX]", words) or birthday(words) is None:
        return None
    total = sum(int(digit) * weight for digit, weight in zip(words, _WEIGHTS, strict=False))
    return words if _CHECKS[total % 11] == words[17] else None


def birthday(number: str) -> date | None:
    """The day of birth in an 18-digit number; None for a day that cannot be."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if born.year >= 1900 else None


def sex(number: str) -> str:
    """男 or 女 by the last digit of the order."""
    return "男" if int(number[16]) % 2 else "女"
