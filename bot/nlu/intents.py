"""What the sender wants done: the heaviest pattern of intents.toml, then what the slots and the open question say."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.nlu.lexicon import read_toml
from bot.nlu.text import DATA

FILE: Final = "intents.toml"
# Intents in which facts are part of the question, not of the person (convention 8 of the data README).
FACTLESS: Final = frozenset({"policy_question", "job_fair", "complaint", "human_agent", "delete_my_data"})


@dataclass(frozen=True, slots=True)
class Finding:
    """An intent with its weight and the words it was read from."""

    name: str
    weight: float
    words: str
    start: int = 0


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    weight: float
    pattern: re.Pattern[str]


@lru_cache(maxsize=4)
def blocks(extra: Path | None = None) -> tuple[_Block, ...]:
    """All patterns, heaviest first; a bureau's own folder adds to ours."""
    found = []
    for folder in (DATA, extra):
        if folder is None or not (folder / FILE).is_file():
            continue
        listed = read_toml(folder / FILE)["intent"]
        assert isinstance(listed, list)
        found += [_Block(one["name"], one["weight"], re.compile("|".join(one["find"]))) for one in listed]
    return tuple(sorted(found, key=lambda block: -block.weight))


def findings(text: str, extra: Path | None = None) -> list[Finding]:
    """All intents whose words are in the text, heaviest first."""
    return [
        Finding(block.name, block.weight, match[0], match.start())
        for block in blocks(extra)
        if (match := block.pattern.search(text))
    ]
