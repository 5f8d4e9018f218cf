"""Place names by sound: 径川 for 泾川, 石加庄 for 石家庄, mianyang for 绵阳.

A written window sounds like a name when all its syllables do. That alone would turn half the language into places,
so at least one character must be the right one, the wrong ones must be no grammar words, and the window
must not be (or cut through) a common word.
"""

import itertools
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from bot.nlu.places_names import DATA, How, Name, names, short_forms, stops
from matching.taxonomy import regions
from matching.taxonomy.place import Place

#: Characters of grammar and everyday verbs: never the miswritten part of a two-character name.
PLAIN: Final = frozenset(
    "的了在是我有不就这那和也都要会能到去上下个家来人大小年月日点过没多少你他她们吗呢吧啊呀哦嗯么什为以可对说做干想找看给让把被跟从向往"
    "比很太最更还又再只已经才刚几一二三四五六七八九十百千万两岁块元钱工作活班车开住吃包管钱半天地里边外前后中间内左右好坏"
)
#: Characters that make a part of any town of a name (新城区, 主城区): no slip of the hand.
DIRECTIONS: Final = frozenset("东西南北中上下新老旧主全各本高经市县区城郊江河山")
NOWHERE: Final = Place("", ("",))
SHORTEST, LONGEST = 2, 6


def strict(syllable: str) -> str:
    """One syllable as many ears and keyboards merge it: zh=z, ch=c, sh=s, ang=an, eng=en, ing=in."""
    return re.sub("ng$", "n", re.sub("^([zcs])h", r"\1", syllable))


def loose(syllable: str) -> str:
    """One syllable as the dialects of the southwest and south merge it besides: n=l, hu=fu."""
    merged = strict(syllable)
    if merged.startswith("hu"):
        return "f" + (merged[2:] or "u")
    return "l" + merged[1:] if merged.startswith("n") else merged


#: From the same sound to ever wider mergers; the first level at which a name is found counts.
LEVELS: Final = ((How.SOUND, str), (How.NEAR_SOUND, strict), (How.LOOSE_SOUND, loose))
Index = dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def _readings() -> dict[str, tuple[str, ...]]:
    """For each character its syllable at every level."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (DATA / "places_readings.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            syllable, chars = line.split(" ")
            found |= dict.fromkeys(chars, _levels(syllable))
    return found


def syllables(text: str) -> tuple[str, ...]:
    """The usual reading of each character, without tones; what has none (digits, Latin letters) stands for itself."""
    readings = _readings()
    return tuple(readings[char][0] if char in readings else char for char in text)


@lru_cache(maxsize=512)
def _levels(syllable: str) -> tuple[str, ...]:
    return tuple(merge(syllable) for _, merge in LEVELS)


@lru_cache(maxsize=1)
def _indexes() -> tuple[tuple[Index, ...], Index]:
    """Words of the dictionary by their syllables, one index per level, and by their pinyin in Latin letters."""
    by_sound: list[dict[str, list[str]]] = [{} for _ in LEVELS]
    by_latin: dict[str, list[str]] = {}
    for place in regions.every():
        syllables = regions.pinyin(place.adcode).split()
        own = [_levels(syllable) for syllable in syllables]
        # 长纱 is heard with the usual reading of 长, which is not the one in 长沙: names stand under both.
        usual = [_readings().get(char, level) for char, level in zip(place.name, own, strict=True)]
        for word in sorted({place.name, *short_forms(place.adcode, place.name)}):
            if len(word) > LONGEST or not place.name.startswith(word):
                continue
            for reading in (own, usual) if own != usual else (own,):
                for index, key in zip(by_sound, zip(*reading[: len(word)], strict=True), strict=True):
                    index.setdefault("-".join(key), []).append(word)
            by_latin.setdefault("".join(syllables[: len(word)]), []).append(word)
    return tuple(map(_unique, by_sound)), _unique(by_latin)


def _unique(index: dict[str, list[str]]) -> Index:
    return {key: tuple(dict.fromkeys(words)) for key, words in index.items()}


@lru_cache(maxsize=1)
def _beginnings() -> tuple[Mapping[str, str], frozenset[str]]:
    """How each character sounds at its loosest, and the sounds of two with which a name begins."""
    indexes, _ = _indexes()
    loosest = {char: levels[-1] for char, levels in _readings().items()}
    return loosest, frozenset("-".join(key.split("-")[:2]) for key in indexes[-1])


def beginnings(chars: str) -> list[bool]:
    """For each character whether any name begins with the sound of it and the next: the cheap test before `heard_as`."""
    loosest, pairs = _beginnings()
    heard = [loosest.get(char, "?") for char in chars]
    return [f"{one}-{other}" in pairs for one, other in itertools.pairwise(heard)]


def heard_as(window: str, *, after_parent: bool, asked: bool = False) -> tuple[tuple[str, ...], How] | None:
    """The names that sound like the window, at the narrowest level; nothing when it is no safe guess.

    `asked`: the window is the whole answer to "where", so it may be a common word too (自供 for 自贡).
    """
    readings, lists = _readings(), stops()
    keys = [readings.get(char) for char in window]
    if None in keys or window in names().by_word:
        return None
    if not asked and (window in lists.common or window in lists.sound or window in lists.compound):
        return None
    indexes, _ = _indexes()
    for number, (how, _) in enumerate(LEVELS):
        key = "-".join(levels[number] for levels in keys if levels)
        found = tuple(
            word for word in indexes[number].get(key, ()) if _safe(window, word, lenient=after_parent, asked=asked)
        )
        if found:
            return found, how
    return None


def _safe(window: str, word: str, *, lenient: bool, asked: bool) -> bool:
    """Whether taking `window` for the name is no wild guess: enough right characters, no grammar for the wrong ones."""
    stem = word[:-1] if len(word) > SHORTEST and word[-1] in "省市县区州盟旗" else word
    wrong = [written for written, right in zip(window, stem, strict=False) if written != right]
    kept = len(stem) - len(wrong)
    if len(stem) < SHORTEST or not wrong or not kept or window[len(stem) :] != word[len(stem) :]:
        return False
    if asked:
        return True
    if not lenient and (word in stops().never or stem in stops().never):
        return False
    if len(stem) > SHORTEST:
        return lenient or kept >= len(wrong)
    return len(word) > len(stem) or not any(char in PLAIN for char in wrong)


def shaped_like(window: str, parents: Iterable[str]) -> tuple[str, ...]:
    """Places below the parents whose full name differs in one character, however it sounds: 绵阳|三合县."""
    below = (child for parent in parents for child in regions.children(parent))
    return tuple(child for child in below if _one_off(window, (regions.get(child) or NOWHERE).name))


def same_sound(word: str, parents: Iterable[str]) -> tuple[str, ...]:
    """Places below the parents that sound just so in full: 宁波|银州区 is 鄞州区, though there is a 银州区 elsewhere."""
    heard = syllables(word)
    below = (child for parent in parents for child in regions.children(parent))
    return tuple(child for child in below if syllables((regions.get(child) or NOWHERE).name) == heard)


def _one_off(window: str, name: str) -> bool:
    if len(window) != len(name) or window[-1] != name[-1]:
        return False
    wrong = [written for written, right in zip(window, name, strict=True) if written != right]
    return len(wrong) == 1 and wrong[0] not in PLAIN and wrong[0] not in DIRECTIONS


def spelt(latin: str) -> tuple[Name, ...]:
    """The names spelt by these Latin letters (mianyang, taizhou), lower case, without tones."""
    _, by_latin = _indexes()
    return tuple(names().by_word[word] for word in by_latin.get(latin, ()))
