"""Takes 50,000 postings in from one workbook into an empty SQLite file: seconds, and the most memory held."""

import argparse
import io
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random

import xlsxwriter

from models.base import Base, Database
from models.posting import count_postings
from models.sealed import Keyring
from services.intake.importing import Imported, import_postings
from services.intake.results import RowResult
from services.intake.source import Source
from services.runtime import CHINA, Runtime

HEAD = (
    *("单位", "岗位", "人数", "性别", "年龄", "学历", "工资待遇", "食宿"),
    *("工作地点", "证书/驾照", "班次", "联系人", "联系电话", "截止日期", "备注"),
)
#: So much of the write-ahead log means that the one transaction is well under way.
WRITTEN_BYTES = 8 << 20
TITLES = ("保安", "叉车工", "保洁", "装配工", "驾驶员", "厨师", "仓管员", "电工", "焊工", "服务员", "文员", "客服")
PLACES = ("涪城区", "游仙区", "江油市", "三台县", "成都市双流区", "安州区", "梓潼县", "盐亭县", "平武县")


def workbook(rows: int) -> bytes:
    draw, buffer = Random(1), io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet()
    sheet.write(0, 0, "绵阳市岗位汇总")
    sheet.write_row(1, 0, HEAD)
    for row in range(rows):
        low = draw.randrange(25, 80) * 100
        cells = [f"示例{row // 7}公司", f"{draw.choice(TITLES)}{row % 7}", draw.randrange(1, 40), "不限"]
        cells += [f"{draw.randrange(18, 25)}-{draw.randrange(40, 60)}岁", draw.choice(["初中", "高中以上", "不限"])]
        cells += [f"{low}-{low + draw.randrange(0, 30) * 100}", "包吃住", draw.choice(PLACES), "", "白班", "张主管"]
        cells += [
            13000000000 + draw.randrange(1000),
            "2026-12-31",
            draw.choice(["退役军人优先", "", "月休四天，缴纳社保"]),
        ]
        sheet.write_row(row + 2, 0, cells)
    book.close()
    return buffer.getvalue()


class NoChannel:
    """Nothing is sent here."""


def runtime(url: str) -> Runtime:
    database = Database(url)
    Base.metadata.create_all(database.engine)
    return Runtime(
        database=database,
        channel=NoChannel(),  # type: ignore[arg-type]  # an import sends nothing
        keyring=Keyring([bytes(32)]),
        clock=lambda: datetime(2026, 11, 20, 9, tzinfo=CHINA),
    )


def take(path: Path, url: str) -> Imported:
    read = count(1)

    def told(_row: RowResult) -> None:
        if (number := next(read)) % 10_000 == 0:
            print(f"read {number}", flush=True)

    return import_postings(runtime(url), Source(path.name, path.read_bytes()), "bench", publish=True, on_row=told)


def killed(path: Path, folder: str) -> str:
    """Kills an import in the middle of its writing; says what it left behind (nothing, or the reason to fail)."""
    url = f"sqlite:///{folder}/killed.db"
    runtime(url).database.dispose()
    log = Path(folder) / "killed.db-wal"
    with subprocess.Popen([sys.executable, "-m", "bench.intake.bulk", "--file", str(path), "--url", url]) as child:
        while child.poll() is None and (not log.exists() or log.stat().st_size < WRITTEN_BYTES):
            time.sleep(0.1)
        child.kill()
    rt = runtime(url)
    with rt.reading() as session:
        left = count_postings(session)
    again = take(path, url)
    return f"killed_after_mb={WRITTEN_BYTES >> 20} left={left} second_run_added={again.added}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--file", type=Path, help="a workbook made before (made there if missing)")
    parser.add_argument("--url", help="a database to take it into; without it an empty SQLite file")
    parser.add_argument("--killed", action="store_true", help="kill an import while it writes, then run it again")
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    path = args.file or Path(tempfile.gettempdir()) / f"bulk{args.rows}.xlsx"
    if args.make:
        path.write_bytes(workbook(args.rows))
        return 0
    if not path.exists():  # in a process of its own: this one's memory is measured
        command = [sys.executable, "-m", "bench.intake.bulk", "--rows", str(args.rows), "--file", str(path), "--make"]
        subprocess.run(command, check=True)
    with tempfile.TemporaryDirectory() as folder:
        if args.killed:
            told = killed(path, folder)
            print(told)
            return 0 if " left=0 " in told and not told.endswith("=0") else 1
        start = time.perf_counter()
        done = take(path, args.url or f"sqlite:///{folder}/bench.db")
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"rows={args.rows} added={done.added} seconds={seconds:.1f} cpu={time.process_time():.1f} peak_mb={peak}")
    return 0 if done.added and seconds < 60 and peak < 500 else 1


if __name__ == "__main__":
    sys.exit(main())
