"""Towns (镇, 乡, 街道): right after their county, below a place that is named or known, or borne by one county only.

A town stands for its county: slots, postings and distances know no towns. 城关镇 is borne by 96 counties,
so without its county a town's name is read only when few bear it, and then with little confidence.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.places_cues import TIGHT_JOIN, Hit, below, cuts_word, is_expected
from bot.nlu.places_names import How, stops
from bot.nlu.places_near import Around
from bot.nlu.places_text import Text
from matching.taxonomy import regions

ENDINGS: Final = ("民族乡", "街道办", "街办", "街道", "镇", "乡", "苏木")
#: A name borne by more counties than this is no hint at all.
MOST_BEARERS: Final = 4
SHORTEST_STEM: Final = 2
LONGEST_STEM: Final = 4
LENGTHS: Final = tuple(range(LONGEST_STEM, SHORTEST_STEM - 1, -1))
LONGEST_NAME: Final = 12
ENDINGS_BEGIN: Final = frozenset("镇乡街苏")
ENDED: Final = Pattern("镇|乡|街道|街办|苏木")
NATIONWIDE: Final = Pattern(r"[一-鿿]{2,6}?(?:镇|乡|街道)")

Towns = dict[str, tuple[tuple[str, str], ...]]


def stem(town: str) -> str:
    """芦溪镇 → 芦溪; "" when too little is left to know it by."""
    for ending in ENDINGS:
        if town.endswith(ending):
            short = town.removesuffix(ending)
            return short if len(short) >= SHORTEST_STEM else ""
    return ""


@lru_cache(maxsize=256)
def _below(context: str) -> Towns:
    """For a county or city: each full or short name of a town, with the counties and full names it can mean."""
    found: dict[str, list[tuple[str, str]]] = {}
    for county in (context, *regions.children(context)):
        for town in regions.towns_of(county):
            for name in {town, stem(town)} - {""}:
                found.setdefault(name, []).append((county, town))
    return {name: tuple(bearers) for name, bearers in found.items()}


@lru_cache(maxsize=1)
def _nationwide() -> dict[str, tuple[str, ...]]:
    """The counties of each full name that few counties bear."""
    found: dict[str, tuple[str, ...]] = {}
    for place in regions.every():
        for town in regions.towns_of(place.adcode):
            known = found.get(town)
            found[town] = (*known, place.adcode) if known else (place.adcode,)
    return {town: codes for town, codes in found.items() if len(codes) <= MOST_BEARERS}


def with_towns(text: Text, hits: list[Hit], around: Around) -> list[Hit]:
    """The hits, with towns taken in that follow their county, and the towns that stand elsewhere."""
    chars = text.chars
    at_home = [hit for county in around.counties for hit in _ended(chars, county) if _is_full(hit)]
    found = _attached(chars, [hit for hit in hits if not any(_swallows(town, hit) for town in at_home)])
    contexts = [hit.codes[0] for hit in found if len(hit.codes) == 1 and hit.town is None]
    contexts = [code for code in dict.fromkeys([*contexts, *around.codes]) if regions.level(code) != "province"]
    found = _bearing_a_towns_name(found, around)
    return found + _elsewhere(text, found, contexts)


def may_name_one(chars: str) -> bool:
    """Whether a town may be named with its ending."""
    return not ENDINGS_BEGIN.isdisjoint(chars)


def _is_full(hit: Hit) -> bool:
    return hit.word == hit.town


def _swallows(town: Hit, hit: Hit) -> bool:
    """Whether the hit is only a part of the town's name: 西平 in 西平乐乡."""
    return town.start <= hit.start and hit.end <= town.end and hit.end - hit.start < town.end - town.start


def _attached(chars: str, hits: list[Hit]) -> list[Hit]:
    done: list[Hit] = []
    for hit in hits:
        if done and hit.start < done[-1].end:
            continue  # swallowed by the town before: 三台芦溪 is no 芦溪县
        done.append(hit)
        if hit.how is How.AREA:
            continue
        join = TIGHT_JOIN.match(chars, hit.end)
        begin = join.end() if join else hit.end
        towns = [town for code in hit.codes if not code.endswith("0000") if (town := _town_at(chars, begin, code))]
        if len(towns) == 1 or (towns and len(hit.codes) == 1):
            county, name, length = towns[0]  # 河东区汤河镇: only one 河东区 has it
            done[-1] = replace(hit, end=begin + length, codes=(county,), town=name)
    return done


