"""The dictionary of place names: full, short, old and colloquial forms, each with the divisions it can mean."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from bot.nlu.gates import Pattern
from matching.taxonomy import codes, regions

DATA: Final = Path(__file__).resolve().parent.parent / "data"
PEOPLES: Final = (
    "蒙古族|回族|藏族|维吾尔族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|"
    "傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|"
    "锡伯族|锡伯|阿昌族|普米族|塔吉克族|塔吉克|怒族|鄂温克族|德昂族|保安族|裕固族|独龙族|蒙古|回|各族"
)
#: The ending of an autonomous division with its peoples: 北川|羌族自治县, 博尔塔拉|蒙古自治州.
AUTONOMOUS: Final = Pattern(rf"^(.{{2,}}?)(?:{PEOPLES})+(自治州|自治县|自治旗|区)$")
#: What may stand for the long ending in speech: 凉山州, 北川县, 鄂伦春旗.
SPOKEN_ENDING: Final = {"自治州": "州", "自治县": "县", "自治旗": "旗", "区": "区"}
SUFFIXES: Final = ("特别行政区", "自治区", "地区", "新区", "特区", "林区", "省", "市", "县", "区", "盟", "旗")
#: Names whose short form cannot be got by cutting the ending.
IRREGULAR: Final = {
    "150000": ("内蒙古", "内蒙古自治区"),
    "450000": ("广西",),
    "640000": ("宁夏",),
    "650000": ("新疆",),
    "540000": ("西藏",),
    "654000": ("伊犁", "伊犁州"),
    "540123": ("尼木",),
    "533400": ("迪庆", "迪庆州"),
    "620982": ("敦煌",),
    "150207": ("九原",),
    "429021": ("神农架", "神农架林区"),
    "150121": ("土左旗", "土默特左旗"),
    "150221": ("土右旗", "土默特右旗"),
    "150223": ("达茂旗",),
    "150521": ("科左中旗",),
    "150522": ("科左后旗",),
    "152221": ("科右前旗",),
    "152222": ("科右中旗",),
    "150926": ("察右前旗",),
    "150927": ("察右中旗",),
    "150928": ("察右后旗",),
    "150823": ("乌前旗",),
    "150824": ("乌中旗",),
    "150825": ("乌后旗",),
    "150722": ("莫旗", "莫力达瓦"),
    "653131": ("塔县", "塔什库尔干"),
    "632200": ("海北州",),
    "632500": ("海南州",),
}


#: The canonical words of work hold names too: 长白班, 消防设施操作员.
CANONICAL: Final = (
    *codes.JOB_CATEGORIES,
    *codes.SKILLS,
    *codes.CERTIFICATES,
    *codes.MILITARY_TRADES,
    *codes.SHIFT_WISHES,
    *codes.DISCHARGE_TYPES,
)
SHORTEST_WORD: Final = 2


class How(StrEnum):
    """How a name led to its place."""

    FULL = "full"
    SHORT = "short"
    OLD = "old"
    COLLOQUIAL = "colloquial"
    AREA = "area"
    MISWRITTEN = "miswritten"
    SOUND = "sound"
    NEAR_SOUND = "near_sound"
    LOOSE_SOUND = "loose_sound"
    SHAPE = "shape"
    PINYIN = "pinyin"
    TOWN = "town"
    TOWN_ANYWHERE = "town_anywhere"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True)
class Name:
    """One written form. `codes` are alternatives, but for an area, where all of them are meant together."""

    word: str
    codes: tuple[str, ...]
    how: How


@dataclass(frozen=True, slots=True)
class Names:
    """All written forms, found by the word; `lengths` by the first two characters, longest first."""

    by_word: Mapping[str, Name]
    lengths: Mapping[str, tuple[int, ...]]


def short_forms(adcode: str, name: str) -> tuple[str, ...]:
    """What people say for an official name: 北川羌族自治县 → 北川, 北川县; nothing for 单县 and the like."""
    if adcode in IRREGULAR:
        return IRREGULAR[adcode]
    if autonomous := AUTONOMOUS.match(name):
        stem, ending = autonomous.groups()
        return (stem, stem + SPOKEN_ENDING[ending])
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            stem = name.removesuffix(suffix)
            return (stem, stem + "区") if suffix == "新区" else (stem,)
    return ()


@lru_cache(maxsize=1)
def names() -> Names:
    """The dictionary, built once (about 30 ms)."""
    forms: dict[tuple[str, How], list[str]] = {}
    for place in regions.every():
        forms.setdefault((place.name, How.FULL), []).append(place.adcode)
        for short in short_forms(place.adcode, place.name):
            forms.setdefault((short, How.SHORT), []).append(place.adcode)
    by_word: dict[str, Name] = {}
    for (word, how), adcodes in forms.items():
        known = by_word.get(word)
        if known is None:
            by_word[word] = Name(word, tuple(adcodes), how)
        elif how is How.SHORT and known.how is How.SHORT:
            by_word[word] = Name(word, tuple(dict.fromkeys((*known.codes, *adcodes))), how)
    for section, how in (
        ("old", How.OLD),
        ("colloquial", How.COLLOQUIAL),
        ("area", How.AREA),
        ("miswritten", How.MISWRITTEN),
    ):
        for word, tails in tables()[section].items():
            codes_found = tuple(code for tail in _listed(tails) for code in by_tail(tail))
            current = by_word.get(word)
            if current and how is not How.AREA:
                codes_found = tuple(dict.fromkeys((*current.codes, *codes_found)))
                by_word[word] = Name(word, codes_found, current.how)
            elif codes_found:
                by_word[word] = Name(word, codes_found, how)
    return Names(by_word, _lengths(by_word))


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for word in words:
        found.setdefault(word[:SHORTEST_WORD], set()).add(len(word))
    return {begin: tuple(sorted(lengths, reverse=True)) for begin, lengths in found.items()}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@lru_cache(maxsize=1)
def tables() -> dict[str, Any]:
    """places.toml as it stands."""
    return tomllib.loads((DATA / "places.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _tails() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for place in regions.every():
        for start in range(len(place.path)):
            tail = "".join(place.path[start:])
            found[tail] = (*found.get(tail, ()), place.adcode)
    return found


def by_tail(tail: str) -> tuple[str, ...]:
    """The codes whose path ends in these words: 绵阳市安州区 → 510705."""
    return _tails().get(tail, ())


@dataclass(frozen=True, slots=True)
class Stops:
    """Names that are ordinary words too (places_stop.toml), common words, words that only sound like a place."""

    never: frozenset[str]
    cue: frozenset[str]
    full: frozenset[str]
    compound: frozenset[str]
    compound_lengths: Mapping[str, tuple[int, ...]]
    common: frozenset[str]
    sound: frozenset[str]


@lru_cache(maxsize=1)
def stops() -> Stops:
    """The stop lists, read once."""
    lists = tomllib.loads((DATA / "places_stop.toml").read_text(encoding="utf-8"))
    never, cue, full, compound = (
        frozenset(lists[key]["words"].split()) for key in ("never", "cue", "full", "compound")
    )
    compound |= {word for word in CANONICAL if len(word) > SHORTEST_WORD}
    common = frozenset(
        line[0] + second
        for line in (DATA / "places_words.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for second in line[2:]
    )
    sound = frozenset(
        word
        for line in (DATA / "places_sound_words.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
        for word in line.split()
    )
    return Stops(never, cue, full, compound, _lengths(compound), common, sound)


def check() -> list[str]:
    """Faults of the data files in words; an empty list when all is well."""
    faults: list[str] = []
    for section in ("old", "colloquial", "area", "miswritten", "letters"):
        faults += [
            f"places.toml [{section}] {word}: {tail!r} means {len(by_tail(tail))} places"
            for word, tails in tables()[section].items()
            for tail in _listed(tails)
            if tail and len(by_tail(tail)) != 1
        ]
    known = names().by_word
    for part, words in (("never", stops().never), ("cue", stops().cue), ("full", stops().full)):
        faults += [
            f"places_stop.toml [{part}] {word}: no name of a place" for word in sorted(words) if word not in known
        ]
    faults += [f"places_stop.toml {word}: in [never] and in [cue]" for word in sorted(stops().never & stops().cue)]
    return faults
