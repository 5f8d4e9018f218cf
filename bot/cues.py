"""Cues: expressions (bot/data/flow_cues.toml) by which the flows tell what a message is about beyond its intent."""

import tomllib
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.nlu.gates import Gate, Pattern

_FILE: Final = Path(__file__).resolve().parent / "data" / "flow_cues.toml"
_SPACE: Final = Pattern(r"\s+")
LONGEST: Final = 400
"""Characters of a message that cues look at: nobody states his wish after that many."""


def _pattern(name: str, expressions: list[str]) -> Pattern:
    return Pattern("|".join(f"(?:{expression})" for expression in expressions), means=name)


def _load() -> tuple[dict[str, Pattern], dict[str, tuple[Pattern, ...]]]:
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    single = {name: _pattern(name, expressions) for name, expressions in data["single"].items()}
    groups = {
        group: tuple(_pattern(name, expressions) for name, expressions in members.items())
        for group, members in data.items()
        if isinstance(members, dict) and group != "single"
    }
    return single, groups


_SINGLE, _GROUPS = _load()


def clean(text: str) -> str:
    """The message as cues read it: NFKC, lower case, no white space, cut at LONGEST."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text[:LONGEST]).lower())[:LONGEST]


def has(name: str, text: str, gate: Gate | None = None) -> bool:
    """Whether the cue stands in the cleaned message; `gate`: that of the text, where many cues are looked for."""
    pattern = _SINGLE[name]
    return (gate is None or gate.lets(pattern)) and pattern.search(text) is not None


def which(group: str, text: str, gate: Gate | None = None) -> str | None:
    """The first member of the group whose cue stands in the cleaned message."""
    return next((pattern.means for pattern in _open(group, gate) if pattern.search(text)), None)


def every(group: str, text: str, gate: Gate | None = None) -> tuple[str, ...]:
    """All members of the group whose cues stand in the cleaned message."""
    return tuple(pattern.means for pattern in _open(group, gate) if pattern.search(text))


def _open(group: str, gate: Gate | None) -> Sequence[Pattern]:
    return _GROUPS[group] if gate is None else gate.those(_GROUPS[group])
