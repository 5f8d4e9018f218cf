"""The cheap test before a pattern is tried: it may let through too much, never shut out a match."""

import json
import re
import warnings
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.nlu import ages, ages_told, licences, service
from bot.nlu.gates import Gate, Gated, Group, Pattern
from bot.nlu.reading import Reading
from bot.nlu.text import clean
from tests.unit.nlu.patterns import patterns

SAMPLE = Path(__file__).parent / "stranger_tenth.jsonl"


def test_no_match_is_ever_shut_out():
    texts = [clean(json.loads(line)["text"]).text for line in SAMPLE.read_text("utf-8").splitlines()]
    known = [pattern for pattern in patterns() if isinstance(pattern, Pattern)]
    assert len(known) > 500
    matched = 0
    for pattern in known:
        for text in texts:
            if pattern.search(text):
                matched += 1
                assert Gate(text).lets(pattern), (pattern.pattern[:80], text)
    assert matched > len(texts)


def test_a_pattern_is_compiled_when_it_is_first_used_and_only_then():
    pattern = Pattern("(退伍|退役")
    assert not Gate("想当保安").lets(pattern)
    with pytest.raises(re.error):
        pattern.search("退伍")
    with pytest.raises(AttributeError):
        pattern.groups  # noqa: B018  what no rule uses is not there


def test_every_pattern_of_the_rules_can_be_compiled():
    for pattern in patterns():
        pattern.search("")


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
    assert Gate(text).lets(Pattern(pattern)) is may


def test_a_text_looked_at_before_a_pattern_was_known_is_looked_at_again():
    gate = Gate("乙")
    assert not gate.lets(Pattern("甲丁"))
    assert gate.lets(Pattern("乙"))


def test_of_a_group_those_are_tried_that_may_match():
    group = Group(Pattern("甲"), Pattern("乙+"), Pattern("丙?"))
    assert [one.pattern for one in Gate("乙").those(group)] == ["乙+", "丙?"]
    assert Gate("乙").lets(group)
    assert not Gate("丁").lets(Group(Pattern("甲"), Pattern("乙")))


class _Asked(Gate):
    """Opens one group and notes what is asked for besides."""

    def __init__(self, group: Group[Pattern]) -> None:
        self.group, self.asked = group, list[Pattern]()

    def lets(self, gated: Gated) -> bool:
        self.asked += gated.members if isinstance(gated, Group) else [gated]
        return gated is self.group

    def those(self, group: Group) -> Sequence:
        self.asked += group.members
        return ()


@pytest.mark.parametrize(
    ("read", "group"),
    [
        (ages_told.read_told, ages_told.READ),
        (ages.read_ages, ages.READ),
        (licences.read_licences, licences.READ),
        (service.read_service, service.READ),
    ],
)
@pytest.mark.parametrize("values", [{}, {"enlist_year": 2001}])
def test_a_reader_that_is_shut_out_whole_looks_for_nothing_else(read, group, values):
    reading = Reading(clean("甲"), None, date(2026, 1, 1))
    reading.values.update(values)
    reading.gate = gate = _Asked(group)
    read(reading)
    assert len(gate.asked) > len(group.members)
    assert set(gate.asked) <= set(group.members)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab1|()*?[^]-\\d+{2,}.x", max_size=12), st.text(alphabet="ab1x-", max_size=6))
def test_of_any_pattern_no_match_is_shut_out(pattern, text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = re.search(pattern, text)
        except (re.error, OverflowError):
            assume(False)
    if found:
        assert Gate(text).lets(Pattern(pattern))
