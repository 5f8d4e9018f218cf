"""The whole county in one sealed file, and back: from and to either engine, proven equal on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from models import sealed_file, transfer
from models.base import Database
from models.transfer import Figure
from services import operations
from services.runtime import Runtime

SUFFIX: Final = ".laobing"
TASK: Final = "backups.save"


class NotSaved(Exception):
    """No backup was made, and nothing is left of the try; the message says what kind of error stood in the way."""


class BadBackup(Exception):
    """A file that is no whole database; the message says what was found."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A backup as it lies on the disk, and what is in it."""

    path: Path
    bytes: int
    figures: list[Figure]


Prepare = Callable[[Database], None]
"""Brings an empty or an older database to the newest structure (app/migration.py)."""


def save(rt: Runtime, folder: Path, prepare: Prepare, *, keep: int) -> Saved:
    """Writes a sealed backup of the database as it stands now, reads it over, and drops all but the newest `keep`.

    Whatever the engine, what is sealed is a SQLite file: it can be restored onto either. Raises NotSaved, BadBackup.
    """
    started = rt.now()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{started:%Y%m%d-%H%M%S}{SUFFIX}"
    part = path.with_suffix(".part")
    try:
        # Beside the backup, not in the system's temporary folder: that may be small, or readable to others.
        with TemporaryDirectory(dir=folder) as scratch:
            plain = Path(scratch) / "county.db"
            figures = _write_plain(rt.database, plain, prepare)
            _check(plain)
            sealed_file.seal_file(rt.keyring, plain, part)
        part.rename(path)
    except transfer.UNWRITTEN as error:
        raise NotSaved(type(error).__name__) from error
    finally:
        part.unlink(missing_ok=True)  # half of one would only take up the room that was wanting
    for old in sorted(folder.glob(f"*{SUFFIX}"))[:-keep]:
        old.unlink()
    took = round((rt.now() - started).total_seconds() * 1000)
    operations.record_run(rt, operations.Run(TASK, started, took, sum(one.rows for one in figures), None))
    return Saved(path, path.stat().st_size, figures)


def _write_plain(database: Database, plain: Path, prepare: Prepare) -> list[Figure]:
    copy = Database(f"sqlite:///{plain}")
    try:
        if database.is_sqlite:
            transfer.save_file(database, plain)
            return transfer.figures(copy)
        prepare(copy)
        return transfer.copy(database, copy)
    finally:
        copy.dispose()


def restore(rt: Runtime, path: Path, target: Database, prepare: Prepare) -> list[Figure]:
    """Fills an empty database from a backup, all or nothing; what it holds afterwards.

    Raises SealError, BadBackup, transfer.NotEmpty. An older backup is brought to the newest structure on the way.
    """
    with TemporaryDirectory(dir=path.parent) as scratch:
        plain = Path(scratch) / "county.db"
        sealed_file.open_file(rt.keyring, path, plain)
        _check(plain)
        copy = Database(f"sqlite:///{plain}")
        try:
            prepare(copy)
            prepare(target)
            return transfer.copy(copy, target)
        finally:
            copy.dispose()


def _check(plain: Path) -> None:
    found = transfer.faults(plain)
    if found:
        raise BadBackup("；".join(found))
