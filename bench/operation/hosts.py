"""Three web processes, two schedulers, four workers on three hosts: the final rows of one process, in trouble too.

    python -m bench.operation.hosts                              # in peace, on PostgreSQL, in three network namespaces
    python -m bench.operation.hosts --kills 200                  # killed, cut off, PostgreSQL restarted halfway
    python -m bench.operation.hosts --sqlite --kills 200         # the same processes on one host over one SQLite file
    python -m bench.operation.hosts --sqlite --full 3            # its disk filled to the last byte three times

Every message is delivered to all three web processes at once. With `--kills` processes are killed at random moments
meanwhile and started anew. Then one process does the same in peace, and the rows are compared. Needs root, for network
namespaces and disks; skips loudly without.
"""

import argparse
import json
import random
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from app import bootstrap, settings
from bench.operation import disk, network
from bench.operation.crew import Crew, Site, one_host, settings_of, three_hosts
from bench.operation.disk import Disk, small_disk
from bench.operation.talking import Talk, plain_key
from bench.outbox.rate import StandIn, add_people, ask, rows
from bench.webhook.__main__ import load_county
from models import delivery as deliveries
from services.runtime import Runtime
from tests.functional.server import Server, prepare
from tests.functional.webhook.pushes import Platform
from tests.postgres import PostgresServer

FULL_SECONDS = 120.0
"""At most: it stays full until a message has met with it. What has room in the files as they are still goes on."""
ROWS = {
    "turns": "select openid, version from conversation where openid like 'oHosts%'",
    "messages": "select key, status from inbound_message where sender like 'oHosts%' and status <> 'failed'",
    "profiles": "select v.openid, p.profile, p.revision from preference p join veteran v on v.id = p.veteran_id",
    "changes": "select v.openid, c.slot, c.old, c.new from preference_change c join veteran v on v.id = c.veteran_id",
    "consents": "select v.openid, c.purpose from consent c join veteran v on v.id = c.veteran_id"
    " where v.openid like 'oHosts%'",
    "referrals": "select v.openid, p.code, r.status from referral r join veteran v on v.id = r.veteran_id"
    " join posting p on p.id = r.posting_id",
    "shown": "select v.openid, r.posting_code, r.position from recommendation r join veteran v on v.id = r.veteran_id"
    " where r.way = 'talk'",
}
PUSHED_TWICE = (
    "select count(*) from (select 1 from recommendation where way = 'push' group by veteran_id, posting_code"
    " having count(*) > 1) as twice"
)
"""The schedulers push postings to people in the middle of their walks; the one process in peace has no scheduler."""
FAILED = "select count(*) from inbound_message where sender like 'oHosts%' and status = 'failed'"


Rows = dict[str, list[str]]


@dataclass(frozen=True)
class Engine:
    """The kind of database both runs use; `server` None: SQLite files in `folder`."""

    server: PostgresServer | None
    folder: Path
    disk: Disk | None

    @contextmanager
    def site(self, platform: Platform) -> Iterator[Site]:
        if self.server is None:
            with one_host(self.folder, platform) as site:
                yield site
        else:
            with three_hosts(self.server, self.folder, platform) as site:
                yield site

    @contextmanager
    def copied(self, url: str) -> Iterator[str]:
        """The database as it stands now once more, for the process that works in peace. Nobody may be in it."""
        if self.server is None:
            copy = self.folder / "one.db"
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as line:
                line.execute("VACUUM INTO ?", (str(copy),))
            yield f"sqlite:///{copy}"
        else:
            with self.server.database("one", template=make_url(url).database) as other:
                yield other


def final(rt: Runtime) -> Rows:
    """What the database holds at the end, without numbers and moments of its own making."""
    with rt.reading() as session:
        found = {name: [[*row] for row in session.execute(text(sql))] for name, sql in ROWS.items()}
    for row in found["messages"]:
        row[0] = plain_key(row[0])
    return {
        name: sorted(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str) for row in kept)
        for name, kept in found.items()
    }


def run(args: argparse.Namespace, engine: Engine, folder: Path) -> tuple[dict[str, Any], Rows, Rows]:
    """The account, and the rows that were left: by the installation in its trouble, by one process in peace."""
    platform = Platform("secure")
    with engine.site(platform) as site:
        prepare_county(settings_of(folder, platform, site.url), folder, site.stand_in, args.broadcast)
        with engine.copied(site.url) as url:
            found, kept = in_trouble(args, engine, site, folder, platform)
            return found, kept, in_one_process(settings_of(folder, platform, url), folder, platform, found["people"])


