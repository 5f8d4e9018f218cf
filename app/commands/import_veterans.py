"""`laobing import-veterans`: takes a ledger of people in, and says row by row what became of it. Names stay masked."""

import argparse
from datetime import datetime

from app.commands import intake_output
from services.intake import mends
from services.intake.corrected import write_corrected
from services.intake.errors import IntakeError
from services.intake.headers import book
from services.intake.ledger import ImportedPeople, import_people
from services.intake.people import iter_people
from services.intake.results import RowResult
from services.intake.sheets import read_sheets
from services.intake.source import Source
from services.runtime import CHINA


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    intake_output.add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when every row was processed, 2 when the file as a whole cannot be taken."""
    printer = intake_output.Printer(
        as_json=args.json, named=lambda result: str(result.fields.get("name") or "（无姓名）")
    )
    kept: list[RowResult] = []

    def seen(result: RowResult) -> None:
        printer(result)
        if args.corrected:
            kept.append(result)

    try:
        source = intake_output.source_of(args.file)
        account = _check(args, source, seen) if args.dry_run else _take_in(args, source, seen)
        if args.corrected:
            args.corrected.write_bytes(write_corrected(read_sheets(source.data), kept))
    except IntakeError as error:
        return intake_output.refused(error)
    if not args.json:
        print(printer.summary() + account)
    return 0


def _check(args: argparse.Namespace, source: Source, seen: "intake_output.Seen") -> str:
    day = args.as_of or datetime.now(CHINA).date()
    sheets = read_sheets(source.data)
    intake_output.consider_mends(args, sheets, book("veteran"))
    for sheet in sheets:
        mended = mends.apply(sheet, mends.propose(sheet, book("veteran"))) if args.accept_mends else sheet
        for result in iter_people(mended, day):
            seen(result)
    return "只做了检查，没有写入。"


def _take_in(args: argparse.Namespace, source: Source, seen: "intake_output.Seen") -> str:
    rt = intake_output.runtime(args.as_of)
    done = import_people(rt, source, args.who, accept_mends=args.accept_mends, on_row=seen)
    rt.database.dispose()
    return "\n" + _account(done)


def _account(done: ImportedPeople) -> str:
    if done.again is not None:
        return f"这个文件在 {done.again.astimezone(CHINA):%Y-%m-%d %H:%M} 已经导入过，这次没有变化。"
    return (
        f"新增 {done.added} 人，补全 {done.filled} 人，没有变化 {done.unchanged} 人，"
        f"{done.conflicts} 处不一致等工作人员核对（没有覆盖）。（数字从数据库读回）"
    )
