"""Inbound messages (one row however often they are delivered) and the dialogue's state, one row a WeChat identity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from models.allowance import Window, open_window, opened_window, window_columns
from models.base import Base, Json, Session
from models.prepared import IS_OUTDATED, Seen, Unsent, prepared, unsent
from models.session import UNREAD


class InboundStatus(StrEnum):
    """answered, or failed (the turn raised; the veteran heard the polite text)."""

    ANSWERED = "answered"
    FAILED = "failed"


class InboundMessage(Base):
    """The receipt of one message or event, and the answer it got: the same for every repeat."""

    __tablename__ = "inbound_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    sender: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    inbound_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(8), default=InboundStatus.ANSWERED)
    reply: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


def _where_set(name: str) -> Index:
    is_set = text(f"{name} IS NOT NULL")
    return Index(f"ix_conversation_{name}", name, sqlite_where=is_set, postgresql_where=is_set)


class Conversation(Base):
    """The state of one dialogue as JSON (bot.types.Conversation).

    `awaiting` names what we last asked on our own account ("followup:12", "case:7"); `taken_over_at` is set while a
    member of staff speaks instead of the bot; `waits_since`: since when the person waits for one to answer.
    """

    __tablename__ = "conversation"
    # Of the few who wait for a person or talk with one: what is in an index is a page to write at every turn.
    __table_args__ = (_where_set("waits_since"), _where_set("taken_over_at"))

    openid: Mapped[str] = mapped_column(String(64), primary_key=True)
    veteran_id: Mapped[int | None] = mapped_column(ForeignKey("veteran.id"), index=True)
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    awaiting: Mapped[str | None] = mapped_column(String(32))
    taken_over_at: Mapped[datetime | None]
    waits_since: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


INBOUNDS: Final = Base.metadata.tables[InboundMessage.__tablename__]
CONVERSATIONS: Final = Base.metadata.tables[Conversation.__tablename__]


@prepared
def _receipt(insert: Any) -> Any:
    receipt = insert(INBOUNDS).values({name: bindparam(name) for name in Receipt.__slots__})
    return receipt.on_conflict_do_nothing(index_elements=["key"]).returning(INBOUNDS.c.key)


@prepared
def _held(_insert: Any) -> Any:
    return select(CONVERSATIONS.c.openid).where(CONVERSATIONS.c.openid == bindparam("whose")).with_for_update()


OUTRUN: Final = "the dialogue changed meanwhile"
#: https://www.postgresql.org/docs/current/errcodes-appendix.html
DEADLOCK: Final = "40P01"


def row_version() -> ColumnElement[str]:
    """Which version of a dialogue's row is seen. Of PostgreSQL, where everybody who writes the row makes another."""
    return cast(literal_column("conversation.xmin"), String)


@prepared
def _taken(insert: Any) -> Any:
    """The receipt, once the dialogue's row is held and stands as it was seen; if it does not, an error that says so.

    A statement that nobody waits for can only refuse by failing: `attempts`, a number, is given the words then.
    """
    row = select(row_version()).select_from(CONVERSATIONS).where(CONVERSATIONS.c.openid == bindparam("sender"))
    stands = row.with_for_update().scalar_subquery() == bindparam("seen")
    columns: dict[str, Any] = {name: bindparam(name) for name in Receipt.__slots__}
    columns["attempts"] = cast(case((stands, literal("1")), else_=literal(OUTRUN)), Integer)
    return insert(INBOUNDS).values(columns)


@prepared
def _whole(insert: Any) -> Any:
    columns = (*Receipt.__slots__, "reply", "answered_at")
    return insert(INBOUNDS).values({name: bindparam(name) for name in columns})


def _answered(_insert: Any) -> Any:
    row = update(INBOUNDS).where(INBOUNDS.c.key == bindparam("key"))
    return row.values(reply=bindparam("reply"), answered_at=bindparam("answered_at"))


def _saved(_insert: Any) -> Any:
    saved = update(CONVERSATIONS).where(CONVERSATIONS.c.openid == bindparam("whose"))
    return saved.values(
        state=bindparam("new_state"),
        awaiting=bindparam("new_awaiting"),
        waits_since=bindparam("waits"),
        version=CONVERSATIONS.c.version + 1,
        updated_at=bindparam("moment"),
    )


_answer = prepared(_answered)
_save = prepared(_saved)


@prepared
def _ended(insert: Any) -> Any:
    """What a turn writes at its end, in one statement of PostgreSQL."""
    opened, saved = opened_window(insert), _saved(insert)
    return _answered(insert).add_cte(opened.cte("opened"), saved.cte("saved"))


