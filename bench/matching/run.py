"""Runs the peers side by side on one data set: `python -m bench.matching.run --size province [--people N] [--only …]`.

The engine ranks all people; slow peers rank a stated sample of them. CPU time of the process (so that other work on the
machine matters less; PostgreSQL, which works in processes of its own: wall time), the best of up to three runs, one
thread each but for polars, whose threads are added up. A line a peer, and JSON (`--out`) for the chart.
"""

import argparse
import json
import shutil
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from bench.matching import data, databases, limit, peers
from bench.matching.coded import Coded
from matching.catalog import Catalog
from matching.people import People
from matching.ranking import Ranking, rank_all

K = 10
#: How many people each peer ranks at each size.
SAMPLE = {
    "naive + rapidfuzz": {"county": 20, "prefecture": 3, "province": 1},
    "plain Python": {"county": 20, "prefecture": 3, "province": 1},
    "rapidfuzz cdist": {"county": 300, "prefecture": 50, "province": 20},
    "numpy": {"county": 1000, "prefecture": 300, "province": 100},
    "polars": {"county": 200, "prefecture": 100, "province": 50},
    "duckdb": {"county": 1000, "prefecture": 500, "province": 200},
    "PostgreSQL GIN": {"county": 100, "prefecture": 50, "province": 20},
    "tantivy": {"county": 300, "prefecture": 300, "province": 300},
    "numba": {"county": 3000, "prefecture": 2000, "province": 1000},
    "C": {"county": 3000, "prefecture": 3000, "province": 3000},
}
#: What a peer needs beyond this project's own dependencies: a package, or a program.
NEEDS = {"polars": "polars", "duckdb": "duckdb", "tantivy": "tantivy", "numba": "numba", "C": "gcc"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=data.SIZES, default="county")
    parser.add_argument("--people", type=int, default=None, help="rank fewer people than the size has")
    parser.add_argument("--only", nargs="*", default=None)
    parser.add_argument("--out", type=Path, default=None)
    args = parser.parse_args()
    people_count, posting_count = data.SIZES[args.size]
    bench = Bench(args.size, args.people or people_count, posting_count)
    chosen = [name for name in SAMPLE if args.only is None or name in args.only]
    results = [bench.engine()]
    for name in chosen:
        if is_here(name):
            results.append(bench.peer(name))
        else:
            print(f"{name:20s} left out: {NEEDS[name]} is not installed here", flush=True)
    if args.out:
        head = {"size": args.size, "people": len(bench.people.ids), "postings": posting_count}
        args.out.write_text(json.dumps({**head, "results": results}, ensure_ascii=False, indent=1) + "\n")


def is_here(name: str) -> bool:
    """Whether what the peer needs is installed."""
    need = NEEDS.get(name)
    return need is None or bool(find_spec(need) or shutil.which(need))


class Bench:
    """One data set, the engine's answer on it, and the peers."""

    def __init__(self, size: str, people: int, postings: int) -> None:
        self.size = size
        self.postings = data.postings(size, postings)
        self.seekers = data.people(size, people)
        self.catalog = Catalog.build(self.postings, data.DAY)
        self.people = People.of(self.seekers)
        most = min(people, max(sample[size] for sample in SAMPLE.values()))
        self.sample = self.seekers[:most]
        self.coded = Coded.of(self.catalog, People.of(self.sample))
        self.right: Ranking = rank_all(self.catalog, self.people, K, 0)

    def engine(self) -> dict[str, Any]:
        took = timed(lambda: rank_all(self.catalog, self.people, K, 0), 3)
        return self.line("engine", took, len(self.people.ids), [])

    def peer(self, name: str) -> dict[str, Any]:
        count = min(SAMPLE[name][self.size], len(self.sample))
        persons, coded = self.sample[:count], self.coded
        runs: dict[str, Callable[[], peers.Lists]] = {
            "naive + rapidfuzz": lambda: peers.naive_fuzzy(self.postings, persons, self.catalog, K),
            "plain Python": lambda: peers.reference(self.postings, persons, self.catalog, K),
            "rapidfuzz cdist": lambda: peers.cdist(self.postings, persons, coded, K),
            "numpy": lambda: peers.plain_numpy(coded, count, K),
            "polars": lambda: peers.polars(coded, count, K),
        }
        if name in runs:
            found: list[peers.Lists] = []
            took = timed(lambda: found.append(runs[name]()), 1)
            return self.line(name, took, count, found[-1])
        return self.prepared(name, count)

    def prepared(self, name: str, count: int) -> dict[str, Any]:
        """Peers that build something first; only the search is timed."""
        coded, found = self.coded, []
        if name == "PostgreSQL GIN":
            with databases.postgres(coded, K) as ranked:
                took = timed(lambda: found.append(ranked(0, count - 1)), 1, time.perf_counter)
                return self.line(name, took, count, found[-1])
        if name == "duckdb":
            ask = databases.duckdb(coded, K)
            took = timed(lambda: found.append(ask(0, count - 1)), 2)
        elif name == "tantivy":
            search = peers.tantivy(self.postings, self.sample, coded)
            took = timed(lambda: found.append([search(person) for person in range(count)]), 2)
        elif name == "numba":
            run = peers.numba_brute(coded, K)
            run(0, 2)
            took = timed(lambda: found.append(run(0, count)), 3)
        else:
            program = limit.library()
            took = timed(lambda: found.append(limit.rank(coded, 0, count, K, program)), 3)
            found = [peers.lists_of(coded, *found[-1])]
        return self.line(name, took, count, found[-1])

    def line(self, name: str, seconds: float, count: int, lists: peers.Lists) -> dict[str, Any]:
        same, shared = self.agreement(lists)
        result = {"name": name, "us": round(seconds / count * 1e6, 1), "people": count, "same": same, "shared": shared}
        print(
            f"{name:20s} {result['us']:12,.1f} µs/person  people {count:7,d}  same lists {same}  of the ten {shared}",
            flush=True,
        )
        return result

    def agreement(self, lists: peers.Lists) -> tuple[float, float]:
        """Share of lists equal to the engine's (postings and order), and share of its postings found."""
        if not lists:
            return 1.0, 1.0
        place = {posting_id: row for row, posting_id in enumerate(self.catalog.ids)}
        right = [[place[one.posting_id] for one in self.right.of(person)] for person in range(len(lists))]
        found = [[row for row, _ in one] for one in lists]
        same = float(np.mean([one == other for one, other in zip(right, found, strict=True)]))
        hits = [len(set(one) & set(other)) / len(one) for one, other in zip(right, found, strict=True) if one]
        return round(same, 4), round(float(np.mean(hits)), 4)


def timed(run: Callable[[], object], times: int, clock: Callable[[], float] = time.process_time) -> float:
    took = []
    for _ in range(times):
        began = clock()
        run()
        took.append(clock() - began)
    return min(took)


if __name__ == "__main__":
    main()
