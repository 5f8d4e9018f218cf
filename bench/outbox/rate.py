"""Sending rate against a platform that takes 50 ms, and bulk enqueue against the bulk-insert floor."""

import argparse
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import product
from pathlib import Path

from app import bootstrap, migration, settings
from models import delivery as deliveries
from models.base import Session
from models.delivery import Delivery, DeliveryStatus
from models.veteran import Consent, Veteran
from services import outbox, veterans
from services.outbox import Message
from tests.functional.server import environment, free_port
from tests.functional.webhook.pushes import Platform

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 0.05


def ask(port: int, path: str, body: dict | None = None) -> dict:
    data = None if body is None else json.dumps(body)
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request("GET" if body is None else "POST", path, data, {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())


def wait_for(port: int, path: str) -> None:
    for _ in range(200):
        try:
            ask(port, path)
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the stand-in did not start")


def cpu(process: "subprocess.Popen[bytes]") -> float:
    """Seconds of processor a process has used."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class StandIn:
    """The sandbox in a process of its own, its API on an event loop; without a callback it sends no receipts."""

    def __init__(self, env: dict[str, str], callback: str = "") -> None:
        self.port, self.api = free_port(), free_port()
        self.env = env | {"LAOBING_WECHAT_API_BASE": f"http://127.0.0.1:{self.api}"}
        command = [sys.executable, "-m", "sandbox", "--callback", callback or "http://127.0.0.1:9/wechat"]
        command += ["--mode", "secure", "--port", str(self.port), "--api-port", str(self.api)]
        command += [] if callback else ["--no-events"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.DEVNULL)
        wait_for(self.port, "/violations")

    def weather(self, kind: str, **rule: float) -> None:
        ask(self.port, "/weather", {"kind": kind, **rule})

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def add_people(rt, openids: list[str]) -> list[int]:
    """Followers who agreed to everything, in bulk."""
    now = rt.now()
    with rt.transaction() as session:
        people = [Veteran(openid=one, following=True, followed_at=now, created_at=now) for one in openids]
        session.add_all(people)
        session.flush()
        session.add_all(
            Consent(veteran_id=one.id, purpose=purpose, text_version="t", channel="wechat", given_at=now)
            for one in people
            for purpose in (veterans.STORING, veterans.PUSHES)
        )
        return [one.id for one in people]


def rows(ids: list[int], openids: list[str], now, topic: str = "application") -> list[dict]:
    facts = {"title": "保安", "employer": "示例公司", "state": "已通过", "time": "2026年11月21日"}
    return [
        outbox.row_of(number, openid, topic, Message(f"bench:{number}", "有消息了", facts), now)
        for number, openid in zip(ids, openids, strict=True)
    ]


class Fast:
    """The cheapest platform there is (fast.py), in a process of its own."""

    def __init__(self, seconds: float) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "bench.outbox.fast", "--port", str(self.port), "--seconds", str(seconds)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        wait_for(self.port, "/received")

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def sending(threads: int, processes: int, seconds: float, folder: Path) -> None:
    """So many workers, shared out among so many sender processes, kept busy for about so long."""
    templates = str(ROOT / "app" / "data" / "sandbox_templates.toml")
    platform, ideal = Fast(SECONDS), threads / SECONDS
    count, warm_up = int(seconds * ideal), 4 * threads
    places = {
        "DATABASE_URL": f"sqlite:///{folder / f'{threads}-{processes}.db'}",
        "WECHAT_API_BASE": f"http://127.0.0.1:{platform.port}",
        "PUSHES_PER_SECOND": "0",
    }
    env = environment(folder, Platform("secure"), WECHAT_TEMPLATES=templates, **places)
    rt = bootstrap.build(settings.load(env))
    migration.upgrade(rt.database)
    openids = [f"oBench{number:08}" for number in range(count + warm_up)]
    made = rows(add_people(rt, openids), openids, rt.now())
    add(rt, made[:warm_up])
    command = [sys.executable, "-m", "bench.outbox.sending", "--as", "timed", "--threads", str(threads // processes)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    senders = [subprocess.Popen(command, cwd=ROOT, env=env, **pipes) for _ in range(processes)]
    try:
        for sender in senders:
            assert [sender.stdout.readline() for _ in range(2)] == ["begun\n", "warm\n"]
        add(rt, made[warm_up:])
        began, theirs = time.monotonic(), cpu(platform.process)
        for sender in senders:
            sender.stdin.write("go\n")
            sender.stdin.flush()
        ends = [sender.stdout.readline().split() for sender in senders]
        took, theirs = time.monotonic() - began, cpu(platform.process) - theirs
        sent, used = sum(int(end[0]) for end in ends), sum(float(end[1]) for end in ends)
        print(
            f"threads={threads} processes={processes} sent={sent} of {count} seconds={took:.2f} "
            f"rate={sent / took:.0f}/s ideal={ideal:.0f}/s share={sent / took / ideal:.3f} "
            f"cpu={1000 * used / sent:.2f}ms/message (platform {1000 * theirs / sent:.2f}) "
            f"load={os.getloadavg()[0]:.1f} {ask(platform.port, '/received')}"
        )
    finally:
        for sender in senders:
            sender.kill()
            sender.wait()
        platform.close()


def add(rt, made: list[dict]) -> None:
    with rt.transaction() as session:
        deliveries.add_deliveries(session, made)


def writing(count: int, folder: Path) -> None:
    """Writing rows through the outbox's own bulk door, against plain executemany of the same rows into the table."""
    env = environment(folder, Platform("secure"), DATABASE_URL=f"sqlite:///{folder / 'bulk.db'}")
    rt = bootstrap.build(settings.load(env))
    migration.upgrade(rt.database)
    ids, openids = add_people(rt, [f"o{number}" for number in range(count)]), [f"o{n}" for n in range(count)]
    made = rows(ids, openids, rt.now(), "broadcast")
    took: dict[str, list[float]] = {"floor": [], "outbox": []}
    for round_number in range(3):
        for way in ("floor", "outbox") if round_number % 2 == 0 else ("outbox", "floor"):
            with rt.transaction() as session:
                session.execute(Delivery.__table__.delete())
            began = time.monotonic()
            with rt.transaction() as session:
                (floor if way == "floor" else ours)(session, rt, made, ids, openids)
            took[way].append(time.monotonic() - began)
    best = {way: min(seconds) for way, seconds in took.items()}
    print(
        f"rows={count} floor={best['floor']:.2f}s "
        f"outbox={best['outbox']:.2f}s ratio={best['outbox'] / best['floor']:.2f}"
    )


def floor(session: Session, _rt, made, _ids, _openids) -> None:
    full = [row | {"status": DeliveryStatus.PENDING} for row in made]
    session.connection().execute(Delivery.__table__.insert(), full)


def ours(session: Session, rt, _made, ids, openids) -> None:
    for start in range(0, len(ids), 500):
        page = rows(ids[start : start + 500], openids[start : start + 500], rt.now(), "broadcast")
        deliveries.add_deliveries(session, page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, nargs="*", default=[16, 64])
    parser.add_argument("--processes", type=int, nargs="*", default=[1], help="the threads are shared out among them")
    parser.add_argument("--seconds", type=float, default=20, help="how long each is kept busy")
    parser.add_argument("--rows", type=int, default=100_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for threads, processes in product(args.threads, args.processes):
            sending(threads, processes, args.seconds, Path(folder))
        if args.rows:
            writing(args.rows, Path(folder))


if __name__ == "__main__":
    main()
