"""Veterans: who they are (sealed), what they look for, what they agreed to, and how each of these changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session, upsert
from models.bulk import Rows
from models.prepared import prepared
from models.session import UNREAD


class Veteran(Base):
    """A person of the ledger, of a conversation, or of both once the two are tied.

    Real-name fields are sealed (models/sealed.py) under "veteran.<field>"; the digests find them again.
    `phone_tail_digest` is of the last four digits: how people look a number up. `fresh_at` is when the row was last
    confirmed by the person or by a contact with them. `household` is the key the ledger gives a family (number, or
    whoever heads it); `jobless_on` when the ledger says work ended.
    """

    __tablename__ = "veteran"
    # All that counting the ledger by station needs: the rows themselves are wide with what is sealed.
    __table_args__ = (Index("ix_veteran_in_ledger", "in_ledger", "node_id", "created_at", "erased_at", "fresh_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    openid: Mapped[str | None] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(8), default="veteran")
    node_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"), index=True)
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_tail_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_number_digest: Mapped[str | None] = mapped_column(String(64), unique=True)
    gender: Mapped[str | None] = mapped_column(String(2))
    birth_on: Mapped[date | None]
    village: Mapped[str | None] = mapped_column(String(64))
    household_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    household_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    discharged_on: Mapped[date | None]
    jobless_on: Mapped[date | None]
    following: Mapped[bool] = mapped_column(default=False)
    followed_at: Mapped[datetime | None]
    unfollowed_at: Mapped[datetime | None]
    in_ledger: Mapped[bool] = mapped_column(default=False)
    fresh_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class Preference(Base):
    """What a veteran looks for and can do: `bot.slots.Slots` as JSON, and the day the stated age was true."""

    __tablename__ = "preference"

    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), primary_key=True)
    profile: Mapped[dict[str, Any]] = mapped_column(Json)
    age_stated_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


class PreferenceChange(Base):
    """One slot of a profile that became another value: when, from where (talk, import, staff), by whom."""

    __tablename__ = "preference_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    slot: Mapped[str] = mapped_column(String(32))
    old: Mapped[Any | None] = mapped_column(Json)
    new: Mapped[Any | None] = mapped_column(Json)
    source: Mapped[str] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(String(64), default="")


class Consent(Base):
    """Agreement to one purpose (storing, pushes, sensitive data), with the version of the text that was shown."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    text_version: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class TopicStop(Base):
    """A topic a veteran stopped ("all" = every push), for a while (`until`) or until taken back (None)."""

    __tablename__ = "topic_stop"
    __table_args__ = (UniqueConstraint("veteran_id", "topic"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"))
    topic: Mapped[str] = mapped_column(String(16))
    until: Mapped[datetime | None]
    at: Mapped[datetime]


class Interest(Base):
    """Something a veteran asked for that a clerk takes up: a course, a fair, starting a business, a reminder."""

    __tablename__ = "interest"
    __table_args__ = (Index("ix_interest_remind_on", "remind_on", "reminded_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    remind_on: Mapped[date | None]
    reminded_at: Mapped[datetime | None]


def veteran_of(session: Session, openid: str) -> Veteran | None:
    """The person behind a WeChat identity."""
    return session.scalars(select(Veteran).where(Veteran.openid == openid)).first()


def veterans_by_ids(session: Session, ids: Collection[int]) -> list[Veteran]:
    """The rows of these numbers, as far as they are there."""
    return list(session.scalars(select(Veteran).where(Veteran.id.in_(ids))))


def veteran_by_id(session: Session, veteran_id: int) -> Veteran | None:
    """One row by its number."""
    return session.get(Veteran, veteran_id)


def preference_of(session: Session, veteran_id: int) -> Preference | None:
    """The kept profile."""
    return session.get(Preference, veteran_id)


@dataclass(frozen=True, slots=True)
class KeptProfile:
    """A kept profile as the hot path reads and writes it (see Preference)."""

    profile: dict[str, Any]
    age_stated_on: date | None
    revision: int


@prepared
def _profile(_insert: Any) -> Any:
    found = select(Preference.profile, Preference.age_stated_on, Preference.revision)
    return found.where(Preference.veteran_id == bindparam("whose"))


def kept_profile(session: Session, veteran_id: int) -> KeptProfile | None:
    """The kept profile, past the ORM."""
    known: KeptProfile | None = session.as_read((Preference, veteran_id))
    if known is UNREAD:
        row = _profile.first(session, whose=veteran_id)
        known = None if row is None else KeptProfile(*row)
    return known


@prepared
def _profile_kept(insert: Any) -> Any:
    columns = ("veteran_id", "profile", "age_stated_on", "revision", "updated_at")
    made = insert(Preference).values({name: bindparam(name) for name in columns})
    anew = {name: made.excluded[name] for name in columns[1:]}
    return made.on_conflict_do_update(index_elements=["veteran_id"], set_=anew)


def keep_profile(session: Session, veteran_id: int, kept: KeptProfile, now: datetime) -> None:
    """Writes the profile over what was kept."""
    values = {"profile": kept.profile, "age_stated_on": kept.age_stated_on, "revision": kept.revision}
    _profile_kept.send(session, [{"veteran_id": veteran_id, "updated_at": now, **values}])
    session.outdate(Preference, veteran_id)
    session.keep_read((Preference, veteran_id), kept)


def consent_in_force(session: Session, veteran_id: int, purpose: str) -> Consent | None:
    """The consent to this purpose that has not been withdrawn."""
    found = select(Consent).where(
        Consent.veteran_id == veteran_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return session.scalars(found.order_by(Consent.id.desc())).first()


@prepared
def _consented(insert: Any) -> Any:
    table = Base.metadata.tables[Consent.__tablename__]
    names = ("veteran_id", "purpose", "text_version", "channel", "given_at")
    given = select(*(bindparam(name, type_=table.c[name].type) for name in names))
    same = (table.c.veteran_id == bindparam("veteran_id")) & (table.c.purpose == bindparam("purpose"))
    in_force = exists(select(table.c.id).where(same, table.c.withdrawn_at.is_(None)))
    return insert(table).from_select(names, given.where(~in_force))


def add_consent(
    session: Session, veteran_id: int, purpose: str, now: datetime, *, text_version: str, channel: str
) -> None:
    """Agreement to one purpose, unless one is in force."""
    values = {"text_version": text_version, "channel": channel, "given_at": now}
    _consented.send(session, [{"veteran_id": veteran_id, "purpose": purpose, **values}])


_CHANGED: Final = Rows(
    Base.metadata.tables[PreferenceChange.__tablename__], "veteran_id", "at", "slot", "old", "new", "source", "who"
)


def add_changes(session: Session, veteran_id: int, changes: Sequence[dict[str, Any]], now: datetime) -> None:
    """The dated rows of what changed in a profile."""
    _CHANGED.send(session, [{"veteran_id": veteran_id, "at": now, "who": "", **change} for change in changes])


def withdraw_consents(session: Session, veteran_id: int, now: datetime, purposes: Sequence[str] = ()) -> None:
    """Every consent in force to these purposes, or to any, ends now."""
    ended = update(Consent).where(Consent.veteran_id == veteran_id, Consent.withdrawn_at.is_(None))
    ended = ended.where(Consent.purpose.in_(purposes)) if purposes else ended
    session.execute(ended.values(withdrawn_at=now))


def consents_of(session: Session, veteran_id: int) -> list[Consent]:
    """Every consent a person ever gave, oldest first."""
    return list(session.scalars(select(Consent).where(Consent.veteran_id == veteran_id).order_by(Consent.id)))


def forget_changes(session: Session, veteran_id: int, slots: Sequence[str]) -> None:
    """Deletes how these slots of a profile changed."""
    gone = delete(PreferenceChange).where(PreferenceChange.veteran_id == veteran_id)
    session.execute(gone.where(PreferenceChange.slot.in_(slots)))


def stopped_topics(session: Session, veteran_id: int, now: datetime) -> set[str]:
    """The topics this veteran does not want at this moment."""
    found = select(TopicStop.topic).where(
        TopicStop.veteran_id == veteran_id, or_(TopicStop.until.is_(None), TopicStop.until > now)
    )
    return set(session.scalars(found))


def stop_topic(session: Session, veteran_id: int, topic: str, until: datetime | None, now: datetime) -> None:
    """Writes or renews the stop of one topic. A stop for good stays one until it is taken back: no pause ends it."""
    insert = upsert(session)(TopicStop).values(veteran_id=veteran_id, topic=topic, until=until, at=now)
    renewed = {"until": until, "at": now}
    names, is_pause = ["veteran_id", "topic"], TopicStop.until.is_not(None)
    session.execute(insert.on_conflict_do_update(index_elements=names, set_=renewed, where=is_pause))


@prepared
def _resumed(_insert: Any) -> Any:
    return delete(TopicStop).where(TopicStop.veteran_id == bindparam("whose"))


def resume_topics(session: Session, veteran_id: int, topics: Iterable[str] = ()) -> None:
    """Takes stops back: those of the named topics, or all."""
    names = tuple(topics)
    if names:
        gone = delete(TopicStop).where(TopicStop.veteran_id == veteran_id, TopicStop.topic.in_(names))
        session.execute(gone)
    else:
        _resumed.send(session, [{"whose": veteran_id}])


def due_reminders(session: Session, day: date, limit: int) -> list[Interest]:
    """Reminders asked for that have come due."""
    found = select(Interest).where(Interest.remind_on <= day, Interest.reminded_at.is_(None))
    return list(session.scalars(found.order_by(Interest.remind_on, Interest.id).limit(limit)))


def interests_of(session: Session, veteran_id: int) -> list[Interest]:
    """Everything a veteran asked for, oldest first."""
    return list(session.scalars(select(Interest).where(Interest.veteran_id == veteran_id).order_by(Interest.id)))


def preference_changes_of(session: Session, veteran_id: int, limit: int) -> list[PreferenceChange]:
    """The latest changes of a profile, the newest first."""
    found = select(PreferenceChange).where(PreferenceChange.veteran_id == veteran_id)
    return list(session.scalars(found.order_by(PreferenceChange.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class Stale:
    """Whose data has been kept long enough: who left before `left`, never agreed to `purpose` and was last heard of
    before `unagreed`, or was last heard of before `silent`.
    """

    left: datetime
    unagreed: datetime
    silent: datetime
    purpose: str


def stale_veterans(session: Session, stale: Stale, limit: int, *, only: int | None = None) -> list[int]:
    """The numbers of people with a WeChat identity to whom that applies and who have no unsettled case."""
    dialogue, case = Base.metadata.tables["conversation"], Base.metadata.tables["case"]
    heard = func.coalesce(dialogue.c.updated_at, Veteran.followed_at, Veteran.created_at)
    agrees = exists().where(
        Consent.veteran_id == Veteran.id, Consent.purpose == stale.purpose, Consent.withdrawn_at.is_(None)
    )
    unsettled = exists().where(case.c.veteran_id == Veteran.id, case.c.status.in_(("open", "in_progress")))
    has_left = Veteran.following.is_(False) & (Veteran.unfollowed_at < stale.left)
    never_agreed = Veteran.in_ledger.is_(False) & ~agrees & (heard < stale.unagreed)
    found = (
        select(Veteran.id)
        .outerjoin(dialogue, dialogue.c.veteran_id == Veteran.id)
        .where(Veteran.openid.is_not(None), or_(has_left, never_agreed, heard < stale.silent), ~unsettled)
    )
    found = found if only is None else found.where(Veteran.id == only)
    return list(session.scalars(found.order_by(Veteran.id).limit(limit)))


def count_veterans(session: Session) -> int:
    """People in the ledger."""
    return session.scalar(select(func.count()).select_from(Veteran).where(Veteran.in_ledger)) or 0


PERSONAL_ROWS = (Preference, PreferenceChange, TopicStop, Interest)


def erase_rows(session: Session, veteran_id: int) -> None:
    """Deletes what is kept of a person beside the row itself (the row is emptied by the service)."""
    for table in PERSONAL_ROWS:
        session.execute(delete(table).where(table.veteran_id == veteran_id))
    for other in (Base.metadata.tables[name] for name in SHOWN_TABLES):
        session.execute(delete(other).where(other.c.veteran_id == veteran_id))


SHOWN_TABLES = (
    "digest_reply",
    "outreach",
    "recommendation",
    "match_rhythm",
    "nightly_list",
    "confirmation",
    "help_plan",
    "contact_moment",
    "group_member",
    "unread_word",
)

CHAT_TABLES = ("preference", "preference_change", "consent", "topic_stop", "interest", "conversation", "recommendation")
MOVED_TABLES = (
    *CHAT_TABLES,
    "referral",
    "placement",
    "case",
    "delivery",
    "heartbeat",
    "confirmation",
    "contact_moment",
)


def move_rows(session: Session, from_id: int, to_id: int) -> None:
    """Everything that belongs to one veteran becomes another's (two rows turned out to be one person).

    Where both have the same thing (a stop of one topic, a referral to one posting), the receiver's stays.
    """
    for table in (Base.metadata.tables[name] for name in MOVED_TABLES):
        column = {"topic_stop": "topic", "referral": "posting_id", "heartbeat": "month"}.get(table.name)
        unique = table.c[column] if column is not None else None
        moved = update(table).where(table.c.veteran_id == from_id).values(veteran_id=to_id)
        if unique is not None:
            theirs = select(unique).where(table.c.veteran_id == to_id)
            moved = moved.where(unique.not_in(theirs.scalar_subquery()))
        session.execute(moved)
