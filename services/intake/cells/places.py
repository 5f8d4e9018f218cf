"""The division a place cell names: 成都双流区, 游仙区发车, 本市, 潼川镇 (under the table's own city)."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from bot.nlu import places
from bot.nlu.places import PlaceMention
from bot.nlu.places_names import How
from matching.taxonomy import regions
from matching.taxonomy.place import Place
from services.intake.cells.text import plain

# A cell is written, not spoken: names guessed by sound are no names here.
_WRITTEN: Final = frozenset({How.FULL, How.SHORT, How.OLD, How.COLLOQUIAL, How.AREA, How.TOWN, How.RELATIVE})
# 北京路, 上海大道: a street that bears the name of a place.
_STREET: Final = re.compile(r"^(?:[东南西北中][一二三]?)?(?:路|街(?!道)|大道|巷|广场|大厦|酒店|饭店|小区|花园|桥)")
_OWN: Final = re.compile(
    r"^(?:本市|我市|全市|市内|市区|城区|市城区|主城区|本地|本市范围内?|市辖区|本市各区县|各区县|辖区内?)$"
)
_ZONE: Final = re.compile(
    r"(?:高新|经开|开发|产业|工业|科技|科创|新|示范|保税|空港|临港|旅游|集聚|园)(?:技术|产业)*(?:区|园区?|集中区)"
)


@lru_cache(maxsize=8192)
def parse(text: str, home: Place | None) -> Place | None:
    """The first and most specific division of a cell; `home` is the table's own place. None = none is known."""
    words = plain(text)
    if not words:
        return None
    if home is not None and _OWN.match(words):
        return city_of(home)
    for known in (home, _city_or_none(home)):
        mentions = [mention for mention in places.find(text, near=known, asked=True) if _counts(text, mention)]
        if mentions:
            return _most_specific(mentions)
    # A zone is no division of its own; under the table's own place it lies in that city.
    return city_of(home) if home is not None and _ZONE.search(words) else None


def city_of(place: Place) -> Place:
    """The city (or municipality) a division belongs to; itself for a province."""
    above = [code for code in (*regions.ancestors(place.adcode), place.adcode) if regions.level(code) == "city"]
    return (regions.get(above[0]) if above else None) or place


def home_of(titles: Iterable[str], cells: Iterable[str] = ()) -> Place | None:
    """The place a file is about: the first one its titles name, else the city most of its place cells lie in."""
    for title in titles:
        named = [
            mention.place for mention in places.find(title) if mention.place and mention.how in (How.FULL, How.SHORT)
        ]
        if named and named[0] is not None:
            return named[0]
    cities = Counter(city_of(found).adcode for text in set(cells) if (found := parse(text, None)))
    most = cities.most_common(1)
    return regions.get(most[0][0]) if most else None


def _city_or_none(home: Place | None) -> Place | None:
    return city_of(home) if home is not None else None


def _counts(text: str, mention: PlaceMention) -> bool:
    after = text[mention.end : mention.end + 4]
    street = mention.how in (How.SHORT, How.OLD, How.COLLOQUIAL) and _STREET.match(after)
    return bool(mention.places) and mention.how in _WRITTEN and not mention.outside and not street


def _most_specific(mentions: list[PlaceMention]) -> Place:
    """The first place, or one further on that lies inside it (四川省绵阳市 … 涪城区)."""
    best = mentions[0].places[0]
    for mention in mentions[1:]:
        if regions.contains(best.adcode, mention.places[0].adcode):
            best = mention.places[0]
    return best
