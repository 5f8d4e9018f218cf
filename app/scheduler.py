"""The whole periodic table on one page, and the loop that runs and records it.

Due work is a column, not a timer: the scheduler owns no facts, and a second one started by mistake is harmless.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from services import (
    audit,
    audit_rounds,
    broadcasts,
    cases,
    fairs,
    figures,
    followups,
    heartbeats,
    interviews,
    licence_checks,
    mass_sends,
    nightly,
    offers,
    operations,
    outbox,
    people,
    postings,
    pushes,
    reminders,
    retention,
    sign_ins,
    unread_words,
    waiting_line,
)
from services.failures import described
from services.intake import upload_work, uploads
from services.runtime import CHINA, Runtime

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A periodic task: how often it looks, and the use case that does whatever is due and says how much it did."""

    name: str
    every: timedelta
    run: Callable[[Runtime], int]


TASKS: Final = (
    Task("outbox.deliver_due", timedelta(seconds=2), outbox.drain_due),
    Task("broadcasts.expand_due", timedelta(seconds=10), broadcasts.expand_due),
    Task("mass_sends.send_due", timedelta(seconds=10), mass_sends.send_due),
    Task("followups.send_due", timedelta(minutes=5), followups.send_due),
    Task("followups.expire_due", timedelta(minutes=5), followups.expire_due),
    Task("cases.escalate_due", timedelta(minutes=5), cases.escalate_due),
    Task("cases.close_due", timedelta(hours=1), cases.close_due),
    Task("interviews.remind_due", timedelta(minutes=5), interviews.remind_due),
    Task("offers.begin_due", timedelta(minutes=30), offers.begin_due),
    Task("waiting_line.pass_on_due", timedelta(minutes=30), waiting_line.pass_on_due),
    Task("heartbeats.send_due", timedelta(minutes=10), heartbeats.send_due),
    Task("heartbeats.expire_due", timedelta(hours=1), heartbeats.expire_due),
    Task("people.regroup_due", timedelta(hours=1), people.regroup_due),
    Task("people.index_tails_due", timedelta(minutes=1), people.index_tails_due),
    Task("reminders.send_due", timedelta(hours=1), reminders.send_due),
    Task("postings.expire_due", timedelta(hours=1), postings.expire_due),
    Task("nightly.match_due", timedelta(minutes=5), nightly.match_due),
    Task("pushes.push_due", timedelta(minutes=10), pushes.push_due),
    Task("upload_work.work_due", timedelta(seconds=2), upload_work.work_due),
    Task("uploads.forget_due", timedelta(hours=1), uploads.forget_due),
    Task("fairs.announce_due", timedelta(hours=1), fairs.announce_due),
    Task("licence_checks.watch_due", timedelta(hours=6), licence_checks.watch_due),
    Task("figures.close_due", timedelta(hours=1), figures.close_due),
    Task("audit.link_due", timedelta(seconds=10), audit.link_due),
    Task("audit_rounds.check_due", timedelta(hours=1), audit_rounds.check_due),
    Task("audit.forget_due", timedelta(hours=24), audit.forget_due),
    Task("retention.expire_due", timedelta(hours=1), retention.expire_due),
    Task("retention.erase_due", timedelta(hours=1), retention.erase_due),
    Task("sign_ins.forget_due", timedelta(hours=24), sign_ins.forget_due),
    Task("unread_words.forget_due", timedelta(hours=24), unread_words.forget_due),
    Task("operations.forget_due", timedelta(hours=24), operations.forget_due),
)


APART: Final = timedelta(seconds=0.3)
"""Between the first runs of two tasks. All at once, they would wait longer for SQLite's one writer's place than it is
waited for, at the start and again at every full hour since.
"""


def run(rt: Runtime, task: Task) -> None:
    """Runs one task once. Whatever it raises is recorded and the table goes on."""
    started, clock = rt.now(), time.monotonic()
    done, error = 0, None
    try:
        done = task.run(rt)
    except Exception as raised:
        log.error("task %s broke: %s", task.name, described(raised))
        error = type(raised).__name__
    milliseconds = round((time.monotonic() - clock) * 1000)
    operations.record_run(rt, operations.Run(task.name, started, milliseconds, done, error))


def start(rt: Runtime) -> BackgroundScheduler:
    """Starts the table in threads of this process, one task after another; `shutdown()` on the result stops it."""
    scheduler = BackgroundScheduler(timezone=CHINA, job_defaults={"coalesce": True, "max_instances": 1})
    for place, task in enumerate(TASKS):
        trigger = IntervalTrigger(seconds=int(task.every.total_seconds()), timezone=CHINA)
        first = rt.now() + place * APART
        scheduler.add_job(run, trigger, (rt, task), id=task.name, next_run_time=first, misfire_grace_time=None)
    scheduler.start()
    return scheduler
