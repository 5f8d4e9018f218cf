"""Messages at a steady rate, each delivered three times in any order, while a broadcast is being sent.

Says how long answers took, and holds the promise against the database: every message one turn, every repeat its answer.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import time as time_of_day
from pathlib import Path

from sqlalchemy import text

from app import bootstrap, settings
from bench.operation.crew import started
from bench.outbox import trial
from bench.outbox.rate import ROOT, StandIn
from bench.webhook.__main__ import load_county
from bench.webhook.load import STEPS, Result, run_planned, walk
from services import broadcasts, push_rules
from services import settings as bureau_settings
from services.push_rules import PushRules, QuietHours
from services.runtime import Runtime
from tests.functional.server import Server, environment, prepare
from tests.functional.webhook.pushes import Platform, request, text_message

DELIVERIES = 3
SPREAD_SECONDS = 5.0
"""How far apart the three may be: the platform repeats a message within that time."""
NEVER_QUIET = PushRules(QuietHours(begin=time_of_day.max, end=time_of_day.min))

TALKING = 500
"""So many people talk at once, and say a line each in turn: at 100 messages a second one in five seconds."""


def plan(platform: Platform, messages: int, rate: float, seed: int) -> list[tuple[float, int, bytes]]:
    """Every delivery with its moment: people in the middle of their walks."""
    dice = random.Random(seed)
    planned = []
    for number in range(messages):
        person, place = said_by(number)
        document = text_message(walk(person)[place], number + 1, f"oStorm_{person:021d}")
        first = number / rate
        for copy in range(DELIVERIES):
            moment = first + (dice.uniform(0.0, SPREAD_SECONDS) if copy else 0.0)
            planned.append((moment, number, request(platform.push(document, nonce=f"n{number}-{copy}"))))
    return sorted(planned, key=lambda one: one[0])


def said_by(number: int) -> tuple[int, int]:
    """Who says that message, and the place of its line in their walk. Of the first people to come some leave early, a
    tenth of them after each line; whoever leaves is followed by somebody new. So people are not in step: else all would
    say the same line, the longest turn too, for five seconds.
    """
    line, seat = divmod(number, TALKING)
    stays = 1 + seat % STEPS
    if line < stays:
        return seat, line
    walks, place = divmod(line - stays, STEPS)
    return seat + TALKING * (1 + walks), place


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
    numbers, moments, sending = [number for _, number, _ in planned], [moment for moment, *_ in planned], None
    try:
        broadcast = queue_broadcast(rt, stand_in, args.people)
        with Server.gunicorn("app.web:create_app()", stand_in.env, args.workers) as server:
            # Behind the web processes, and at the rate it has unless the operator sets another.
            sending = subprocess.Popen(started("worker"), cwd=ROOT, env=stand_in.env, stdout=subprocess.DEVNULL)
            began = time.process_time()
            found = run_planned(server.port, let_go(planned), args.connections)
            driver = round((time.process_time() - began) / found.wall, 3)
            print(server.log(), end="", file=sys.stderr)  # errors alone, without what anybody wrote
        told = account(rt, found, messages, broadcast) | opened(platform, found, numbers)
        return told | {"p99_ms_by_minute": by_minute(found, moments), "driver_share_of_a_core": driver}
    finally:
        if sending is not None:
            sending.terminate()
            sending.wait(60)
        stand_in.close()
        rt.database.dispose()


def let_go(planned: list[tuple[float, int, bytes]]) -> Iterator[tuple[float, bytes]]:
    """One after another, none of them kept once it is sent: the answers need the room."""
    planned.reverse()
    while planned:
        moment, _, sent = planned.pop()
        yield moment, sent


def queue_broadcast(rt: Runtime, stand_in: StandIn, people: int) -> int:
    """A broadcast written out and due now, at whatever hour, to people who agreed to its notice: each a call of their
    own, where a mass send would be one for thousands.
    """
    with rt.transaction() as session:
        bureau_settings.keep(rt, session, "bench", push_rules.NAME, NEVER_QUIET.to_json(), "")
    trial.fill(rt, stand_in, people, typed=0, agreed=people)
    number, _ = trial.send(rt, "新的培训补贴政策开始办理了，退役军人可以到服务站问。")
    while broadcasts.expand_due(rt):
        pass
    return number


def account(rt: Runtime, found: Result, messages: int, broadcast: int) -> dict[str, object]:
    """The times, and whether every message was one turn."""
    with rt.reading() as session:
        one = "select count(*), sum(case when status = 'answered' then 1 else 0 end) from inbound_message"
        kept, answered = session.execute(text(one)).one()
        turns = session.execute(text("select sum(version) from conversation where openid like 'oStorm%'")).scalar()
    return {
        "messages": messages,
        "deliveries": len(found.seconds),
        "deliveries_per_second": round(found.rate, 1),
        "p50_ms": round(found.at(0.5)),
        "p99_ms": round(found.at(0.99)),
        "worst_ms": round(found.at(1.0)),
        "kept": kept,
        "answered": int(answered or 0),
        "turns": int(turns or 0),
        "broadcast_sent_meanwhile": broadcasts.progress(rt, broadcast).outcomes.get("sent", 0),
    }


def by_minute(found: Result, moments: Sequence[float]) -> list[int]:
    """Of what was to be sent in each minute: the time within which 99 of 100 were answered, in milliseconds."""
    minutes: dict[int, list[float]] = defaultdict(list)
    for place, seconds in zip(found.places, found.seconds, strict=True):
        minutes[int(moments[place] // 60)].append(seconds)
    return [round(sorted(all_of)[len(all_of) * 99 // 100] * 1000) for _, all_of in sorted(minutes.items())]


def opened(platform: Platform, found: Result, numbers: Sequence[int]) -> dict[str, object]:
    """Every delivery answered, and a message always in the same words. After the run: it costs more than sending."""
    broken, answers = 0, defaultdict(set)
    for place, raw in zip(found.places, found.answers, strict=True):
        head, _, body = raw.partition(b"\r\n\r\n")
        well = head.startswith(b"HTTP/1.1 200")
        broken += not well
        answers[numbers[place]].add("" if body == b"success" or not well else platform.answer(body)["Content"])
    return {
        "not_answered_200": broken,
        "messages_with_two_answers": sum(len(texts) > 1 for texts in answers.values()),
        "driver_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
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
