"""Fuzzes every route of the web application, in this process and without a socket: no request may end in a 500.

    python -m bench.fuzz_http --requests 1000000 --processes 2 --kept fuzz.jsonl
    python -m bench.fuzz_http --requests 20000 --postgres

Batch N of one state of the code is always the same: a fresh invented county, keys, tokens and requests drawn from the
seed N. What each batch found stands as a line in the file `--kept`; started again with the same file, the batches
already there are not run again. `--batch N` runs one of them and prints the faults whole. The routes come from the
application's own table, the names of fields and the words for them from its handlers and templates, the forms from its
own pages; a request is signed in as each role, half signed in, or not at all. Signed pushes of the platform carry
mutated documents. The sandbox is not fuzzed: it is not there with a real account.

A fault is a status from 500 (but 503 of /readyz, which says that no scheduler runs), an exception that comes out of
the application, or an error in the log: a turn that broke is answered with a sentence, and still counts. The platform
is away throughout, which is no fault of ours.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fuzz_http import batches
from bench.fuzz_http.request import Result
from tests.postgres import PostgresServer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the first batch's number, which is its seed")
    parser.add_argument("--kept", type=Path, help="a file with a line a batch: go on where it ends")
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no batch after so long")
    parser.add_argument("--batch", type=int, help="run this one batch and print its faults whole")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, which refuses more than SQLite does")
    args = parser.parse_args()
    if not args.postgres:
        return fuzz(args)
    with TemporaryDirectory() as folder, PostgresServer(os.environ.get("TEST_DATABASE_URL"), Path(folder)) as server:
        batches.SERVER = server
        return fuzz(args)


def fuzz(args: argparse.Namespace) -> int:
    """As many batches as it takes that are not known yet; 1 when anything broke."""
    if args.batch is not None:
        one = batches.run(args.batch)
        print("\n\n".join(one.faults), one.statuses, sep="\n")
        return 1 if one.faults else 0
    results = [Result(**json.loads(line)) for line in lines(args.kept)]
    wanted = range(args.first, args.first + -(-args.requests // batches.BATCH))
    known = {one.batch for one in results}
    began = time.monotonic()
    ends = began + 60 * args.minutes
    with multiprocessing.Pool(args.processes, maxtasksperchild=80) as pool:
        for done in pool.imap_unordered(partial(batches.run_before, ends), [one for one in wanted if one not in known]):
            if done is None:
                continue
            results.append(done)
            keep(args.kept, done)
            for fault in done.faults[:3]:
                print(f"batch {done.batch}: {fault}", flush=True)
    return told([one for one in results if one.batch in wanted], time.monotonic() - began, len(known))


def lines(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path is not None and path.exists() else []


def keep(path: Path | None, done: Result) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(vars(done), ensure_ascii=True) + "\n")


def told(results: list[Result], seconds: float, before: int) -> int:
    """The counts by status, and whether anything broke."""
    statuses: Counter[str] = Counter()
    for one in results:
        statuses.update(one.statuses)
    requests, faults = sum(one.requests for one in results), sum(len(one.faults) for one in results)
    fresh = sum(one.requests for one in results[before:])
    print(f"{requests} requests in {len(results)} batches, {faults} faults; {fresh / max(seconds, 0.1):.0f} a second")
    print("  ".join(f"{status}: {count}" for status, count in sorted(statuses.items())))
    return 1 if faults else 0


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
