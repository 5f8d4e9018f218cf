"""The invented county comes in through the real import: whatever the import cannot take, the demo would show."""

from collections import Counter

import pytest

from models import posting as postings_table
from models.base import Database
from sandbox import county
from services import stations
from services.intake.importing import import_postings
from services.intake.ledger import import_people
from services.intake.results import RowResult
from services.intake.source import Source
from tests.builders import FRIDAY, create_runtime


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> county.CountyFiles:
    return county.write(tmp_path_factory.mktemp("county"), FRIDAY.date(), seed=2026)


def test_every_posting_is_taken_and_opened(database: Database, files: county.CountyFiles) -> None:
    rt = create_runtime(database)
    rows: list[RowResult] = []
    source = Source(files.postings.name, files.postings.read_bytes())
    done = import_postings(rt, source, "演示", publish=True, on_row=rows.append)
    assert (done.added, done.opened) == (1500, 1500)
    assert done.counts == {"ok": 1500, "duplicate": 0, "error": 0}
    warned = Counter(code for row in rows for code in row.warnings)
    # A title the import cannot place is a clerk's matter; anything else would be a fault of the county or the import.
    assert set(warned) <= {"category_unsure"}
    assert warned["category_unsure"] <= 30
    with rt.reading() as session:
        offers = postings_table.open_postings(session)
        assert len(offers) == 1500
        assert len({offer.employer_id for offer in offers}) == 120
        places = Counter((offer.facts["location"] or {"adcode": ""})["adcode"] for offer in offers)
    assert "" not in places
    assert places["510722"] > 800


@pytest.mark.slow
def test_every_person_is_taken_and_stands_under_a_station(database: Database, files: county.CountyFiles) -> None:
    rt, bureau = create_runtime(database), county.profile()
    stations.set_up(rt, (bureau.bureau, bureau.adcode), [(one.name, one.code) for one in bureau.stations])
    rows: list[RowResult] = []
    done = import_people(rt, Source(files.veterans.name, files.veterans.read_bytes()), "演示", on_row=rows.append)
    assert (done.added, done.conflicts) == (3120, 0)
    assert done.counts == {"ok": 3120, "duplicate": 0, "error": 0}
    assert Counter(finding.code for row in rows for finding in row.findings) == {}
