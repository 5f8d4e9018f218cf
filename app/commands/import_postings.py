"""`laobing import-postings`: reads a table of postings and says, row by row, what it took and what is wrong."""

import argparse
import json
import sys
from datetime import date, datetime
from pathlib import Path

from services.intake.errors import IntakeError
from services.intake.postings import parse_postings, summary
from services.intake.results import RowResult
from services.intake.sheets import read_sheets
from services.runtime import CHINA


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("file", type=Path, metavar="文件", help="岗位表（.xlsx .xls .csv）")
    parser.add_argument("--dry-run", action="store_true", help="只检查，不写入数据库")
    parser.add_argument("--json", action="store_true", help="每行输出一个 JSON")
    parser.add_argument("--publish", action="store_true", help="没有问题的岗位直接发布，以执行人的名义核验")
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="日期", help="哪一天（默认今天）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when every row was processed, 2 when the file as a whole cannot be taken."""
    day = args.as_of or datetime.now(CHINA).date()
    try:
        sheets = read_sheets(args.file.read_bytes())
    except OSError:
        print(f"打不开文件 {args.file}。请检查路径和权限。", file=sys.stderr)
        return 2
    except IntakeError as error:
        print(f"{error.message}{error.mend}", file=sys.stderr)
        return 2
    results = [result for sheet in sheets for result in parse_postings(sheet, day)]
    for result in results:
        print(json.dumps(result.to_json(), ensure_ascii=False) if args.json else _plain(result))
    if not args.json:
        counts = summary(results)
        print(f"可录入 {counts['ok']} 行，重复 {counts['duplicate']} 行，有错 {counts['error']} 行。")
    return 0


def _plain(result: RowResult) -> str:
    status = {"ok": "可录入", "duplicate": "重复", "error": "有错"}.get(result.status or "", result.kind)
    told = "；".join(f"【{finding.column}】{finding.message}{finding.mend}" for finding in result.findings)
    return f"第 {result.record} 行 {status} {told}"
