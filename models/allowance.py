"""What the platform and our own rules still allow: service windows, notices in stock, counters with a limit.

Each is one row that is taken from by a conditional update: never counted from what was sent, never spent twice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, String, bindparam, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.among import among
from models.base import Base, Session, upsert
from models.prepared import prepared


class Allowance(Base):
    """What the platform lets us send one person now: the open service window and what is left in it."""

    __tablename__ = "allowance"

    openid: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_until: Mapped[datetime]
    window_left: Mapped[int]


class NoticeStock(Base):
    """A person's consent to one subscription notice: so many messages, or (long-term) any number until taken back."""

    __tablename__ = "notice_stock"

    openid: Mapped[str] = mapped_column(String(64), primary_key=True)
    template_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    left: Mapped[int]
    is_long: Mapped[bool]
    updated_at: Mapped[datetime]


class Counter(Base):
    """How much of a limit is used: its name ("template", "mass:<openid>") and the period it holds for."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(96), primary_key=True)
    period: Mapped[str] = mapped_column(String(12), primary_key=True)
    used: Mapped[int]
    changed_at: Mapped[datetime]


class Window(NamedTuple):
    """A service window: until when the person may be written to, and how many messages."""

    until: datetime
    left: int


def opened_window(insert: Any) -> Any:
    """The statement of `open_window`."""
    columns = ("openid", "window_until", "window_left")
    made = insert(Allowance).values({name: bindparam(name) for name in columns})
    ends_later = made.excluded.window_until > Allowance.window_until
    return made.on_conflict_do_update(
        index_elements=["openid"],
        set_={"window_until": made.excluded.window_until, "window_left": made.excluded.window_left},
        where=or_(ends_later, Allowance.window_left == 0),
    )


_opened = prepared(opened_window)


def window_columns(openid: str, window: Window) -> dict[str, Any]:
    """What that statement takes."""
    return {"openid": openid, "window_until": window.until, "window_left": window.left}


def open_window(session: Session, openid: str, window: Window) -> None:
    """An action of the person opens a service window, unless a longer one with messages left is open already.

    The platform counts written messages and taps apart; one row per person can only hold one of the two without
    ever counting more than there is, so it holds the longer one until that is used up.
    """
    _opened.send(session, [window_columns(openid, window)])


@among
def _spent(openids: Sequence[Any]) -> Any:
    return (
        update(Allowance)
        .where(Allowance.openid.in_(openids), Allowance.window_until > bindparam("now"), Allowance.window_left > 0)
        .values(window_left=Allowance.window_left - 1)
        .returning(Allowance.openid)
    )


def spend_windows(session: Session, openids: Collection[str], now: datetime) -> set[str]:
    """Takes one message out of each of these windows; whose it could be taken from. Never spent twice."""
    return {row[0] for row in _spent.all(session, openids, now=now)}


def windows_open(session: Session, openids: Collection[str], now: datetime) -> dict[str, int]:
    """Messages left of each window that is open in time, 0 included."""
    found = select(Allowance.openid, Allowance.window_left).where(
        Allowance.openid.in_(openids), Allowance.window_until > now
    )
    return {row[0]: row[1] for row in session.execute(found)}


def close_window(session: Session, openid: str) -> None:
    """The platform says the window is closed or used up: believe it."""
    session.execute(update(Allowance).where(Allowance.openid == openid).values(window_left=0))


def add_notice(session: Session, openid: str, template_id: str, now: datetime, *, is_long: bool) -> None:
    """The person said yes: one message more, or any number for a long-term notice."""
    row = {"openid": openid, "template_id": template_id, "left": 1, "is_long": is_long, "updated_at": now}
    insert = upsert(session)(NoticeStock).values(row)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["openid", "template_id"],
            set_={"left": NoticeStock.left + 1, "is_long": is_long, "updated_at": now},
        )
    )


def drop_notice(session: Session, openid: str, template_id: str) -> None:
    """The person said no, or the platform says they did: nothing is left."""
    gone = (NoticeStock.openid == openid) & (NoticeStock.template_id == template_id)
    session.execute(delete(NoticeStock).where(gone))


def spend_notices(session: Session, template_id: str, openids: Collection[str], now: datetime) -> set[str]:
    """Takes one message of each one's stock (a long-term one is not used up); whose there was."""
    if not openids:
        return set()
    mine = (NoticeStock.template_id == template_id) & NoticeStock.openid.in_(openids)
    lasting = session.scalars(select(NoticeStock.openid).where(mine, NoticeStock.is_long))
    spent = (
        update(NoticeStock)
        .where(mine, NoticeStock.is_long.is_(False), NoticeStock.left > 0)
        .values(left=NoticeStock.left - 1, updated_at=now)
        .returning(NoticeStock.openid)
    )
    return {*lasting, *session.scalars(spent, execution_options={"synchronize_session": False})}


