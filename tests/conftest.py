"""Shared fixtures: a database, twice: SQLite in a temporary file and a real PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from models.base import Base, Database
from tests.postgres import PostgresServer, empty

NUMBERS = count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server: the one TEST_DATABASE_URL names, or one that pip brought, stopped at the end."""
    # Not pytest's own temporary folder: another run on this machine deletes all but the newest three of those.
    with TemporaryDirectory() as folder, PostgresServer(os.environ.get("TEST_DATABASE_URL"), Path(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_tables() -> Iterator[Path]:
    """A file with every table and no row, made once: tests copy it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tables.db"
        made = Database(f"sqlite:///{path}")
        Base.metadata.create_all(made.engine)
        made.dispose()
        yield path


@pytest.fixture(scope="session")
def postgres_tables(postgres: PostgresServer) -> Iterator[str]:
    """The address of a database with every table and no row, made once: each test leaves it empty again."""
    with postgres.database(next_name()) as url:
        made = Database(url)
        Base.metadata.create_all(made.engine)
        made.dispose()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Which of the two databases this run of the test is on."""
    return str(request.param)


@pytest.fixture
def empty_database(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if database_kind == "sqlite":
        with opened(f"sqlite:///{tmp_path / 'laobing.db'}") as made:
            yield made
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database(next_name()) as url, opened(url) as made:
        yield made


@pytest.fixture
def database(database_kind: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with every table."""
    if database_kind == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    url: str = request.getfixturevalue("postgres_tables")
    try:
        with opened(url) as made:
            yield made
    finally:
        empty(url)


@pytest.fixture
def sqlite(sqlite_tables: Path, tmp_path: Path) -> Iterator[Database]:
    """An SQLite database with every table, for what only ever runs on one: the demo."""
    with opened(f"sqlite:///{shutil.copyfile(sqlite_tables, tmp_path / 'laobing.db')}") as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def county_settings(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """What `tests.console.open_county` takes beside its folder, so that its county stands on either database."""
    if request.param == "sqlite":
        yield {}
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database(next_name()) as url:
        yield {"DATABASE_URL": url}


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """The database at that address, closed again."""
    made = Database(url)
    try:
        yield made
    finally:
        made.dispose()


def next_name() -> str:
    """The name of a database no other test has."""
    return f"test_{os.getpid()}_{next(NUMBERS)}"
