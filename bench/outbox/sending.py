"""One sender or scheduler process for the benches: says when it begins, does what is due, ends.

"timed" first sends what is there, as a warm-up, and waits for a word before it sends the rest.
`--ahead`: its clock in seconds, so that a bench need not wait for the morning, or until leases of the killed run out.
"""

import argparse
import sys
import threading
import time
from datetime import timedelta

from app import bootstrap, scheduler, settings
from models.delivery import Lane
from services.runtime import Runtime
from services.sender import Crew, work

LOOK_SECONDS = 0.5
PARTS = ("sender", "scheduler", "timed", "until-idle")
NEEDED = ("broadcasts.expand_due", "mass_sends.send_due")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ahead", type=int, default=0)
    parser.add_argument("--as", dest="part", choices=PARTS, default="until-idle")
    args = parser.parse_args()
    rt = bootstrap.build(settings.load(), lambda: bootstrap.machine_clock() + timedelta(seconds=args.ahead))
    print("begun", flush=True)
    if args.part == "sender":
        work(rt, args.threads, threading.Event())
    elif args.part == "scheduler":
        schedule(rt)
    else:
        crew = Crew(rt, args.threads, tuple(Lane), threading.Event())
        crew.run(until_idle=True)
        if args.part == "timed":
            timed(crew)


def timed(crew: Crew) -> None:
    """Token, connections and statements are there now; what they cost is no part of a rate."""
    print("warm", flush=True)
    sys.stdin.readline()
    used, before = time.process_time(), crew.sent
    sent = crew.run(until_idle=True) - before
    print(sent, time.process_time() - used, flush=True)


def schedule(rt: Runtime) -> None:
    """The two tasks a broadcast needs, for ever; one that breaks is recorded and goes on, as in the real table."""
    while True:
        for task in scheduler.TASKS:
            if task.name in NEEDED:
                scheduler.run(rt, task)
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    main()
