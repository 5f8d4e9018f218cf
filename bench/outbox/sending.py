"""One sender process for the kill bench: says when it begins, sends what is due, ends.

`--ahead`: its clock in seconds, so that a bench need not wait until the leases of the killed have run out.
"""

import argparse
import threading
from datetime import timedelta

from app import bootstrap, settings
from models.delivery import Lane
from services.sender import Crew


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--ahead", type=int, default=0)
    args = parser.parse_args()
    rt = bootstrap.build(settings.load(), lambda: bootstrap.machine_clock() + timedelta(seconds=args.ahead))
    print("begun", flush=True)
    Crew(rt, args.threads, tuple(Lane), threading.Event()).run(until_idle=True)


if __name__ == "__main__":
    main()
