"""What most commands begin and end with: the settings read, the database at its newest structure, and closed again."""

from collections.abc import Iterator
from contextlib import contextmanager

from app import bootstrap, migration, settings
from services.runtime import Runtime


@contextmanager
def opened() -> Iterator[Runtime]:
    """The Runtime of this installation. Raises SettingsError, which `laobing` itself says in one line (app/cli.py)."""
    rt = bootstrap.build(settings.load())
    try:
        migration.upgrade(rt.database)
        yield rt
    finally:
        rt.database.dispose()
