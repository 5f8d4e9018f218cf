"""Place names by sound: 径川 for 泾川, 石加庄 for 石家庄, mianyang for 绵阳.

A written window sounds like a name when all its syllables do. That alone would turn half the language into places,
so at least one character must be the right one, the wrong ones must be no grammar words, and the window
must not be (or cut through) a common word.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
Sounds = Sequence[tuple[str, ...]]  # of each character its syllable at every level


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
def _index() -> Mapping[str, list[tuple[str, Sounds]]]:
    """The words of the dictionary, each with how it sounds at every level, by how they sound at the loosest."""
    found: dict[str, list[tuple[str, Sounds]]] = {}
    for place, words in _spoken():
        own = [_levels(syllable) for syllable in regions.pinyin(place.adcode).split()]
        # 长纱 is heard with the usual reading of 长, which is not the one in 长沙: names stand under both.
        usual = [_readings().get(char, levels) for char, levels in zip(place.name, own, strict=True)]
        for reading in (own, usual) if own != usual else (own,):
            loosest = [levels[-1] for levels in reading]
            for word in words:
                found.setdefault("-".join(loosest[: len(word)]), []).append((word, reading[: len(word)]))
    return found


@lru_cache(maxsize=1)
def _by_latin() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for place, words in _spoken():
        sounds = regions.pinyin(place.adcode).split()
        for word in words:
            found.setdefault("".join(sounds[: len(word)]), []).append(word)
    return found


def _spoken() -> Iterator[tuple[Place, list[str]]]:
    """Each place with its name and the short forms that are the beginning of it."""
    for place in regions.every():
        forms = {place.name, *short_forms(place.adcode, place.name)}
        yield place, sorted(word for word in forms if len(word) <= LONGEST and place.name.startswith(word))


@lru_cache(maxsize=1)
def _beginnings() -> tuple[Mapping[str, str], frozenset[tuple[str | None, ...]]]:
    """How each character sounds at its loosest, and the sounds of two with which a name begins."""
    loosest = {char: levels[-1] for char, levels in _readings().items()}
    return loosest, frozenset(tuple(key.split("-")[:2]) for key in _index())


def beginnings(chars: str) -> list[bool]:
    """For each character whether any name begins with the sound of it and the next: the cheap test before `heard_as`."""
    loosest, pairs = _beginnings()
    return [*map(pairs.__contains__, itertools.pairwise(map(loosest.get, chars)))]


def heard_as(window: str, *, after_parent: bool, asked: bool = False) -> tuple[tuple[str, ...], How] | None:
    """The names that sound like the window, at the narrowest level; nothing when it is no safe guess.

    `asked`: the window is the whole answer to "where", so it may be a common word too (自供 for 自贡).
    """
    readings = _readings()
    sounds = [readings[char] for char in window if char in readings]
    alike = _index().get("-".join([levels[-1] for levels in sounds]), ())
    if not alike or len(sounds) < len(window) or window in names().by_word:
        return None
    lists = stops()
    if not asked and (window in lists.common or window in lists.sound or window in lists.compound):
        return None
    for number, (how, _) in enumerate(LEVELS):
        heard = [levels[number] for levels in sounds]
        found = dict.fromkeys(
            word
            for word, own in alike
            if [levels[number] for levels in own] == heard and _safe(window, word, lenient=after_parent, asked=asked)
        )
        if found:
            return tuple(found), how
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
    """Places below the parents that sound just so: 宁波|银州区 is 鄞州区, 武汉|江安 is 江岸, though the names exist elsewhere."""
    heard = syllables(word)
    below = (child for parent in parents for child in regions.children(parent))
    return tuple(child for child in below if any(syllables(form) == heard for form in _forms(child)))


def _forms(adcode: str) -> tuple[str, ...]:
    name = (regions.get(adcode) or NOWHERE).name
    return (name, *short_forms(adcode, name))


def _one_off(window: str, name: str) -> bool:
    if len(window) != len(name) or window[-1] != name[-1]:
        return False
    wrong = [written for written, right in zip(window, name, strict=True) if written != right]
    return len(wrong) == 1 and wrong[0] not in PLAIN and wrong[0] not in DIRECTIONS


def spelt(latin: str) -> tuple[Name, ...]:
    """The names spelt by these Latin letters (mianyang, taizhou), lower case, without tones."""
    return tuple(names().by_word[word] for word in dict.fromkeys(_by_latin().get(latin, ())))
