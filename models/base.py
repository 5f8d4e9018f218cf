"""The base of all tables: naming, time, the Database, and how a transaction begins on each engine."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache, partial
from threading import Lock
from typing import Any, Final

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, create_engine, event, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.lines import TRUSTED_SECONDS, Lines, begin_sqlite, is_there, take_place
from models.prepared import (
    IS_OUTDATED,
    Unsent,
    begin_with_next,
    is_begun,
    run_on,
    send_unsent,
    take_place_with_next,
    unsent,
)
from models.session import Session

__all__ = ["Base", "Database", "Json", "Session", "UtcDateTime", "is_lost_connection", "try_hold", "upsert"]

LOCK_WAIT_SECONDS: Final = 5
# Chinese as it is: escaped, a dialogue takes twice the room, and its row a page of its own.
_WRITTEN: Final = json.JSONEncoder(ensure_ascii=False)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite has no zone: there it is stored without one and given one on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses a moment without a zone: its meaning would depend on the machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """The same text as SQLAlchemy makes of a moment for SQLite, in one step: a turn writes a dozen of them."""
        return _sqlite_moment if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Always aware, always UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(maxsize=64)  # a turn writes its moment into six rows
def _sqlite_moment(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


Json: Final[TypeEngine[Any]] = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Every table of the product. Constraint names follow one convention, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute


class Database:
    """One database and its sessions.

    Writing sessions take their place in the queue at once (SQLite: BEGIN IMMEDIATE; PostgreSQL: a lock of our own), so
    that what is read in a transaction cannot be outdated when it writes. Reading sessions never wait for a writer.
    """

    def __init__(self, url: str, *, lock_wait_seconds: int = LOCK_WAIT_SECONDS) -> None:
        self._take_place = partial(take_place, Lock(), lock_wait_seconds)
        self.engine = _engine(url, lock_wait_seconds, self._take_place)
        self._lines = Lines(self.engine, self._take_place)

    @property
    def is_sqlite(self) -> bool:
        """Whether one file on this machine is the database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def session(self, *, writes: bool = True, looks: bool = False, alone: bool = True) -> Iterator[Session]:
        """A session that is closed, and rolled back unless committed, when the block ends. One that only `looks` may go
        on to write (`begin_writing`). One that is not `alone` writes beside others on PostgreSQL.
        """
        line = self._lines.begun(reads=looks or not writes, looks=looks)
        if writes and alone and not looks and not self.is_sqlite:
            take_place_with_next(line)
        try:
            with Session(self, line, _end) as session:
                yield session
        finally:
            self._lines.put_to_rest(line)

    def begin_writing(self, session: Session) -> None:
        """A session that has only looked writes from here on. It takes its place with the first statement that is
        answered, or at its end: until then nobody waits for it, and others may change what it has seen.
        """
        if session.has_orm:
            session.expire_all()
        if self.is_sqlite:
            unsent(session.line)[:] = [Unsent(partial(_go_on, self._take_place, session.line))]
        else:
            begin_with_next(session.line)

    def scrub(self) -> None:
        """Takes what was deleted out of SQLite's files too: the journal that goes beside them is written back and cut.

        Deleted bytes are overwritten in the file itself (secure_delete). PostgreSQL's need `rewrite`.
        """
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def rewrite(self) -> list[str]:
        """Writes every table of PostgreSQL into a fresh file and drops the old one; which tables were.

        Its plain vacuuming gives the place of a deleted row away, and leaves the bytes there until something else is
        written over them. The samples that it keeps of every column for planning are taken anew as well. Each table
        is closed to everybody while it is written.
        """
        tables = [] if self.is_sqlite else [*sorted(Base.metadata.tables), "pg_statistic"]
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.exec_driver_sql("SET statement_timeout TO 0")
                samples = "" if table == "pg_statistic" else ", ANALYZE"
                connection.exec_driver_sql(f'VACUUM (FULL{samples}) "{table}"')
        return tables

    def dispose(self) -> None:
        """Closes every connection."""
        self._lines.close()
        self.engine.dispose()


def is_lost_connection(error: BaseException) -> bool:
    """Whether the database went away under a statement; the pool opens another connection at the next one."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _engine(url: str, lock_wait_seconds: int, take_place: Callable[[Connection], None]) -> Engine:
    # hide_parameters: what a statement carries is personal and must not stand in the text of an error.
    if not url.startswith("sqlite"):
        options = f"-c lock_timeout={lock_wait_seconds}s -c statement_timeout=60s"
        engine = create_engine(
            url, hide_parameters=True, json_serializer=_WRITTEN.encode, connect_args={"options": options}
        )
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", _ask_after_rest)
        event.listen(engine, "begin", _begin)
        event.listen(engine, "before_cursor_execute", _send_first)
        return engine
    engine = create_engine(
        url, hide_parameters=True, json_serializer=_WRITTEN.encode, connect_args={"timeout": lock_wait_seconds}
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", partial(_begin_sqlite, take_place))
    event.listen(engine, "before_cursor_execute", _send_first)
    return engine


def _end(line: Connection) -> None:
    if line.dialect.name == "sqlite" or is_begun(line):
        run_on(line, "COMMIT")


def _begin(line: Connection) -> None:
    """A session's connection begins with its first statement (models/lines.py); any other does so by itself."""
    if line.get_execution_options().get("begun_by_us"):
        begin_with_next(line)


def _send_first(line: Connection, *_statement: Any) -> None:
    """What the ORM asks comes after what was written before it."""
    send_unsent(line)


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _ask_after_rest(connection: Any, record: Any, _proxy: Any) -> None:
    """Asks a connection that rested whether it is still there; one in steady use is not asked every time."""
    rests_since = record.info.get("rests_since")
    if rests_since is None or time.monotonic() - rests_since < TRUSTED_SECONDS:
        return
    if not is_there(connection):
        raise DisconnectionError  # the pool opens another one


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transaction handling begins too late (at the first write); _begin_sqlite does it instead.
    connection.isolation_level = None
    # NORMAL in WAL mode: a killed process loses nothing, a power cut at most the last moments, never consistency.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _go_on(take_place: Callable[[Connection], None], line: Connection, cursor: Any) -> None:
    """SQLite lets a transaction that has read go on to write if nobody has written since it began, or is at it; it says
    so at once, without waiting. If it does not, the transaction begins anew, when it has the place.
    """
    line.info[IS_OUTDATED] = False
    try:
        cursor.execute("DELETE FROM counter WHERE 0")  # touches nothing, but is a write
    except sqlite3.OperationalError:
        line.info[IS_OUTDATED] = True
        cursor.execute("COMMIT")
        take_place(line)


def _begin_sqlite(take_place: Callable[[Connection], None], connection: Connection) -> None:
    begin_sqlite(take_place, connection, reads=connection.get_execution_options().get("reading", False))


def try_hold(session: Session, what: str) -> bool:
    """Holds a name until the transaction ends, for what is not written alone. False: somebody else holds it."""
    if session.line.dialect.name == "sqlite":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(what)))))


def upsert(session: Session) -> Any:
    """The `insert` of this session's engine, which knows ON CONFLICT (the two dialects spell it alike)."""
    return sqlite_insert if session.line.dialect.name == "sqlite" else postgresql_insert
