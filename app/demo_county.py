"""The demo's county, taken in as a bureau would: its files through the real imports, its policies, fairs, courses."""

from pathlib import Path
from typing import Final

from models import notice as notices_table
from models import veteran as veterans_table
from models.notice import Notice
from sandbox import county
from services import policies, stations
from services.intake import importing, ledger
from services.intake.source import Source
from services.runtime import Runtime

SEED: Final = 2026
WHO: Final = "演示"


def is_missing(rt: Runtime) -> bool:
    """Whether the database holds no county yet."""
    with rt.reading() as session:
        return veterans_table.count_veterans(session) == 0


def load(rt: Runtime, folder: Path) -> None:
    """Writes the county's workbooks into `folder` and takes everything in. The people last: see `is_missing`.

    Every step may be run again: a start that was broken off is made good by the next.
    """
    files = load_postings(rt, folder)
    bureau = county.profile()
    stations.set_up(rt, (bureau.bureau, bureau.adcode), [(station.name, station.code) for station in bureau.stations])
    _load_library(rt)
    ledger.import_people(rt, _source(files.veterans), WHO)


def load_postings(rt: Runtime, folder: Path) -> county.CountyFiles:
    """Writes the workbooks and takes the postings in."""
    files = county.write(folder, rt.today(), SEED)
    county.write_practice(folder, rt.today(), SEED + 1)
    importing.import_postings(rt, _source(files.postings), WHO, publish=True)
    return files


def _load_library(rt: Runtime) -> None:
    with rt.transaction() as session:
        policies.load(session)
        if notices_table.notices_on(session, "training", rt.today()):
            return
        for notice in county.notices(rt.today()):
            session.add(
                Notice(
                    kind=notice.kind,
                    title=notice.title,
                    place=notice.place,
                    text=notice.text,
                    starts_at=notice.starts_at,
                    until=notice.until,
                )
            )


def _source(path: Path) -> Source:
    return Source(path.name, path.read_bytes())
