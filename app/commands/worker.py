"""`laobing worker`: sends what is due with many threads. Any number of these processes may run beside the scheduler."""

import argparse
import signal
import sys
import threading

from app import logs, settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("--threads", type=int, default=16, help="同时发几条（默认 16，最多 64）")
    parser.add_argument("--until-idle", action="store_true", help="把到期的发完就退出")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sends until the process is asked to stop; what is on its way is finished and written down."""
    config = settings.load()
    if not 1 <= args.threads <= 64:
        print("--threads 要在 1 到 64 之间。", file=sys.stderr)
        return 2
    from app import bootstrap
    from models.delivery import Lane
    from services import sender

    logs.set_up(config.log_format)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    rt = bootstrap.build(config)
    if args.until_idle:
        print(f"发了 {sender.Crew(rt, args.threads, tuple(Lane), stop).run(until_idle=True)} 条。")
        return 0
    print("发送进程已启动。")
    running = threading.Thread(target=sender.work, args=(rt, args.threads, stop))
    running.start()
    stop.wait()
    running.join()
    return 0
