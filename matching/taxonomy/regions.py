"""The administrative divisions: names, levels, containment, distance between seats, towns of a county.

Codes are the six digits of GB/T 2260 (data/regions.csv says edition, sources and licence). Two conventions of ours:
the counties of the four municipalities and the counties under a province itself have the province as their parent,
so their paths have two names; a city without counties (东莞, 中山, 儋州, 嘉峪关) is a city with no children.
Distances are between seats of government, as the crow flies: a ranking hint, never a promise of a road.
"""

import csv
from collections import Counter
from functools import lru_cache
from math import asin, cos, radians, sqrt
from pathlib import Path
from typing import Final, Literal

from matching.taxonomy.place import Place

Level = Literal["province", "city", "county"]
DATA: Final = Path(__file__).resolve().parent.parent / "data"
NEIGHBOUR_KM: Final = {"province": 900.0, "city": 160.0, "county": 45.0}
#: A location pin farther than this from every seat is not in China (the emptiest counties reach about 250 km).
FARTHEST_PIN_KM: Final = 260.0
EARTH_RADIUS_KM: Final = 6371.0


class _Region:
    """One row of the table."""

    __slots__ = ("lat", "lon", "pinyin", "place")

    def __init__(self, place: Place, pinyin: str, lat: float, lon: float) -> None:
        self.place, self.pinyin, self.lat, self.lon = place, pinyin, lat, lon


@lru_cache(maxsize=1)
def _table() -> dict[str, _Region]:
    regions: dict[str, _Region] = {}
    with (DATA / "regions.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        for code, name, pinyin, lat, lon in rows:
            above = _parent_in(regions, code)
            path = (*regions[above].place.path, name) if above else (name,)
            regions[code] = _Region(Place(code, path), pinyin, float(lat), float(lon))
    return regions


def _parent_in(codes: dict[str, _Region], code: str) -> str | None:
    for above in (code[:4] + "00", code[:2] + "0000"):
        if above != code and above in codes:
            return above
    return None


@lru_cache(maxsize=1)
def _children() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code in _table():
        if above := parent(code):
            found.setdefault(above, []).append(code)
    return {code: tuple(below) for code, below in found.items()}


@lru_cache(maxsize=1)
def _towns() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    with (DATA / "towns.csv").open(encoding="utf-8") as file:
        for line in file:
            code, _, towns = line.rstrip("\n").partition(",")
            if code.isdigit():
                owner = code if code in _table() else code[:4] + "00"
                found[owner] = (*found.get(owner, ()), *(town[3:] for town in towns.split(" ")))
    return found


def every() -> tuple[Place, ...]:
    """All divisions, in the order of their codes, each after its parent."""
    return tuple(region.place for region in _table().values())


def get(adcode: str) -> Place | None:
    """The division with this six-digit code, or nothing."""
    region = _table().get(adcode)
    return region.place if region else None


def pinyin(adcode: str) -> str:
    """Toneless pinyin of the full name, syllables parted by spaces ("shan xian" for 单县); "" for an unknown code."""
    region = _table().get(adcode)
    return region.pinyin if region else ""


def level(adcode: str) -> Level | None:
    """Whether the code is a province, a city (prefecture) or a county; nothing for an unknown code."""
    if adcode not in _table():
        return None
    if adcode.endswith("0000"):
        return "province"
    return "city" if adcode.endswith("00") else "county"


def parent(adcode: str) -> str | None:
    """The division right above; nothing for a province or an unknown code."""
    return _parent_in(_table(), adcode) if adcode in _table() else None


def ancestors(adcode: str) -> tuple[str, ...]:
    """All divisions above, the province first."""
    above = parent(adcode)
    return (*ancestors(above), above) if above else ()


def children(adcode: str) -> tuple[str, ...]:
    """The divisions right below, by code."""
    return _children().get(adcode, ())


def contains(ancestor: str, adcode: str) -> bool:
    """Whether `ancestor` is `adcode` or lies above it; false when either is unknown."""
    if ancestor not in _table() or adcode not in _table():
        return False
    if ancestor == adcode:
        return True
    if ancestor.endswith("0000"):
        return ancestor[:2] == adcode[:2]
    return ancestor.endswith("00") and ancestor[:4] == adcode[:4]


def km(a: str, b: str) -> float | None:
    """Kilometres between the seats of two divisions, as the crow flies; nothing when either is unknown."""
    one, other = _table().get(a), _table().get(b)
    return _distance(one.lat, one.lon, other.lat, other.lon) if one and other else None


def _distance(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    # The order of the two points is fixed so that km(a, b) and km(b, a) are the same number to the last bit.
    if (lat, lon) > (other_lat, other_lon):
        lat, lon, other_lat, other_lon = other_lat, other_lon, lat, lon
    phi, other_phi = radians(lat), radians(other_lat)
    half = sqrt((1 - cos(other_phi - phi)) / 2 + cos(phi) * cos(other_phi) * (1 - cos(radians(other_lon - lon))) / 2)
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, half))


@lru_cache(maxsize=512)
def neighbours(adcode: str) -> tuple[str, ...]:
    """Divisions of the same level near by, nearest first: seats within `NEIGHBOUR_KM` of the level.

    A hint from distances, not a list of shared borders: in the west a true neighbour can be missing, in the east
    the next but one can be in it. A municipality counts among the cities as well as among the provinces.
    """
    here = _table().get(adcode)
    if here is None:
        return ()
    radius = NEIGHBOUR_KM[str(level(adcode))]
    near = [
        (_distance(here.lat, here.lon, there.lat, there.lon), code)
        for code, there in _table().items()
        if code != adcode and level(code) == level(adcode)
    ]
    return tuple(code for distance, code in sorted(near) if distance <= radius)


def nearest(lat: float, lon: float) -> Place | None:
    """The county (or city without counties) whose seat is nearest to a location pin; nothing outside China."""
    best: tuple[float, Place] | None = None
    for code, region in _table().items():
        # One degree of latitude is 111 km: rows farther than the limit need no distance.
        if abs(region.lat - lat) > FARTHEST_PIN_KM / 111 or children(code):
            continue
        distance = _distance(lat, lon, region.lat, region.lon)
        if best is None or distance < best[0]:
            best = (distance, region.place)
    return best[1] if best and best[0] <= FARTHEST_PIN_KM else None


def towns_of(adcode: str) -> tuple[str, ...]:
    """Names of the towns (镇, 乡, 街道) of a county or of a city without counties, by their codes."""
    return _towns().get(adcode, ())


def check() -> list[str]:
    """Faults of the data files in words; an empty list when all is well."""
    faults = []
    for code, region in _table().items():
        place = region.place
        if len(code) != 6 or not code.isdigit():
            faults.append(f"{code} {place.name}: not a six-digit code")
        if parent(code) is None and not code.endswith("0000"):
            faults.append(f"{code} {place.name}: no parent")
        if len(region.pinyin.split()) != len(place.name):
            faults.append(f"{code} {place.name}: reading {region.pinyin!r} does not fit the name")
        if not (3 < region.lat < 54 and 73 < region.lon < 136):
            faults.append(f"{code} {place.name}: {region.lat}, {region.lon} is not in China")
        above = parent(code)
        if above and (far := km(code, above)) and far > 1500:
            faults.append(f"{code} {place.name}: {far:.0f} km from {above}")
    same = Counter((parent(place.adcode), place.name) for place in every())
    faults += [f"{above}: {name} stands there twice" for (above, name), count in same.items() if count > 1]
    faults += [f"{code}: towns of an unknown division" for code in _towns() if code not in _table()]
    return faults
