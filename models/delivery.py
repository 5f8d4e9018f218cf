"""The outbox: one row per outbound message to one person, how it is claimed, and how it ended."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, func, literal_column, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session, upsert


class DeliveryStatus(StrEnum):
    """pending -> sending -> sent -> delivered; or failed, skipped (a named reason), cancelled.

    held: its broadcast is paused; gathered: it waits to go with others as one mass send.
    """

    PENDING = "pending"
    HELD = "held"
    GATHERED = "gathered"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


WAITING = (DeliveryStatus.PENDING, DeliveryStatus.HELD, DeliveryStatus.GATHERED)
OPEN_DELIVERIES = (*WAITING, DeliveryStatus.SENDING)


class Lane(StrEnum):
    """Who goes first: an answer in a conversation never waits behind a broadcast."""

    CHAT = "a"
    CARE = "b"
    BULK = "c"


_SENDING: Final = text(f"status = '{DeliveryStatus.SENDING}'")
_WHERE_SENDING: Final[dict[str, Any]] = {"sqlite_where": _SENDING, "postgresql_where": _SENDING}
_BY_STAFF: Final = text("outcome IN ('to_phone', 'to_slip')")
BY_STAFF: Final[tuple[ColumnElement[str], ...]] = (literal_column("'to_phone'"), literal_column("'to_slip'"))
"""Outcomes of a message that staff carry: literal, or SQLite would not see that the index holds all of them."""


class Delivery(Base):
    """One outbound message. Its key is unique and made with the row, never by the worker that sends it.

    `outcome` names how it ended (services/data/outcomes.toml). `means`: by which road it goes; set when the road is
    reserved, kept while it is tried again. `in_hand`: a worker may be sending it this moment.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_status_lane_due_at_id", "status", "lane", "due_at", "id"),
        # What is in workers' hands, and nothing else: read at every claim for those who never came back.
        Index("ix_delivery_lane_leased_until", "lane", "leased_until", **_WHERE_SENDING),
        Index("ix_delivery_broadcast_id_status", "broadcast_id", "status"),
        Index("ix_delivery_outcome", "outcome", sqlite_where=_BY_STAFF, postgresql_where=_BY_STAFF),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    veteran_id: Mapped[int | None] = mapped_column(ForeignKey("veteran.id"), index=True)
    openid: Mapped[str | None] = mapped_column(String(64), index=True)
    topic: Mapped[str] = mapped_column(String(16))
    lane: Mapped[str] = mapped_column(String(1))
    text: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(10), default=DeliveryStatus.PENDING)
    means: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(32), default="")
    message_id: Mapped[str] = mapped_column(String(64), default="", index=True)
    broadcast_id: Mapped[int | None] = mapped_column(ForeignKey("broadcast.id"))
    mass_job_id: Mapped[int | None] = mapped_column(ForeignKey("mass_job.id"), index=True)
    in_hand: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


DELIVERIES: Final = Base.metadata.tables[Delivery.__tablename__]


def add_delivery(session: Session, values: dict[str, Any]) -> bool:
    """Writes an outbox row unless one with its key is there; whether it was written."""
    insert = upsert(session)(Delivery).values(values).on_conflict_do_nothing(index_elements=["key"])
    return session.execute(insert.returning(Delivery.id)).first() is not None


