"""A county's push of fitting postings: everybody has one named outcome, or a named reason for none.

python -m bench.outbox.county --people 3000 --postings 1500
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from sqlalchemy import bindparam, select, update

from app import bootstrap, migration, settings
from bench.operation.county import fill
from bench.outbox.rate import ROOT, StandIn, ask
from bench.outbox.trial import hours_ahead
from models import allowance as allowances_table
from models.delivery import DELIVERIES, Lane
from models.recommendation import MatchRhythm
from models.veteran import Veteran
from services import pushes
from services.planner import outcome_words
from services.sender import Crew
from tests.builders import note_action
from tests.functional.server import environment
from tests.functional.webhook.pushes import Platform

NOTICE = "招聘岗位更新通知"


def run(people: int, offered: int, folder: Path) -> dict[str, object]:
    templates = str(ROOT / "app" / "data" / "sandbox_templates.toml")
    stand_in = StandIn(environment(folder, Platform("secure"), WECHAT_TEMPLATES=templates, PUSHES_PER_SECOND="0"))
    ahead = timedelta(seconds=hours_ahead())
    try:
        config = settings.load(stand_in.env, dotenv=folder / "none")
        rt = bootstrap.build(config, lambda: bootstrap.machine_clock() + ahead)
        migration.upgrade(rt.database)
        fill(rt, people, offered)
        follow(rt, stand_in, people)
        stand_in.weather("slow", seconds=0.05)
        began = time.monotonic()
        sent = 0
        while count := pushes.push_due(rt, limit=1000):
            sent += count
        planned = time.monotonic() - began
        Crew(rt, 16, tuple(Lane), threading.Event()).run(until_idle=True)
        return account(rt, stand_in, people) | {
            "messages": sent,
            "choosing_seconds": round(planned),
            "seconds": round(time.monotonic() - began),
            "load": round(os.getloadavg()[0], 1),
        }
    finally:
        stand_in.close()


def follow(rt, stand_in: StandIn, people: int) -> None:
    """The county as the stand-in knows it: a fifth wrote just now, three fifths agreed to the notice."""
    wish = {"count": people, "typed": people // 5, "agreed": 3 * people // 5, "notice": NOTICE}
    openids = ask(stand_in.port, "/people", wish)["openids"]
    notice = (rt.reach.notices or {})["matches"]
    with rt.transaction() as session:
        named = (
            update(Veteran.__table__).where(Veteran.__table__.c.id == bindparam("this")).values(openid=bindparam("o"))
        )
        session.connection().execute(named, [{"this": n, "o": one} for n, one in enumerate(openids, 1)])
        for openid in openids[: people // 5]:
            note_action(session, openid, "message", rt.now())
        for openid in openids[people // 5 : people // 5 + 3 * people // 5]:
            allowances_table.add_notice(session, openid, notice.template_id, rt.now(), is_long=notice.is_long)


def account(rt, stand_in: StandIn, people: int) -> dict[str, object]:
    """Everybody's end: of the message written to them, or of the look at them."""
    with rt.reading() as session:
        rows = session.execute(select(DELIVERIES.c.veteran_id, DELIVERIES.c.status, DELIVERIES.c.outcome)).all()
        looks = {row[0]: row[1] for row in session.execute(select(MatchRhythm.veteran_id, MatchRhythm.reason))}
    ends = Counter(row.veteran_id for row in rows)
    outcomes = Counter(row.outcome for row in rows)
    unfinished = Counter(row.status for row in rows if not row.outcome)
    reasons = Counter(looks.get(number, "not looked at") for number in range(1, people + 1) if number not in ends)
    return {
        "people": people,
        "considered_each": pushes.CHOICE,
        "with_two": sum(count > 1 for count in ends.values()),
        "without": reasons["not looked at"] + reasons[""],
        "unnamed": sum(count for name, count in outcomes.items() if outcome_words(name)[0] == name),
        "unfinished": dict(unfinished),
        "outcomes": dict(outcomes),
        "reasons": dict(reasons),
        "received": ask(stand_in.port, "/received"),
        "violations": ask(stand_in.port, "/violations")["by_name"],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--postings", type=int, default=1500)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = run(args.people, args.postings, Path(folder))
    print(json.dumps(found, ensure_ascii=False, indent=1))
    return 1 if found["with_two"] or found["without"] or found["unnamed"] or found["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
