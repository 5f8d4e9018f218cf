"""The demo's county, taken in as a bureau would: its files through the real import, its policies, fairs and courses."""

from pathlib import Path
from typing import Final

from models import organisation
from models.notice import Notice
from sandbox import county
from services import policies, stations
from services.intake import importing
from services.intake.source import Source
from services.runtime import Runtime

SEED: Final = 2026
WHO: Final = "演示"


def is_missing(rt: Runtime) -> bool:
    """Whether the database holds no county yet."""
    with rt.reading() as session:
        return organisation.county_node(session) is None


def load(rt: Runtime, folder: Path) -> None:
    """Writes the county's workbooks into `folder` and takes everything in. The county itself last: see `is_missing`."""
    files = county.write(folder, rt.today(), SEED)
    importing.import_postings(rt, _source(files.postings), WHO, publish=True)
    _load_library(rt)
    bureau = county.profile()
    stations.set_up(rt, (bureau.bureau, bureau.adcode), [(station.name, station.code) for station in bureau.stations])


def _load_library(rt: Runtime) -> None:
    with rt.transaction() as session:
        policies.load(session)
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
