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
PIECES = (b"\0", b"\xff", b"PK\x03\x04", b'"', b",", b"\r\n", b"<", b">", b"&x;", "合计".encode(), "1" * 30 + "元")


def damaged(draw: Random, data: bytes) -> bytes:
    body = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 3, 8, 30))):
        at, width = draw.randrange(len(body) + 1), draw.choice((0, 1, 1, 2, 4, 40, 400))
        piece = draw.choice(PIECES) if draw.random() < 0.4 else draw.randbytes(draw.randrange(6))
        body[at : at + width] = piece.encode() if isinstance(piece, str) else piece
    return bytes(body[: draw.randrange(len(body) + 1)]) if draw.random() < 0.1 else bytes(body)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    good = [path.read_bytes() for path in sorted(TABLES.glob("*.csv")) + sorted(TABLES.glob("*.xls"))]
    good += [posting_template(), veteran_template()]
    draw, read, refused, slowest = Random(args.seed), 0, 0, 0.0
    for number in range(args.count):
        data = damaged(draw, draw.choice(good))
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
