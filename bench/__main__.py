"""Runs the benches one after another and keeps what they print: `python -m bench --only turn-sqlite --write FILE`.

What needs more than this project's own dependencies (polars, duckdb, tantivy, numba, scipy, a C compiler) skips what
is missing and says so; each module's own help tells what else it can do.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import page
from bench.page import Run
from bench.sections import SECTIONS, Section
from tests.postgres import PostgresServer

ADDRESS = "EMPTY_DATABASE"
"""Stands in the page for the address of the PostgreSQL database that was started for the run."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(SECTIONS), metavar="NAMES", help=f"of {', '.join(SECTIONS)}")
    parser.add_argument(
        "--short", action="store_true", help="smaller sizes, half an hour in all; the hours-long ones left out"
    )
    parser.add_argument("--write", type=Path, help="the page; what is measured is kept beside it as JSON")
    args = parser.parse_args()
    names = [name for name in args.only.split(",") if name]
    if unknown := sorted(set(names) - set(SECTIONS)):
        parser.error(f"unknown: {', '.join(unknown)}")
    kept = args.write.with_suffix(".json") if args.write else None
    failed = []
    for name in names:
        if args.short and SECTIONS[name].short is None:
            continue
        run = measure(SECTIONS[name], args.short)
        failed += [name] if run.ended else []
        if kept is not None:  # after each, so that a run broken off has lost nothing
            runs = page.load(kept) | {page.short(name) if args.short and SECTIONS[name].short else name: run}
            page.save(kept, runs)
            args.write.write_text(page.page(runs), encoding="utf-8")
    if failed:
        print(f"not kept: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def measure(section: Section, is_short: bool) -> Run:
    """One section, run as a process of its own."""
    words = section.words(is_short)
    shown = " ".join(("python -m", *words, *((section.address, ADDRESS) if section.address else ())))
    print(f"== {section.name}: {shown}", flush=True)
    at, load, began = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", round(os.getloadavg()[0], 1), time.monotonic()
    with address(section) as more:
        command = [sys.executable, "-m", *words, *more]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    print(ran.stdout, end="", flush=True)
    return Run(shown, at, machine(), tree(), load, round(time.monotonic() - began), ran.returncode, ran.stdout)


@contextmanager
def address(section: Section) -> Iterator[Sequence[str]]:
    """The option with the address of an empty PostgreSQL that waits for its disk, where the section wants one."""
    if not section.address:
        yield ()
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        PostgresServer(None, Path(folder), is_durable=True) as server,
        server.database("bench") as url,
    ):
        yield (section.address, url)


def machine() -> str:
    """Cores, memory and Python; nothing that names the machine."""
    cpu = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    held = f", {memory[0] / 2**20:.0f} GiB of memory" if memory else ""
    cores = f"{len(cpu) or os.cpu_count()} cores ({cpu[0] if cpu else platform.machine()})"
    # A distribution builds its Python for speed; one built from its sources without asking for that is slower.
    built = " of the distribution" if sys.base_prefix == "/usr" else ""
    return f"{cores}{held}, Python {platform.python_version()}{built}"


def tree() -> str:
    """The commit that is measured; with a "+" where what is run differs from it."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "status", "--porcelain", "--", ".", ":!docs"], capture_output=True, check=False)
    return commit.stdout.strip() + ("+" if changed.stdout else "") or "unknown"


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    sys.exit(main())
