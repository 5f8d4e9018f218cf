"""Three web processes, two schedulers, four workers on three hosts: the final rows of one process, in trouble too.

Every message is delivered to all three hosts at once. With `--kills` processes are killed at random moments
meanwhile and started anew, connections to the database are cut, and PostgreSQL is restarted halfway. Then one process
does the same in peace, and the rows are compared. Needs root, for the network namespaces; skips loudly without.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from app import bootstrap, settings
from bench.operation import network
from bench.outbox.rate import ROOT, StandIn, add_people, ask, rows
from bench.webhook.__main__ import load_county
from bench.webhook.load import walk as lines
from handlers.webhook import TROUBLE
from models import delivery as deliveries
from services.runtime import Runtime
from tests.functional.server import Server, environment, prepare
from tests.functional.webhook.pushes import Platform, request, text_message
from tests.postgres import PostgresServer

PORT = 8000
TRIES = 40
PYTHON = sys.executable
WEB = [PYTHON, "-m", "gunicorn", "--workers", "1", "--log-level", "critical", "--no-control-socket"]
ROWS = {
    "turns": "select openid, version from conversation where openid like 'oHosts%'",
    "messages": "select key, status from inbound_message where sender like 'oHosts%'",
    "profiles": "select v.openid, p.profile, p.revision from preference p join veteran v on v.id = p.veteran_id",
    "changes": "select v.openid, c.slot, c.old, c.new from preference_change c join veteran v on v.id = c.veteran_id",
    "consents": "select v.openid, c.purpose from consent c join veteran v on v.id = c.veteran_id"
    " where v.openid like 'oHosts%'",
    "referrals": "select v.openid, p.code, r.status from referral r join veteran v on v.id = r.veteran_id"
    " join posting p on p.id = r.posting_id",
    "shown": "select v.openid, r.posting_code, r.position from recommendation r join veteran v on v.id = r.veteran_id",
}


@dataclass
class Crew:
    """The processes of an installation, by name; whoever is killed is started anew."""

    env: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    commands: dict[str, Sequence[str]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, name: str, command: Sequence[str]) -> None:
        self.commands[name] = command
        self.running[name] = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """As a power cut does, the process and its children; another one takes its place."""
        with self.lock:
            os.killpg(self.running[name].pid, signal.SIGKILL)
            self.running[name].wait(10)
            self.start(name, self.commands[name])

    def stop(self) -> None:
        for one in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGTERM)
        for one in self.running.values():
            try:
                one.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(one.pid, signal.SIGKILL)


def say(platform: Platform, doors: Sequence[tuple[str, int]], sender: str, number: int, line: str) -> None:
    """One message to every door at once; again, as the platform and the person would, until it is answered."""
    sent = request(platform.push(text_message(line, number, sender), nonce=f"n{number}"))
    for _ in range(TRIES):
        with ThreadPoolExecutor(len(doors)) as pool:
            answers = list(pool.map(lambda door: _exchange(door, sent), doors))
        if any(_is_answer(platform, answer) for answer in answers):
            return
        time.sleep(1.0)
    raise SystemExit("a message was never answered")


def _exchange(door: tuple[str, int], sent: bytes) -> bytes:
    pieces = []
    with contextlib.suppress(OSError), socket.create_connection(door, 10) as line:
        line.sendall(sent)
        while piece := line.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)


def _is_answer(platform: Platform, answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200") or not body:
        return False
    return body == b"success" or platform.answer(body)["Content"] != TROUBLE


def walk(platform: Platform, doors: Sequence[tuple[str, int]], person: int) -> None:
    for place, line in enumerate(lines(person)):
        say(platform, doors, f"oHosts_{person:021d}", person * 100 + place + 1, line)


def final(rt: Runtime) -> dict[str, list[str]]:
    """What the database holds at the end, without numbers and moments of its own making."""
    with rt.reading() as session:
        return {
            name: sorted(
                json.dumps([*row], ensure_ascii=False, sort_keys=True, default=str)
                for row in session.execute(text(sql))
            )
            for name, sql in ROWS.items()
        }


def on_hosts(args: argparse.Namespace, server: PostgresServer, folder: Path) -> dict[str, Any]:
    """The installation on three hosts, with its trouble; what was left."""
    platform, dice = Platform("secure"), random.Random(args.seed)
    with server.database("hosts") as url, network.hosts() as hosts:
        line = network.Relay(f"{make_url(url).query['host']}/.s.PGSQL.5432")
        there = make_url(url).set(host=network.HERE, port=line.port, query={}).render_as_string(hide_password=False)
        env = _environment(folder, platform, DATABASE_URL=there)
        stand_in = StandIn(env)
        api = network.Relay(("127.0.0.1", stand_in.api))
        crew = Crew(stand_in.env | {"LAOBING_WECHAT_API_BASE": f"http://{network.HERE}:{api.port}"})
        rt = bootstrap.build(settings.load(env | {"LAOBING_DATABASE_URL": url}, dotenv=folder / "none"))
        try:
            _prepare(rt, env, folder, stand_in, args.broadcast)
            for place, (host, address) in enumerate(hosts.items()):
                crew.start(
                    f"web {place}", network.on(host, [*WEB, "--bind", f"{address}:{PORT}", "app.web:create_app()"])
                )
            for place in range(2):
                crew.start(
                    f"scheduler {place}", network.on(f"laobing{place + 1}", [PYTHON, "-m", "app.cli", "scheduler"])
                )
            for place in range(4):
                command = [PYTHON, "-m", "app.cli", "worker", "--threads", "4"]
                crew.start(f"worker {place}", network.on(f"laobing{place % 3 + 1}", command))
            doors = [(address, PORT) for address in hosts.values()]
            done = threading.Event()
            trouble = threading.Thread(target=_trouble, args=(args, dice, crew, line, server, done))
            trouble.start()
            people = 0
            with ThreadPoolExecutor(4) as pool:
                while people < args.people or not done.is_set():
                    list(pool.map(lambda one: walk(platform, doors, one), range(people, people + 4)))
                    people += 4
            trouble.join()
            told = {"people": people, **_settled(rt, stand_in)}
            return told | {"rows": final(rt)}
        finally:
            crew.stop()
            for relay in (line, api):
                relay.close()
            stand_in.close()
            rt.database.dispose()


def _trouble(
    args: argparse.Namespace,
    dice: random.Random,
    crew: Crew,
    line: network.Relay,
    server: PostgresServer,
    done: threading.Event,
) -> None:
    for number in range(args.kills):
        time.sleep(dice.uniform(0.0, args.pause))
        crew.kill(dice.choice(sorted(crew.running)))
        if number % 10 == 5:
            line.cut()
        if number == args.kills // 2:
            server.restart()
    done.set()


def in_one_process(args: argparse.Namespace, server: PostgresServer, folder: Path, people: int) -> dict[str, list[str]]:
    """The same messages to one process in peace."""
    platform = Platform("secure")
    with server.database("one") as url:
        env = _environment(folder, platform, DATABASE_URL=url)
        rt = bootstrap.build(settings.load(env, dotenv=folder / "none"))
        prepare(env)
        load_county(env, folder)
        with Server.product(env) as one:
            for person in range(people):
                walk(platform, [("127.0.0.1", one.port)], person)
        found = final(rt)
        rt.database.dispose()
    return found


def _environment(folder: Path, platform: Platform, **named: str) -> dict[str, str]:
    templates = str(ROOT / "app" / "data" / "sandbox_templates.toml")
    return environment(folder, platform, WECHAT_TEMPLATES=templates, **named)


def _prepare(rt: Runtime, env: dict[str, str], folder: Path, stand_in: StandIn, count: int) -> None:
    prepare(env)
    load_county(env, folder)
    openids = ask(stand_in.port, "/people", {"count": count})["openids"]
    ids = add_people(rt, openids)
    with rt.transaction() as session:
        deliveries.add_deliveries(session, rows(ids, openids, rt.now()))


def _settled(rt: Runtime, stand_in: StandIn) -> dict[str, Any]:
    """Waits until nothing is open; what the platform got."""
    gives_up = time.monotonic() + 300
    while time.monotonic() < gives_up:
        with rt.reading() as session:
            counts = deliveries.counts_by_status(session)
        if not sum(counts.get(status, 0) for status in deliveries.OPEN_DELIVERIES):
            break
        time.sleep(1.0)
    arrived = ask(stand_in.port, "/received").get("template", {"people": 0, "doubled": 0})
    return {"received": arrived["people"], "doubled": arrived["doubled"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=40, help="people who walk to a referral, at least")
    parser.add_argument("--broadcast", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between two kills, at most")
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    if reason := network.missing():
        print(f"SKIPPED: {reason}", file=sys.stderr)
        return 0
    with tempfile.TemporaryDirectory() as name, PostgresServer(None, Path(name)) as server:
        found = on_hosts(args, server, Path(name))
        kept = found.pop("rows")
        alone = in_one_process(args, server, Path(name), found["people"])
    differ = {name: len(set(kept[name]) ^ set(alone[name])) for name in ROWS}
    told = {**found, "kills": args.kills, "broadcast": args.broadcast, "rows": {n: len(kept[n]) for n in ROWS}}
    print(json.dumps({**told, "rows_that_differ": differ}))
    lost = args.broadcast - found["received"]
    same = kept == alone
    return 0 if same and not lost and not found["doubled"] else 1


if __name__ == "__main__":
    sys.exit(main())
