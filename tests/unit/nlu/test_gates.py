"""The cheap test before a pattern is tried: it may let through too much, never shut out a match."""

import json
import re
import warnings
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.nlu import gates
from bot.nlu.text import clean
from bot.nlu.understanding import understand

SAMPLE = Path(__file__).parent / "stranger_tenth.jsonl"


def test_no_match_is_ever_shut_out():
    texts = [clean(json.loads(line)["text"]).text for line in SAMPLE.read_text("utf-8").splitlines()]
    for text in texts:
        understand(text, None, date(2026, 11, 20))
    assert len(gates._known.kept) > 100
    matched = 0
    for pattern in gates._known.kept:
        for text in texts:
            if pattern.search(text):
                matched += 1
                assert gates.may_match(pattern, gates.missing(text)), (pattern.pattern[:80], text)
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
        ("[a-c]x", "cx", True),
        ("[a-c]x", "dx", False),
        (r"[\da]b", "7b", True),
        (r"[\da]b", "xb", False),
        (r"[\wa]b", "xb", True),
        (r"a{0,2}b", "b", True),
        (r"a{2}b", "b", False),
        (r"a{,}b", "b", True),
        (r"\111b", "Ib", True),
        ("(?P<one>a)(?P=one)b", "aab", True),
        (r"(a)\1b", "b", False),
        (r"\u4e00b", "b", False),
        ("(?i:a)b", "Ab", True),
        ("a{b", "a", False),
    ],
)
def test_what_a_pattern_needs(pattern, text, may):
    compiled = re.compile(pattern)
    gates.may_match(compiled, 0)  # takes its sets in
    assert gates.may_match(compiled, gates.missing(text)) is may


def test_sets_taken_in_after_a_text_was_looked_at_do_not_count_against_it():
    lacks = gates.missing("乙")
    late = re.compile("甲丁")
    assert gates.may_match(late, lacks)
    assert not gates.may_match(late, gates.missing("乙"))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab1|()*?[^]-\\d+{2,}.x", max_size=12), st.text(alphabet="ab1x-", max_size=6))
def test_of_any_pattern_no_match_is_shut_out(pattern, text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compiled = re.compile(pattern)
        except (re.error, OverflowError):
            assume(False)
    gates.may_match(compiled, 0)
    if compiled.search(text):
        assert gates.may_match(compiled, gates.missing(text))
