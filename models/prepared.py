"""Statements of the hot path: compiled once per engine, then run on the driver's own cursor.

A turn is a handful of one-row statements; through the ORM each costs ten times what the database needs for it. Values
are converted by the columns' own types, as everywhere else. What the session holds unwritten is written first.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Dialect, Select, literal_column
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from models.session import Session

Build = Callable[[Any], Any]
Convert = Callable[[Any], Any] | None
Row = tuple[Any, ...]
_UNSENT: Final = "unsent"
_PLACE: Final = 20261129
"""PostgreSQL's lock of the one writer's place: a number of this database that nothing else locks."""
IS_OUTDATED: Final = "is_outdated"
"""Of a connection of SQLite: whether somebody wrote between what this transaction saw and its taking the place."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One statement as one driver takes it: its text, its parameters in order, and how values go in and come out."""

    text: str
    names: tuple[tuple[str, Convert], ...]
    given: Mapping[str, Any]
    results: tuple[tuple[int, Callable[[Any], Any]], ...]
    by_place: bool

    def parameters(self, values: Mapping[str, Any]) -> Any:
        whole = {**self.given, **values} if self.given else values
        if self.by_place:
            return [whole[name] if convert is None else convert(whole[name]) for name, convert in self.names]
        return {name: whole[name] if convert is None else convert(whole[name]) for name, convert in self.names}

    def read(self, row: Row) -> Row:
        if not self.results:
            return row
        cells = list(row)
        for place, convert in self.results:
            cells[place] = convert(cells[place])
        return tuple(cells)


