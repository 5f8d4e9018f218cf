"""A person's row as a turn reads and writes it, past the ORM: following, name and telephone, who else bears both."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, func, select, update

from models.base import Base, Session
from models.prepared import Prepared, prepared
from models.veteran import Veteran

_VETERANS: Final = Base.metadata.tables[Veteran.__tablename__]
_V: Final = _VETERANS.c


@prepared
def _followed(insert: Any) -> Any:
    columns = ("openid", "kind", "following", "in_ledger", "created_at", "followed_at")
    made = insert(_VETERANS).values({name: bindparam(name) for name in columns})
    again = {name: made.excluded[name] for name in ("following", "followed_at")}
    stayed = _V.unfollowed_at.is_(None)
    return made.on_conflict_do_update(index_elements=["openid"], set_=again, where=stayed).returning(_V.id)


def follow(session: Session, openid: str, now: datetime) -> int | None:
    """The number of the follower with this identity, who is made where there is none; None for one who has left."""
    values = {"kind": "veteran", "following": True, "in_ledger": False, "created_at": now, "followed_at": now}
    row = _followed.first(session, openid=openid, **values)
    if row is None:
        return None
    session.outdate(Veteran, row[0])
    return int(row[0])


class Contact(NamedTuple):
    """Name and telephone of a row, sealed; `in_ledger`: whether it is the bureau's own."""

    name_sealed: bytes | None
    phone_sealed: bytes | None
    in_ledger: bool


@prepared
def _contact(_insert: Any) -> Any:
    return select(_V.name_sealed, _V.phone_sealed, _V.in_ledger).where(_V.id == bindparam("whose"))


def contact_of(session: Session, veteran_id: int) -> Contact:
    """What is kept of how to reach a person."""
    row = _contact.first(session, whose=veteran_id)
    return Contact(*row) if row is not None else Contact(None, None, in_ledger=False)


_CONTACT: Final = ("name_sealed", "name_digest", "phone_sealed", "phone_digest", "phone_tail_digest")


@prepared
def _contact_kept(_insert: Any) -> Any:
    given = {name: func.coalesce(bindparam(f"new_{name}", type_=_V[name].type), _V[name]) for name in _CONTACT}
    return update(_VETERANS).where(_V.id == bindparam("whose")).values(given)


def keep_contact(session: Session, veteran_id: int, given: Mapping[str, Any]) -> None:
    """Writes the columns of name and telephone that are given; the others stay."""
    _contact_kept.send(session, [{"whose": veteran_id, **{f"new_{name}": given.get(name) for name in _CONTACT}}])
    session.outdate(Veteran, veteran_id)


class Bearer(NamedTuple):
    """A row of the ledger that bears a name and a telephone; `openid`: the WeChat identity it is tied to already."""

    id: int
    openid: str | None


@cache
def _by_phone(count: int) -> Prepared:
    """Rows with one of so many digests. The telephone alone is asked for: few bear it, and left the choice SQLite would
    read everybody of the ledger, or everybody of that name.
    """
    found = select(_V.id, _V.openid, _V.in_ledger, _V.name_digest)
    return Prepared(lambda _insert: found.where(_V.phone_digest.in_([bindparam(f"form_{n}") for n in range(count)])))


def ledger_rows_of(session: Session, name_digests: Collection[str], phone_digests: Sequence[str]) -> list[Bearer]:
    """The ledger's rows that bear this name and this telephone, each in any form its digest may be kept in."""
    forms: dict[str, Any] = {f"form_{n}": one for n, one in enumerate(phone_digests)}
    rows = _by_phone(len(forms)).all(session, **forms)
    return [Bearer(*row[:2]) for row in rows if row[2] and row[3] in name_digests]
