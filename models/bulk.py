"""Many rows at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, insert


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
