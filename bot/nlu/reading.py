"""The desk on which one message is read: its text, what has been found in it, and which words are spoken for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from bot.nlu.gates import Gate, Group, Pattern
from bot.nlu.heard import Doubt, Evidence
from bot.nlu.own_words import OwnWords
from bot.nlu.text import PRIVATE, Clean

# More digits than a range of pay holds may be a number nobody but its owner should see.
_MOST_DIGITS: Final = 11
_NOTHING: Final[Iterator[re.Match[str]]] = iter(())
_PRIVATE_WORDS: Final = str.maketrans(dict.fromkeys(PRIVATE, "＊"))


@dataclass(slots=True)
class Reading:
    """One message on the desk. Rules take words (`take`), store values (`put`, `add`), or raise a doubt.

    The order in which the rules run is their order of precedence: words taken are read by no later rule.
    """

    clean: Clean
    asked: str | None
    today: date
    own: OwnWords = ()
    values: dict[str, Any] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    approximate: set[str] = field(default_factory=set)
    spans: list[tuple[int, int]] = field(default_factory=list)
    text: str = field(init=False)
    gate: Gate = field(init=False)
    _taken: bytearray = field(init=False)

    def __post_init__(self) -> None:
        self.text = self.clean.text
        self._taken = bytearray(len(self.text))
        self.gate = Gate(self.text)

    def is_free(self, start: int, end: int) -> bool:
        """Whether no rule has taken any of these words."""
        return self._taken.find(1, start, end) < 0

    def take(self, start: int, end: int) -> None:
        """Marks these words as read."""
        if end > start:
            self.spans.append((start, end))
            self._taken[start:end] = b"\x01" * (end - start)

    def matches(self, pattern: Pattern) -> Iterator[re.Match[str]]:
        """The matches of a pattern whose words are still free."""
        return self._free(pattern) if self.gate.lets(pattern) else _NOTHING

    def matches_of(self, patterns: Group[Pattern]) -> Iterator[tuple[Pattern, re.Match[str]]]:
        """The same of many patterns, one after the other, each match with its pattern."""
        for pattern in self.gate.those(patterns):
            for match in self._free(pattern):
                yield pattern, match

    def _free(self, pattern: Pattern) -> Iterator[re.Match[str]]:
        at, text = 0, self.text
        while match := pattern.search(text, at):
            if self.is_free(*match.span()):
                yield match
                at = max(match.end(), match.start() + 1)
            else:
                at = match.start() + 1  # what begins within words taken may go on behind them

    def anywhere(self, pattern: Pattern) -> Iterator[re.Match[str]]:
        """The matches of a pattern in the whole text, read or not."""
        return pattern.finditer(self.text) if self.gate.lets(pattern) else _NOTHING

    def says(self, pattern: Pattern) -> bool:
        """Whether the pattern stands anywhere in the text, read or not."""
        return self.gate.lets(pattern) and pattern.search(self.text) is not None

    def put(self, slot: str, value: Any, rule: str, words: str, entry: str = "") -> None:
        """Stores the value of a slot; the first rule to speak wins."""
        if self.values.get(slot) is None:
            self.values[slot] = value
            self._note(slot, value, rule, words, entry)

    def add(self, slot: str, values: tuple[Any, ...], rule: str, words: str, entry: str = "") -> None:
        """Adds to a list slot."""
        known = self.values.get(slot) or ()
        new = tuple(value for value in values if value not in known)
        if new or slot not in self.values:
            self.values[slot] = (*known, *new)
            self._note(slot, "、".join(map(str, new)), rule, words, entry)

    def none_of(self, slot: str, rule: str, words: str) -> None:
        """Stores "none" in a list slot in which nothing was said."""
        if slot not in self.values:
            self.values[slot] = ()
            self._note(slot, "无", rule, words, "")

    def tell_intent(self, intent: str, rule: str, words: str, entry: str = "") -> None:
        """Notes why the message is taken to want what it wants."""
        self._note("intent", intent, rule, words, entry)

    def doubt(self, slot: str, value: object, why: str) -> None:
        """A value that must be confirmed and is not stored."""
        self.doubts.append(Doubt(slot, str(value), why))

    def drop(self, *slots: str) -> None:
        """Forgets what was read for these slots."""
        if any(map(self.values.__contains__, slots)):
            self.values = {slot: value for slot, value in self.values.items() if slot not in slots}
            self.evidence = [one for one in self.evidence if one.slot not in slots]
        self.doubts = [one for one in self.doubts if one.slot not in slots]

    def _note(self, slot: str, value: object, rule: str, words: str, entry: str) -> None:
        if slot in ("name", "phone"):
            value, words = "＊", "＊"
        shown = words.translate(_PRIVATE_WORDS)
        if len(shown) > _MOST_DIGITS and sum(map(str.isdecimal, shown)) > _MOST_DIGITS:
            shown = re.sub(r"\d", "＊", shown)
        self.evidence.append(Evidence(slot, str(value), rule, entry or f"规则：{rule}", shown))