def _town_at(chars: str, begin: int, context: str) -> tuple[str, str, int] | None:
    for length in range(min(LONGEST_NAME, len(chars) - begin), SHORTEST_STEM - 1, -1):
        bearers = _below(context).get(chars[begin : begin + length], ())
        if len(bearers) != 1:
            continue
        county, name = bearers[0]
        short = Hit(begin, begin + length, chars[begin : begin + length], (county,), How.TOWN)
        if short.word == name or not (short.word in stops().common or cuts_word(chars, short)):
            return county, name, length
    return None


def _bearing_a_towns_name(hits: list[Hit], around: Around) -> list[Hit]:
    """A short form of a county far away that is also a town of the known county is a question: 芦溪, asked in 三台."""
    if not around.counties:
        return hits
    home = around.counties[0]
    return [
        replace(hit, codes=(*hit.codes, home))
        if hit.how is How.SHORT and hit.town is None and hit.word in _below(home) and not _is_near(hit, home)
        else hit
        for hit in hits
    ]


def _is_near(hit: Hit, home: str) -> bool:
    city = regions.parent(home) or home
    return any(code.endswith("00") for code in hit.codes) or bool(below((city,), hit.codes))


def _elsewhere(text: Text, hits: list[Hit], contexts: list[str]) -> list[Hit]:
    chars = text.chars
    taken = {position for hit in hits for position in range(hit.start, hit.end)}
    for context in contexts:
        found = _ended(chars, context)
        if regions.level(context) == "county":
            found += [hit for hit in local(text, context) if not any(hit.start < other.end for other in found)]
        if found := [hit for hit in found if not taken.intersection(range(hit.start, hit.end))]:
            return found
    return [] if hits else _anywhere(chars)


def _ended(chars: str, context: str) -> list[Hit]:
    """Towns named with an ending, be it the official one or not: many a 镇 has become a 街道."""
    found: list[Hit] = []
    if not may_name_one(chars):
        return found
    for match in ENDED.finditer(chars):
        for start in range(max(0, match.start() - LONGEST_NAME), match.start()):
            full, short = chars[start : match.end()], chars[start : match.start()]
            bearers = _below(context).get(full) or (_below(context).get(short) if len(short) >= SHORTEST_STEM else None)
            if bearers:
                codes = tuple(dict.fromkeys(code for code, _ in bearers))
                found.append(Hit(start, match.end(), full, codes, How.TOWN, town=bearers[0][1]))
                break
    return found


@lru_cache(maxsize=256)
def _beginnings(county: str) -> frozenset[str]:
    return frozenset(name[:SHORTEST_STEM] for name in _below(county))


def local(text: Text, county: str) -> list[Hit]:
    """Towns of the speaker's own county by their short names, where the words beside them call for a place."""
    if _beginnings(county).isdisjoint(text.pairs):
        return []
    chars, towns, found, free = text.chars, _below(county), list[Hit](), 0
    for position in range(len(chars) - SHORTEST_STEM + 1):
        if position < free:
            continue
        for length in LENGTHS:
            word = chars[position : position + length]
            if word in towns and _is_called(chars, position, word):
                free = position + len(word)
                found.append(Hit(position, free, word, (county,), How.TOWN, town=towns[word][0][1]))
                break
    return found


def _is_called(chars: str, start: int, name: str) -> bool:
    hit = Hit(start, start + len(name), name, (), How.TOWN)
    lists = stops()
    if name in lists.common or name in lists.never or cuts_word(chars, hit):
        return False
    return name == chars or is_expected(chars, hit)


def _anywhere(chars: str) -> list[Hit]:
    """Full names of towns that few counties bear, when nothing else tells where the message plays."""
    found: list[Hit] = []
    if not may_name_one(chars):
        return found
    for match in NATIONWIDE.finditer(chars):
        if match[0][-SHORTEST_STEM:] in stops().common:
            continue
        for start in range(match.start(), match.end() - SHORTEST_STEM):
            word = chars[start : match.end()]
            if codes := _nationwide().get(word):
                hit = Hit(start, match.end(), word, codes, How.TOWN_ANYWHERE, town=word)
                if word not in stops().compound and not cuts_word(chars, hit):
                    found.append(hit)
                break
    return found
