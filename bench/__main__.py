"""Runs the benchmarks in their short forms, one after another: `python -m bench [NAME ...] [--write FILE]`.

What needs more than this project's own dependencies (polars, duckdb, tantivy, numba, scipy, a C compiler) skips what
is missing and says so; each module's own help tells how to run it in full.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

BENCHES: Final[Mapping[str, Sequence[str]]] = {
    "webhook": ("bench.webhook", "--people", "30", "--rounds", "3"),
    "storm": ("bench.webhook.storm", "--rate", "5", "--minutes", "0.5", "--people", "2000"),
    "restore": ("bench.operation.drill", "--people", "20000"),
    "night": ("bench.operation.night", "--people", "20000", "--postings", "5000", "--rounds", "1"),
    "hosts": ("bench.operation.hosts", "--people", "8", "--broadcast", "300", "--kills", "6"),
    "matching": ("bench.matching.run", "--size", "county"),
    "understand": ("bench.understand", "--messages", "100000"),
    "console": ("bench.console", "--people", "50000", "--rounds", "5"),
    "intake": ("bench.intake.bulk", "--rows", "10000"),
    "aftercare": ("bench.aftercare", "--people", "100", "--placements", "40"),
    "http-fuzz": ("bench.fuzz_http", "--requests", "10000"),
    "guards": ("bench.guards",),
    "intake-fuzz": ("bench.intake.fuzz", "--count", "1000"),
}
HEAD: Final = """# Figures

Written by `python -m bench {names} --write docs/figures.md`; nothing here is typed by hand. {at}, {machine}, Python
{python}, load of the machine when it began {load}. Short forms: the full ones are in each module's help.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}; default: all")
    parser.add_argument("--write", type=Path, help="keep what they print in this file, with the day and the machine")
    args = parser.parse_args()
    unknown = sorted(set(args.names) - set(BENCHES))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    failed, page = [], [head(args.names)]
    for name in args.names or BENCHES:
        print(f"== {name}", flush=True)
        ran = subprocess.run([sys.executable, "-m", *BENCHES[name]], stdout=subprocess.PIPE, text=True, check=False)
        print(ran.stdout, end="", flush=True)
        page.append(f"## {name}\n\n`python -m {' '.join(BENCHES[name])}`\n\n```\n{ran.stdout.strip()}\n```\n")
        if ran.returncode:
            page.append(f"It ended with {ran.returncode}: what it holds was not met.\n")
            failed.append(name)
    if args.write:
        args.write.write_text("\n".join(page), encoding="utf-8")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def head(names: Sequence[str]) -> str:
    """The day and the machine."""
    cpu = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    machine = f"{len(cpu) or os.cpu_count()} × {cpu[0] if cpu else platform.machine()}"
    load = f"{os.getloadavg()[0]:.1f}"
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return HEAD.format(names=" ".join(names), at=at, machine=machine, python=platform.python_version(), load=load)


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    sys.exit(main())
