"""The words we know (bot/data/*.toml, and a bureau's own folder): loads them and finds them in a text."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.own_words import OwnWords
from bot.nlu.text import DATA

KINDS: Final[Mapping[str, str]] = {
    "job": "jobs.toml",
    "skill": "skills.toml",
    "certificate": "certificates.toml",
    "trade": "trades.toml",
}
# What may stand between the two halves of a word with a "~": 开过两年大车, 看个大门.
_BETWEEN: Final = frozenset(
    "过了着个几些点多年来半好的老这那种把上都有电工和、里当做一二三四五六七八九十两百0123456789"
)
_LONGEST_GAP: Final = 7


@dataclass(frozen=True, slots=True)
class Mention:
    """A known word found at `start..end`: its canonical words by kind, and how it was found."""

    start: int
    end: int
    words: str
    readings: Mapping[str, tuple[str, ...]]
    entry: str
    rule: str = "词库"
    site: bool = False  # a place of work (工地, 电子厂): names the work only where nothing else does

    @property
    def source(self) -> str:
        """The lexicon entry it was read by, for the explanation."""
        return self.entry if self.rule == "词库" else f"{self.entry}（{self.rule}）"

    def of(self, kind: str) -> tuple[str, ...]:
        """The canonical words of one kind, empty when it has none."""
        return self.readings.get(kind, ())


@dataclass(slots=True)
class Lexicon:
    """All names of all kinds: `names` maps a name to its canonical words by kind."""

    names: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    stops: set[str] = field(default_factory=set)
    sounding: set[str] = field(default_factory=set)
    not_sounding: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    _lengths: dict[str, list[int]] = field(default_factory=dict)
    _split: dict[str, list[tuple[str, dict[str, str]]]] = field(default_factory=dict)

    def add(self, kind: str, canonical: str, name: str) -> None:
        """Takes one name in; a "~" in it may be filled by a few words."""
        readings = self.names.setdefault(name.replace("~", ""), {})
        readings[kind] = tuple(dict.fromkeys((*readings.get(kind, ()), canonical)))
        head, gap, tail = name.partition("~")
        if gap:
            tails = next((tails for first, tails in self._split.setdefault(head[0], []) if first == head), None)
            if tails is None:
                tails = {}
                self._split[head[0]].append((head, tails))
            tails[tail] = head + tail

    def close(self) -> "Lexicon":
        """Builds the index of lengths; call once after the last `add`."""
        lengths: dict[str, set[int]] = {}
        for name in (*self.names, *self.stops):
            lengths.setdefault(name[:2], set()).add(len(name))
        for begin, found in lengths.items():
            found |= lengths.get(begin[0], set())  # 舰
        self._lengths = {begin: sorted(found, reverse=True) for begin, found in lengths.items()}
        return self

    def find(self, text: str) -> list[Mention]:
        """The known words in a text, longest first where they overlap, in order of place.

        A stop word (a longer word in which a known word means something else) comes as a mention without readings.
        """
        found = sorted(self._candidates(text), key=self._rank)
        taken = bytearray(len(text))
        mentions = []
        for start, end, name in found:
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\x01" * (end - start)
                readings = {} if name in self.stops else self.names[name]
                mentions.append(Mention(start, end, text[start:end], readings, name, site=name in self.sites))
        return sorted(mentions, key=lambda mention: mention.start)

    def _rank(self, found: tuple[int, int, str]) -> tuple[int, bool, int]:
        """Longest first; of equals the certificate (开叉车证: 叉车证), then the earlier."""
        start, end, name = found
        return start - end, "certificate" not in self.names.get(name, ()), start

    def _candidates(self, text: str) -> Iterator[tuple[int, int, str]]:
        for start, char in enumerate(text):
            for length in self._lengths.get(text[start : start + 2]) or self._lengths.get(char, []):
                name = text[start : start + length]
                if len(name) == length and (name in self.stops or name in self.names) and _whole(text, start, name):
                    yield start, start + length, name
                    if name not in self.stops:
                        break
            for head, tails in self._split.get(char, ()):
                if text.startswith(head, start):
                    yield from _gapped(text, start, start + len(head), tails)


def _whole(text: str, start: int, name: str) -> bool:
    """A Latin word must not be a piece of a longer one."""
    if not name[0].isascii():
        return True
    end = start + len(name)
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _gapped(text: str, start: int, at: int, tails: Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
    longest = max(map(len, tails))
    for gap in range(_LONGEST_GAP + 1):
        here = at + gap
        for length in range(longest, 0, -1):
            tail = text[here : here + length]
            if tail in tails and len(tail) == length:
                yield start, here + length, tails[tail]
                return
        if here >= len(text) or text[here] not in _BETWEEN:
            return


def read_toml(path: Path) -> dict[str, object]:
    """One data file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def load(extra: Path | None = None, own: OwnWords = ()) -> Lexicon:
    """All names of bot/data; with a folder of the bureau's own, its files of the same names on top; and the words it
    taught.
    """
    return _loaded(extra, own)  # one copy, however it was asked for


