"""The session of every transaction: the ORM on one begun connection, which the hot path's statements run on directly.

Taking a connection through the ORM's own bookkeeping costs more than a turn's statements do, and most turns need no
object of the ORM at all: its part of a session is made when something of it is first asked for.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Session as OrmSession

if TYPE_CHECKING:
    from models.base import Database

UNREAD: Final = object()


class Session(OrmSession):
    """A session of one transaction. `line` is its connection to `database`, which whoever makes the session begins;
    `end` ends it for good when the session is committed.
    """

    def __init__(self, database: "Database", line: Connection, end: Callable[[Connection], None]) -> None:
        self.database = database
        self.line = line
        self.end = end
        self._read: dict[object, Any] = {}

    if not TYPE_CHECKING:  # to the type checker every attribute is there from the beginning

        def __getattr__(self, name: str) -> Any:
            """Makes the ORM's part, whose attributes are asked for."""
            if self.has_orm:
                raise AttributeError(name)
            super().__init__(self.line, expire_on_commit=False, join_transaction_mode="rollback_only")
            return getattr(self, name)

    @property
    def has_orm(self) -> bool:
        """Whether anything of the ORM has been asked for."""
        return "identity_map" in self.__dict__

    def keep_read(self, what: object, value: Any) -> None:
        """Something was read along with other rows: who asks for it later need not ask the database again."""
        self._read[what] = value

    def as_read(self, what: object) -> Any:
        """What was read of it in this transaction, or UNREAD. The ORM writes what this does not know of: once anything
        has been asked of it, nothing counts as read.
        """
        return UNREAD if self.has_orm else self._read.get(what, UNREAD)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Writes what the ORM holds unwritten."""
        if self.has_orm:
            super().flush(objects)

    def expire_all(self) -> None:
        """What is known of rows is read again when it is looked at."""
        self._read.clear()
        if self.has_orm:
            super().expire_all()

    def close(self) -> None:
        """Lets go of the ORM's objects."""
        if self.has_orm:
            super().close()

    def outdate(self, kind: type[DeclarativeBase], key: int) -> None:
        """A row was written past the ORM: an object of it that somebody holds is read again when it is looked at."""
        if not self.has_orm:
            return
        held = self.identity_map.get(kind.__mapper__.identity_key_from_primary_key((key,)))
        if held is not None:
            self.expire(held)


@event.listens_for(Session, "before_commit")
def _end(session: Session) -> None:
    session.flush()
    session.end(session.line)
