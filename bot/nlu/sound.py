"""Misspelt words: what sounds like a known word (保按, 电汗工), and what differs from one by a character (仓菅员)."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Hamming, Levenshtein

from bot.nlu.gates import Pattern
from bot.nlu.lexicon import Lexicon, Mention
from bot.nlu.places_sound import strict
from bot.nlu.text import DATA

_CHINESE: Final = Pattern(r"[\u4e00-\u9fff]{2,}")
_LONGEST: Final = 6
_NEAR: Final = 4  # shorter words that differ in a character are other words
_VERBS: Final = frozenset("骑修开送卖跑看管做干搬扛打写带教学养种喂洗拉")


@lru_cache(maxsize=1)
def _sounds() -> dict[str, str]:
    """The usual reading of each character without its tone, merged as speakers merge them: zh=z, ang=an, n=l."""
    found: dict[str, str] = {}
    for line in (DATA / "places_readings.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            syllable, chars = line.split(" ")
            merged = strict(syllable)
            found |= dict.fromkeys(chars, "l" + merged[1:] if merged.startswith("n") and len(merged) > 1 else merged)
    return found


def _heard(words: str) -> list[str]:
    """How each of these characters sounds, empty for one without a reading."""
    readings = _sounds()
    return [readings.get(char, "") for char in words]


class _Index:
    """The known words of a lexicon by sound, and the longer ones by their ends."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.by_sound: dict[str, list[str]] = {}
        self.by_end: dict[str, list[str]] = {}  # longer names, by their first two characters and by their last two
        self.beginnings: set[tuple[str, ...]] = set()
        for name in lexicon.names:
            if (len(name) == 2 and name not in lexicon.sounding) or set(lexicon.names[name]) == {"trade"}:
                continue
            if 2 <= len(name) <= _LONGEST and _CHINESE.fullmatch(name):
                heard = _heard(name)
                if all(heard):
                    self.by_sound.setdefault(" ".join(heard), []).append(name)
                    self.beginnings.add(tuple(heard[:2]))
                if len(name) >= _NEAR:
                    for end in {name[:2], name[-2:]}:
                        self.by_end.setdefault(end, []).append(name)


_INDEXES_KEPT: Final = 4
_indexes: dict[int, tuple[Lexicon, _Index]] = {}


def _index(lexicon: Lexicon) -> _Index:
    known = _indexes.get(id(lexicon))
    if known is None:
        if len(_indexes) >= _INDEXES_KEPT:  # of words as they were taught before
            _indexes.clear()
        known = _indexes[id(lexicon)] = (lexicon, _Index(lexicon))
    return known[1]


def sounding(text: str, lexicon: Lexicon, *, any_word: bool = False) -> list[Mention]:
    """Likely misspellings of known words in what the lexicon left unread, longest first.

    `any_word`: even everyday words that sound like one of ours, as in a one-word answer.
    """
    index = _index(lexicon)
    found: list[Mention] = []
    for run in _CHINESE.finditer(text):
        heard = _heard(run[0])
        at = 0
        while at < len(heard) - 1:
            mention = _at(run[0], at, heard, index, lexicon, any_word=any_word)
            if mention is not None:
                begin = run.start()
                found.append(replace(mention, start=begin + mention.start, end=begin + mention.end))
            at = mention.end if mention is not None else at + 1
    return found


def _at(run: str, start: int, heard: list[str], index: _Index, lexicon: Lexicon, *, any_word: bool) -> Mention | None:
    sounds = tuple(heard[start : start + 2]) in index.beginnings
    if not sounds and len(run) - start < _NEAR:
        return None
    for length in range(min(_LONGEST, len(run) - start), 1, -1):
        words = run[start : start + length]
        key = " ".join(heard[start : start + length]) if sounds else ""
        if key not in index.by_sound and not _may_be_near(words, index):
            continue
        if (words in lexicon.not_sounding and not any_word) or words in lexicon.names:
            continue
        name, rule = _match(words, key, index)
        if name is not None:
            return Mention(start, start + length, words, lexicon.names[name], name, rule)
    return None


def _may_be_near(words: str, index: _Index) -> bool:
    return len(words) >= _NEAR and (words[:2] in index.by_end or words[-2:] in index.by_end)


def _match(words: str, key: str, index: _Index) -> tuple[str | None, str]:
    candidates = [name for name in index.by_sound.get(key, ()) if _shares_enough(words, name)]
    if candidates:
        return min(candidates, key=lambda name: (Levenshtein.distance(words, name), name)), "同音"
    if not _may_be_near(words, index):
        return None, ""
    alike = {name for end in (words[:2], words[-2:]) for name in index.by_end.get(end, ())}
    near = {name for name in alike if len(name) == len(words) and Hamming.distance(words, name) == 1}
    # What makes a name a paper must stand there: 高压进网还(没考) is not 高压进网证.
    near = {name for name in near if name[-1] not in "证本照" or words[-1] == name[-1]}
    # 骑电动车 is no slip for 修电动车: another verb is another thing.
    near = {name for name in near if name[0] == words[0] or words[0] not in _VERBS}
    return (next(iter(near)), "错一字") if len(near) == 1 else (None, "")


def _shares_enough(words: str, name: str) -> bool:
    """At least one character in common, and in longer words at least half."""
    shared = sum(a == b for a, b in zip(words, name, strict=True))
    return shared >= max(1, len(name) // 2)
