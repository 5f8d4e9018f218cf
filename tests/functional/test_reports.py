"""报表: every figure opens to as many rows as it says, months that were closed stand, files say who took them out."""

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from models import audit as audit_table
from models.account import Role
from models.heartbeat import Confirmation
from models.veteran import Veteran
from services import cases, figure_rows, figures, periods, veterans
from services.actors import Actor
from services.figures import BY_NAME, FIGURES
from tests.console import County, add_person, care_of, open_county
from tests.postgres import PostgresServer

NUMBERS = count()
MONTH = "2026-11"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    """A month in which both people got a job and one of them an answer to a case."""
    with open_county(tmp_path) as made:
        yield filled(made)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[County]:
    """The same, on both databases: for what their queries may differ in."""
    if request.param == "sqlite":
        yield request.getfixturevalue("county")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with (
        server.database(f"reports_{os.getpid()}_{next(NUMBERS)}") as url,
        open_county(tmp_path, DATABASE_URL=url) as made,
    ):
        yield filled(made)


def filled(county: County) -> County:
    care = care_of(county, county.own)
    care_of(county, county.other)
    county.clock.advance(days=2)
    cases.update(county.rt, care.case_number, "resolved", "补发了", "测试")
    with county.rt.transaction() as session:
        session.add(Confirmation(veteran_id=county.own, at=county.rt.now(), way="phone", who="测试"))
        person = session.get_one(Veteran, county.own)
        profile = veterans.profile_of(session, person, county.rt.today())
        veterans.save_preference(session, person.id, replace(profile, willingness="待业"), "staff", county.rt.now())
    county.clock.advance(seconds=1)
    return county


def actor(county: County) -> Actor:
    return Actor(1, "bureau", "测试", Role.BUREAU, 1, figures.EVERYTHING)


def value(county: County, name: str, period: str = MONTH) -> int:
    found = figures.report(county.rt, actor(county), periods.named(period))
    return next(one.now for one in found.values if one.figure.name == name)


def test_every_figure_is_the_sum_of_its_rows(either: County) -> None:
    period = periods.named(MONTH)
    expected = {"ledger": 2, "fresh": 1, "willing": 1, "referred": 2, "placed": 2, "opened": 2, "settled": 1}
    for name, amount in (dict.fromkeys(BY_NAME, None) | expected).items():
        listing = figure_rows.rows(either.rt, actor(either), name, period)
        assert listing.count == listing.found == value(either, name)
        if name not in ("places",):
            assert len(listing.lines) == listing.count, name
        assert amount in (None, listing.count), name
    assert value(either, "registered") == 0 and value(either, "posted") == 2


def test_what_happens_later_belongs_to_later_months(either: County) -> None:
    either.clock.advance(days=20)
    with either.rt.transaction() as session:
        person = session.get_one(Veteran, either.own)
        profile = veterans.profile_of(session, person, either.rt.today())
        veterans.save_preference(session, person.id, replace(profile, willingness="在职"), "staff", either.rt.now())
    add_person(either.rt, "示例镇退役军人服务站", "王五", "13000000005")
    with either.rt.transaction() as session:
        session.query(Veteran).order_by(Veteran.id.desc()).first().created_at = either.rt.now()
    assert (value(either, "willing"), value(either, "ledger")) == (1, 2)
    either.clock.advance(seconds=1)
    assert (value(either, "willing", "2026-12"), value(either, "ledger", "2026-12")) == (0, 3)


def test_a_closed_month_stands_whatever_becomes_of_its_rows(either: County) -> None:
    assert figures.close_due(either.rt) > 0  # the months before
    assert figures.close_due(either.rt) == 0
    either.clock.advance(days=16)
    assert figures.close_due(either.rt) == 1
    assert value(either, "fresh") == 1
    with either.rt.transaction() as session:
        session.query(Confirmation).delete()
    listing = figure_rows.rows(either.rt, actor(either), "fresh", periods.named(MONTH))
    assert (value(either, "fresh"), listing.count, listing.found) == (1, 1, 0)
    page = either.browser(Role.BUREAU).get(f"/staff/reports/rows/fresh?period={MONTH}").text
    assert "封账时是 1，现在查到 0" in page


def test_thirty_days_later_only_who_said_so_is_kept(county: County) -> None:
    county.clock.advance(days=30)
    found = figures.report(county.rt, actor(county), periods.named("2026-12"))
    due, kept = (next(one for one in found.values if one.figure.name == name) for name in ("due30", "kept30"))
    assert (due.now, kept.now, kept.whole) == (2, 0, 2)


def test_pages_show_the_own_station_only(county: County) -> None:
    clerk, bureau = county.browser(Role.CLERK), county.browser(Role.BUREAU)
    rows = clerk.get(f"/staff/reports/rows/placed?period={MONTH}").text
    assert "张三" in rows and "李四" not in rows
    assert clerk.get(f"/staff/reports?period={MONTH}&station=3").status_code == 404
    only = bureau.get(f"/staff/reports/rows/placed?period={MONTH}&station=3").text
    assert "李四" in only and "张三" not in only
    assert bureau.get("/staff/reports?period=2026-13").status_code == 404
    assert bureau.get("/staff/reports/rows/nothing").status_code == 404


def test_every_number_on_the_page_opens(county: County) -> None:
    page = county.browser(Role.LEADER).get("/staff/reports").text
    for one in FIGURES:
        assert one.title in page
    assert f"/staff/reports/rows/placed?period={MONTH}" in page


@pytest.mark.parametrize("name", ["placed", "stations"])
def test_pictures_bring_no_script_and_fetch_nothing(county: County, name: str) -> None:
    answer = county.browser(Role.LEADER).get(f"/staff/reports/chart/{name}?period={MONTH}")
    assert answer.mimetype == "image/svg+xml" and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text and "http" not in answer.text.replace("http://www.w3.org/", "")


def test_files_say_who_took_them_out_and_are_on_the_record(county: County) -> None:
    browser = county.browser(Role.LEADER)
    document = Document(io.BytesIO(browser.get(f"/staff/reports/file/docx?period={MONTH}").data))
    section = document.sections[0]
    for part in (section.header, section.footer):
        assert "测试leader（leader） 2026-11-22" in part.paragraphs[0].text
    cells = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert cells[cells.index("上岗") + 1] == "2 人"
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser.get(f"/staff/reports/file/xlsx?period={MONTH}").data))
    rows = book.get_sheet_by_name("汇总").to_python()
    assert "测试leader（leader）" in rows[1][0] and ["上岗", 2.0] in [row[:2] for row in rows]
    with county.rt.reading() as session:
        taken = session.query(audit_table.AuditEntry).filter_by(action="report.export").all()
    assert [one.details["kind"] for one in taken] == ["docx", "xlsx"]
    assert browser.get("/staff/reports/file/exe").status_code == 404


def test_a_month_that_runs_is_not_closed(county: County) -> None:
    assert figures.close_due(county.rt) > 0
    page = county.browser(Role.BUREAU).get("/staff/reports").text
    assert "未封账，12月6日起不再变" in page
    county.clock.advance(days=13)
    assert figures.close_due(county.rt) == 0
