"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite; a turn's few by one statement."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, insert

from models.prepared import Prepared
from models.session import Session

AT_ONCE: Final = 32


class Rows:
    """The INSERT of a few rows of the hot path in one statement, compiled once for each number of them: a driver takes
    five statements five times as long. `names`: the columns that every row has.
    """

    def __init__(self, table: Table, *names: str) -> None:
        self._table: Final = table
        self._names: Final = names
        self._of_size: Final[dict[int, Prepared]] = {}

    def send(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Writes them; nobody asks about it (`Prepared.send`)."""
        for start in range(0, len(rows), AT_ONCE):
            page = rows[start : start + AT_ONCE]
            whole = {f"{name}_{place}": row[name] for place, row in enumerate(page) for name in self._names}
            self._for(len(page)).send(session, [whole])

    def _for(self, count: int) -> Prepared:
        made = self._of_size.get(count)
        if made is None:
            kinds = {name: self._table.c[name].type for name in self._names}
            rows = [{name: bindparam(f"{name}_{n}", type_=kind) for name, kind in kinds.items()} for n in range(count)]
            made = self._of_size[count] = Prepared(lambda insert: insert(self._table).values(rows))
        return made


def add_rows(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Writes rows that have a value for every column of the table, in its order."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
        return
    names = [column.name for column in table.columns]
    connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])


def _copy(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    dialect = connection.dialect
    quote = dialect.identifier_preparer.quote
    names = ", ".join(quote(column.name) for column in table.columns)
    kinds = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {quote(table.name)} ({names}) FROM STDIN") as line:
        for row in rows:
            line.write_row([kind(value) if kind else value for kind, value in zip(kinds, row, strict=True)])
