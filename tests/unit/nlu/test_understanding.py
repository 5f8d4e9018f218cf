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


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("再过三年就五十了", "age", 47),
        ("五十还差两个年头", "age", 48),
        ("高中念到高二去当兵", "education", "初中"),
        ("不是不愿意上夜班，是腰顶不住", "shift_wish", ("不上夜班",)),
        ("不是不愿意上夜班", "shift_wish", None),
        ("刚才说的五千降一点，四千五也行", "salary_min", 4500),
        ("退伍年份记岔了，不是14年是15年", "discharge_year", 2015),
        ("C1分降了一半", "job_categories", None),
        ("除了保洁，啥活我都接", "job_categories_exclude", ("保洁",)),
        ("义务兵加士官，足足十六年", "service_years", 16),
    ],
)
def test_what_a_second_clause_makes_of_the_first(text, slot, value):
    assert getattr(understand(text, None, DAY).slots, slot) == value
