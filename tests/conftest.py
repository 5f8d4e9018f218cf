"""Shared fixtures: a database, twice: SQLite in a temporary file and a real PostgreSQL."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from models.base import Base, Database
from tests.postgres import PostgresServer

NUMBERS = count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server: the one TEST_DATABASE_URL names, or one that pip brought, stopped at the end."""
    # Not pytest's own temporary folder: another run on this machine deletes all but the newest three of those.
    with TemporaryDirectory() as folder, PostgresServer(os.environ.get("TEST_DATABASE_URL"), Path(folder)) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'laobing.db'}")
        yield made
        made.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    with server.database(f"test_{os.getpid()}_{next(NUMBERS)}") as url:
        made = Database(url)
        yield made
        made.dispose()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database with every table."""
    Base.metadata.create_all(empty_database.engine)
    return empty_database