def add_deliveries(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Writes many outbox rows at once; those whose keys are there are left alone. All rows have the same columns."""
    if rows:
        session.connection().execute(
            upsert(session)(Delivery).on_conflict_do_nothing(index_elements=["key"]), list(rows)
        )


def record_delivery(session: Session, delivery_id: int, lease: datetime | None, **values: Any) -> bool:
    """Writes how a claimed delivery went, if it is still held under that lease; whether it was."""
    done = session.execute(
        update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.status == DeliveryStatus.SENDING,
            Delivery.leased_until == lease,
        )
        .values(**values)
        .returning(Delivery.id)
    )
    return done.first() is not None


def deliveries_of(session: Session, veteran_id: int) -> list[Delivery]:
    """Everything ever meant for a veteran, oldest first."""
    return list(session.scalars(select(Delivery).where(Delivery.veteran_id == veteran_id).order_by(Delivery.id)))


def cancel_deliveries(session: Session, veteran_id: int, topics: tuple[str, ...] = ()) -> None:
    """Takes back what has not been sent: of the named topics, or everything."""
    gone = update(Delivery).where(Delivery.veteran_id == veteran_id, Delivery.status.in_(WAITING))
    gone = gone.where(Delivery.topic.in_(topics)) if topics else gone
    session.execute(gone.values(status=DeliveryStatus.CANCELLED, outcome="withdrawn"))


def erase_texts(session: Session, veteran_id: int, openid: str | None) -> None:
    """Empties what was written to a person; the rows stay for the figures.

    Answers of a turn belong to an identity and to no person; one still on its way is emptied once it went.
    """
    theirs = Delivery.veteran_id == veteran_id
    if openid is not None:
        theirs |= (Delivery.openid == openid) & Delivery.status.not_in(OPEN_DELIVERIES)
    session.execute(update(Delivery).where(theirs).values(text="", data={}, openid=None))


def erase_answers(session: Session, openid: str) -> None:
    """Empties what was written to an identity that belongs to nobody any more."""
    session.execute(update(Delivery).where(Delivery.openid == openid).values(text="", data={}, openid=None))


def old_texts(session: Session, before: datetime, after: int, limit: int) -> list[int]:
    """The numbers of messages of before that moment that ended and have a text yet, in order, behind `after`."""
    old = (Delivery.created_at < before) & (Delivery.text != "") & Delivery.status.not_in(OPEN_DELIVERIES)
    found = select(Delivery.id).where(old, Delivery.id > after)
    return list(session.scalars(found.order_by(Delivery.id).limit(limit)))


def empty_texts(session: Session, numbers: Sequence[int]) -> None:
    """Empties the texts of these messages."""
    gone = update(Delivery).where(Delivery.id.in_(numbers)).values(text="", data={})
    session.execute(gone, execution_options={"synchronize_session": False})


def counts_by_status(session: Session) -> dict[str, int]:
    """How many deliveries stand in each status; for display only, limits use counters."""
    counted = session.execute(select(Delivery.status, func.count()).group_by(Delivery.status))
    return {row[0]: row[1] for row in counted}


NOT_CARRIED: Final = frozenset({"window_closed", "weekly_cap", "too_old", "blocked", "platform_failed", "unfollowed"})
"""Outcomes of a message that nothing carried to its person."""


def outcome_of_key(session: Session, key: str) -> str:
    """How the message with this key ended, or stands; "" when there is none, or it has no outcome yet."""
    return session.scalar(select(Delivery.outcome).where(Delivery.key == key)) or ""


def record_receipt(session: Session, message_id: str, status: DeliveryStatus, outcome: str) -> int | None:
    """The platform says what became of a message; the number of its delivery, if it is one of ours and was sent."""
    done = update(Delivery).where(Delivery.message_id == message_id, Delivery.status == DeliveryStatus.SENT)
    return session.scalar(done.values(status=status, outcome=outcome).returning(Delivery.id))


def gathered_broadcasts(session: Session) -> list[int]:
    """The broadcasts that have people waiting for a mass send."""
    found = select(Delivery.broadcast_id).where(Delivery.status == DeliveryStatus.GATHERED).distinct()
    return [one for one in session.scalars(found) if one is not None]


def count_waiting(session: Session, broadcast_id: int) -> int:
    """How many of a broadcast are still on their way by other means than a mass send."""
    waits = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)
    mine = (Delivery.broadcast_id == broadcast_id) & Delivery.status.in_(waits) & Delivery.mass_job_id.is_(None)
    return session.scalar(select(func.count()).where(mine)) or 0


def gathered_openids(session: Session, broadcast_id: int) -> list[str]:
    """Who of a broadcast waits for a mass send."""
    mine = (Delivery.broadcast_id == broadcast_id) & (Delivery.status == DeliveryStatus.GATHERED)
    return [one for one in session.scalars(select(Delivery.openid).where(mine)) if one is not None]


def count_gathered(session: Session, broadcast_id: int) -> int:
    """How many of a broadcast wait for a mass send."""
    mine = (Delivery.broadcast_id == broadcast_id) & (Delivery.status == DeliveryStatus.GATHERED)
    return session.scalar(select(func.count()).where(mine)) or 0


def count_open(session: Session, broadcast_id: int) -> int:
    """How many of a broadcast have no end yet."""
    mine = (Delivery.broadcast_id == broadcast_id) & Delivery.status.in_(OPEN_DELIVERIES)
    return session.scalar(select(func.count()).where(mine)) or 0


def put_in_job(session: Session, broadcast_id: int, job_id: int, most: int) -> int:
    """Gives up to `most` gathered deliveries of a broadcast to a mass job; how many."""
    some = select(Delivery.id).where(Delivery.broadcast_id == broadcast_id, Delivery.status == DeliveryStatus.GATHERED)
    given = update(Delivery).where(Delivery.id.in_(some.order_by(Delivery.id).limit(most)))
    # Without a lease: the job has it, and nobody else takes the row up.
    given = given.values(status=DeliveryStatus.SENDING, mass_job_id=job_id, leased_until=None)
    return len(session.scalars(given.returning(Delivery.id)).all())


def of_job(session: Session, job_id: int) -> list[Delivery]:
    """The people of a mass job that have not been told of their end."""
    found = select(Delivery).where(Delivery.mass_job_id == job_id, Delivery.status == DeliveryStatus.SENDING)
    return list(session.scalars(found.order_by(Delivery.id)))


def close_job(session: Session, job_id: int, status_was: DeliveryStatus, **values: Any) -> None:
    """Writes what became of everybody in a mass job."""
    mine = (Delivery.mass_job_id == job_id) & (Delivery.status == status_was)
    session.execute(update(Delivery).where(mine).values(**values))


def close_of_job(session: Session, job_id: int, openids: Collection[str], **values: Any) -> None:
    """Writes what became of some of a mass job's people."""
    mine = (Delivery.mass_job_id == job_id) & (Delivery.status == DeliveryStatus.SENDING)
    session.execute(update(Delivery).where(mine, Delivery.openid.in_(openids)).values(**values))


def hand_over(session: Session, job_id: int, other_id: int) -> None:
    """Those of a job who have no end yet go with another."""
    mine = (Delivery.mass_job_id == job_id) & (Delivery.status == DeliveryStatus.SENDING)
    session.execute(update(Delivery).where(mine).values(mass_job_id=other_id))


def move_broadcast(session: Session, broadcast_id: int, was: Collection[DeliveryStatus], **values: Any) -> int:
    """Changes every delivery of a broadcast that stands in one of these statuses; how many."""
    mine = (Delivery.broadcast_id == broadcast_id) & Delivery.status.in_(was)
    return len(session.scalars(update(Delivery).where(mine).values(**values).returning(Delivery.id)).all())


def outcomes_of(session: Session, broadcast_id: int) -> list[tuple[str, str | None, str, int]]:
    """Status, means, outcome and how many, of a broadcast; for display only."""
    counted = (
        select(Delivery.status, Delivery.means, Delivery.outcome, func.count())
        .where(Delivery.broadcast_id == broadcast_id)
        .group_by(Delivery.status, Delivery.means, Delivery.outcome)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(counted)]


def deliveries_of_broadcast(session: Session, broadcast_id: int, after: int, limit: int) -> list[Delivery]:
    """A page of a broadcast's deliveries with higher numbers than `after`."""
    found = select(Delivery).where(Delivery.broadcast_id == broadcast_id, Delivery.id > after)
    return list(session.scalars(found.order_by(Delivery.id).limit(limit)))


def latest_deliveries_of(session: Session, veteran_id: int, limit: int) -> list[Delivery]:
    """The latest of everything ever meant for a veteran, the newest first."""
    found = select(Delivery).where(Delivery.veteran_id == veteran_id)
    return list(session.scalars(found.order_by(Delivery.id.desc()).limit(limit)))
