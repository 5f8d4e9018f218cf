"""Runs both programs under gunicorn sync workers, in turns, and prints the ratio (bench/webhook/README.md)."""

import argparse
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from app import bootstrap, demo_county, settings
from bench.webhook.load import Result, run, talks
from tests.functional.server import Server, environment, prepare
from tests.functional.webhook.pushes import Platform


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=60, help="people a round, eleven pushes each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    args = parser.parse_args()
    platform = Platform("secure")
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder), platform, **({"DATABASE_URL": args.database} if args.database else {}))
        prepare(env)
        load_county(env, Path(folder))
        with (
            Server.gunicorn("bench.webhook.echo:create_app()", env, args.workers) as echo,
            Server.gunicorn("app.web:create_app()", env, args.workers) as product,
        ):
            servers = {"echo": echo, "product": product}
            found: dict[str, list[Result]] = {name: [] for name in servers}
            first = 1
            for turn in range(args.rounds + 1):
                for name in sorted(servers, reverse=turn % 2 == 0):
                    result = run(servers[name].port, talks(platform, args.people, first), args.connections)
                    first += args.people
                    check(name, result, platform)
                    # The first round warms both up: lexicons, prepared statements, pages of the database file.
                    if turn:
                        found[name].append(result)
    report(found)
    return 0


def load_county(env: Mapping[str, str], folder: Path) -> None:
    """The demo's 1,500 postings, taken in through the real import: ranking them is a part of a turn."""
    rt = bootstrap.build(settings.load(env, dotenv=folder / "none"))
    demo_county.load(rt, folder)
    rt.database.dispose()


def check(name: str, result: Result, platform: Platform) -> None:
    """Every push was answered in words; a fast refusal would be no result."""
    for answer in result.answers:
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200") or not body:
            sys.exit(f"{name}: {head[:60]!r}")
        if body != b"success" and not platform.answer(body)["Content"]:
            sys.exit(f"{name}: an empty answer")
    spoken = sum(not answer.endswith(b"success") for answer in result.answers)
    if spoken < len(result.answers) * 0.95:
        sys.exit(f"{name}: only {spoken} of {len(result.answers)} pushes were answered in words")


def report(found: dict[str, list[Result]]) -> None:
    rows = {
        name: {
            "requests": sum(len(result.seconds) for result in results),
            "per_second": round(median(result.rate for result in results)),
            "p50_ms": round(median(result.at(0.5) for result in results), 1),
            "p99_ms": round(median(result.at(0.99) for result in results), 1),
            "worst_ms": round(max(result.at(1.0) for result in results), 1),
        }
        for name, results in found.items()
    }
    for name, row in rows.items():
        print(json.dumps({"program": name} | row))
    product, echo = rows["product"], rows["echo"]
    ratio = {"rate": product["per_second"] / echo["per_second"], "p99": product["p99_ms"] / echo["p99_ms"]}
    print(json.dumps({"ratio": {name: round(value, 3) for name, value in ratio.items()}}))


if __name__ == "__main__":
    sys.exit(main())
