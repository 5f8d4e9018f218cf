"""What both halves of the invented county share: a row of a sheet, weighted draws, and numbers nobody owns."""

from collections.abc import Mapping
from datetime import date
from random import Random
from typing import Final

Row = dict[str, str]

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"


def weighted(draw: Random, weights: Mapping[str, int]) -> str:
    """One key, as often as its weight says."""
    return draw.choices(list(weights), list(weights.values()))[0]


def happens(draw: Random, chance: int, outof: int) -> bool:
    """True in `chance` cases of `outof`."""
    return draw.randrange(outof) < chance


def id_number(prefix: str, born: date, serial: int, male: bool) -> str:
    """An 18-digit identity number with the right check digit (GB 11643); `prefix` must be a code never issued.

    `serial` counts people of one birthday and sex, 0 to 499; the third digit of the order tells the sex.
    """
    body = f"{prefix}{born:%Y%m%d}{serial * 2 + (1 if male else 0):03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True))
    return body + _ID_CHECKS[total % 11]


def person_phone(serial: int) -> str:
    """A number with a run of zeros that no operator gives out to a person: 1300000 and four digits (0 to 9999)."""
    return f"1300000{serial:04d}"


def firm_phone(serial: int) -> str:
    """The same for firms: 13900000 and three digits (0 to 999)."""
    return f"13900000{serial:03d}"
