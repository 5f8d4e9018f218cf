"""What a night's run of matching leaves: its shards, each claimed by one worker, and a short list for every person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session
from models.bulk import add_rows
from models.veteran import Preference, Veteran


class NightlyShard(Base):
    """People from one number to another, matched together. A claim is a lease: who dies leaves it to another."""

    __tablename__ = "nightly_shard"

    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_id: Mapped[int]
    last_id: Mapped[int]
    claimed_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=0)


class NightlyList(Base):
    """The best new postings for one person by the profile of that revision, the best first."""

    __tablename__ = "nightly_list"

    day: Mapped[date] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(
        ForeignKey("veteran.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    profile_revision: Mapped[int]
    codes: Mapped[list[str]] = mapped_column(Json)


SHARDS: Final = Base.metadata.tables[NightlyShard.__tablename__]
LISTS: Final = Base.metadata.tables[NightlyList.__tablename__]


@dataclass(frozen=True, slots=True)
class Person:
    """Who may be matched: the kept profile, the day its age was true, and which revision of it this is."""

    id: int
    profile: dict[str, Any]
    age_stated_on: date | None
    revision: int


def people_ids(session: Session) -> list[int]:
    """Everybody who follows the account and has a profile, by number."""
    found = select(Veteran.id).join(Preference, Preference.veteran_id == Veteran.id).where(Veteran.following)
    return list(session.scalars(found.order_by(Veteran.id)))


def people_between(session: Session, first_id: int, last_id: int) -> list[Person]:
    """Those of them in one shard."""
    found = (
        select(Veteran.id, Preference.profile, Preference.age_stated_on, Preference.revision)
        .join(Preference, Preference.veteran_id == Veteran.id)
        .where(Veteran.following, Veteran.id >= first_id, Veteran.id <= last_id)
    )
    return [Person(*row) for row in session.execute(found.order_by(Veteran.id))]


def add_shards(session: Session, day: date, ranges: Sequence[tuple[int, int]]) -> None:
    """The shards of a day, none of them begun."""
    rows = [(day, number, first, last, None, None, 0) for number, (first, last) in enumerate(ranges)]
    add_rows(session.connection(), SHARDS, rows)


def claim_shard(session: Session, day: date, until: datetime, now: datetime) -> NightlyShard | None:
    """Takes the next shard nobody works at, under a lease; None when there is none."""
    free = (SHARDS.c.day == day) & SHARDS.c.done_at.is_(None)
    free &= or_(SHARDS.c.claimed_until.is_(None), SHARDS.c.claimed_until < now)
    # SQLite drops SKIP LOCKED; there the writer's place is taken when the transaction begins.
    following = select(SHARDS.c.number).where(free).order_by(SHARDS.c.number).limit(1).with_for_update(skip_locked=True)
    number = session.scalar(following)
    if number is None:
        return None
    shard = session.get_one(NightlyShard, (day, number))
    shard.claimed_until = until
    return shard


def finish_shard(session: Session, shard: NightlyShard, people: int, now: datetime) -> bool:
    """Closes a shard still held under the same lease; False: another worker has it."""
    held = (SHARDS.c.day == shard.day) & (SHARDS.c.number == shard.number) & SHARDS.c.done_at.is_(None)
    held &= SHARDS.c.claimed_until == shard.claimed_until
    closed = update(SHARDS).where(held).values(done_at=now, people=people).returning(SHARDS.c.number)
    return session.execute(closed).first() is not None


def keep_lists(session: Session, shard: NightlyShard, rows: Sequence[tuple[date, int, int, list[str]]]) -> None:
    """The lists of a shard, in place of those an earlier try left."""
    in_shard = (LISTS.c.veteran_id >= shard.first_id) & (LISTS.c.veteran_id <= shard.last_id)
    session.execute(delete(LISTS).where(LISTS.c.day == shard.day, in_shard))
    add_rows(session.connection(), LISTS, rows)


def list_of(session: Session, veteran_id: int, day: date) -> NightlyList | None:
    """The list made for a person in the night to that day."""
    return session.get(NightlyList, (day, veteran_id))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a night's run has come."""

    shards: int
    done: int
    people: int


def progress_of(session: Session, day: date) -> Progress:
    """Shards planned and done, people matched."""
    found = select(func.count(), func.count(SHARDS.c.done_at), func.coalesce(func.sum(SHARDS.c.people), 0))
    return Progress(*session.execute(found.where(SHARDS.c.day == day)).one())


def forget_before(session: Session, day: date) -> None:
    """Deletes the runs of earlier days."""
    session.execute(delete(LISTS).where(LISTS.c.day < day))
    session.execute(delete(SHARDS).where(SHARDS.c.day < day))
