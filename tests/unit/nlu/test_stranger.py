"""Messages labelled by somebody who had not read the rules: what people say that the rules were not written for."""

import json
from datetime import date
from pathlib import Path

import pytest

from app.commands.understand import visible
from bot.nlu.understanding import understand
from tests.unit.nlu.score import wrong

DAY = date(2026, 11, 20)
SETS = sorted(Path(__file__).parent.glob("stranger*.jsonl"))


@pytest.mark.parametrize("file", SETS, ids=lambda file: file.stem)
def test_a_strangers_messages_are_read_right(file):
    messages = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    mistakes, forbidden, echoed = [], [], []
    for message in messages:
        heard = understand(message["text"], message.get("asked"), DAY)
        slots = visible(heard.slots).to_json()
        if differs := wrong(message, heard.intent, slots):
            mistakes.append((message["id"], differs))
        given = [slots if slot == "*" else slots.get(slot) for slot in message.get("forbid", ())]
        forbidden += [message["id"]] if any(given) else []
        said = f"{heard.slots.without('phone').to_json()}{heard.evidence}{heard.doubts}{heard.unread}"
        echoed += [message["id"] for text in message.get("must_not_echo", ()) if text in said]
    assert not forbidden
    assert not echoed
    assert len(mistakes) <= len(messages) * 0.02, mistakes
