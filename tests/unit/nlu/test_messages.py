"""Our own labelled messages, scored by kind; the marks are what unseen messages of these kinds must keep to."""

from collections import defaultdict
from datetime import date

import pytest

from app.commands.understand import visible
from bot.nlu.understanding import understand
from tests.unit.nlu.score import MESSAGES, wrong

DAY = date(2026, 11, 20)
KINDS = sorted({message["tags"][0] for message in MESSAGES})


@pytest.fixture(scope="module")
def mistakes():
    found = defaultdict(list)
    for message in MESSAGES:
        heard = understand(message["text"], message.get("asked"), DAY)
        differs = wrong(message, heard.intent, visible(heard.slots).to_json())
        if differs:
            found[message["tags"][0]].append((message["id"], differs))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_messages_of_a_kind_are_read_right(kind, mistakes):
    number = sum(message["tags"][0] == kind for message in MESSAGES)
    assert number >= 20
    assert len(mistakes[kind]) <= number * 0.03, mistakes[kind]


def test_what_is_forbidden_stays_empty():
    for message in MESSAGES:
        slots = visible(understand(message["text"], message.get("asked"), DAY).slots).to_json()
        for slot in message.get("forbid", ()):
            given = slots if slot == "*" else slots.get(slot)
            assert not given, (message["id"], slot)


def test_nothing_private_is_echoed():
    for message in MESSAGES:
        heard = understand(message["text"], message.get("asked"), DAY)
        said = f"{heard.slots.without('phone').to_json()}{heard.evidence}{heard.doubts}{heard.unread}"
        for text in message.get("must_not_echo", ()):
            assert text not in said
