"""Builds matching/data/regions.csv and towns.csv from published tables and our dated mends.

Run by hand when a newer edition is wanted, never by the product:

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    pip download --no-deps cpca==0.5.5 && unzip cpca-0.5.5-py3-none-any.whl -d cpca
    python scripts/build_regions.py --divisions package/dist --coordinates cpca/cpca/resources/adcodes.csv

Needs pypinyin. Same input, same output, byte for byte.
"""

import argparse
import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pypinyin import Style, lazy_pinyin

HERE: Final = Path(__file__).resolve().parent
OUT: Final = HERE.parent / "matching" / "data"
EDITION: Final = "2023-06-30 with mends to 2026-11-20"
SOURCES: Final = (
    "# Divisions: npm china-division 2.7.0 (WTFPL), from 国家统计局 统计用区划代码, edition 2023-06-30.",
    "# Coordinates: PyPI cpca 0.5.5 (MIT), seats of government; gaps: scripts/region_overrides.toml.",
)
#: Cities that are only brackets of the statistics, without a name of their own.
BRACKETS: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})

Row = tuple[str, str]
Point = tuple[float, float]


def main() -> None:
    """Read, mend, check, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--divisions", type=Path, required=True)
    parser.add_argument("--coordinates", type=Path, required=True)
    arguments = parser.parse_args()
    mends = tomllib.loads((HERE / "region_overrides.toml").read_text(encoding="utf-8"))
    regions = _regions(arguments.divisions, mends)
    points = _points(arguments.coordinates, regions, mends)
    _write_regions(regions, points, mends["pinyin"])
    _write_towns(_rows(arguments.divisions / "streets.csv"), set(regions))


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row["code"], row["name"]


def is_zone(code: str) -> bool:
    """Whether a county-level code was made up by the statistics for a development zone."""
    return 71 <= int(code[4:6]) <= 79


def _regions(folder: Path, mends: Mapping[str, Any]) -> dict[str, str]:
    found = {code + "0000": name for code, name in _rows(folder / "provinces.csv")}
    found |= {code + "00": name for code, name in _rows(folder / "cities.csv") if name not in BRACKETS}
    dropped = set(mends["drop"]["codes"]) - set(found)
    found |= {code: name for code, name in _rows(folder / "areas.csv") if code not in dropped and not is_zone(code)}
    found |= {entry["code"]: entry["name"] for entry in mends["add"]}
    return dict(sorted(found.items()))


def _points(path: Path, regions: Mapping[str, str], mends: Mapping[str, Any]) -> dict[str, Point]:
    """Latitude and longitude per code: by code, by the same stem in the province (renamed), by hand, by the parent."""
    by_code: dict[str, Point] = {}
    by_stem: dict[tuple[str, str], list[Point]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["longitude"]:
                code, point = row["adcode"][:6], (float(row["latitude"]), float(row["longitude"]))
                by_code[code] = point
                if not code.endswith("00"):
                    by_stem.setdefault((code[:2], row["name"][:-1]), []).append(point)
    by_hand = {code: (float(lat), float(lon)) for code, (lat, lon) in mends["coordinates"].items()}
    by_hand |= {entry["code"]: (entry["lat"], entry["lon"]) for entry in mends["add"]}
    points: dict[str, Point] = {}
    for code, name in regions.items():
        same_stem = by_stem.get((code[:2], name[:-1]), [])
        renamed = same_stem[0] if len(same_stem) == 1 else None
        point = by_hand.get(code) or by_code.get(code) or renamed or points.get(code[:4] + "00")
        if point is None:
            raise SystemExit(f"no coordinate for {code} {name}: add one to region_overrides.toml")
        points[code] = point
    return points


def reading(name: str, overrides: Mapping[str, str]) -> str:
    """The toneless pinyin of a name, syllables parted by spaces."""
    return overrides.get(name) or " ".join(lazy_pinyin(name, style=Style.NORMAL, v_to_u=False))


def _write_regions(regions: Mapping[str, str], points: Mapping[str, Point], overrides: Mapping[str, str]) -> None:
    head = (
        f"# Provinces, cities and counties of China. Edition: {EDITION}. Built by scripts/build_regions.py.",
        *SOURCES,
        "# code (GB/T 2260), name, toneless pinyin, latitude, longitude (degrees, GCJ-02, a ranking hint only).",
    )
    lines = (
        f"{code},{name},{reading(name, overrides)},{points[code][0]:.3f},{points[code][1]:.3f}"
        for code, name in regions.items()
    )
    _write("regions.csv", (*head, "code,name,pinyin,lat,lon"), lines)


def _write_towns(streets: Iterable[Row], regions: set[str]) -> None:
    """One line per county: its code, then each town's last three digits and name. A zone's towns keep its code."""
    groups: dict[str, list[str]] = {}
    for code, name in streets:
        groups.setdefault(code[:6], []).append(code[6:] + name.replace("(", "（").replace(")", "）"))
    head = (
        f"# Towns (乡镇街道) of China. Edition: {EDITION}. Built by scripts/build_regions.py.",
        *SOURCES[:1],
        "# county code, then per town the last three digits of its nine-digit code and its name, parted by spaces.",
        "# A county code not in regions.csv is a development zone of the statistics: its towns belong to the city.",
    )
    _write(
        "towns.csv",
        (*head, "county,towns"),
        (f"{code},{' '.join(towns)}" for code, towns in sorted(groups.items())),
    )


def _write(name: str, head: Iterable[str], lines: Iterable[str]) -> None:
    text = "\n".join((*head, *lines)) + "\n"
    (OUT / name).write_text(text, encoding="utf-8")
    print(f"{name}: {text.count(chr(10))} lines, {len(text.encode()):,} bytes")


if __name__ == "__main__":
    main()
