"""A night's matching by one worker process and by two, on the same county: how much faster, and the same lists."""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from app import bootstrap, migration, settings
from bench.operation.county import fill
from models import transfer
from services import nightly, recommendations
from tests.functional.server import ROOT, environment
from tests.functional.webhook.pushes import Platform

NIGHT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)  # three in the morning in China


def work() -> int:
    """One worker: waits for the word on its standard input, then shares the night."""
    rt = bootstrap.build(settings.load(), clock=lambda: NIGHT)
    print("ready", flush=True)
    sys.stdin.readline()
    begun = time.process_time()
    with rt.reading() as session:  # what every worker does once for itself
        recommendations.news(rt.database, session, rt.today())
    read = time.process_time()
    print(nightly.match_due(rt), read - begun, time.process_time() - read, flush=True)
    return 0


def run(env: Mapping[str, str], workers: int) -> tuple[float, list[list[float]]]:
    """How long it took, and of each worker: people matched, processor time for the postings and for the people."""
    command = [sys.executable, "-m", "bench.operation.night", "--work"]
    crew = [
        subprocess.Popen(command, cwd=ROOT, env=dict(env), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(workers)
    ]
    for one in crew:
        assert one.stdout is not None
        one.stdout.readline()
    begun = time.perf_counter()
    for one in crew:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [[float(word) for word in one.communicate()[0].split()[-3:]] for one in crew]
    return time.perf_counter() - begun, told


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--postings", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work:
        return work()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        named = {"DATABASE_URL": args.database} if args.database else {}
        env = environment(folder, Platform("secure"), **named)
        rt = bootstrap.build(settings.load(env, dotenv=folder / "none"), clock=lambda: NIGHT)
        migration.upgrade(rt.database)
        fill(rt, args.people, args.postings)
        best: dict[int, float] = {}
        lists: dict[int, str] = {}
        shares: dict[int, list[list[float]]] = {}
        for _ in range(args.rounds):
            for workers in (1, 2):
                with rt.transaction() as session:
                    for table in ("nightly_list", "nightly_shard"):
                        session.execute(text(f"delete from {table}"))
                took, shares[workers] = run(env, workers)
                best[workers] = min(took, best.get(workers, took))
                figures = {one.table: one.digest for one in transfer.figures(rt.database)}
                lists[workers] = figures["nightly_list"]
        rt.database.dispose()
    found = {
        "people": args.people,
        "postings": args.postings,
        "database": "PostgreSQL" if args.database else "SQLite",
        "one_worker_s": round(best[1], 1),
        "two_workers_s": round(best[2], 1),
        "times_as_fast": round(best[1] / best[2], 2),
        "shared": [round(people) for people, _, _ in shares[2]],
        "cpu_s_postings_each": round(shares[1][0][1], 2),
        "cpu_s_people_one_worker": round(shares[1][0][2], 2),
        "cpu_s_people_two_workers": round(sum(one[2] for one in shares[2]), 2),
        "same_lists": lists[1] == lists[2],
    }
    print(json.dumps(found))
    return 0 if found["same_lists"] else 1


if __name__ == "__main__":
    sys.exit(main())
