"""`laobing import-postings`: reads a table of postings and says, row by row, what it took and what is wrong."""

import argparse
from datetime import date, datetime

from app.commands import intake_output
from services.intake import mends
from services.intake.corrected import write_corrected
from services.intake.errors import IntakeError
from services.intake.headers import book
from services.intake.importing import Imported, import_postings
from services.intake.postings import iter_postings
from services.intake.results import RowResult
from services.intake.sheets import read_sheets
from services.intake.source import Source
from services.runtime import CHINA


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    intake_output.add_arguments(parser)
    parser.add_argument("--publish", action="store_true", help="没有问题的岗位直接发布，以执行人的名义核验")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when every row was processed, 2 when the file as a whole cannot be taken."""
    printer = intake_output.Printer(as_json=args.json, named=_named)
    try:
        source = intake_output.source_of(args.file)
        if args.dry_run:
            return _check(args, source, printer)
        return _take_in(args, source, printer)
    except IntakeError as error:
        return intake_output.refused(error)


def _check(args: argparse.Namespace, source: Source, printer: intake_output.Printer) -> int:
    """Reads and reports; touches no database."""
    day: date = args.as_of or datetime.now(CHINA).date()
    sheets = read_sheets(source.data)
    intake_output.consider_mends(args, sheets, book("posting"))
    if args.accept_mends:
        sheets = [mends.apply(sheet, mends.propose(sheet, book("posting"))) for sheet in sheets]
    kept: list[RowResult] = []
    for sheet in sheets:
        for result in iter_postings(sheet, day):
            printer(result)
            if args.corrected:
                kept.append(result)
    if args.corrected:
        args.corrected.write_bytes(write_corrected(sheets, kept))
    if not args.json:
        print(printer.summary() + "只做了检查，没有写入。")
    return 0


def _take_in(args: argparse.Namespace, source: Source, printer: intake_output.Printer) -> int:
    rt, kept = intake_output.runtime(args.as_of), list[RowResult]()

    def seen(result: RowResult) -> None:
        printer(result)
        if args.corrected:
            kept.append(result)

    done = import_postings(rt, source, args.who, publish=args.publish, accept_mends=args.accept_mends, on_row=seen)
    rt.database.dispose()
    if args.corrected:
        args.corrected.write_bytes(write_corrected(read_sheets(source.data), kept))
    if not args.json:
        print(printer.summary() + "\n" + _account(done))
    return 0


def _account(done: Imported) -> str:
    if done.again is not None:
        return f"这个文件在 {done.again.astimezone(CHINA):%Y-%m-%d %H:%M} 已经导入过，这次没有变化。"
    opened = f"其中 {done.opened} 个已发布，" if done.opened else ""
    return f"新录入 {done.added} 个岗位，{opened}原来就有的 {done.known} 个没有重复录入。（数字从数据库读回）"


def _named(result: RowResult) -> str:
    return f"{result.fields.get('employer') or '（无单位）'} · {result.fields.get('title') or '（无岗位）'}"
