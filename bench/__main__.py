"""Runs the benchmarks in their short forms, one after another: `python -m bench [NAME ...]`.

What needs more than this project's own dependencies (polars, duckdb, tantivy, numba, scipy, a C compiler) skips what
is missing and says so; each module's own help tells how to run it in full.
"""

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

BENCHES: Final[Mapping[str, Sequence[str]]] = {
    "webhook": ("bench.webhook", "--people", "30", "--rounds", "3"),
    "matching": ("bench.matching.run", "--size", "county"),
    "understand": ("bench.understand", "--messages", "100000"),
    "console": ("bench.console", "--people", "50000", "--rounds", "5"),
    "intake": ("bench.intake.bulk", "--rows", "10000"),
    "aftercare": ("bench.aftercare", "--people", "100", "--placements", "40"),
    "intake-fuzz": ("bench.intake.fuzz", "--count", "1000"),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; default: all")
    args = parser.parse_args()
    unknown = sorted(set(args.names) - set(BENCHES))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    failed = []
    for name in args.names or BENCHES:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", *BENCHES[name]], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
