"""An hour of ordinary work by all the processes of an installation: whether memory and file handles stay flat.

Two web processes, a scheduler and a sending worker; people come, walk to a referral, and are sent a message. The first
fifth warms up and does not count; then the median of the next fifth is held against that of the last.
"""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from statistics import median

from app import bootstrap, settings
from bench.operation.crew import started
from bench.outbox.rate import ROOT, StandIn, add_people, ask, rows
from bench.webhook.__main__ import load_county
from bench.webhook.load import talks
from models import delivery as deliveries
from tests.builders import note_action
from tests.functional.server import Server, environment, exchange, prepare
from tests.functional.webhook.pushes import Platform

MORE_MEMORY = 1.05
MORE_HANDLES = 4
SAMPLE_SECONDS = 30.0
WARMING = 200
"""Messages and pushes sent at the start: every thread of the worker's two crews, of 4 and 16, keeps its own line to the
platform from its first message on. An hour that only filled these up showed 14 handles, then 28: threads, not a leak.
"""


@dataclass
class Watch:
    """Samples of the watched processes: megabytes and open handles, by process."""

    processes: dict[str, int]
    memory: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    handles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, list[Counter[str]]] = field(default_factory=lambda: defaultdict(list))

    def look(self) -> None:
        for name, number in self.processes.items():
            pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
            self.memory[name].append(pages * 4096 / 1e6)
            open_now = kinds_of(number)
            self.kinds[name].append(open_now)
            self.handles[name].append(open_now.total())

    def found(self) -> list[dict[str, object]]:
        told = []
        for name in self.processes:
            fifth = max(1, len(self.memory[name]) // 5)
            (before, after), (held, holds) = (
                (median(samples[fifth : 2 * fifth]), median(samples[-fifth:]))
                for samples in (self.memory[name], self.handles[name])
            )
            flat = after <= before * MORE_MEMORY and holds <= held + MORE_HANDLES
            row = {"process": name, "mb": [round(before, 1), round(after, 1)], "handles": [held, holds], "flat": flat}
            first, last = self.kinds[name][fifth], self.kinds[name][-1]
            told.append(row | {"of_which": {kind: [first[kind], last[kind]] for kind in sorted(first | last)}})
        return told


def kinds_of(number: int) -> Counter[str]:
    """The open handles of a process by what they lead to: lines, pipes, the database's files."""
    found: Counter[str] = Counter()
    for one in Path(f"/proc/{number}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            leads_to = str(one.readlink())
            found[leads_to.rpartition("/")[2] if leads_to.startswith("/") else leads_to.partition(":")[0]] += 1
    return found


def run(args: argparse.Namespace, folder: Path) -> list[dict[str, object]]:
    platform = Platform("secure")
    templates = str(ROOT / "app" / "data" / "sandbox_templates.toml")
    env = environment(folder, platform, WECHAT_TEMPLATES=templates, **named(args.database))
    prepare(env)
    load_county(env, folder)
    stand_in, others = StandIn(env), {}
    rt = bootstrap.build(settings.load(stand_in.env, dotenv=folder / "none"))
    try:
        openids = ask(stand_in.port, "/people", {"count": args.people, "typed": args.people})["openids"]
        ids = add_people(rt, openids)
        waiting = rows(ids, openids, rt.now())
        with Server.gunicorn("app.web:create_app()", stand_in.env, 2) as server:
            for name in ("scheduler", "worker"):
                others[name] = subprocess.Popen(started(name), cwd=ROOT, env=stand_in.env, stdout=subprocess.DEVNULL)
            with rt.transaction() as session:
                for openid in openids[:WARMING]:
                    note_action(session, openid, "message", rt.now())
                pushed = rows(ids[:WARMING], openids[:WARMING], rt.now(), "policy")
                pushed = [row | {"key": f"{row['key']}:push"} for row in pushed]
                deliveries.add_deliveries(session, [*pushed, *(waiting.pop() for _ in range(WARMING))])
            watch = Watch({name: one.pid for name, one in others.items()} | server.workers())
            said = chain.from_iterable(chain.from_iterable(talks(platform, 1, number)) for number in range(1, 10**6))
            ends = time.monotonic() + args.minutes * 60
            sample, number = time.monotonic(), 0
            while (now := time.monotonic()) < ends:
                if not exchange(server.port, next(said)).startswith(b"HTTP/1.1 200"):
                    raise SystemExit("a message was not answered")
                if number % 10 == 0 and waiting:
                    with rt.transaction() as session:
                        deliveries.add_deliveries(session, [waiting.pop()])
                number += 1
                if now >= sample:
                    watch.look()
                    sample += SAMPLE_SECONDS if args.minutes > 5 else 1.0
                time.sleep(max(0.0, 1 / args.rate - (time.monotonic() - now)))
        return [{"minutes": args.minutes, "messages": number, "samples": len(watch.memory["worker"])}, *watch.found()]
    finally:
        for one in others.values():
            one.terminate()
        stand_in.close()
        for one in others.values():
            one.wait(120)
        rt.database.dispose()


def named(database: str) -> dict[str, str]:
    return {"DATABASE_URL": database} if database else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rate", type=float, default=2.0, help="messages a second")
    parser.add_argument("--people", type=int, default=1000, help="how many are sent a message, one in ten messages")
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(args, Path(folder))
    flat = all(row.get("flat", True) for row in found)
    for row in [*found, {"flat": flat}]:
        print(json.dumps(row))
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
