"""Exports a ledger of the invented county's people and takes it in again: seconds, and how many rows changed (0)."""

import sys
import tempfile
import time
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path

from bench.intake.bulk import NoChannel
from models.base import Base, Database
from models.sealed import Keyring
from sandbox import county
from services import stations
from services.intake.exports import export_veterans
from services.intake.ledger import import_people
from services.intake.source import Source
from services.runtime import CHINA, Office, Runtime


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        Base.metadata.create_all(database.engine)
        bureau = county.profile()
        rt = Runtime(
            database=database,
            channel=NoChannel(),  # type: ignore[arg-type]  # an import sends nothing
            keyring=Keyring([bytes(32)]),
            clock=lambda: datetime(2026, 11, 20, 9, tzinfo=CHINA),
            office=Office(region=bureau.adcode),
        )
        stations.set_up(rt, (bureau.bureau, bureau.adcode), [(one.name, one.code) for one in bureau.stations])
        file = county.write(Path(folder), date(2026, 11, 20), 1).veterans
        times = [time.perf_counter()]
        first = import_people(rt, Source(file.name, file.read_bytes()), "bench")
        times.append(time.perf_counter())
        exported = export_veterans(rt, "bench")
        times.append(time.perf_counter())
        again = import_people(rt, Source("导出.xlsx", exported), "bench")
        times.append(time.perf_counter())
    seconds = [f"{later - earlier:.1f}" for earlier, later in pairwise(times)]
    changed = again.added + again.filled + again.conflicts
    print(f"people={first.added} import_s={seconds[0]} export_s={seconds[1]} again_s={seconds[2]} changed={changed}")
    return 0 if first.added and changed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
