"""The whole of one database carried into another, on either engine, and the proof that both hold the same."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import DBAPIError

from models.base import Base, Database
from models.bulk import add_rows

BATCH: Final = 5000
UNWRITTEN: Final = (OSError, sqlite3.Error, DBAPIError)
"""What writing a file raises when there is no room for it, or no right to it."""
_WIDTH: Final = 1 << 128


class NotEmpty(Exception):
    """The database to write into holds rows already; the message names a table that does."""


class NotEqual(Exception):
    """What was read back is not what was written; the message names the tables."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one table holds: its rows, and a digest of all their values that does not depend on their order."""

    table: str
    rows: int
    digest: str


def figures(database: Database) -> list[Figure]:
    """The figures of every table, all as of one moment."""
    with _snapshot(database) as connection:
        return [_figure(table, _batches(connection, table)) for table in _tables()]


def copy(source: Database, target: Database) -> list[Figure]:
    """Carries every row over, all or nothing, and reads it back: raises NotEmpty, or NotEqual if it differs.

    Nobody else may write into the source meanwhile: on SQLite the copy takes the writer's place.
    """
    with source.engine.connect() as reader, target.engine.begin() as writer:
        for table in _tables():
            if writer.execute(select(select(table).exists())).scalar():
                raise NotEmpty(table.name)
        if target.is_sqlite:
            writer.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        sent = []
        for table in _tables():
            rows = _batches(reader, table)
            sent.append(_figure(table, _passing_on(writer, table, rows)))
        for table in () if target.is_sqlite else _tables():
            _set_sequence(writer, table)
        came = [_figure(table, _batches(writer, table)) for table in _tables()]
        unlike = [mine.table for mine, theirs in zip(sent, came, strict=True) if mine != theirs]
        if unlike:
            raise NotEqual("、".join(unlike))
    return sent


def save_file(source: Database, path: Path) -> None:
    """A consistent copy of a SQLite database into a new file, while it is written to."""
    with sqlite3.connect(str(source.engine.url.database)) as reader, sqlite3.connect(path) as writer:
        reader.backup(writer)
    reader.close()
    writer.close()


def faults(path: Path) -> list[str]:
    """What SQLite finds wrong with a database file; none when it is whole."""
    connection = sqlite3.connect(path)
    try:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
        broken = [f"{row[0]} -> {row[2]}" for row in connection.execute("PRAGMA foreign_key_check")]
    except sqlite3.DatabaseError as error:
        return [type(error).__name__]
    finally:
        connection.close()
    return [line for line in found if line != "ok"] + broken[:5]


def _tables() -> Sequence[Table]:
    return Base.metadata.sorted_tables


@contextmanager
def _snapshot(database: Database) -> Iterator[Connection]:
    engine = database.engine.execution_options(reading=True)
    if not database.is_sqlite:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        yield connection


def _batches(connection: Connection, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    # Server-side on PostgreSQL: a table never stands in memory as a whole.
    found = connection.execution_options(yield_per=BATCH).execute(select(table))
    for batch in found.partitions():
        yield [tuple(row) for row in batch]


def _passing_on(
    writer: Connection, table: Table, batches: Iterator[list[tuple[Any, ...]]]
) -> Iterator[list[tuple[Any, ...]]]:
    for batch in batches:
        add_rows(writer, table, batch)
        yield batch


def _set_sequence(writer: Connection, table: Table) -> None:
    """New rows go on after the highest number that was carried over."""
    column = table.autoincrement_column
    if column is not None:
        highest = writer.execute(select(func.max(column))).scalar()
        if highest is not None:
            values = {"table": f'"{table.name}"', "column": column.name, "highest": highest}
            writer.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"), values)


def _figure(table: Table, batches: Iterator[list[tuple[Any, ...]]]) -> Figure:
    rows, total = 0, 0
    for batch in batches:
        rows += len(batch)
        for row in batch:
            spelt = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True)
            total += int.from_bytes(hashlib.blake2b(spelt.encode(), digest_size=16).digest(), "big")
    return Figure(table.name, rows, f"{total % _WIDTH:032x}")


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
