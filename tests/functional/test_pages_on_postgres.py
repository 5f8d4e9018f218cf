"""Every page of the console opened once on PostgreSQL; on SQLite tests/functional/test_access.py opens them all."""

import os
from pathlib import Path

import pytest

from models.account import Role
from tests.console import care_of, open_county
from tests.functional.access import ENTRIES, LETTERS, address, routes
from tests.postgres import PostgresServer

#: Lists behave otherwise once something limits them.
FILTERED = (
    "/staff/people?group=older&freshness=stale&willingness=待业&work=保安&after=1",
    "/staff/people?station=2&freshness=fresh",
    "/staff/postings?q=保安&place=三台&status=open&ending=1",
    "/staff/care?whose=mine",
    "/staff/care/silence?after=1",
    "/staff/care/report/rows?step=30&by=employer&key=示例&outcome=kept",
    "/staff/reports?period=2026-Q4&station=2",
)


@pytest.mark.postgres
def test_every_page_opens(postgres: PostgresServer, tmp_path: Path) -> None:
    with (
        postgres.database(f"pages_{os.getpid()}") as url,
        open_county(tmp_path, DATABASE_URL=url) as county,
    ):
        for number in (county.own, county.other):
            care_of(county, number)
        opened = set()
        for role in (Role.BUREAU, Role.ADMIN, Role.CLERK):
            browser = county.browser(role)
            for method, name, rule in routes(county.app):
                if method == "GET" and LETTERS[role] in ENTRIES[f"GET {name}"]:
                    path = address(rule, county, own=True)
                    assert browser.get(path).status_code in (200, 302), path
                    opened.add(name)
            if role is Role.BUREAU:
                for path in FILTERED:
                    assert browser.get(path).status_code == 200, path
                for words in ("张三", "0001", "13000000001", "1"):
                    assert "张三" in browser.post("/staff/people/search", {"q": words}).text
        assert opened == {entry.removeprefix("GET ") for entry, who in ENTRIES.items() if entry[:3] == "GET" and who}
