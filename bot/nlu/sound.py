"""Misspelt words: what sounds like a known word (保按, 电汗工), and what differs from one by a character (仓菅员)."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Final

from pypinyin.constants import PINYIN_DICT
from rapidfuzz.distance import Levenshtein

from bot.nlu.lexicon import Lexicon, Mention

_TONES: Final = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿế", "aaaaeeeeiiiioooouuuuvvvvvnnnme")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]{2,}")
_LONGEST: Final = 6
# Sounds that many speakers do not tell apart: zh/z, ch/c, sh/s, n/l at the front; ing/in, eng/en, ang/an at the end.
_FRONT: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"))


@lru_cache(maxsize=4096)
def readings(char: str) -> tuple[str, ...]:
    """Up to two toneless readings of a character, blurred the way speakers blur them."""
    raw = PINYIN_DICT.get(ord(char), "")
    found = dict.fromkeys(_blur(one.translate(_TONES)) for one in raw.split(",") if one)
    return tuple(found)[:2]


def _blur(sound: str) -> str:
    for long, short in _FRONT:
        if sound.startswith(long):
            sound = short + sound[len(long) :]
    if sound.endswith("ng"):
        sound = sound[:-1]
    return "l" + sound[1:] if sound.startswith("n") and len(sound) > 1 else sound


def _keys(words: str) -> Iterator[str]:
    sounds = [readings(char) for char in words]
    if all(sounds):
        for combination in product(*sounds):
            yield " ".join(combination)


class _Index:
    """The known words of a lexicon by sound, and by their form with one character left open."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.by_sound: dict[str, list[str]] = {}
        self.by_gap: dict[str, list[str]] = {}
        for name in lexicon.names:
            if (len(name) == 2 and name not in lexicon.sounding) or set(lexicon.names[name]) == {"trade"}:
                continue
            if 2 <= len(name) <= _LONGEST and _CHINESE.fullmatch(name):
                first = next(_keys(name), None)
                if first is not None:
                    self.by_sound.setdefault(first, []).append(name)
                if len(name) >= 3:
                    for at in range(len(name)):
                        self.by_gap.setdefault(f"{name[:at]}?{name[at + 1 :]}", []).append(name)


_indexes: dict[int, tuple[Lexicon, _Index]] = {}


def _index(lexicon: Lexicon) -> _Index:
    known = _indexes.get(id(lexicon))
    if known is None:
        known = _indexes[id(lexicon)] = (lexicon, _Index(lexicon))
    return known[1]


def sounding(text: str, lexicon: Lexicon, *, any_word: bool = False) -> list[Mention]:
    """Likely misspellings of known words in what the lexicon left unread, longest first.

    `any_word`: even everyday words that sound like one of ours, as in a one-word answer.
    """
    index = _index(lexicon)
    found: list[Mention] = []
    for run in _CHINESE.finditer(text):
        taken = 0
        start = run.start()
        while start < run.end() - 1:
            mention = _at(text[: run.end()], start, index, lexicon, any_word=any_word)
            if mention is not None and mention.start >= taken:
                found.append(mention)
                start = taken = mention.end
            else:
                start += 1
    return found


def _at(text: str, start: int, index: _Index, lexicon: Lexicon, *, any_word: bool) -> Mention | None:
    for length in range(min(_LONGEST, len(text) - start), 1, -1):
        words = text[start : start + length]
        name, rule = (None, "") if (words in lexicon.not_sounding and not any_word) or words in lexicon.names else _match(words, index)
        if name is not None:
            return Mention(start, start + length, words, lexicon.names[name], name, rule)
    return None


def _match(words: str, index: _Index) -> tuple[str | None, str]:
    candidates = [name for key in _keys(words) for name in index.by_sound.get(key, ())]
    candidates = [name for name in candidates if _shares_enough(words, name)]
    if candidates:
        return min(candidates, key=lambda name: (Levenshtein.distance(words, name), name)), "同音"
    if len(words) < 4:
        return None, ""
    near = {name for at in range(len(words)) for name in index.by_gap.get(f"{words[:at]}?{words[at + 1 :]}", ())}
    return (next(iter(near)), "错一字") if len(near) == 1 else (None, "")


def _shares_enough(words: str, name: str) -> bool:
    """At least one character in common, and in longer words at least half."""
    shared = sum(a == b for a, b in zip(words, name, strict=True))
    return shared >= max(1, len(name) // 2)
