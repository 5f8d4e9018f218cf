"""Connections at the beginning of a transaction: taken from the pool and begun once, then kept as they are.

Through the pool and SQLAlchemy's own transactions and back takes a turn as long as four of its statements. A kept
connection stays taken and begun to SQLAlchemy; to begin and to end is then the driver's alone.
"""

import sqlite3
import time
from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from models.prepared import begin_with_next, run_on, unsent

LOOKS_EVERY_SECONDS: Final = 0.0003
TRUSTED_SECONDS: Final = 2.0
RESTING: Final = 2
"""So many connections rest at most: each is one that the pool does not have."""


class Lines:
    """The connections of one engine for sessions. `take_place`: how a writer of SQLite begins."""

    def __init__(self, engine: Engine, take_place: Callable[[Connection], None]) -> None:
        # PostgreSQL's driver would begin by itself, and wait for the answer to that before it sends what it is given.
        begun = {} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT", "begun_by_us": True}
        self._engine: Final = engine.execution_options(**begun)
        self._reading: Final = self._engine.execution_options(reading=True)
        self._take_place: Final = take_place
        self._resting: Final[deque[tuple[Connection, float]]] = deque()

    def begun(self, *, reads: bool, looks: bool = False) -> Connection:
        """One at the beginning of a transaction; one of those that rest, if there is one. `looks`: PostgreSQL is asked
        without any until `begin_with_next`.
        """
        line = self._rested()
        if line is None:
            line = (self._reading if reads else self._engine).connect()
            line.begin()
        elif line.dialect.name != "sqlite":
            begin_with_next(line)
        else:
            try:
                begin_sqlite(self._take_place, line, reads=reads)
            except BaseException:
                line.close()
                raise
        if looks:
            unsent(line).clear()
        return line

    def put_to_rest(self, line: Connection) -> None:
        """Keeps it for the next session, with nothing left of what was not committed; a broken one is given up, and
        with it those that rest.
        """
        is_sound = not line.invalidated and line.in_transaction() and _rolled_back(line)
        if is_sound and len(self._resting) < RESTING:
            self._resting.append((line, time.monotonic()))
            return
        if line.invalidated:
            while (other := self._last()) is not None:
                _give_up(other[0])
        line.close()

    def close(self) -> None:
        """Closes those that rest."""
        while (other := self._last()) is not None:
            other[0].close()

    def _rested(self) -> Connection | None:
        """One that rests; on another machine's database one that rested long is asked whether it is still there."""
        while (other := self._last()) is not None:
            line, since = other
            is_trusted = line.dialect.name == "sqlite" or time.monotonic() - since < TRUSTED_SECONDS
            if is_trusted or is_there(line.connection.driver_connection):
                return line
            _give_up(line)
        return None

    def _last(self) -> tuple[Connection, float] | None:
        try:
            return self._resting.pop()
        except IndexError:  # other threads take from it too
            return None


def _rolled_back(line: Connection) -> bool:
    driver: Any = line.connection.driver_connection
    unsent(line).clear()
    try:
        driver.rollback()  # where nothing is open the drivers ask nobody
    except line.dialect.loaded_dbapi.Error:
        line.invalidate()
        return False
    return True


def is_there(driver: Any) -> bool:
    """Whether the server still answers the driver's connection, which is in no transaction before and after."""
    try:
        driver.execute("SELECT 1")
        driver.rollback()
    except driver.Error:
        return False
    return True


def _give_up(line: Connection) -> None:
    line.invalidate()
    line.close()


def begin_sqlite(take_place: Callable[[Connection], None], line: Connection, *, reads: bool) -> None:
    """Begins on SQLite: a reader at once, a writer when it has the place."""
    if reads:
        run_on(line, "BEGIN")
    else:
        take_place(line)


def take_place(queue: Lock, patience: float, connection: Connection) -> None:
    """Waits, at most so many seconds, for the place of SQLite's one writer."""
    gives_up = time.monotonic() + patience
    # One thread of a process looks for the writer's place and the others sleep behind it: all of them looking at once
    # would keep the thread that has the place from getting on.
    is_next = queue.acquire(timeout=patience)
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
        _take_turn(gives_up, connection)
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
        if is_next:
            queue.release()


def _take_turn(gives_up: float, connection: Connection) -> None:
    """Waits for the writer's place. SQLite itself would look less and less often, up to every 100 ms: the place would
    stand free meanwhile, and who comes later would be served first. Looking is the driver's alone: an error of the
    engine's for every look would cost more than the look.
    """
    driver: Any = connection.connection.driver_connection
    while time.monotonic() < gives_up:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
            time.sleep(LOOKS_EVERY_SECONDS)
        else:
            return
    run_on(connection, "BEGIN IMMEDIATE")  # for the last time, and to fail as every statement fails
