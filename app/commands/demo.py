"""`laobing demo`: everything in one process, with a made-up county and the stand-in for WeChat."""

import argparse
import logging
import os
import socket
import sqlite3
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app import settings
from app.commands.keygen import fresh

FOLDER: Final = Path("var/demo")


class DemoClock:
    """The machine's clock, which the simulated phone can move forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The demo's moment."""
        with self._lock:
            return datetime.now(UTC) + self._ahead

    def advance(self, by: timedelta) -> None:
        """Jumps ahead."""
        with self._lock:
            self._ahead += by


FIRST: Final = frozenset({"people.regroup_due", "figures.close_due", "fairs.announce_due"})
"""What takes seconds on a county that was just made: done before anybody is invited in, who would wait behind it."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The port, for machines where 8000 is taken, and the folder the demo lives in."""
    parser.add_argument("--port", type=int, default=None, help="端口（默认 8000）")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"演示数据放在哪里（默认 {FOLDER}）")
    parser.add_argument("--new-passwords", action="store_true", help="工作台的账号全部换新的一次性密码")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prepares what is missing, starts web and scheduler, and serves until Ctrl-C."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    args.folder.mkdir(parents=True, exist_ok=True)
    try:
        config = settings.load(_environment(args.folder, args.port, os.environ), dotenv=args.folder / "secrets.env")
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    if _is_taken(config.host, config.port):
        print(
            f"端口 {config.port} 已被别的程序占用：先停掉它，或换一个，例如 LAOBING_PORT=8080 make demo。",
            file=sys.stderr,
        )
        return 1
    running = _only_one(args.folder)
    if running is None:
        print(f"{args.folder} 里的演示已经开着：先停掉它，或用 --folder 换一个文件夹。", file=sys.stderr)
        return 1
    try:
        return _serve(config, args.folder, renew=args.new_passwords)
    except KeyboardInterrupt:  # while the county is being made; what is half done is made anew
        print("\n已停止。")
        return 0
    finally:
        running.close()


def _only_one(folder: Path) -> sqlite3.Connection | None:
    """The right to use a folder, which ends with the process; None while another demo has it.

    Two would share a database but not the stand-in: the one's messages would come out of the other's phone.
    """
    mark = sqlite3.connect(folder / "running.db", timeout=0, check_same_thread=False)
    try:
        mark.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        mark.close()
        return None
    return mark


def _is_taken(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _environment(folder: Path, port: int | None, given: Mapping[str, str]) -> dict[str, str]:
    """The demo's own settings: its database, its secrets (made once), its bureau; the port may come from outside."""
    secrets = folder / "secrets.env"
    if not secrets.exists():
        secrets.touch(mode=0o600)
        secrets.write_text("".join(f"{name}={value}\n" for name, value in fresh().items()), encoding="utf-8")
    from sandbox import county

    bureau = county.profile()
    return {
        "LAOBING_DATABASE_URL": f"sqlite:///{folder / 'laobing.db'}",
        "LAOBING_PORT": str(port or given.get("LAOBING_PORT") or 8000),
        "LAOBING_HOST": given.get("LAOBING_HOST", ""),
        "LAOBING_WECHAT_MODE": given.get("LAOBING_WECHAT_MODE", ""),
        "LAOBING_OFFICE_NAME": bureau.bureau,
        "LAOBING_OFFICE_REGION": bureau.adcode,
        "LAOBING_OFFICE_PHONE": "0816-0000000",
        "LAOBING_OFFICE_ADDRESS": "示例县人民路1号（虚构）",
    }


def _serve(config: settings.Settings, folder: Path, *, renew: bool) -> int:
    import waitress

    from app import bootstrap, demo_county, demo_life, demo_staff, migration, scheduler
    from app.web import create_app
    from services import menus

    clock = DemoClock()
    rt = bootstrap.build(config, clock.now)
    migration.upgrade(rt.database)
    is_new = demo_county.is_missing(rt)
    if is_new:
        print("第一次运行，正在造一个虚构的县……", flush=True)
        demo_county.load(rt, folder / "county")
    demo_life.load(rt)
    for task in scheduler.TASKS:
        if is_new and task.name in FIRST:
            scheduler.run(rt, task)
    passwords = demo_staff.open_accounts(rt, folder, renew=renew)
    tasks = scheduler.start(rt)

    def advance(by: timedelta) -> None:
        """Whoever jumps ahead wants to see what falls due at once, not when the tasks look next."""
        clock.advance(by)
        for job in tasks.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))

    app = create_app(config, clock=clock.now, advance=advance)
    server = waitress.create_server(app, host=config.host, port=config.port, threads=12)
    # The stand-in answers as soon as the server runs; until then the request waits in the queue of its socket.
    threading.Thread(target=menus.publish, args=(rt,), daemon=True).start()
    address = f"http://{config.host}:{config.port}"
    print(f"老兵上岗已启动，人和数据都是虚构的。\n  模拟的手机  {address}/sandbox/\n  工作台      {address}/staff/")
    for line in passwords:
        print(f"              {line}")
    print(f"  健康检查    {address}/readyz\n按 Ctrl-C 停止。", flush=True)
    try:
        server.run()
    finally:
        tasks.shutdown()
        server.close()
    print("\n已停止，数据留着，下次接着用。")
    return 0
