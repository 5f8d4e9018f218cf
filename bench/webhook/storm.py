"""Messages at a steady rate, each delivered three times in any order, while a broadcast is being sent.

Says how long answers took, and holds the promise against the database: every message one turn, every repeat its answer.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from app import bootstrap, settings
from bench.outbox.rate import ROOT, StandIn, add_people, ask, rows
from bench.webhook.__main__ import load_county
from bench.webhook.load import STEPS, walk
from models import delivery as deliveries
from services.runtime import Runtime
from tests.functional.server import Server, environment, exchange, prepare
from tests.functional.webhook.pushes import Platform, request, text_message

DELIVERIES = 3
SPREAD_SECONDS = 5.0
"""How far apart the three may be: the platform repeats a message within that time."""


@dataclass
class Storm:
    """What is sent when, and what came back for each message."""

    platform: Platform
    port: int
    seconds: list[float] = field(default_factory=list)
    answers: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self, number: int, sent: bytes, due: float) -> None:
        """One delivery at its moment; its time counts from then, so that waiting for us is not hidden."""
        time.sleep(max(0.0, due - time.perf_counter()))
        try:
            head, _, body = exchange(self.port, sent).partition(b"\r\n\r\n")
        except OSError:
            head, body = b"", b""
        took = time.perf_counter() - due
        well = head.startswith(b"HTTP/1.1 200")
        answer = "" if body == b"success" or not well else self.platform.answer(body)["Content"]
        with self.lock:
            self.seconds.append(took)
            self.broken += not well
            self.answers[number].add(answer)


def plan(platform: Platform, messages: int, rate: float, seed: int) -> list[tuple[float, int, bytes]]:
    """Every delivery with its moment: people in the middle of their walks, ten lines each."""
    dice = random.Random(seed)
    planned = []
    for number in range(messages):
        person, place = divmod(number, STEPS)
        document = text_message(walk(person)[place], number + 1, f"oStorm_{person:021d}")
        first = number / rate
        for copy in range(DELIVERIES):
            moment = first + (dice.uniform(0.0, SPREAD_SECONDS) if copy else 0.0)
            planned.append((moment, number, request(platform.push(document, nonce=f"n{number}-{copy}"))))
    return sorted(planned, key=lambda one: one[0])


def run(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    platform = Platform("secure")
    templates = ROOT / "app" / "data" / "sandbox_templates.toml"
    named = {"WECHAT_TEMPLATES": str(templates), **({"DATABASE_URL": args.database} if args.database else {})}
    env = environment(folder, platform, **named)
    prepare(env)
    load_county(env, folder)
    stand_in = StandIn(env)
    rt = bootstrap.build(settings.load(stand_in.env, dotenv=folder / "none"))
    messages = round(args.rate * args.minutes * 60)
    planned = plan(platform, messages, args.rate, args.seed)
    sending = None
    try:
        queue_broadcast(rt, stand_in, args.people)
        with Server.gunicorn("app.web:create_app()", stand_in.env, args.workers) as server:
            # Behind the web processes, as the Procfile and deploy/laobing-worker.service start it.
            command = ["nice", "-n", "10", sys.executable, "-m", "app.cli", "worker", "--threads", "4"]
            sending = subprocess.Popen(command, cwd=ROOT, env=stand_in.env, stdout=subprocess.DEVNULL)
            storm = Storm(platform, server.port)
            began = time.perf_counter() + 0.5
            with ThreadPoolExecutor(args.connections) as pool:
                for moment, number, sent in planned:
                    pool.submit(storm.deliver, number, sent, began + moment)
            wall = time.perf_counter() - began
        return account(rt, storm, messages, wall)
    finally:
        if sending is not None:
            sending.terminate()
            sending.wait(60)
        stand_in.close()
        rt.database.dispose()


def queue_broadcast(rt: Runtime, stand_in: StandIn, people: int) -> None:
    """A broadcast that is due now, to people the stand-in knows."""
    openids = ask(stand_in.port, "/people", {"count": people})["openids"]
    ids = add_people(rt, openids)
    with rt.transaction() as session:
        deliveries.add_deliveries(session, rows(ids, openids, rt.now()))


def account(rt: Runtime, storm: Storm, messages: int, wall: float) -> dict[str, object]:
    """The times, and whether every message was one turn with one answer."""
    with rt.reading() as session:
        one = "select count(*), sum(case when status = 'answered' then 1 else 0 end) from inbound_message"
        kept, answered = session.execute(text(one)).one()
        turns = session.execute(text("select sum(version) from conversation where openid like 'oStorm%'")).scalar()
        sent = session.execute(text("select count(*) from delivery where status <> 'pending'")).scalar()
    times = sorted(storm.seconds)
    return {
        "messages": messages,
        "deliveries": len(times),
        "deliveries_per_second": round(len(times) / wall, 1),
        "p50_ms": round(times[len(times) // 2] * 1000),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000),
        "worst_ms": round(times[-1] * 1000),
        "not_answered_200": storm.broken,
        "kept": kept,
        "answered": int(answered or 0),
        "turns": int(turns or 0),
        "messages_with_two_answers": sum(len(texts) > 1 for texts in storm.answers.values()),
        "broadcast_sent_meanwhile": sent,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=100.0, help="messages a second, each delivered three times")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--people", type=int, default=50_000, help="people of the broadcast")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(args, Path(folder))
    print(json.dumps(found))
    wrong = found["not_answered_200"] or found["messages_with_two_answers"]
    return 1 if wrong or not found["messages"] == found["kept"] == found["answered"] == found["turns"] else 0


if __name__ == "__main__":
    sys.exit(main())
