"""How near a posting is to a seeker's home, in points of the weight table."""

from functools import lru_cache

from matching.taxonomy import regions
from matching.taxonomy.areas import city_of, covers
from matching.weights import PLACE


@lru_cache(maxsize=1 << 19)
def place_points(home: str, work: str) -> int:
    """Points for the way from home to work, both area codes; 0 when either is "" or they are far apart."""
    if not home or not work:
        return 0
    if home == work:
        return PLACE["same_county"]
    tier = _tier(home, work)
    if home[:2] != work[:2]:
        return PLACE[tier]
    return max(0, PLACE[tier] - _far(home, work))


def _tier(home: str, work: str) -> str:
    if covers(work, home) or covers(home, work):
        return "same_city" if not work.endswith("0000") else "same_province"
    if work in _near(home):
        return "neighbour_city" if home.endswith("00") else "neighbour_county"
    if city_of(work) == city_of(home):
        return "same_city"
    if city_of(work) in _near(city_of(home)):
        return "neighbour_city"
    return "same_province" if home[:2] == work[:2] else "elsewhere"


@lru_cache(maxsize=4096)
def _near(code: str) -> frozenset[str]:
    return frozenset(regions.neighbours(code))


def may_be_near(home: str, work: str) -> bool:
    """Whether points outside the home province are possible; false for nearly all of the country."""
    return home[:2] == work[:2] or work in _near(home) or city_of(work) in _near(city_of(home))


def _far(home: str, work: str) -> int:
    distance = regions.km(home, work)
    return PLACE["km_most"] if distance is None else min(PLACE["km_most"], int(distance) // PLACE["km_step"])
