"""`laobing match`: ranks postings for seekers, from JSON-lines files, with reasons, near misses and suggestions."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from matching.catalog import Catalog
from matching.facts import PostingFacts, SeekerFacts
from matching.nearmiss import NearMiss, Step, report
from matching.ranking import rank
from matching.reasons import explain
from matching.shutout import excluded
from matching.suggestions import suggest, text
from services.intake.facts import posting_facts
from services.runtime import CHINA

_BAD = (KeyError, TypeError, ValueError, AttributeError)
Row = dict[str, Any]
#: Who has so many postings to choose from is not told what else to change, unless asked for.
ENOUGH: Final = 5


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("--postings", required=True, type=Path, help="岗位文件（每行一个 JSON）")
    parser.add_argument("--seekers", required=True, type=Path, help="求职者文件（每行一个 JSON）")
    parser.add_argument("--top", type=int, default=10, help="每人最多几个岗位（默认 10）")
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, help="哪一天（默认今天，北京时间）")
    parser.add_argument("--raw", action="store_true", help="按单位原表的栏目读岗位，不看 norm")
    parser.add_argument("--near-miss", action="store_true", help="另附：差一点就合适的岗位各差在哪里")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes one line a seeker to standard output; 0 when every line was processed."""
    day = args.as_of or datetime.now(CHINA).date()
    postings = {posting.id: posting for posting in _postings(args.postings, day, raw=args.raw)}
    catalog = Catalog.build(postings.values(), day)
    for row in _progress(_rows(args.seekers)):
        try:
            seeker = SeekerFacts.from_json(str(row["id"]), row["profile"])
        except _BAD as error:
            _write({"seeker_id": row.get("id"), "error": _fault(error)})
            continue
        _write(_answer(postings, catalog, seeker, args))
    return 0


def _answer(postings: dict[str, PostingFacts], catalog: Catalog, seeker: SeekerFacts, args: argparse.Namespace) -> Row:
    ranked = rank(catalog, seeker, args.top)
    line: Row = {
        "seeker_id": seeker.id,
        "matches": [explain(postings[one.posting_id], seeker, catalog.day).to_json() for one in ranked],
        "excluded": excluded(catalog, seeker),
    }
    near = report(catalog, seeker) if args.near_miss or len(ranked) < ENOUGH else NearMiss({}, ())
    line["suggestions"] = [suggestion.to_json() for suggestion in suggest(near, seeker, len(ranked))]
    if args.near_miss:
        line["near_miss"] = [_step(step, opens) for step, opens in near.steps]
    return line


def _step(step: Step, opens: int) -> Row:
    told = {"kind": step.kind, "subject": step.subject, "value": step.value}
    return {**told, "opens": opens, "text": text(step, opens)}


def _read(row: Row, day: date, *, raw: bool) -> PostingFacts:
    if raw:
        return posting_facts(str(row["id"]), row["raw"], day)
    return PostingFacts.from_json(str(row["id"]), row["norm"])


def _postings(path: Path, day: date, *, raw: bool) -> Iterator[PostingFacts]:
    for row in _rows(path):
        try:
            yield _read(row, day, raw=raw)
        except _BAD as error:
            _write({"id": row.get("id"), "error": _fault(error)})


def _rows(path: Path) -> Iterator[Row]:
    """The objects of a JSON-lines file; a line that is none becomes an object without fields."""
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if line.strip():
                try:
                    row = json.loads(line)
                except ValueError:
                    row = None
                yield row if isinstance(row, dict) else {}


def _fault(error: Exception) -> str:
    # The error's own words may quote the person's data; its kind says enough to find the line.
    return f"这一行读不懂（{type(error).__name__}），请检查格式"


def _progress(rows: Iterator[Row]) -> Iterator[Row]:
    """The rows, with a count on standard error while it is a terminal."""
    for number, row in enumerate(rows, 1):
        yield row
        if sys.stderr.isatty() and number % 20 == 0:
            print(f"\r已排 {number} 人", end="", file=sys.stderr)


def _write(line: Row) -> None:
    print(json.dumps(line, ensure_ascii=False))
