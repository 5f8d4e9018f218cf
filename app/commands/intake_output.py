"""What the two import verbs print: JSON lines, or a plain account in Chinese; and their common arguments."""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path

from services.intake import mends
from services.intake.errors import IntakeError
from services.intake.headers import HeaderBook
from services.intake.results import RowResult
from services.intake.rows import Sheet
from services.intake.source import Source
from services.runtime import CHINA, Runtime

Seen = Callable[[RowResult], None]
EVERY = 2000
STATUSES = {"ok": "可以录入", "duplicate": "重复", "error": "有错"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments both verbs know."""
    parser.add_argument("file", type=Path, metavar="文件", help="表格（.xlsx .xls .csv）")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入数据库")
    parser.add_argument("--json", action="store_true", help="每行输出一个 JSON")
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="日期", help="哪一天（默认今天）")
    parser.add_argument("--corrected", type=Path, metavar="文件", help="另存一份标出问题的表格（.xlsx）")
    parser.add_argument("--accept-mends", action="store_true", help="同意成列的修正（去空格、全角转半角等）后再读")
    parser.add_argument("--who", default="命令行", metavar="姓名", help="记在谁名下（默认“命令行”）")


def source_of(path: Path) -> Source:
    """The file; raises IntakeError when it cannot be read."""
    try:
        return Source(path.name, path.read_bytes())
    except OSError as error:
        raise IntakeError(f"打不开文件 {path}。", "请检查路径和权限。") from error


def runtime(as_of: date | None) -> Runtime:
    """The Runtime of the settings; with a stated day, its clock stands at that noon."""
    from app import bootstrap, migration, settings

    day = as_of
    clock = bootstrap.machine_clock if day is None else lambda: datetime.combine(day, time(12), CHINA).astimezone(UTC)
    try:
        rt = bootstrap.build(settings.load(), clock)
    except settings.SettingsError as error:
        raise IntakeError(str(error), "只想检查表格，可以加 --dry-run。") from error
    migration.upgrade(rt.database)
    return rt


def consider_mends(args: argparse.Namespace, sheets: list[Sheet], headers: HeaderBook) -> None:
    """Says on standard error which whole-column mends there are, and how to agree to them."""
    for sheet in sheets:
        for mend in mends.propose(sheet, headers):
            done = "已照办" if args.accept_mends else "同意请加 --accept-mends"
            print(f"【{mend.column}】{mend.question}（{done}）", file=sys.stderr)


def refused(error: IntakeError) -> int:
    """Says why a whole file is not taken; the exit status."""
    print(f"{error.message}{error.mend}", file=sys.stderr)
    return 2


class Printer:
    """Prints rows as they come and, for people, keeps count of what there was."""

    def __init__(self, *, as_json: bool, named: Callable[[RowResult], str]) -> None:
        self._as_json = as_json
        self._named = named
        self._rows = 0
        self.counts = {"ok": 0, "duplicate": 0, "error": 0}
        self.warned = 0

    def __call__(self, result: RowResult) -> None:
        """One row. Good rows without findings need no line of their own on a screen."""
        self._rows += 1
        if self._rows % EVERY == 0:
            print(f"已读 {self._rows} 行…", file=sys.stderr, flush=True)
        if result.status:
            self.counts[result.status] += 1
            self.warned += result.status == "ok" and bool(result.findings)
        if self._as_json:
            print(json.dumps(result.to_json(), ensure_ascii=False))
        elif result.status and result.findings:
            self._told(result)

    def _told(self, result: RowResult) -> None:
        place = f"{result.sheet} 第 {result.record} 行" if result.sheet else f"第 {result.record} 行"
        print(f"{place} {STATUSES[result.status or 'ok']}：{self._named(result)}")
        for found in result.findings:
            mark = "×" if found.is_error else "！"
            column = f"【{found.column}】" if found.column else ""
            print(f"    {mark} {column}{found.message}{found.mend}")

    def summary(self) -> str:
        """One line of counts."""
        counts = self.counts
        good = f"可以录入 {counts['ok']} 行（其中 {self.warned} 行有提醒）"
        return f"{good}，重复 {counts['duplicate']} 行，有错 {counts['error']} 行。"