def in_trouble(
    args: argparse.Namespace, engine: Engine, site: Site, folder: Path, platform: Platform
) -> tuple[dict[str, Any], Rows]:
    """The installation with its trouble; what was left."""
    rt = runtime(settings_of(folder, platform, site.url), folder)
    talk, done, people = Talk(platform, site.doors), threading.Event(), 0
    with site.manned() as crew:
        trouble = threading.Thread(target=bring, args=(args, crew, site, engine, talk, done))
        trouble.start()
        with ThreadPoolExecutor(4) as pool:
            while people < args.people or not done.is_set():
                list(pool.map(talk.walk, range(people, people + 4)))
                people += 4
        trouble.join()
        told = {"people": people, **talk.told(), **settled(rt, site.stand_in)}
    with rt.reading() as session:
        told["failed_messages"] = session.execute(text(FAILED)).scalar()
        told["pushed_twice"] = session.execute(text(PUSHED_TWICE)).scalar()
    rows_left = final(rt)
    rt.database.dispose()
    return told, rows_left


def bring(args: argparse.Namespace, crew: Crew, site: Site, engine: Engine, talk: Talk, done: threading.Event) -> None:
    """The trouble: kills at random moments, lines cut, the database restarted halfway, its disk full."""
    dice = random.Random(args.seed)
    for number in range(args.kills):
        time.sleep(dice.uniform(0.0, args.pause))
        crew.kill(dice.choice(sorted(crew.running)))
        if number % 10 == 5:
            site.cut()
        if number == args.kills // 2:
            site.restart()
    for _ in range(args.full):
        time.sleep(dice.uniform(0.0, args.pause))
        fill(engine, talk)
    done.set()


def fill(engine: Engine, talk: Talk) -> None:
    """Not one byte more goes onto the database's disk, until that was felt; then there is room again."""
    assert engine.disk is not None
    before, gives_up = talk.counts["met_trouble"], time.monotonic() + FULL_SECONDS
    engine.disk.fill()
    while talk.counts["met_trouble"] < before + 3 and time.monotonic() < gives_up:
        time.sleep(0.5)
        engine.disk.fill()  # what was given free meanwhile
    engine.disk.make_room()
    if engine.server is not None:
        engine.server.ensure()


def in_one_process(env: dict[str, str], folder: Path, platform: Platform, people: int) -> Rows:
    """The same messages to one process in peace."""
    with Server.product(env) as one:
        talk = Talk(platform, [("127.0.0.1", one.port)])
        for person in range(people):
            talk.walk(person)
    rt = runtime(env, folder)
    found = final(rt)
    rt.database.dispose()
    return found


def prepare_county(env: dict[str, str], folder: Path, stand_in: StandIn, count: int) -> None:
    prepare(env)
    load_county(env, folder)
    openids = ask(stand_in.port, "/people", {"count": count})["openids"]
    rt = runtime(env, folder)
    ids = add_people(rt, openids)
    with rt.transaction() as session:
        deliveries.add_deliveries(session, rows(ids, openids, rt.now()))
    rt.database.dispose()


def runtime(env: dict[str, str], folder: Path) -> Runtime:
    return bootstrap.build(settings.load(env, dotenv=folder / "none"))


def settled(rt: Runtime, stand_in: StandIn) -> dict[str, Any]:
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sqlite", action="store_true", help="on one host, over one SQLite file")
    parser.add_argument("--people", type=int, default=40, help="people who walk to a referral, at least")
    parser.add_argument("--broadcast", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--full", type=int, default=0, help="how often the database's disk is filled meanwhile")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds between two kills, at most")
    parser.add_argument("--seed", type=int, default=2026)
    args = parser.parse_args()
    if reason := ("" if args.sqlite else network.missing()) or (disk.missing() if args.full else ""):
        print(f"SKIPPED: {reason}", file=sys.stderr)
        return 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        small = stack.enter_context(small_disk(folder)) if args.full else None
        place = small.folder if small else folder
        server = None if args.sqlite else stack.enter_context(PostgresServer(None, place))
        engine = Engine(server, place, small)
        found, kept, alone = run(args, engine, folder)
    return told(args, found, kept, alone)


def told(args: argparse.Namespace, found: dict[str, Any], kept: Rows, alone: Rows) -> int:
    """Prints the account; 0 when nothing is lost, doubled or different."""
    differ = {name: _differences(kept[name], alone[name]) for name in ROWS}
    trouble = {"kills": args.kills, "filled": args.full, "broadcast": args.broadcast}
    sizes = {name: len(kept[name]) for name in ROWS}
    print(json.dumps({**found, **trouble, "rows": sizes, "rows_that_differ": differ, "differ": sum(differ.values())}))
    lost = args.broadcast - found["received"]
    doubled = found["doubled"] + found["pushed_twice"]
    return 0 if kept == alone and not lost and not doubled else 1


def _differences(one: list[str], other: list[str]) -> int:
    only = set(one) ^ set(other)
    for row in sorted(only)[:10]:
        print(f"{'in trouble' if row in one else 'in peace'} only: {row}", file=sys.stderr)
    return max(len(only), abs(len(one) - len(other)))


if __name__ == "__main__":
    sys.exit(main())