@lru_cache(maxsize=4)
def _loaded(extra: Path | None, own: OwnWords) -> Lexicon:
    if own:
        return _widened(_loaded(extra, ()), own)
    lexicon = Lexicon()
    for folder in (DATA, extra):
        for kind, file in KINDS.items():
            if folder is not None and (folder / file).is_file():
                _take(lexicon, kind, read_toml(folder / file))
    return lexicon.close()


def _widened(known: Lexicon, own: OwnWords) -> Lexicon:
    """The same with taught words; the files are not read again while somebody waits."""
    taught = {word.name for word in own}
    names = {name: dict(readings) if name in taught else readings for name, readings in known.names.items()}
    lexicon = replace(known, names=names)
    for word in own:
        if word.kind in KINDS:
            lexicon.add(word.kind, word.means, word.name)
    return lexicon.close()


def spellings(name: str) -> list[str]:
    """A name with its choices in braces written out: "{看,守}大门" = 看大门, 守大门."""
    choice = re.search(r"\{([^{}]*)\}", name)
    if choice is None:
        return [name]
    return [
        spelled
        for word in choice[1].split(",")
        for spelled in spellings(name[: choice.start()] + word + name[choice.end() :])
    ]


def _take(lexicon: Lexicon, kind: str, table: dict[str, object]) -> None:
    words = table.get("words", {})
    stops = table.get("stop", [])
    assert isinstance(words, dict) and isinstance(stops, list)
    for canonical, names in words.items():
        for name in (canonical, *names):
            for spelled in spellings(name.lower()):
                lexicon.add(kind, canonical, spelled)
    lexicon.stops.update(stops)
    for key, kept in (
        ("sound", lexicon.sounding),
        ("not_sound", lexicon.not_sounding),
        ("sites", lexicon.sites),
    ):
        listed = table.get(key, [])
        assert isinstance(listed, list)
        kept.update(listed)


@lru_cache(maxsize=1)
def relations() -> Mapping[str, Mapping[str, str]]:
    """Which job a skill leads to and which skill a job gives (relations.toml)."""
    table = read_toml(DATA / "relations.toml")
    return {name: value for name, value in table.items() if isinstance(value, dict)}


def alternation(words: list[str]) -> str:
    """A regular expression for any of these fragments, longest first."""
    return "|".join(sorted(words, key=len, reverse=True))


@lru_cache(maxsize=1)
def cues() -> Mapping[str, Pattern]:
    """The words that give a mention its role, by side (frames.toml)."""
    table = read_toml(DATA / "frames.toml")
    patterns = {}
    for side in ("left", "right"):
        roles = table[side]
        assert isinstance(roles, dict)
        named = [f"(?P<{role}>{alternation(words)})" for role, words in roles.items()]
        patterns[side] = Pattern("|".join(named))
    return patterns
