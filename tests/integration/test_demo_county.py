"""The invented county comes in through the real import: whatever the import cannot take, the demo would show."""

from collections import Counter
from pathlib import Path

import pytest

from app import demo_county, demo_life
from models import followup as followups_table
from models import placement as placements_table
from models import posting as postings_table
from models import veteran as veterans_table
from models.account import Role
from models.base import Database
from models.notice import notices_on
from models.organisation import county_node, nodes_below
from models.policy import policies_by_key
from models.scope import Scope
from sandbox import county
from services import today
from services.actors import Actor
from services.intake.importing import import_postings
from services.intake.people import iter_people
from services.intake.results import RowResult
from services.intake.sheets import read_sheets
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
        assert len({offer.employer for offer in offers}) == 120
        places = Counter((offer.facts["location"] or {"adcode": ""})["adcode"] for offer in offers)
    assert "" not in places
    assert places["510722"] > 800


def test_every_person_is_read_without_a_finding(files: county.CountyFiles) -> None:
    rows = list(iter_people(read_sheets(files.veterans.read_bytes())[0], FRIDAY.date()))
    people = [row for row in rows if row.kind == "person"]
    assert [row.status for row in people] == ["ok"] * 3120
    assert Counter(finding.code for row in rows for finding in row.findings) == {}
    kinds = Counter(row.extra["person"].kind for row in people)
    assert kinds == {"veteran": 3000, "spouse": 120}


@pytest.mark.slow
def test_the_demo_loads_a_whole_county_and_a_second_time_adds_nothing(sqlite: Database, tmp_path: Path) -> None:
    rt = create_runtime(sqlite)
    assert demo_county.is_missing(rt)
    for _ in range(2):
        demo_county.load(rt, tmp_path)
        assert not demo_county.is_missing(rt)
        with rt.reading() as session:
            assert len(postings_table.open_postings(session)) == 1500
            assert veterans_table.count_veterans(session) == 3120
            assert len(policies_by_key(session)) >= 20
            assert len(notices_on(session, "training", rt.today())) == 4
            assert len(nodes_below(session, county_node(session).id)) == 14
    for _ in range(2):
        demo_life.load(rt)
        with rt.reading() as session:
            assert placements_table.count_referrals(session) == 20
            # Six that people reported, and the one of whom was paid less than posted.
            assert followups_table.count_cases(session) == 7
    bureau = Actor(1, "bureau", "王局办", Role.BUREAU, 1, Scope(frozenset(), is_whole=True))
    waiting = {one.name: one.count for one in today.sections(rt, bureau)}
    assert waiting["case"] >= 5
    assert waiting["follow_up"] >= 5
