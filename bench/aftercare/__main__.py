"""`python -m bench.aftercare [--people 3000 --placements 600] [--weather stopped twice back]`: the year, reconciled.

Every kind of bad weather is lived through too, on a county of its own, and must end with the same books.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.aftercare.sums import final_rows, summary, troubles
from bench.aftercare.year import Size, Weather, Year, days_from, prepare
from models.base import Database

WEATHERS: Final = {
    "stopped": "the scheduler stood still from 11 to 13 March",
    "twice": "two schedulers by mistake, all year",
    "back": "the clock set back an hour every afternoon of the year",
}


def weather_of(name: str, size: Size) -> Weather:
    """What befalls the scheduler under that name."""
    match name:
        case "stopped":
            return Weather(still=days_from(size.first_day.replace(month=3, day=11), 3))
        case "twice":
            return Weather(times=2)
        case _:
            return Weather(set_back=days_from(size.first_day, (size.last_day - size.first_day).days + 1))


def main() -> int:
    """0 when every sum reconciles and every weather ends with the same books."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--placements", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weather", nargs="*", choices=sorted(WEATHERS), default=[])
    args = parser.parse_args()
    size = Size(args.people, args.placements)
    with tempfile.TemporaryDirectory() as folder:
        calm, found = _lived(Path(folder) / "calm.db", size, args.seed, Weather())
        books = final_rows(calm)
        for name in args.weather:
            print(f"\n{name}: {WEATHERS[name]}", flush=True)
            year, more = _lived(Path(folder) / f"{name}.db", size, args.seed, weather_of(name, size))
            same = {page: rows == books[page] for page, rows in final_rows(year).items()}
            print("same books: " + ", ".join(f"{page} {'yes' if is_same else 'NO'}" for page, is_same in same.items()))
            found += more + [f"{name}: other {page}" for page, is_same in same.items() if not is_same]
    return 1 if found else 0


def _lived(path: Path, size: Size, seed: int, weather: Weather) -> tuple[Year, list[str]]:
    database = Database(f"sqlite:///{path}")
    begun, busy = time.monotonic(), time.process_time()
    year = prepare(database, size, seed)
    year.run(weather, told=lambda day: print(f"{day} {time.monotonic() - begun:.0f} s", flush=True))
    found = troubles(year)
    print(*summary(year), sep="\n")
    took = f"{time.monotonic() - begun:.0f} s, of the processor {time.process_time() - busy:.0f} s"
    print(f"{took}; troubles: {len(found)}", flush=True)
    print(*found[:20], sep="\n")
    database.dispose()
    return year, found


if __name__ == "__main__":
    sys.exit(main())
