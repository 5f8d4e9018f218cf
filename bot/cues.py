"""Cues: expressions (bot/data/flow_cues.toml) by which the flows tell what a message is about beyond its intent."""

import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.nlu.gates import Gate, Group, Pattern

_FILE: Final = Path(__file__).resolve().parent / "data" / "flow_cues.toml"
_SPACE: Final = Pattern(r"\s+")
LONGEST: Final = 400
"""Characters of a message that cues look at: nobody states his wish after that many."""


def _pattern(name: str, expressions: list[str]) -> Pattern:
    return Pattern("|".join(expressions), means=name)


def _load() -> dict[str, Group[Pattern]]:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return {
        group: Group(*(_pattern(name, expressions) for name, expressions in members.items()))
        for group, members in data.items()
        if isinstance(members, dict)
    }


_GROUPS: Final = _load()
SINGLE: Final = {pattern.means: pattern for pattern in _GROUPS["single"].members}


def clean(text: str) -> str:
    """The message as cues read it: NFKC, lower case, no white space, cut at LONGEST."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).lower())[:LONGEST]


def has(name: str, text: str) -> bool:
    """Whether the cue stands in the cleaned message."""
    return SINGLE[name].search(text) is not None


def which(group: str, text: str, gate: Gate | None = None) -> str | None:
    """The first member of the group whose cue stands in the cleaned message."""
    return next((pattern.means for pattern in _open(group, gate) if pattern.search(text)), None)


def every(group: str, text: str, gate: Gate | None = None) -> tuple[str, ...]:
    """All members of the group whose cues stand in the cleaned message."""
    return tuple(pattern.means for pattern in _open(group, gate) if pattern.search(text))


def _open(group: str, gate: Gate | None) -> Sequence[Pattern]:
    return _GROUPS[group].members if gate is None else gate.those(_GROUPS[group])
