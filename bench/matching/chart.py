"""Draws cost against size, log-log: `python -m bench.matching.chart RESULTS.json … > docs/images/matching.svg`.

Reads what `bench.matching.run --out` and `bench.matching.modes --nation … --out` wrote. Plain SVG, no library.
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 900, 560, 80, 190, 30, 60
POSTINGS = (1_000, 3_000_000)
MICROSECONDS = (3.0, 10_000_000.0)
COLOURS = (
    "#b3261e",
    "#1b6ac9",
    "#7a7a7a",
    "#9c6b00",
    "#5b8c2a",
    "#7b4fa3",
    "#00838f",
    "#c2185b",
    "#444444",
    "#8d6e63",
    "#000000",
)


def series(files: list[Path]) -> dict[str, list[tuple[int, float]]]:
    """Points (postings, µs a person) by peer."""
    found: dict[str, list[tuple[int, float]]] = {}
    for file in files:
        read: dict[str, Any] = json.loads(file.read_text())
        if "results" in read:
            for result in read["results"]:
                found.setdefault(result["name"], []).append((read["postings"], result["us"]))
        else:
            found.setdefault("engine", []).append((read["postings"], read["engine: microseconds a person"]))
            found.setdefault("C", []).append((read["postings"], read["C: microseconds a person"]))
    return {name: sorted(points) for name, points in found.items()}


def scaled(value: float, ends: tuple[float, float], low: float, high: float) -> float:
    share = (math.log(value) - math.log(ends[0])) / (math.log(ends[1]) - math.log(ends[0]))
    return round(low + share * (high - low), 1)


def across(postings: float) -> float:
    return scaled(postings, POSTINGS, LEFT, WIDTH - RIGHT)


def up(microseconds: float) -> float:
    return scaled(microseconds, MICROSECONDS, HEIGHT - BOTTOM, TOP)


def chart(found: dict[str, list[tuple[int, float]]]) -> str:
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        'font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *grid(),
    ]
    names = sorted(found, key=lambda name: -found[name][-1][1])
    heights = spaced([up(found[name][-1][1]) for name in names])
    for name, height in zip(names, heights, strict=True):
        colour = COLOURS[list(found).index(name) % len(COLOURS)]
        width = 4 if name == "engine" else 1.8
        points = " ".join(f"{across(postings)},{up(cost)}" for postings, cost in found[name])
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        lines += [
            f'<circle cx="{across(postings)}" cy="{up(cost)}" r="3" fill="{colour}"/>' for postings, cost in found[name]
        ]
        weight = "bold" if name == "engine" else "normal"
        text = f"{name}: {found[name][-1][1]:,.0f} µs"
        lines.append(
            f'<text x="{WIDTH - RIGHT + 12}" y="{height + 4}" fill="{colour}" font-weight="{weight}">{text}</text>'
        )
    return "\n".join([*lines, "</svg>"])


def spaced(heights: list[float], least: float = 17) -> list[float]:
    """Label heights pushed apart, in the order given (downwards)."""
    placed: list[float] = []
    for height in heights:
        placed.append(max(height, placed[-1] + least) if placed else height)
    over = max(0.0, placed[-1] - (HEIGHT - BOTTOM)) if placed else 0.0
    return [height - over for height in placed]


def grid() -> list[str]:
    lines = []
    for power in range(1, 8):
        height = up(10.0**power)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height}" y2="{height}" stroke="#ddd"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{height + 4}" text-anchor="end">{10**power:,}</text>')
    for postings in (1_500, 20_000, 120_000, 2_000_000):
        x = across(postings)
        lines.append(f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>')
        lines.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{postings:,}</text>')
    lines.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">postings</text>')
    lines.append(f'<text x="{LEFT - 60}" y="{TOP - 10}">µs a person, one thread</text>')
    return lines


if __name__ == "__main__":
    print(chart(series([Path(name) for name in sys.argv[1:]])))
