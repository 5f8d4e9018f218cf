"""Shared fixtures: a database (SQLite in a temporary file)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.base import Base, Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'laobing.db'}")
    Base.metadata.create_all(made.engine)
    yield made
    made.dispose()
