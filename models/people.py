"""The list of people: found by what is known of them, filtered, a page after another by the number of the last row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    String,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session
from models.scope import Scope
from models.veteran import Preference, Veteran


class GroupMember(Base):
    """Who was in which group (services/groups.py) when that was last worked out: what lists filter by."""

    __tablename__ = "group_member"

    group: Mapped[str] = mapped_column(String(24), primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), primary_key=True)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is limited to; empty parts do not limit.

    `confirmed_since`, `confirmed_before`: bounds of the last confirmation, a row that was never confirmed being before
    everything.
    """

    node_id: int | None = None
    confirmed_since: datetime | None = None
    confirmed_before: datetime | None = None
    willingness: str = ""
    work: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Digests:
    """What somebody may be found by, each in every form it may be kept in; `number`: of the card."""

    name: Sequence[str] = ()
    phone: Sequence[str] = ()
    phone_tail: Sequence[str] = ()
    id_number: Sequence[str] = ()
    number: int | None = None


Found = tuple[Veteran, Preference | None]


def page_of_people(session: Session, scope: Scope, wanted: Wanted, after: int, limit: int) -> list[Found]:
    """Up to `limit` people with higher numbers than `after`."""
    return _rows(session, _limited(session, scope, wanted).where(Veteran.id > after).limit(limit))


def people_found(session: Session, scope: Scope, digests: Digests, limit: int) -> list[Found]:
    """Whoever bears one of these marks."""
    marks: list[ColumnElement[bool]] = [
        column.in_(tuple(values))
        for column, values in (
            (Veteran.name_digest, digests.name),
            (Veteran.phone_digest, digests.phone),
            (Veteran.phone_tail_digest, digests.phone_tail),
            (Veteran.id_number_digest, digests.id_number),
        )
        if values
    ]
    if digests.number is not None:
        marks.append(Veteran.id == digests.number)
    if not marks:
        return []
    return _rows(session, _limited(session, scope, Wanted()).where(or_(*marks)).limit(limit))


def _rows(session: Session, found: Select[Veteran, Preference]) -> list[Found]:
    return [(row[0], row[1]) for row in session.execute(found.order_by(Veteran.id))]


def _limited(session: Session, scope: Scope, wanted: Wanted) -> Select[Veteran, Preference]:
    found = (
        select(Veteran, Preference)
        .outerjoin(Preference, Preference.veteran_id == Veteran.id)
        .where(scope.limits(Veteran.node_id), Veteran.erased_at.is_(None))
    )
    if wanted.node_id is not None:
        found = found.where(Veteran.node_id == wanted.node_id)
    if wanted.confirmed_since is not None:
        found = found.where(Veteran.fresh_at >= wanted.confirmed_since)
    if wanted.confirmed_before is not None:
        found = found.where(or_(Veteran.fresh_at < wanted.confirmed_before, Veteran.fresh_at.is_(None)))
    if wanted.group:
        members = select(GroupMember.veteran_id).where(GroupMember.group == wanted.group)
        found = found.where(Veteran.id.in_(members))
    if wanted.willingness:
        found = found.where(Preference.profile["willingness"].as_string() == wanted.willingness)
    if wanted.work:
        found = found.where(_wants(session, wanted.work))
    return found


def _wants(session: Session, work: str) -> ColumnElement[bool]:
    """Whether a profile names this kind of work; the two engines look into a JSON list differently."""
    if session.line.dialect.name == "sqlite":
        listed = func.json_each(Preference.profile, "$.job_categories").table_valued("value")
        return exists(select(1).select_from(listed).where(listed.c.value == work))
    return cast(Preference.profile["job_categories"], JSONB).contains([work])


def people_without_tail(session: Session, current: str, limit: int) -> list[Veteran]:
    """People with a phone whose last digits cannot be looked up yet, or under an older key than `current`."""
    tail = Veteran.phone_tail_digest
    # A digest begins with its key's id in hexadecimal, so that "g" ends the range of it.
    stale = or_(tail.is_(None), tail < current, tail >= current + "g")
    found = select(Veteran).where(Veteran.phone_sealed.is_not(None), stale)
    return list(session.scalars(found.limit(limit)))


def confirm(session: Session, veteran_id: int, at: datetime | None) -> None:
    """When the row was last confirmed."""
    session.execute(update(Veteran).where(Veteran.id == veteran_id).values(fresh_at=at))


def regroup(session: Session, members: set[tuple[str, int]]) -> int:
    """Makes the kept groups these; how many rows came or went."""
    kept = {(row.group, row.veteran_id) for row in session.execute(select(GroupMember.group, GroupMember.veteran_id))}
    for group, veteran_id in kept - members:
        gone = delete(GroupMember).where(GroupMember.group == group, GroupMember.veteran_id == veteran_id)
        session.execute(gone)
    fresh = [{"group": group, "veteran_id": veteran_id} for group, veteran_id in sorted(members - kept)]
    if fresh:
        session.execute(insert(GroupMember), fresh)
    return len(kept ^ members)
