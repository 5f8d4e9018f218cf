"""A talk saved as a test: the person's turns and the jumps of the clock, as one line of a dialogues file."""

import json
from datetime import timedelta
from typing import Any

from sandbox.people import Person


def iso_duration(span: timedelta) -> str:
    """A positive span in ISO 8601: P7D, PT90S, P1DT30S."""
    rest = f"T{span.seconds}S" if span.seconds else ""
    return f"P{span.days}D{rest}" if span.days else f"P{rest or 'T0S'}"


def script(person: Person) -> str:
    """The talk in the format of the dialogue scripts, turns without expectations; one JSON line."""
    entries = [entry for entry in person.screen if "turn" in entry]
    turns: list[dict[str, Any]] = [entry["turn"] for entry in entries]
    start = entries[0]["at"] if entries else ""
    line = {
        "id": f"talk-{person.id}-{start[:16].replace(':', '').replace('T', '-')}",
        "title": f"{person.name}：{person.about}",
        "covers": [],
        "start_at": start,
        "turns": turns,
    }
    return json.dumps(line, ensure_ascii=False) + "\n"
