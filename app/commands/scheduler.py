"""`laobing scheduler`: the periodic tasks in a process of their own. One is enough; two do no harm."""

import argparse
import signal
import threading

from app import logs, settings


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Runs the table until the process is asked to stop; a task that is running is finished."""
    config = settings.load()
    from app import bootstrap, scheduler

    logs.set_up(config.log_format)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running = scheduler.start(bootstrap.build(config))
    print("定时任务已启动。")
    stop.wait()
    running.shutdown()
    return 0
