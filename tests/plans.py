"""How each database means to find the rows of what was asked: the statements as they reach the driver, explained."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from sqlalchemy import event, text

from models.base import Database

READS_OR_WRITES = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
Statement = tuple[str, Any]


@contextmanager
def heard(database: Database) -> Iterator[list[Statement]]:
    """Every statement of this database in the block, the ORM's and the others, with what it carried."""
    statements: list[Statement] = []

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            statements.append((query, params))
            return super().execute(query, params, **options)

        def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
            statements.extend((query, params) for params in params_seq)
            super().executemany(query, params_seq, **options)

    def listen(line: Any, *_: Any) -> None:
        if database.is_sqlite:
            line.set_trace_callback(lambda said: statements.append((said, None)))
        else:
            line.cursor_factory = Cursor

    database.dispose()
    event.listen(database.engine, "connect", listen)
    try:
        yield statements
    finally:
        event.remove(database.engine, "connect", listen)
        database.dispose()


def plans(database: Database, statements: list[Statement]) -> dict[str, str]:
    """The plan of each of them; the same statement with other values counts once."""
    found: dict[str, str] = {}
    with database.engine.connect() as connection:
        cursor = connection.connection.cursor()
        for said, carried in statements:
            shape = re.sub(r"'(?:[^']|'')*'|\b\d+(?:\.\d+)?\b", "?", said)
            if shape in found or not said.lstrip().startswith(READS_OR_WRITES):
                continue
            if database.is_sqlite:
                rows = cursor.execute(f"EXPLAIN QUERY PLAN {said}").fetchall()
                found[shape] = "\n".join(row[3] for row in rows)
            else:
                cursor.execute(f"EXPLAIN {said}", carried)
                found[shape] = "\n".join(row[0] for row in cursor.fetchall())
    return found


def read_whole(plan: str) -> set[str]:
    """The tables that a plan reads from end to end, or by an index from end to end."""
    return set(re.findall(r"(?:\bSCAN|Seq Scan on) (\w+?)(?:_\d+)?\b", plan))


def analyse(database: Database) -> None:
    """PostgreSQL looks at what the tables hold, as its housekeeping does by itself; SQLite is never asked to."""
    if not database.is_sqlite:
        with database.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
