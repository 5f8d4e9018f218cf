"""`laobing lexicon check`: says which line of which word list is wrong and how to mend it."""

import argparse
import sys
from pathlib import Path

from bot.nlu import check, places_names
from bot.nlu.text import DATA
from matching.taxonomy import checks, regions


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("action", choices=["check"], help="check：检查词库和代码表")
    parser.add_argument("folder", nargs="?", type=Path, default=None, metavar="文件夹", help="本局自己的词库文件夹")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Checks our own files, or the folder given; the exit status is 1 when something is wrong."""
    if args.folder is not None and not args.folder.is_dir():
        sys.stderr.write(f"找不到文件夹 {args.folder}，请核对路径\n")
        return 2
    problems = check.check(args.folder or DATA)
    lines = [_line(problem) for problem in problems]
    if args.folder is None:
        lines += [*checks.check(), *regions.check(), *places_names.check()]
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.write(f"共 {len(lines)} 处要改\n" if lines else "词库和代码表都没有问题\n")
    return 1 if lines else 0


def _line(problem: check.Problem) -> str:
    place = f"{problem.file} 第 {problem.line} 行" if problem.line else problem.file
    return f"{place}：{problem.message}。改法：{problem.mend}"
