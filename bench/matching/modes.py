"""The engine's other uses: live, reverse, after changes, memory at province size; a catalog of 2,000,000 postings."""

import argparse
import json
import pickle
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from bench.matching import data, limit
from bench.matching.coded import Coded
from matching.catalog import Catalog
from matching.people import People
from matching.ranking import rank, rank_all, refresh, reverse

K = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--postings", type=int, default=120_000)
    parser.add_argument("--nation", type=int, default=0, help="postings of the nation-wide catalog instead")
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--make", type=Path, default=None, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.make:
        make(args.make, args.people, args.postings)
        return
    results = nation(args.nation) if args.nation else province(args.people, args.postings)
    for name, value in results.items():
        print(f"{name:40s} {value:,}")
    if args.out:
        args.out.write_text(json.dumps(results, indent=1) + "\n")


def make(target: Path, people_count: int, posting_count: int) -> None:
    """The columns alone, in a file, so that the process measured never held the records they are made of."""
    catalog = Catalog.build(data.postings("province", posting_count), data.DAY)
    people = People.of(data.people("province", people_count))
    target.write_bytes(pickle.dumps((catalog, people)))


def province(people_count: int, posting_count: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "columns"
        options = ["--make", str(target), "--people", str(people_count), "--postings", str(posting_count)]
        subprocess.run([sys.executable, "-m", "bench.matching.modes", *options], check=True)
        began = memory()
        catalog, people = pickle.loads(target.read_bytes())
    results: dict[str, Any] = {"columns: megabytes": round(memory() - began)}
    # The first run, which works out what people keep for the next, is the one whose memory counts.
    full, ranking = clocked(lambda: rank_all(catalog, people, K))
    results["peak megabytes over the start"] = round(peak() - began)
    full = min(full, *(clocked(lambda: rank_all(catalog, people, K))[0] for _ in range(2)))
    results["full run: seconds"] = round(full, 2)
    results["full run: microseconds a person"] = round(full / people_count * 1e6, 1)
    results |= live(catalog, data.people("province", 4_000, seed=9))
    results |= backwards(catalog, people)
    results |= changes(catalog, people, ranking, full)
    results["1 % changed: peak megabytes over the start"] = round(results.pop("peak") - began)
    return results


def live(catalog: Catalog, seekers: list[Any]) -> dict[str, Any]:
    for seeker in seekers[2_000:]:
        # Every home is met here once: its row of the place table is worked out on first use and then kept.
        rank(catalog, seeker, K)
    took = sorted(clocked(lambda one=one: rank(catalog, one, K))[0] * 1000 for one in seekers[:2_000])
    return {"live: p50 ms": round(took[len(took) // 2], 2), "live: p99 ms": round(took[int(len(took) * 0.99)], 2)}


def backwards(catalog: Catalog, people: People) -> dict[str, Any]:
    dice = random.Random(5)
    offers = [data.posting(dice, dice.choice(data.counties("province")), f"new{number}") for number in range(20)]
    took = sorted(clocked(lambda one=one: reverse(one, people, catalog))[0] * 1000 for one in offers)
    return {"reverse: median ms": round(took[10], 1), "reverse: worst of 20 ms": round(took[-1], 1)}


def changes(catalog: Catalog, people: People, ranking: Any, full: float) -> dict[str, Any]:
    dice, places = random.Random(6), data.counties("province")
    hundredth = len(catalog.ids) // 100
    gone = dice.sample(catalog.ids, hundredth)
    fresh = [data.posting(dice, dice.choice(places), f"q{number:07d}") for number in range(hundredth)]
    update, changed = clocked(lambda: catalog.changed(fresh, gone, 2))
    changed.entries  # noqa: B018 - the index is part of taking the change in
    forget_peak()
    took, refreshed = clocked(lambda: refresh(ranking, changed))
    highest = peak()
    right = rank_all(changed, people, K)
    same = all(refreshed.of(person) == right.of(person) for person in range(0, len(people.ids), 10))
    return {
        "1 % changed: catalog seconds": round(update, 2),
        "1 % changed: refresh seconds": round(took, 2),
        "peak": highest,
        "1 % changed: share of a full run": round(took / full, 3),
        "1 % changed: exact (every 10th person)": same,
    }


def nation(count: int) -> dict[str, Any]:
    catalog = data.nation(count)
    homes = data.people("prefecture", 20_000)
    people = People.of(homes)
    clocked(lambda: rank_all(catalog, people, K, 0))
    took, ranking = clocked(lambda: rank_all(catalog, people, K, 0))
    coded, program = Coded.of(catalog, people.some(np.arange(200))), limit.library()
    brute, (out, totals) = clocked(lambda: limit.rank(coded, 0, 200, K, program))
    rows = coded.posting["row"]
    right = [
        [(int(rows[one]), int(total)) for one, total in zip(*pair, strict=True) if one >= 0]
        for pair in zip(out, totals, strict=True)
    ]
    mine = [[(int(one.posting_id[1:]), one.total) for one in ranking.of(person)] for person in range(200)]
    return {
        "postings": count,
        "engine: microseconds a person": round(took / len(homes) * 1e6, 1),
        "C: microseconds a person": round(brute / 200 * 1e6, 1),
        "times faster": round(brute / 200 / (took / len(homes)), 1),
        "same lists (200 people)": right == mine,
        "catalog bytes a posting": round(catalog.nbytes / count, 1),
    }


def clocked(run: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = run()
    return time.process_time() - began, result


def memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def peak() -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


def forget_peak() -> None:
    """Lets the kernel count the peak anew from here."""
    Path("/proc/self/clear_refs").write_text("5")


if __name__ == "__main__":
    main()
