"""A talk saved as a test: the person's turns and the jumps of the clock, as one line of a dialogues file."""

import json
from datetime import timedelta
from typing import Any

from sandbox.people import Person


def iso_duration(span: timedelta) -> str:
    """A positive span in ISO 8601, whole seconds: P7D, PT2H, P1DT1M30S."""
    hours, rest = divmod(span.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    clock = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if count)
    days = f"{span.days}D" if span.days else ""
    return f"P{days}" + (f"T{clock}" if clock or not days else "")


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
