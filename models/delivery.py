"""The outbox (one row per outbound message to one person) and the allowance the platform gives each person."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session, upsert


class DeliveryStatus(StrEnum):
    """pending -> sending -> sent -> delivered; or failed, skipped (a named reason), cancelled."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


OPEN_DELIVERIES = (DeliveryStatus.PENDING, DeliveryStatus.SENDING)


class Lane(StrEnum):
    """Who goes first: an answer in a conversation never waits behind a broadcast."""

    CHAT = "a"
    CARE = "b"
    BULK = "c"


class Delivery(Base):
    """One outbound message. Its key is unique and made with the row, never by the worker that sends it.

    `outcome` names how it ended, in the words of services/outbox.py, `means` by which road it went.
    """

    __tablename__ = "delivery"
    __table_args__ = (Index("ix_delivery_status_lane_due_at", "status", "lane", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    veteran_id: Mapped[int | None] = mapped_column(ForeignKey("veteran.id"), index=True)
    openid: Mapped[str | None] = mapped_column(String(64))
    topic: Mapped[str] = mapped_column(String(16))
    lane: Mapped[str] = mapped_column(String(1))
    text: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(10), default=DeliveryStatus.PENDING)
    means: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(32), default="")
    message_id: Mapped[str] = mapped_column(String(64), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class Allowance(Base):
    """What the platform lets us send one person now: the open service window and what is left in it."""

    __tablename__ = "allowance"

    openid: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_until: Mapped[datetime]
    window_left: Mapped[int]


def add_delivery(session: Session, values: dict[str, Any]) -> bool:
    """Writes an outbox row unless one with its key is there; whether it was written."""
    insert = upsert(session)(Delivery).values(values).on_conflict_do_nothing(index_elements=["key"])
    return session.execute(insert.returning(Delivery.id)).first() is not None


def claim_deliveries(session: Session, now: datetime, leased_until: datetime, limit: int) -> list[Delivery]:
    """Takes up to `limit` due deliveries, chat answers first: pending ones, and those whose worker never came back.

    PostgreSQL skips rows another worker holds; on SQLite the transaction itself is alone.
    """
    due = (
        select(Delivery.id)
        .where(
            or_(
                Delivery.status == DeliveryStatus.PENDING,
                (Delivery.status == DeliveryStatus.SENDING) & (Delivery.leased_until < now),
            ),
            Delivery.due_at <= now,
        )
        .order_by(Delivery.lane, Delivery.due_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(due))
    if not ids:
        return []
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids))
        .values(status=DeliveryStatus.SENDING, leased_until=leased_until, attempts=Delivery.attempts + 1)
    )
    found = select(Delivery).where(Delivery.id.in_(ids)).order_by(Delivery.lane, Delivery.due_at, Delivery.id)
    return list(session.scalars(found, execution_options={"populate_existing": True}))


def record_delivery(session: Session, delivery_id: int, leased_until: datetime | None, **values: Any) -> bool:
    """Writes how a claimed delivery went, if it is still held under that lease; whether it was."""
    done = session.execute(
        update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.status == DeliveryStatus.SENDING,
            Delivery.leased_until == leased_until,
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
    gone = update(Delivery).where(Delivery.veteran_id == veteran_id, Delivery.status == DeliveryStatus.PENDING)
    gone = gone.where(Delivery.topic.in_(topics)) if topics else gone
    session.execute(gone.values(status=DeliveryStatus.CANCELLED, outcome="withdrawn"))


def erase_texts(session: Session, veteran_id: int) -> None:
    """Empties what was written to a person; the rows stay for the figures."""
    session.execute(update(Delivery).where(Delivery.veteran_id == veteran_id).values(text="", data={}, openid=None))


def counts_by_status(session: Session) -> dict[str, int]:
    """How many deliveries stand in each status; for display only, limits use counters."""
    counted = session.execute(select(Delivery.status, func.count()).group_by(Delivery.status))
    return dict(row.tuple() for row in counted)


def open_window(session: Session, openid: str, until: datetime, left: int) -> None:
    """An action of the person opens a service window, unless a longer one with messages left is open already.

    The platform counts written messages and taps apart; one row per person can only hold one of the two without
    ever counting more than there is, so it holds the longer one until that is used up.
    """
    insert = upsert(session)(Allowance).values(openid=openid, window_until=until, window_left=left)
    ends_later = insert.excluded.window_until > Allowance.window_until
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["openid"],
            set_={"window_until": insert.excluded.window_until, "window_left": insert.excluded.window_left},
            where=or_(ends_later, Allowance.window_left == 0),
        )
    )


def spend_window(session: Session, openid: str, now: datetime) -> bool:
    """Takes one message out of the open window; False when it is closed or used up. Never spent twice."""
    spent = session.execute(
        update(Allowance)
        .where(Allowance.openid == openid, Allowance.window_until > now, Allowance.window_left > 0)
        .values(window_left=Allowance.window_left - 1)
        .returning(Allowance.openid)
    )
    return spent.first() is not None


def close_window(session: Session, openid: str) -> None:
    """The platform says the window is closed or used up: believe it."""
    session.execute(update(Allowance).where(Allowance.openid == openid).values(window_left=0))
