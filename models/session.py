"""The session of every transaction: the ORM on one begun connection, which the hot path's statements run on directly.

Taking a connection through the ORM's own bookkeeping costs more than a turn's statements do, and most turns need no
object of the ORM at all.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as OrmSession

if TYPE_CHECKING:
    from models.base import Database


class Session(OrmSession):
    """A session of one transaction. `line` is its connection to `database`, which whoever makes the session begins;
    `end` ends it for good when the session is committed.
    """

    def __init__(self, database: "Database", line: Connection, end: Callable[[Connection], None]) -> None:
        super().__init__(line, expire_on_commit=False, join_transaction_mode="rollback_only")
        self.database = database
        self.line = line
        self.end = end

    def outdate(self, kind: type[DeclarativeBase], key: int) -> None:
        """A row was written past the ORM: an object of it that somebody holds is read again when it is looked at."""
        held = self.identity_map.get(kind.__mapper__.identity_key_from_primary_key((key,)))
        if held is not None:
            self.expire(held)


@event.listens_for(Session, "before_commit")
def _end(session: Session) -> None:
    session.flush()
    session.end(session.line)
