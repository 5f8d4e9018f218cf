"""The understanding of whole messages."""

import sys
import unicodedata
from datetime import date

import pytest

from bot.nlu.understanding import understand

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "asked", "slot", "value"),
    [
        ("我四十五岁", None, "age", 45),
        ("除了保安都行", None, "job_categories_exclude", ("保安",)),
        ("不上夜班", None, "shift_wish", ("不上夜班",)),
        ("五六千", "salary", "salary_max", 6000),
        ("叉车证过期了", None, "certificates", None),
    ],
)
def test_a_message_fills_its_slot(text, asked, slot, value):
    assert getattr(understand(text, asked, DAY).slots, slot) == value


@pytest.mark.parametrize(
    "zero", [chr(code) for code in range(sys.maxunicode) if unicodedata.decimal(chr(code), -1) == 0]
)
def test_digits_of_every_script_are_digits(zero: str) -> None:
    """`\\d` matches them all; a piece of the million met 4千෪."""
    said = f"4千{chr(ord(zero) + 4)}以上，{chr(ord(zero) + 4)}{chr(ord(zero) + 5)}岁"
    slots = understand(said, None, DAY).slots
    assert (slots.age, slots.salary_min) == (45, 4400)
