"""A broadcast whose worker is killed again and again with SIGKILL: nobody is lost, nobody gets it twice."""

import argparse
import dataclasses
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from app import bootstrap, migration, settings
from bench.outbox.rate import ROOT, StandIn, add_people, ask, rows
from models import delivery as deliveries
from tests.functional.server import environment
from tests.functional.webhook.pushes import Platform


@dataclasses.dataclass(frozen=True)
class Account:
    """What the stand-in and the outbox each say at the end."""

    people: int
    kills: int
    outcomes: dict[str, int]
    received: int
    doubled: int
    violations: dict[str, int]


def run(people: int, kills: int, folder: Path, seed: int = 2026) -> Account:
    """Template messages (the platform keeps a key for them) sent by workers that are killed at random moments."""
    dice = random.Random(seed)
    templates = ROOT / "app" / "data" / "sandbox_templates.toml"
    env = environment(folder, Platform("secure"), WECHAT_TEMPLATES=str(templates), PUSHES_PER_SECOND="0")
    stand_in = StandIn(env)
    try:
        rt = bootstrap.build(settings.load(stand_in.env))
        migration.upgrade(rt.database)
        openids = ask(stand_in.port, "/people", {"count": people})["openids"]
        ids = add_people(rt, openids)
        with rt.transaction() as session:
            deliveries.add_deliveries(session, rows(ids, openids, rt.now()))
        command = [sys.executable, "-m", "bench.outbox.sending", "--threads", "2"]
        done = 0
        while done < kills and left(rt):
            process = subprocess.Popen(command, cwd=ROOT, env=stand_in.env, stdout=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()  # it has begun
            time.sleep(dice.uniform(0.0, 0.12))
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                done += 1
            process.wait()
            process.stdout.close()
        while left(rt):
            later = [*command, "--ahead", "150"]
            subprocess.run(later, cwd=ROOT, env=stand_in.env, check=True, stdout=subprocess.DEVNULL)
        counted = outcomes(rt, ids)
        arrived = ask(stand_in.port, "/received").get("template", {"people": 0, "doubled": 0})
        broken = ask(stand_in.port, "/violations")["by_name"]
        return Account(people, done, counted, arrived["people"], arrived["doubled"], broken)
    finally:
        stand_in.close()


def left(rt) -> int:
    with rt.reading() as session:
        counts = deliveries.counts_by_status(session)
    return sum(counts.get(status, 0) for status in deliveries.OPEN_DELIVERIES)


def outcomes(rt, ids: list[int]) -> dict[str, int]:
    with rt.reading() as session:
        return dict(Counter(row.outcome for number in ids for row in deliveries.deliveries_of(session, number)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--kills", type=int, default=200)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(run(args.people, args.kills, Path(folder)))


if __name__ == "__main__":
    main()
