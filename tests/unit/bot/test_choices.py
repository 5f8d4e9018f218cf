"""Answers by number: what counts as nothing but numbers, and that no row of characters makes the reading slow."""

import pytest

from bot.choices import numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2", (2,)),
        ("选择②和第三个吧", (2, 3)),
        ("回复 1、4", (1, 4)),
        ("十二", (12,)),
        ("二十", (20,)),
        ("1还有3", (1, 3)),
        ("择2", ()),
        ("我要", ()),
        ("2个孩子", ()),
        # Forty digits and a letter: split in every way, they would hold up a process for days.
        ("1" * 39 + "x", ()),
        ("第二个" * 13 + "x", ()),
    ],
)
def test_numbers_and_nothing_else(text, found):
    assert numbers(text) == found
