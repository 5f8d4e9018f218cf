"""What the sender wants done: the heaviest pattern of intents.toml, then what the slots and the open question say."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

from bot.nlu.gates import Gate, Gated, Group, Pattern
from bot.nlu.lexicon import read_toml
from bot.nlu.needs import Way, narrowest
from bot.nlu.text import DATA

FILE: Final = "intents.toml"
# Intents in which facts are part of the question, not of the person: an age in a question of law is not the asker's.
FACTLESS: Final = frozenset({"policy_question", "job_fair", "complaint", "human_agent", "delete_my_data"})


@dataclass(frozen=True, slots=True)
class Finding:
    """An intent with its weight, the words it was read from, and the entry of intents.toml that found it."""

    name: str
    weight: float
    words: str
    start: int = 0
    entry: str = ""


@dataclass(slots=True)
class _Block(Gated):
    """One entry: each of `parts` must be found, in any order, and `none` nowhere."""

    name: str
    weight: float
    parts: tuple[Pattern, ...]
    none: Pattern | None
    entry: str

    def ways(self) -> tuple[Way, ...]:
        """Those of its only part, or what all of its parts need."""
        if len(self.parts) == 1:
            return self.parts[0].ways()
        return (narrowest(chain.from_iterable(part.needs() for part in self.parts)),)

    def find(self, text: str) -> Finding | None:
        """The words this intent is heard from."""
        found = []
        for part in self.parts:
            match = part.search(text)
            if match is None:
                return None
            found.append(match)
        if self.none is not None and self.none.search(text):
            return None
        return Finding(self.name, self.weight, "…".join(one[0] for one in found), found[0].start(), self.entry)


@lru_cache(maxsize=4)
def blocks(extra: Path | None = None) -> Group[_Block]:
    """All patterns, heaviest first; a bureau's own folder adds to ours."""
    found = []
    for folder in (DATA, extra):
        if folder is None or not (folder / FILE).is_file():
            continue
        listed = read_toml(folder / FILE)["intent"]
        assert isinstance(listed, list)
        found += [_block(one, f"{FILE} {number}·{one['name']}·{one['weight']}") for number, one in enumerate(listed, 1)]
    return Group(*sorted(found, key=lambda block: -block.weight))


def _block(table: dict[str, Any], entry: str) -> _Block:
    parts = table["all"] if "all" in table else ["|".join(table["find"])]
    none = Pattern(table["none"]) if "none" in table else None
    patterns = tuple(map(Pattern, parts))
    return _Block(table["name"], table["weight"], patterns, none, entry)


def findings(text: str, gate: Gate, extra: Path | None = None) -> list[Finding]:
    """All intents whose words are in the text, heaviest first."""
    return [found for block in gate.those(blocks(extra)) if (found := block.find(text))]