def notices_in_stock(session: Session, template_id: str, openids: Collection[str]) -> set[str]:
    """Whose consent to this notice is in stock; nothing is taken."""
    found = select(NoticeStock.openid).where(
        NoticeStock.template_id == template_id, NoticeStock.openid.in_(openids), NoticeStock.left > 0
    )
    return set(session.scalars(found))


@prepared
def _unused(insert: Any) -> Any:
    columns = ("name", "period", "changed_at")
    fresh = insert(Counter).values({name: bindparam(name) for name in columns} | {"used": 0})
    return fresh.on_conflict_do_nothing(index_elements=["name", "period"])


@among
def _raised(names: Sequence[Any]) -> Any:
    return (
        update(Counter)
        .where(Counter.name.in_(names), Counter.period == bindparam("of"), Counter.used < bindparam("limit"))
        .values(used=Counter.used + 1, changed_at=bindparam("now"))
        .returning(Counter.name)
    )


def count_up(session: Session, names: Sequence[str], period: str, limit: int, now: datetime) -> set[str]:
    """Adds one to each of these counters that is below the limit; which ones."""
    _unused.send(session, [{"name": name, "period": period, "changed_at": now} for name in names])
    return {row[0] for row in _raised.all(session, names, of=period, limit=limit, now=now)}


@prepared
def _raised_by(_insert: Any) -> Any:
    more = bindparam("more", type_=Integer)
    this = (Counter.name == bindparam("this")) & (Counter.period == bindparam("of"))
    return (
        update(Counter)
        .where(this, Counter.used <= bindparam("up_to"))
        .values(used=Counter.used + more, changed_at=bindparam("now"))
        .returning(Counter.used)
    )


def count_up_by(session: Session, name: str, period: str, wanted: int, limit: int, now: datetime) -> int:
    """Adds as much of `wanted` to one counter as its limit leaves; how much."""
    # Nearly always: it is there, and leaves room for all of them.
    if wanted and _raised_by.first(session, this=name, of=period, more=wanted, up_to=limit - wanted, now=now):
        return wanted
    if not wanted or count_up(session, [name], period, limit, now) == set():
        return 0
    # The row is ours until the transaction ends: what is read now cannot change before it is written.
    stands = used(session, [name], period)[name]
    more = max(min(wanted - 1, limit - stands), 0)
    this = (Counter.name == name) & (Counter.period == period)
    session.execute(update(Counter).where(this).values(used=Counter.used + more))
    return 1 + more


def count_down(session: Session, names: Collection[str], period: str) -> None:
    """Gives back what was taken from these counters and not used."""
    if names:
        taken = (Counter.name.in_(names)) & (Counter.period == period) & (Counter.used > 0)
        session.execute(update(Counter).where(taken).values(used=Counter.used - 1))


def used(session: Session, names: Collection[str], period: str) -> dict[str, int]:
    """What these counters stand at; those that were never used are left out."""
    found = select(Counter.name, Counter.used).where(Counter.name.in_(names), Counter.period == period)
    return {row[0]: row[1] for row in session.execute(found)}


def forget_notices(session: Session, openid: str) -> None:
    """Deletes the notices of an erased identity. Its window stays for the answer under way, its month's mass sends
    because the platform counts them on; both go with `forget_old`.
    """
    session.execute(delete(NoticeStock).where(NoticeStock.openid == openid))


def forget_old(session: Session, before: datetime) -> None:
    """Deletes windows that shut and counters whose period ended before that moment."""
    session.execute(delete(Allowance).where(Allowance.window_until < before))
    session.execute(delete(Counter).where(Counter.changed_at < before))
