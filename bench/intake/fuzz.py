"""Damages workbooks and CSV files at random: each must be read or refused in words, quickly, never a traceback."""

import argparse
import sys
import time
from datetime import date
from pathlib import Path
from random import Random

from services.intake.errors import IntakeError
from services.intake.people import iter_people
from services.intake.postings import iter_postings
from services.intake.sheets import read_sheets
from services.intake.templates import posting_template, veteran_template

DAY = date(2026, 11, 20)
TABLES = Path(__file__).resolve().parents[2] / "tests" / "unit" / "intake" / "tables"
WORDS = (
    *'男女岁年月日元千万至到-～/，、；（）%.0123456789一二三十百Ａ１ \n",',
    *("以下", "以上", "退役军人", "优先", "押金", "小时", "2026-02-30", "99999999999999999999", "=1+1", "同上", "合计"),
    *("年薪", "提成", "1.5.2", "--", "℃", "🙂", "\u200b", "N1", "第", "级"),
)
PIECES = (b"\0", b"\xff", b"PK\x03\x04", b'"', b",", b"\r\n", b"<", b">", b"&x;", "合计".encode(), "1" * 30 + "元")


def damaged(draw: Random, data: bytes) -> bytes:
    body = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 3, 8, 30))):
        at, width = draw.randrange(len(body) + 1), draw.choice((0, 1, 1, 2, 4, 40, 400))
        piece = draw.choice(PIECES) if draw.random() < 0.4 else draw.randbytes(draw.randrange(6))
        body[at : at + width] = piece.encode() if isinstance(piece, str) else piece
    return bytes(body[: draw.randrange(len(body) + 1)]) if draw.random() < 0.1 else bytes(body)


def reworded(draw: Random, data: bytes) -> bytes:
    """A CSV file whose text is damaged, not its encoding: this reaches every parser."""
    words = list(data.decode("utf-8-sig"))
    for _ in range(draw.choice((1, 3, 10, 60))):
        at, width = draw.randrange(len(words)), draw.choice((0, 1, 2, 5))
        words[at : at + width] = draw.choice(WORDS)
    return "".join(words).encode(draw.choice(("utf-8", "gb18030")))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    good = [path.read_bytes() for path in sorted(TABLES.glob("*.csv")) + sorted(TABLES.glob("*.xls"))]
    good += [posting_template(), veteran_template()]
    draw, read, refused, slowest = Random(args.seed), 0, 0, 0.0
    for number in range(args.count):
        chosen = draw.choice(good)
        is_text = not chosen.startswith((b"PK", b"\xd0\xcf"))
        data = reworded(draw, chosen) if is_text and draw.random() < 0.8 else damaged(draw, chosen)
        start = time.perf_counter()
        try:
            for sheet in read_sheets(data):
                for reader in (iter_postings, iter_people):
                    for row in reader(sheet, DAY):
                        row.to_json()
            read += 1
        except IntakeError:
            refused += 1
        except BaseException:
            Path(f"fuzz-{args.seed}-{number}.bin").write_bytes(data)
            raise
        slowest = max(slowest, time.perf_counter() - start)
    print(f"files={args.count} read={read} refused={refused} tracebacks=0 slowest_s={slowest:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