class Prepared:
    """One such statement. `build` is given the engine's own `insert`, which knows ON CONFLICT."""

    def __init__(self, build: Build) -> None:
        self._build: Final = build
        self._compiled: Final[dict[str, _Compiled]] = {}

    def first(self, session: Session, **values: Any) -> Row | None:
        """Runs it; the first row it gives, if any."""
        found = self.all(session, **values)
        return found[0] if found else None

    def look(self, session: Session, **values: Any) -> tuple[Row | None, "Seen"]:
        """The same, and what the engine gave for it, to see later whether it would give that still."""
        line = _line(session)
        compiled = self._for(line.dialect)
        parameters = compiled.parameters(values)
        found = run_on(line, compiled.text, parameters, gives=True).found
        raw = found[0] if found else None
        return None if raw is None else compiled.read(raw), Seen(compiled.text, parameters, raw)

    def all(self, session: Session, **values: Any) -> list[Row]:
        """Runs it; every row it gives."""
        line = _line(session)
        compiled = self._for(line.dialect)
        return [
            compiled.read(row) for row in run_on(line, compiled.text, compiled.parameters(values), gives=True).found
        ]

    def run(self, session: Session, **values: Any) -> int:
        """Runs it for what it writes; how many rows that were."""
        line = _line(session)
        compiled = self._for(line.dialect)
        return run_on(line, compiled.text, compiled.parameters(values)).rows

    def run_each(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Runs it once for every row."""
        if rows:
            line = _line(session)
            compiled = self._for(line.dialect)
            whole = [compiled.parameters(row) for row in rows]
            if len(whole) == 1:
                run_on(line, compiled.text, whole[0])
            else:
                run_on(line, compiled.text, whole, many=True)

    def send(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """The same for what nobody asks about. PostgreSQL is told together with the next statement or the end of the
        transaction, in one way there and back; so is SQLite, if the transaction has yet to take the writer's place.
        What fails, fails there.
        """
        line = _line(session)
        waiting = unsent(line)
        if not waiting and line.dialect.name == "sqlite":
            self.run_each(session, rows)
        else:
            compiled = self._for(line.dialect)
            waiting.extend(Unsent(partial(_told, compiled.text, compiled.parameters(row))) for row in rows)

    def ask(self, session: Session, **values: Any) -> Callable[[], Sequence[Row]]:
        """The same for what is asked about later: the rows it gives, once that is called."""
        line = _line(session)
        if line.dialect.name == "sqlite":
            found = self.all(session, **values)
            return lambda: found
        compiled, asked = self._for(line.dialect), _Asked()
        unsent(line).append(Unsent(partial(_told, compiled.text, compiled.parameters(values)), asked))
        return lambda: [compiled.read(row) for row in asked.answer(line)]

    def _for(self, dialect: Dialect) -> _Compiled:
        made = self._compiled.get(dialect.name)
        if made is None:
            made = self._compiled[dialect.name] = _compile(self._build, dialect)
        return made


def prepared(build: Build) -> Prepared:
    """Decorates the function that builds a statement of the hot path."""
    return Prepared(build)


def looked_up(rows: "Select[Any]") -> ColumnElement[bool]:
    """Whether there is such a row, to be asked by its index for one person of many. PostgreSQL may answer an EXISTS
    among the columns by reading the whole table once, which it takes for cheaper while it knows little of the table.
    """
    return rows.limit(literal_column("1")).scalar_subquery().is_not(None)


def _compile(build: Build, dialect: Dialect) -> _Compiled:
    statement = build(sqlite_insert if dialect.name == "sqlite" else postgresql_insert)
    compiled = statement.compile(dialect=dialect)
    converts = {name: _in(bind.type, dialect) for name, bind in compiled.binds.items()}
    columns = [
        column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.exported_columns
    ]
    return _Compiled(
        text=str(compiled),
        names=tuple((name, converts[name]) for name in compiled.positiontup or compiled.binds),
        given={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        results=tuple((place, convert) for place, convert in enumerate(columns) if convert is not None),
        by_place=bool(compiled.positiontup),
    )


def _in(kind: Any, dialect: Dialect) -> Convert:
    convert: Convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return convert


def _line(session: Session) -> Connection:
    """The session's connection, with everything written that it held."""
    if not session.has_orm:
        return session.line
    session.flush()
    # Outside a transaction the ORM begins one, or refuses because the last one broke.
    return session.line if session.line.in_transaction() else session.connection()


@dataclass(frozen=True, slots=True)
class Seen:
    """A question as it was put to the engine, and the first row of its answer, if any."""

    text: str
    parameters: Any
    row: Row | None

    def holds(self, cursor: Any) -> bool:
        """Whether the answer is still that one, to the last byte."""
        return bool(cursor.execute(self.text, self.parameters).fetchone() == self.row)


class _Asked:
    """The rows a statement gave, once it was sent."""

    found: Sequence[Row] | None = None

    def answer(self, line: Connection) -> Sequence[Row]:
        if self.found is None:
            send_unsent(line)
        assert self.found is not None
        return self.found


class Unsent(NamedTuple):
    """Something that is still to be done on the driver's cursor, and who asks for the rows that it gives."""

    do: Callable[[Any], Any]
    asked: _Asked | None = None


class Ran(NamedTuple):
    """What a statement came to: how many rows it touched, and those it gave."""

    rows: int
    found: Sequence[Row]


def run_on(line: Connection, text: str, parameters: Any = (), *, gives: bool = False, many: bool = False) -> Ran:
    """Runs a statement as the driver takes it, after what is unsent; its errors are the engine's, without what the
    statement carried.
    """
    dialect = line.dialect
    driver: Any = line.connection.driver_connection  # its own cursor: the pool's goes through three more calls
    cursor = driver.cursor()
    run = cursor.executemany if many else cursor.execute
    try:
        _in_one_go(line, driver, partial(run, text, parameters))
        ran = Ran(cursor.rowcount, cursor.fetchall() if gives else ())
    except dialect.loaded_dbapi.Error as error:
        raise _known(line, text, error) from error
    cursor.close()
    return ran


def send_unsent(line: Connection) -> None:
    """What the database is still to be told, now."""
    if not unsent(line):
        return
    driver: Any = line.connection.driver_connection
    try:
        _in_one_go(line, driver, lambda: None)
    except line.dialect.loaded_dbapi.Error as error:
        raise _known(line, "", error) from error


def _known(line: Connection, text: str, error: Any) -> Any:
    """A driver's error as the engine's, without what the statement carried; the connection given up if it is gone."""
    base = line.dialect.loaded_dbapi.Error
    is_gone = line.dialect.is_disconnect(error, line.connection, None)
    if is_gone:
        line.invalidate(error)
        line.engine.dispose(close=False)  # those that rest in the pool are gone with it
    # None for the parameters, as the engine hides them too: they are personal.
    return DBAPIError.instance(text, None, error, base, True, is_gone, line.dialect)


def unsent(line: Connection) -> list[Unsent]:
    """What the database is still to be told in this transaction, in order."""
    held: list[Unsent] = line.info.setdefault(_UNSENT, [])
    return held


def _told(text: str, parameters: Any, cursor: Any) -> None:
    cursor.execute(text, parameters)


def begin_with_next(line: Connection) -> None:
    """A transaction of PostgreSQL that begins together with its first statement; what is unsent is of one that was
    given up.
    """
    unsent(line)[:] = [Unsent(partial(_told, "BEGIN", None))]


def take_place_with_next(line: Connection) -> None:
    """PostgreSQL's place of the one writer until the end of the transaction: waited for by the first statement, which
    sees then what the one before has written (READ COMMITTED).
    """
    unsent(line).append(Unsent(partial(_told, f"SELECT pg_advisory_xact_lock({_PLACE})", None)))


def is_begun(line: Connection) -> bool:
    """Whether PostgreSQL is in a transaction, or will be with what it is still to be told."""
    driver: Any = line.connection.driver_connection
    return bool(unsent(line) or driver.pgconn.transaction_status)


def _in_one_go(line: Connection, driver: Any, run: Callable[[], Any]) -> None:
    """What is unsent, a transaction's beginning first, and the statement."""
    waiting = unsent(line)
    if not waiting:
        run()
        return
    told = [(driver.cursor(), *one) for one in waiting]
    waiting.clear()  # before it is told: whatever fails on the way, nothing of it is left for another transaction
    with nullcontext() if line.dialect.name == "sqlite" else driver.pipeline():
        for cursor, do, _ in told:
            do(cursor)
        run()
    for cursor, _, asked in told:
        if asked is not None:
            asked.found = cursor.fetchall()