@dataclass(frozen=True, slots=True)
class Receipt:
    """One message as its row keeps it."""

    key: str
    sender: str
    kind: str
    inbound_sealed: bytes
    received_at: datetime
    status: InboundStatus = InboundStatus.ANSWERED
    attempts: int = 1


def hold_receipt(session: Session, receipt: Receipt) -> Callable[[], bool]:
    """Whether the message is new, once that is called; no other delivery of it gets on before this transaction ends.

    PostgreSQL holds its key by the row, which a second delivery waits for; it is told with the next statement. On
    SQLite who writes is alone: looking is enough, and the row is written once, with its answer.
    """
    if session.line.dialect.name == "sqlite":
        return lambda: answer_of(session, receipt.key) is None
    asked = _receipt.ask(session, **_columns(receipt))
    return lambda: bool(asked())


def hold_dialogue(session: Session, openid: str) -> None:
    """No other message of the dialogue gets on before this transaction ends. On SQLite who writes is alone.

    On PostgreSQL a statement that waited for a lock sees the locked row as it is now, but the rows joined to it as they
    were when it began. So the waiting is done first, and what is read comes after it.
    """
    if session.line.dialect.name != "sqlite":
        _held.send(session, [{"whose": openid}])


class OutrunError(Exception):
    """What a turn on SQLite had seen of its person is not so any more."""


def take_as_seen(session: Session, receipt: Receipt) -> bool:
    """Holds the message and its dialogue if that still stands as this session has seen it, without waiting for the
    answer: if it does not, the transaction comes to nothing (`was_outrun`). False: the session has not seen it.

    On SQLite all that was read of the person is compared, once the place is taken; the receipt is written at the end.
    """
    seen = session.as_read((Conversation, receipt.sender))
    if seen is UNREAD:
        return False
    if session.line.dialect.name == "sqlite":
        unsent(session.line).append(Unsent(partial(_compare, session.line, seen)))
    else:
        _taken.send(session, [_columns(receipt) | {"seen": seen}])
    return True


def _compare(line: Connection, seen: Seen, cursor: Any) -> None:
    if line.info[IS_OUTDATED] and not seen.holds(cursor):
        raise OutrunError(OUTRUN)


