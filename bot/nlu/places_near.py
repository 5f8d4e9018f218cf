"""Where the speaker is, and words that name a place only by that or by a letter: 本县, 省外, 川内, 在渝."""

from functools import lru_cache
from typing import Final, NamedTuple

from bot.nlu.gates import Pattern
from bot.nlu.places_cues import Hit
from bot.nlu.places_names import How, names, tables
from matching.taxonomy import regions

RELATIVE: Final = (
    Pattern(r"(?:本省|全省|省内|省外|外省|出省|跨省)", means="province"),
    Pattern(r"(?:本市|全市|市内(?!地)|市外|外市|本地市)", means="city"),
    Pattern(r"(?:本县|本区|全县|县内|县里|县上|县城|县外|外县|区内)", means="county"),
)
OUTSIDE: Final = frozenset({"省外", "外省", "出省", "跨省", "市外", "外市", "县外", "外县"})
LEVELS: Final = frozenset("省市县区")
LETTER: Final = Pattern(
    r"(?<=[在回来去到赴留])([^\W\d_])(?=$|\W|上班|工作|找|打工|务工|发展|的|也|都|人|干)|([^\W\d_])(内|外|籍)"
    r"|(?<=[出离])([^\W\d_])(?=$|\W|打工|务工|也|都|不)"
)


class Around(NamedTuple):
    """The places the conversation knows, nearest first: all, the counties among them, and all with the counties'
    prefectures.
    """

    codes: tuple[str, ...]
    counties: tuple[str, ...]
    wide: tuple[str, ...]


@lru_cache(maxsize=4096)
def around_of(*codes: str) -> Around:
    """The same for these codes."""
    counties = tuple(code for code in codes if regions.level(code) == "county")
    above = (regions.parent(code) for code in counties)
    return Around(codes, counties, (*codes, *(code for code in above if code and regions.level(code) == "city")))


def relative(chars: str, hits: list[Hit], around: Around) -> list[Hit]:
    """本县, 全市, 省外 by the places named or known; 川内, 出川, 鲁籍 by the letter of the province."""
    letters, found = tables()["letters"], list[Hit]()
    if LEVELS.isdisjoint(chars) and letters.keys().isdisjoint(chars):
        return found
    for pattern in RELATIVE:
        if matches := list(pattern.finditer(chars)):
            named = (hit.codes[0] for hit in hits if len(hit.codes) == 1)
            here = next((above for code in (*named, *around.codes) if (above := _at_level(code, pattern.means))), None)
            if here:
                found += [
                    Hit(match.start(), match.end(), match[0], (here,), How.RELATIVE, outside=match[0] in OUTSIDE)
                    for match in matches
                ]
    for match in LETTER.finditer(chars):
        letter = match[1] or match[2] or match[4]
        if (name := letters.get(letter)) and (code := _code_of(name)):
            outside = match[3] == "外" or bool(match[4])
            found.append(Hit(match.start(), match.end(), match[0], (code,), How.RELATIVE, outside=outside))
    taken = {position for hit in hits for position in range(hit.start, hit.end)} if found else set()
    return [hit for hit in found if not taken.intersection(range(hit.start, hit.end))]


def _at_level(code: str, level: str) -> str | None:
    return next((above for above in (*regions.ancestors(code), code) if regions.level(above) == level), None)


def _code_of(name: str) -> str:
    return names().by_word[name].codes[0]
