"""The cheap test before a pattern is tried: it may let through too much, never shut out a match."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from bot.nlu import gates
from bot.nlu.text import clean
from bot.nlu.understanding import understand

SAMPLE = Path(__file__).parent / "stranger_tenth.jsonl"


def test_no_match_is_ever_shut_out():
    texts = [clean(json.loads(line)["text"]).text for line in SAMPLE.read_text("utf-8").splitlines()]
    for text in texts:
        understand(text, None, date(2026, 11, 20))
    assert len(gates._kept) > 100
    matched = 0
    for pattern in gates._kept:
        for text in texts:
            if pattern.search(text):
                matched += 1
                assert gates.may_match(pattern, frozenset(text)), (pattern.pattern[:80], text)
    assert matched > len(texts)


@pytest.mark.parametrize(
    ("pattern", "text", "may"),
    [
        ("退伍|退役", "我想当保安", False),
        ("退伍|退役", "我退了", False),
        ("(?:a|b)?c", "ab", False),
        ("(?<=x)y+", "y", False),
        ("(?<!x)y", "y", True),
        ("a|$", "", True),
        (r"\d岁", "四十岁", False),
        ("[^a]", "b", True),
    ],
)
def test_what_a_pattern_needs(pattern, text, may):
    assert gates.may_match(re.compile(pattern), frozenset(text)) is may
