"""`python -m bench.aftercare [--people 3000 --placements 600]`: the year against the real services, sums checked."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from bench.aftercare.year import Size, prepare, summary, troubles
from models.base import Database


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--placements", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'year.db'}")
        begun = time.monotonic()
        year = prepare(database, Size(args.people, args.placements), args.seed)
        year.run()
        seconds = time.monotonic() - begun
        found = troubles(year)
        print(*summary(year), sep="\n")
        print(f"{seconds:.0f} s; troubles: {len(found)}")
        print(*found[:20], sep="\n")
        database.dispose()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
