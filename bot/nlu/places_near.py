"""Places that only make sense where the speaker is: towns of a known county, 本县, 省外, 川内."""

import re
from typing import Final

from bot.nlu.places_cues import Hit
from bot.nlu.places_names import How, names, tables
from matching.taxonomy import regions


def towns(chars: str, hits: list[Hit], around: list[str]) -> list[Hit]:
    """Towns by their full name below a county or city that is named or known."""
    if not re.search("镇|乡|街道|街办|办事处", chars):
        return []
    named = [hit.codes[0] for hit in hits if len(hit.codes) == 1]
    contexts = dict.fromkeys([*named, *around, *(above for code in around if (above := regions.parent(code)))])
    taken = {position for hit in hits for position in range(hit.start, hit.end)}
    for context in contexts:
        found = [hit for hit in _towns_below(chars, context) if not taken.intersection(range(hit.start, hit.end))]
        if found:
            return found
    return []


def _towns_below(chars: str, context: str) -> list[Hit]:
    if regions.level(context) == "province":
        return []
    counties = regions.children(context) or (context,)
    by_town: dict[str, list[str]] = {}
    for county in counties:
        for town in regions.towns_of(county):
            by_town.setdefault(town, []).append(county)
    return [
        Hit(start, start + len(town), town, tuple(codes), How.TOWN, town=town)
        for town, codes in by_town.items()
        if (start := chars.find(town)) >= 0
    ]


RELATIVE: Final = {
    "province": re.compile(r"(?:本省|全省|省内|省外|外省|出省|跨省)"),
    "city": re.compile(r"(?:本市|全市|市内(?!地)|市外|外市|本地市)"),
    "county": re.compile(r"(?:本县|本区|全县|县内|县里|县上|县城|县外|外县|区内)"),
}
OUTSIDE: Final = frozenset({"省外", "外省", "出省", "跨省", "市外", "外市", "县外", "外县"})
LETTER: Final = re.compile(
    r"(?:(?<=[在回])([^\W\d_])(?![^\W\d_])|([^\W\d_])(内|外|籍)|(?:出|离)([^\W\d_])(?=$|\W|打工|务工|也|都|不))"
)


def relative(chars: str, hits: list[Hit], around: list[str]) -> list[Hit]:
    """本县, 全市, 省外 by the known places; 川内, 出川, 鲁籍 by the letter of the province."""
    taken = {position for hit in hits for position in range(hit.start, hit.end)}
    found: list[Hit] = []
    for level, pattern in RELATIVE.items():
        here = next((above for code in around if (above := _at_level(code, level))), None)
        if here:
            found += [
                Hit(match.start(), match.end(), match[0], (here,), How.RELATIVE, outside=match[0] in OUTSIDE)
                for match in pattern.finditer(chars)
            ]
    for match in LETTER.finditer(chars):
        letter = match[1] or match[2] or match[4]
        if (name := tables()["letters"].get(letter)) and (code := _code_of(name)):
            outside = match[3] == "外" or bool(match[4])
            found.append(Hit(match.start(), match.end(), match[0], (code,), How.RELATIVE, outside=outside))
    return [hit for hit in found if not taken.intersection(range(hit.start, hit.end))]


def _at_level(code: str, level: str) -> str | None:
    return next((above for above in (*regions.ancestors(code), code) if regions.level(above) == level), None)


def _code_of(name: str) -> str:
    return names().by_word[name].codes[0]
