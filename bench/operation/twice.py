"""Every task of two schedulers at the same moment, held before each commit until the other is there: against one.

The invented county on PostgreSQL, a third of its people followers, some just placed and some about to start, through
the days before a 军岗日. Nothing may be written or sent that one scheduler would not have, and neither may break.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from app import demo_county, demo_life, scheduler
from channels.recorder import Recorder
from models.base import Base, Database
from models.conversation import Conversation
from models.posting import Posting, PostingStatus
from models.veteran import Veteran
from services import placements, veterans
from services.runtime import CHINA, Office, Runtime
from tests.builders import Clock, create_runtime
from tests.postgres import PostgresServer
from tests.same_moment import SameMoment

FIRST_DAY: Final = date(2026, 4, 14)
"""Ten days before a 军岗日: its fair is entered on the first, announced on the third, the seventh and the ninth."""
MOMENTS: Final = (time(0, 30), time(7, 5), time(8, 30), time(9, 31), time(10, 30), time(14), time(20), time(23))
OFFICE: Final = Office("示例县退役军人事务局", region="510722", fair_place="示例县政务中心")
FOLLOWERS, HIRED, STARTING = 1000, 60, 50
MEETS_WITHIN: Final = 0.04
"""Seconds. Who waits for a lock of the other does not come; longer would only make the run longer."""

Books = dict[str, int]


@dataclass(frozen=True)
class Lived:
    """What is there at the end: rows of each table, deliveries of each way to end, messages by person and text."""

    rows: Books
    deliveries: Books
    sent: Counter[tuple[str, str]]


def settle(rt: Runtime, folder: Path) -> None:
    """The county, with followers and people at work in it."""
    Base.metadata.create_all(rt.database.engine)
    demo_county.load(rt, folder)
    demo_life.load(rt)
    with rt.transaction() as session:
        known = select(Veteran).where(Veteran.openid.is_(None), Veteran.in_ledger).order_by(Veteran.id)
        people = list(session.scalars(known.limit(FOLLOWERS)))
        for one in people:
            one.openid, one.following, one.followed_at = f"o-{one.id}", True, rt.now()
            veterans.give_consent(session, one.id, rt.now(), pushes=True)
            session.add(Conversation(openid=one.openid, veteran_id=one.id, state={}, updated_at=rt.now()))
        numbers = [one.id for one in people]
        offers = select(Posting).where(Posting.status == PostingStatus.OPEN).order_by(Posting.id)
        postings = list(session.scalars(offers.limit(HIRED + STARTING)))
        for number, posting in zip(numbers[:HIRED], postings, strict=False):
            placements.hire(session, number, posting, rt.today(), rt.now())
        codes = [posting.code for posting in postings[HIRED:]]
    for place, (number, code) in enumerate(zip(numbers[HIRED:], codes, strict=False)):
        placements.begin(rt, number, code, rt.today() + timedelta(days=place % 14))


def live(rt: Runtime, clock: Clock, days: int, moment: SameMoment | None) -> Iterator[str]:
    """Runs the table at every moment of the days, by one scheduler or by two; names what broke."""
    for day in range(days):
        for at in MOMENTS:
            clock.moment = datetime.combine(FIRST_DAY + timedelta(days=day), at, CHINA)
            for task in scheduler.TASKS:
                run = partial(task.run, rt)
                answers = [run()] if moment is None else moment.both(run)
                yield from (f"{task.name}: {type(one).__name__}" for one in answers if isinstance(one, Exception))


def lived(rt: Runtime) -> Lived:
    """The books at the end."""
    tables = Base.metadata.tables
    deliveries = tables["delivery"]
    ways = select(deliveries.c.status, deliveries.c.outcome, func.count()).group_by(
        deliveries.c.status, deliveries.c.outcome
    )
    with rt.reading() as session:
        rows = {name: session.scalar(select(func.count()).select_from(tables[name])) or 0 for name in sorted(tables)}
        ended = {f"{status} {outcome}": count for status, outcome, count in session.execute(ways)}
    assert isinstance(rt.channel, Recorder)
    return Lived(rows, ended, Counter((one.recipient, one.text) for one in rt.channel.take()))


@contextmanager
def runtime(url: str) -> Iterator[tuple[Runtime, Clock]]:
    """On the morning before the first moment."""
    clock = Clock(datetime.combine(FIRST_DAY, time(), CHINA))
    rt = replace(create_runtime(Database(url), clock), office=OFFICE, channel=Recorder())
    yield rt, clock
    rt.database.dispose()


def main() -> int:
    """0 when two leave the rows and messages of one, and nothing broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=10)
    args = parser.parse_args()
    moment = SameMoment(MEETS_WITHIN)
    with (
        tempfile.TemporaryDirectory() as name,
        PostgresServer(None, Path(name)) as server,
        server.database("seed") as seed,
    ):
        with runtime(seed) as (rt, _):
            settle(rt, Path(name) / "county")
        with server.database("one", "seed") as address, runtime(address) as (rt, clock):
            broke = list(live(rt, clock, args.days, None))
            one = lived(rt)
        with server.database("two", "seed") as address, runtime(address) as (rt, clock), moment:
            broke += live(rt, clock, args.days, moment)
            two = lived(rt)
    pairs = ((one.rows, two.rows), (one.deliveries, two.deliveries))
    for name in sorted({name for a, b in pairs for name in a | b if a.get(name) != b.get(name)}):
        print(name, *(a.get(name, 0) for pair in pairs for a in pair if name in a))
    differ = sum(a.get(name) != b.get(name) for a, b in pairs for name in a | b)
    doubled = (two.sent - one.sent).total()
    missing = (one.sent - two.sent).total()
    print(*broke, sep="\n", end="\n" if broke else "")
    figures = {"days": args.days, "met": moment.met, "sent": one.sent.total(), "rows": sum(one.rows.values())}
    print(json.dumps(figures | {"broke": len(broke), "differ": differ, "doubled": doubled, "missing": missing}))
    return 1 if broke or differ or doubled or missing else 0


if __name__ == "__main__":
    sys.exit(main())
