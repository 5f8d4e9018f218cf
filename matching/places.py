"""How near a posting is to a seeker's home, in points of the weight table."""

from functools import lru_cache

from matching.taxonomy.areas import city_of, covers
from matching.weights import PLACE


@lru_cache(maxsize=65536)
def place_points(home: str, work: str) -> int:
    """Points for the way from home to work, both area codes; 0 when either is "" or they are far apart."""
    if not home or not work:
        return 0
    if home == work:
        return PLACE["same_county"]
    if covers(city_of(work), home) or covers(city_of(home), work):
        return PLACE["same_city"]
    return PLACE["same_province" if home[:2] == work[:2] else "elsewhere"]
