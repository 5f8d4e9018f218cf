"""A broadcast against the stand-in, in fair weather or bad, its processes killed or not, people chatting meanwhile.

Holds the promise: everybody has exactly one named outcome, what the stand-in shows on phones agrees with them, and it
counts no violation.

    python -m bench.outbox.trial --people 50000
    python -m bench.outbox.trial --people 50000 --weather --chat 5
    python -m bench.outbox.trial --people 5000 --kills 200
    python -m bench.outbox.trial --people 5000 --schedulers 2 --senders 3
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from app import bootstrap, migration, settings
from bench.outbox.rate import ROOT, StandIn, add_people, ask
from bench.webhook.load import STEPS, run_planned, walk
from models import allowance as allowances_table
from models import delivery as deliveries
from models.veteran import Veteran
from services import broadcasts
from services.broadcasts import Wish
from services.planner import outcome_words
from services.runtime import CHINA, Runtime
from tests.builders import note_action
from tests.functional.server import Server, environment
from tests.functional.webhook.pushes import Platform, request, text_message

NOTICE = "政策信息通知"
VILLAGE = "示例村"
TALKERS = 500
WORKS_AT = 10
"""The hour of the day the processes live in: nothing is sent at night."""
BAD_DAYS = (
    {"kind": "busy", "rate": 0.10},
    {"kind": "deaf", "rate": 0.05, "seconds": 6},
    {"kind": "gone", "rate": 0.02},
    {"kind": "refused", "rate": 0.03},
)


def hours_ahead() -> int:
    now = datetime.now(CHINA)
    morning = now.replace(hour=WORKS_AT, minute=0, second=0)
    return int(((morning if morning > now else morning + timedelta(days=1)) - now).total_seconds())


@dataclass
class Pool:
    """The processes of the installation; whoever dies is started again."""

    env: dict[str, str]
    ahead: int
    parts: list[str]
    threads: int
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, part: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "bench.outbox.sending", "--as", part, "--threads", str(self.threads)]
        command += ["--ahead", str(self.ahead)]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def __enter__(self) -> "Pool":
        self.running = [self.start(part) for part in self.parts]
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            process.kill()
            process.wait()

    def kill_one(self, dice: random.Random) -> None:
        """SIGKILL to one that has begun, a random moment after it has."""
        place = dice.randrange(len(self.parts))
        process = self.running[place]
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(dice.uniform(0.0, 1.0))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        self.running[place] = self.start(self.parts[place])


def fill(rt: Runtime, stand_in: StandIn, count: int, typed: int, agreed: int) -> list[int]:
    """So many wrote just now, the next agreed to the notice; the others only a mass send reaches."""
    wish = {"count": count, "typed": typed, "agreed": agreed, "notice": NOTICE}
    openids = ask(stand_in.port, "/people", wish)["openids"]
    ids = add_people(rt, openids)
    notice = (rt.reach.notices or {})["policy"]
    with rt.transaction() as session:
        session.execute(update(Veteran).values(village=VILLAGE))
        for openid in openids[:typed]:
            note_action(session, openid, "message", rt.now())
        for openid in openids[typed : typed + agreed]:
            allowances_table.add_notice(session, openid, notice.template_id, rt.now(), is_long=notice.is_long)
    return ids


def send(rt: Runtime, text: str) -> tuple[int, dict[str, object]]:
    """A broadcast composed and confirmed: its number and what the planner said."""
    wish = Wish("policy", f"村={VILLAGE}", text)
    planned = broadcasts.preview(rt, wish).to_json()
    number = broadcasts.compose(rt, wish, "bench")
    broadcasts.confirm(rt, number, "bench")
    return number, planned


def run(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    dice = random.Random(args.seed)
    templates = str(ROOT / "app" / "data" / "sandbox_templates.toml")
    named = {
        "WECHAT_TEMPLATES": templates,
        "PUSHES_PER_SECOND": "0",
        **({"DATABASE_URL": args.database} if args.database else {}),
    }
    stand_in = StandIn(environment(folder, Platform("secure"), **named))
    ahead = hours_ahead()
    env = stand_in.env
    parts = ["scheduler"] * args.schedulers + ["sender"] * args.senders
    try:
        config = settings.load(env, dotenv=folder / "none")
        rt = bootstrap.build(config, lambda: bootstrap.machine_clock() + timedelta(seconds=ahead))
        migration.upgrade(rt.database)
        ids = fill(rt, stand_in, args.people, typed=args.people // 10, agreed=args.people // 5)
        stand_in.weather("slow", seconds=args.answers_in)
        for one in bad_weather(args) if args.weather else ():
            ask(stand_in.port, "/weather", dict(one))
        number, planned = send(rt, "新的培训补贴政策开始办理了，退役军人可以到服务站问。")
        began, kills, resumed = time.monotonic(), 0, 0
        chat = chatting(env, stand_in, args.chat) if args.chat else nullcontext([])
        with chat as seconds, Pool(env, ahead, parts, args.threads) as pool:
            while not is_done(rt, number):
                if kills < args.kills:
                    pool.kill_one(dice)
                    kills += 1
                else:
                    time.sleep(1)
                resumed += resume(rt, number)
        took = time.monotonic() - began
        found = account(rt, stand_in, number, ids) | {"planned": planned, "kills": kills, "resumed_by_staff": resumed}
        found |= {"seconds": round(took), "load": round(os.getloadavg()[0], 1)}
        if seconds:
            times = sorted(seconds)
            found["chat"] = {
                "answers": len(times),
                "p50_ms": round(times[len(times) // 2] * 1000),
                "p99_ms": round(times[int(len(times) * 0.99)] * 1000),
                "worst_ms": round(times[-1] * 1000),
            }
        return found
    finally:
        stand_in.close()


def bad_weather(args: argparse.Namespace) -> Iterator[dict[str, object]]:
    """What strikes all along, and what strikes once in the middle: the token runs out, a quota is used up."""
    yield from BAD_DAYS
    yield {"kind": "expired", "after": args.people // 8}
    used_up = {"kind": "error", "path": "cgi-bin/message/subscribe/bizsend", "code": 45009, "times": 1}
    yield used_up | {"after": args.people // 10}


def is_done(rt: Runtime, number: int) -> bool:
    return broadcasts.progress(rt, number).status == "done"


def resume(rt: Runtime, number: int) -> int:
    """Staff press 继续 when the platform said that a count is used up."""
    if broadcasts.progress(rt, number).status != "paused":
        return 0
    broadcasts.resume(rt, number, "bench")
    return 1


@contextmanager
def chatting(env: dict[str, str], stand_in: StandIn, rate: float) -> Iterator[list[float]]:
    """People who write to the product, so many messages a second, until the block ends; the seconds of
    each answer, once it has ended.
    """
    platform, stop = Platform("secure"), threading.Event()
    openids = ask(stand_in.port, "/people", {"count": TALKERS, "typed": TALKERS})["openids"]
    seconds: list[float] = []

    def said() -> Iterator[tuple[float, bytes]]:
        for number in range(TALKERS * STEPS):
            if stop.is_set():
                return
            person, place = divmod(number, STEPS)
            document = text_message(walk(person)[place], number + 1, openids[person])
            yield number / rate, request(platform.push(document, nonce=f"n{number}"))

    with Server.gunicorn("app.web:create_app()", env, 1) as server:
        talker = threading.Thread(target=lambda: seconds.extend(run_planned(server.port, said(), 16).seconds))
        talker.start()
        try:
            yield seconds
        finally:
            stop.set()
            talker.join()


def account(rt: Runtime, stand_in: StandIn, number: int, ids: list[int]) -> dict[str, object]:
    """The sums of both sides."""
    with rt.reading() as session:
        rows = [one for number_of in batches(session, number) for one in number_of]
    people = Counter(row.veteran_id for row in rows)
    outcomes = Counter((row.means or "-", row.outcome) for row in rows)
    unnamed = sum(count for (_, name), count in outcomes.items() if outcome_words(name)[0] == name)
    ask(stand_in.port, "/settle", {})
    return {
        "people": len(ids),
        "rows": len(rows),
        "without_row": len(set(ids) - set(people)),
        "with_two": sum(count > 1 for count in people.values()),
        "unnamed": unnamed,
        "outcomes": {f"{means} {name}": count for (means, name), count in outcomes.most_common()},
        "received": ask(stand_in.port, "/received"),
        "violations": ask(stand_in.port, "/violations")["by_name"],
    }


def batches(session, number: int) -> Iterator[list[deliveries.Delivery]]:
    after = 0
    while page := deliveries.deliveries_of_broadcast(session, number, after, 5000):
        after = page[-1].id
        yield page


def is_kept(found: dict) -> bool:
    """Nobody lost, nobody with two rows or no name, nothing twice where the platform has a key, no violation."""
    doubled = {means: seen["doubled"] for means, seen in found["received"].items()}
    named = sum(count for name, count in found["outcomes"].items() if name.endswith("sent_again"))
    sums = found["without_row"] == found["with_two"] == found["unnamed"] == 0 and found["rows"] == found["people"]
    keyed = doubled.get("mass", 0) + doubled.get("template", 0)
    return sums and not found["violations"] and keyed == 0 and sum(doubled.values()) <= named


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--schedulers", type=int, default=1)
    parser.add_argument("--senders", type=int, default=1)
    parser.add_argument("--threads", type=int, default=16, help="of each sender")
    parser.add_argument("--answers-in", type=float, default=0.05, help="seconds the platform takes")
    parser.add_argument("--weather", action="store_true", help="bad days of the platform")
    parser.add_argument("--chat", type=float, default=0.0, help="messages a second from people who chat meanwhile")
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database (default: SQLite)")
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(args, Path(folder))
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 0 if is_kept(found) else 1


if __name__ == "__main__":
    sys.exit(main())
