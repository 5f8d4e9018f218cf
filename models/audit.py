"""The audit trail: who did what to whom, each entry signed when written and linked to the one before soon after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, String, cast, delete, func, not_, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session, upsert
from models.scope import Scope
from models.veteran import Veteran

HEAD = 1
#: How an action ends that only looked.
LOOKS = (".read", ".list", ".export", ".verify")


class AuditEntry(Base):
    """Who did what to what, when. Details hold codes and counts, never personal data.

    `signature` covers what the entry says, `token` makes it unlike any other. `position` and `link` come with its
    place in the chain. Entries of a time before signatures have none and stay outside.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_who_at", "who", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    token: Mapped[str | None] = mapped_column(String(32), unique=True)
    signature: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[int | None] = mapped_column(unique=True)
    link: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """The two ends of the chain, one row: where it begins (older entries expired) and where it stands."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    first_position: Mapped[int] = mapped_column(default=0)
    first_link: Mapped[str] = mapped_column(String(64), default="")
    position: Mapped[int] = mapped_column(default=0)
    link: Mapped[str] = mapped_column(String(64), default="")
    signature: Mapped[str] = mapped_column(String(64), default="")


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries a page lists; empty parts do not limit. `action`: how the action begins ("card").

    `who`: any of these names. `looks`: readings only, or acts only. `scope`: entries about its people only.
    """

    who: tuple[str, ...] = ()
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    looks: bool | None = None
    scope: Scope | None = None


def locked_head(session: Session) -> AuditHead:
    """The head, made where there is none, held until the transaction ends: one process links at a time."""
    fresh = {"id": HEAD, "first_position": 0, "first_link": "", "position": 0, "link": "", "signature": ""}
    session.execute(upsert(session)(AuditHead).values(fresh).on_conflict_do_nothing(index_elements=["id"]))
    found = select(AuditHead).where(AuditHead.id == HEAD).with_for_update()
    return session.scalars(found, execution_options={"populate_existing": True}).one()


def head_of(session: Session) -> AuditHead | None:
    """The head as it stands."""
    return session.get(AuditHead, HEAD)


def unlinked(session: Session, after: int, limit: int) -> list[AuditEntry]:
    """Signed entries with no place in the chain and higher numbers than `after`, in the order they were written."""
    found = select(AuditEntry).where(
        AuditEntry.position.is_(None), AuditEntry.signature.is_not(None), AuditEntry.id > after
    )
    return list(session.scalars(found.order_by(AuditEntry.id).limit(limit)))


def has_links(session: Session) -> bool:
    """Whether any entry has a place in the chain."""
    return session.scalar(select(AuditEntry.id).where(AuditEntry.position.is_not(None)).limit(1)) is not None


def linked(session: Session, upto: int, after: int = -1, page: int = 1000) -> Iterator[AuditEntry]:
    """Every entry of the chain behind `after` up to `upto` in its order, read a page at a time."""
    while True:
        found = select(AuditEntry).where(AuditEntry.position > after, AuditEntry.position <= upto)
        rows = list(session.scalars(found.order_by(AuditEntry.position).limit(page)))
        yield from rows
        if len(rows) < page:
            return
        after = rows[-1].position or 0


def outside(session: Session) -> int | None:
    """An entry with a place that the chain between its two ends does not have, if there is one.

    Asked in one statement: entries are linked, and the head moves, while somebody checks.
    """
    is_out = or_(AuditEntry.position <= AuditHead.first_position, AuditEntry.position > AuditHead.position)
    found = select(AuditEntry.id).join(AuditHead, AuditHead.id == HEAD).where(is_out)
    return session.scalar(found.order_by(AuditEntry.id).limit(1))


def last_linked_before(session: Session, moment: datetime) -> AuditEntry | None:
    """The newest entry of the chain such that it and all before it are older than that moment."""
    young = select(func.min(AuditEntry.position)).where(AuditEntry.at >= moment).scalar_subquery()
    found = select(AuditEntry).where(AuditEntry.position < func.coalesce(young, _beyond()))
    return session.scalars(found.order_by(AuditEntry.position.desc()).limit(1)).first()


def _beyond() -> ColumnElement[int]:
    return select(func.coalesce(func.max(AuditEntry.position), 0) + 1).scalar_subquery()


def forget_until(session: Session, position: int) -> int:
    """Deletes the chain's entries up to that position; how many."""
    gone = delete(AuditEntry).where(AuditEntry.position <= position).returning(AuditEntry.id)
    return len(session.scalars(gone).all())


def count_unsigned(session: Session) -> tuple[int, int]:
    """Entries without a signature: those from before the first signed one, and those written later (forged)."""
    first = select(func.min(AuditEntry.id)).where(AuditEntry.signature.is_not(None)).scalar_subquery()
    bare = select(func.count()).select_from(AuditEntry).where(AuditEntry.signature.is_(None))
    forged = session.scalar(bare.where(AuditEntry.id > first)) or 0
    return (session.scalar(bare) or 0) - forged, forged


def entries(session: Session, sought: Sought, before: int | None, limit: int) -> Sequence[AuditEntry]:
    """A page of the trail, the newest first, with lower numbers than `before`."""
    found = select(AuditEntry)
    found = found.where(AuditEntry.who.in_(sought.who)) if sought.who else found
    found = found.where(AuditEntry.subject == sought.subject) if sought.subject else found
    if sought.looks is not None:
        is_look = or_(*(AuditEntry.action.endswith(ending, autoescape=True) for ending in LOOKS))
        found = found.where(is_look if sought.looks else not_(is_look))
    if sought.scope is not None and not sought.scope.is_whole:
        people = select("veteran:" + cast(Veteran.id, String)).where(sought.scope.limits(Veteran.node_id))
        found = found.where(AuditEntry.subject.in_(people))
    if sought.action:
        found = found.where(AuditEntry.action.startswith(sought.action, autoescape=True))
    found = found.where(AuditEntry.at >= sought.since) if sought.since else found
    found = found.where(AuditEntry.at < sought.until) if sought.until else found
    found = found.where(AuditEntry.id < before) if before is not None else found
    return session.scalars(found.order_by(AuditEntry.id.desc()).limit(limit)).all()