def was_outrun(error: BaseException) -> bool:
    """Whether that error says that a dialogue changed, or its message was answered, after it was seen; or that the turn
    and another transaction waited for each other, and PostgreSQL ended the turn.
    """
    if isinstance(error, OutrunError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if getattr(error.orig, "sqlstate", None) == DEADLOCK:
        return True
    return OUTRUN in str(error.orig) or (isinstance(error, IntegrityError) and INBOUNDS.name in str(error.orig))


@prepared
def _stands(_insert: Any) -> Any:
    return select(INBOUNDS.c.reply).where(INBOUNDS.c.key == bindparam("named"))


def answer_of(session: Session, key: str) -> str | None:
    """The answer a message got before, "" for silence; None: it is new."""
    said: str | None = session.as_read((InboundMessage, key))
    if said is UNREAD:
        row = _stands.first(session, named=key)
        said = None if row is None else row[0] or ""
    return said


def keep_answer(session: Session, receipt: Receipt, reply: str | None, now: datetime) -> None:
    """The answer of the message that is held, for every repeat of it."""
    said = {"reply": reply, "answered_at": now}
    if session.line.dialect.name == "sqlite":
        _whole.send(session, [_columns(receipt) | said])
    else:
        _answer.send(session, [{"key": receipt.key} | said])


def _columns(receipt: Receipt) -> dict[str, Any]:
    return {name: getattr(receipt, name) for name in receipt.__slots__}


@dataclass(frozen=True, slots=True)
class Kept:
    """A dialogue as a turn leaves it, with the service window that its message opened, if any."""

    openid: str
    state: dict[str, Any]
    awaiting: str | None
    waits_since: datetime | None
    window: Window | None


def end_turn(session: Session, receipt: Receipt, reply: str | None, kept: Kept, now: datetime) -> None:
    """The turn's last words: the answer of the message that is held, and the dialogue as it stands."""
    state = {"new_state": kept.state, "new_awaiting": kept.awaiting, "waits": kept.waits_since, "moment": now}
    saved = {"whose": kept.openid, **state}
    if kept.window is None or session.line.dialect.name == "sqlite":
        if kept.window is not None:
            open_window(session, kept.openid, kept.window)
        _save.send(session, [saved])
        keep_answer(session, receipt, reply, now)
        return
    said = {"key": receipt.key, "reply": reply, "answered_at": now}
    _ended.send(session, [said | saved | window_columns(kept.openid, kept.window)])


@prepared
def _given(_insert: Any) -> Any:
    given = update(CONVERSATIONS).where(CONVERSATIONS.c.openid == bindparam("whose"))
    return given.values(veteran_id=bindparam("person"))


def give_to(session: Session, openid: str, veteran_id: int | None) -> None:
    """Ties the dialogue to a person, or to nobody."""
    _given.send(session, [{"whose": openid, "person": veteran_id}])


@prepared
def _opened(insert: Any) -> Any:
    columns = ("openid", "veteran_id", "state", "version", "updated_at")
    return (
        insert(CONVERSATIONS)
        .values({name: bindparam(name) for name in columns})
        .on_conflict_do_nothing(index_elements=["openid"])
    )


def open_conversation(session: Session, openid: str, now: datetime) -> bool:
    """Makes the dialogue of one WeChat identity where there is none; whether there was none. It is held until the
    transaction ends.

    Two first messages of a newcomer meet here: the second waits for the row of the first.
    """
    return _opened.run(session, openid=openid, veteran_id=None, state={}, version=0, updated_at=now) == 1


def locked_conversation(session: Session, openid: str) -> Conversation | None:
    """The dialogue of one WeChat identity, held until the transaction ends: its turns happen one after another."""
    found = select(Conversation).where(Conversation.openid == openid).with_for_update()
    return session.scalars(found).first()


def conversation_of(session: Session, veteran_id: int) -> Conversation | None:
    """The dialogue of a veteran, if there is one."""
    found = select(Conversation).where(Conversation.veteran_id == veteran_id).with_for_update()
    return session.scalars(found).first()


def outrun(session: Session, veteran_id: int) -> None:
    """Holds the dialogue of a veteran until the transaction ends, and changes its row: a turn under way ends first, one
    that has only looked begins anew.
    """
    theirs = update(Conversation).where(Conversation.veteran_id == veteran_id)
    session.execute(theirs.values(version=Conversation.version + 1))


def answered(session: Session, veteran_id: int) -> None:
    """Somebody of the staff has answered: the person waits no longer."""
    session.execute(update(Conversation).where(Conversation.veteran_id == veteran_id).values(waits_since=None))


def identities_of_nobody(session: Session, before: datetime, limit: int) -> list[str]:
    """Identities whose person was erased and who have been silent since that moment."""
    found = select(Conversation.openid).where(Conversation.veteran_id.is_(None), Conversation.updated_at < before)
    return list(session.scalars(found.limit(limit)))


def delete_identity(session: Session, openid: str) -> None:
    """Deletes a dialogue that belongs to nobody, and the keys of its messages."""
    session.execute(delete(InboundMessage).where(InboundMessage.sender == openid))
    session.execute(delete(Conversation).where(Conversation.openid == openid, Conversation.veteran_id.is_(None)))


def old_contents(session: Session, before: datetime, after: int, limit: int) -> list[int]:
    """The numbers of messages of before that moment that are not empty yet, in order, behind `after`."""
    full = (InboundMessage.received_at < before) & (func.length(InboundMessage.inbound_sealed) > 0)
    found = select(InboundMessage.id).where(full, InboundMessage.id > after)
    return list(session.scalars(found.order_by(InboundMessage.id).limit(limit)))


def empty_contents(session: Session, numbers: Sequence[int]) -> None:
    """Empties these messages and the answers they got."""
    gone = update(InboundMessage).where(InboundMessage.id.in_(numbers)).values(inbound_sealed=b"", reply="")
    session.execute(gone, execution_options={"synchronize_session": False})


def silent_since(session: Session, start: datetime, end: datetime) -> list[tuple[str, dict[str, Any]]]:
    """Dialogues whose last turn was between the two moments: identity and state."""
    found = select(Conversation.openid, Conversation.state)
    rows = session.execute(found.where(Conversation.updated_at >= start, Conversation.updated_at < end))
    return [(row[0], row[1]) for row in rows]


def forget(session: Session, openid: str) -> None:
    """Unties a dialogue from its person and empties every message of it; the keys stay, so repeats stay repeats."""
    session.execute(
        update(Conversation)
        .where(Conversation.openid == openid)
        .values(veteran_id=None, state={}, awaiting=None, taken_over_at=None, waits_since=None)
    )
    session.execute(update(InboundMessage).where(InboundMessage.sender == openid).values(inbound_sealed=b"", reply=""))


def messages_of(session: Session, sender: str, limit: int) -> list[InboundMessage]:
    """The latest of what a WeChat identity sent, the newest first."""
    found = select(InboundMessage).where(InboundMessage.sender == sender)
    return list(session.scalars(found.order_by(InboundMessage.id.desc()).limit(limit)))
