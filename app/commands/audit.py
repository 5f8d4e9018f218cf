"""`laobing audit`: whether the trail of who did what is whole, and what it says."""

import argparse
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.audit_check import Verdict
    from services.runtime import Runtime


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    acts = parser.add_subparsers(dest="act", metavar="动作", required=True)
    verify = acts.add_parser("verify", help="从头核对，指出第一处被改动的地方")
    verify.add_argument("--since", metavar="位置:指纹", default="", help="上次核对时记下的那一行，确认它还在")
    verify.set_defaults(run=run_verify)
    listed = acts.add_parser("list", help="列出记录，新的在前")
    listed.add_argument("--who", default="", metavar="账号")
    listed.add_argument("--subject", default="", metavar="对象", help="例如 veteran:12")
    listed.add_argument("--action", default="", metavar="动作", help="例如 card 或 card.read")
    listed.add_argument("--days", type=int, default=30, metavar="天数")
    listed.add_argument("--limit", type=int, default=100, metavar="条数")
    listed.set_defaults(run=run_list)


def run_verify(args: argparse.Namespace) -> int:
    """0 when the chain is whole, 1 when not or when it cannot be read, 2 for an anchor that is none."""
    from services import audit_check

    position, _, link = args.since.partition(":")
    if args.since and not (position.isdecimal() and link):
        print("--since 要写成 位置:指纹，照抄上次核对打印的那一行。", file=sys.stderr)
        return 2
    rt = _runtime()
    if rt is None:
        return 1
    try:
        anchor = audit_check.Anchor(int(position), link) if args.since else None
        verdict = audit_check.verify(rt, anchor)
    finally:
        rt.database.dispose()
    _print(verdict)
    return 1 if verdict.fault else 0


def _print(verdict: "Verdict") -> None:
    from services.audit_check import FAULTS

    if verdict.unsigned:
        print(f"有 {verdict.unsigned} 条写于启用防篡改之前，不在核对范围。")
    fault = verdict.fault
    if fault is not None:
        print(f"操作记录被改动过：第 {fault.position} 号位置，{FAULTS[fault.kind]}。", end="")
        print(f"请看编号 {fault.entry_id} 的记录。" if fault.entry_id else "", end="")
        print("保留现场和备份，马上报告负责人。")
        return
    print(f"操作记录完整：{verdict.linked} 条，另有 {verdict.waiting} 条刚写下、还没编入。")
    if verdict.position:
        print(f"请把这一行记在别处，下次用 --since 核对：{verdict.position}:{verdict.link}")


def run_list(args: argparse.Namespace) -> int:
    """0 with the entries, one a line; 1 when the database cannot be read."""
    from models import audit as audit_table
    from services.runtime import CHINA

    rt = _runtime()
    if rt is None:
        return 1
    try:
        who = (args.who,) if args.who else ()
        sought = audit_table.Sought(who, args.action, args.subject, rt.now() - timedelta(days=args.days))
        with rt.reading() as session:
            for one in audit_table.entries(session, sought, None, args.limit):
                moment = one.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
                said = " ".join(f"{name}={value}" for name, value in one.details.items())
                print(f"{one.id}\t{moment}\t{one.who}\t{one.action}\t{one.subject}\t{said}")
    finally:
        rt.database.dispose()
    return 0


def _runtime() -> "Runtime | None":
    from app import bootstrap, migration, settings

    try:
        rt = bootstrap.build(settings.load())
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return None
    migration.upgrade(rt.database)
    return rt
