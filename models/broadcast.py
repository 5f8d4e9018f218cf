"""Broadcasts: one text to many; what was planned, how far it has been written out, and the mass jobs it became."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session


class BroadcastStatus(StrEnum):
    """draft -> confirmed -> sending -> done; or paused (and resumed), cancelled."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    SENDING = "sending"
    DONE = "done"
    PAUSED = "paused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Halt:
    """Why a broadcast was stopped by what the platform said: a short name, the words for staff, until when."""

    reason: str
    words: str
    until: datetime | None


class Broadcast(Base):
    """One text to an audience. `cursor` is the highest veteran id written out; `expanded_at`: all are.

    `plan` is what the planner said before it was confirmed. `pause_reason`, `pause_words`: what stopped it, if not a
    member of staff ("alert_48001"); `resume_at`: when it goes on by itself. `origin`: what made it, if no member of
    staff did ("fair:12:7"), so that it is made once. `facts`: what a notice is filled of beside its text.
    """

    __tablename__ = "broadcast"
    __table_args__ = (Index("ix_broadcast_status_send_at", "status", "send_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    text_digest: Mapped[str] = mapped_column(String(64), index=True)
    audience: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10), default=BroadcastStatus.DRAFT)
    plan: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    cursor: Mapped[int] = mapped_column(default=0)
    made_by: Mapped[str] = mapped_column(String(64))
    confirmed_by: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    send_at: Mapped[datetime | None]
    expanded_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    pause_reason: Mapped[str] = mapped_column(String(24), default="", server_default="")
    pause_words: Mapped[str] = mapped_column(String(200), default="", server_default="")
    resume_at: Mapped[datetime | None]
    origin: Mapped[str | None] = mapped_column(String(40), unique=True)
    facts: Mapped[dict[str, Any] | None] = mapped_column(Json)


class MassJob(Base):
    """One mass send: its people (the deliveries that name it) are fixed with its key, so a repeat is the same job."""

    __tablename__ = "mass_job"
    __table_args__ = (Index("ix_mass_job_status_due_at", "status", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    broadcast_id: Mapped[int] = mapped_column(ForeignKey("broadcast.id"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    message_id: Mapped[str] = mapped_column(String(64), default="", index=True)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


def broadcast_by_id(session: Session, broadcast_id: int) -> Broadcast | None:
    """One row by its number; held until the transaction ends."""
    return session.get(Broadcast, broadcast_id, with_for_update=True)


def of_origin(session: Session, origin: str) -> Broadcast | None:
    """The broadcast that was made for this."""
    return session.scalars(select(Broadcast).where(Broadcast.origin == origin)).first()


def of_origins(session: Session, start: str) -> list[Broadcast]:
    """The broadcasts whose origin begins like this, the oldest first."""
    found = select(Broadcast).where(Broadcast.origin.startswith(start, autoescape=True))
    return list(session.scalars(found.order_by(Broadcast.id)))


def statuses_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """How broadcasts stand, by number."""
    found = select(Broadcast.id, Broadcast.status).where(Broadcast.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(found)}


def still_paused(session: Session, ids: Collection[int]) -> set[int]:
    """Which of these are paused, and stay so until the transaction ends; one that somebody decides about is not."""
    found = select(Broadcast.id).where(Broadcast.id.in_(ids), Broadcast.status == BroadcastStatus.PAUSED)
    return set(session.scalars(found.with_for_update(read=True, skip_locked=True)))


def halt(session: Session, broadcast_id: int, halt: Halt) -> bool:
    """Stops a broadcast under way; whether it was under way."""
    live = (BroadcastStatus.CONFIRMED, BroadcastStatus.SENDING)
    stopped = update(Broadcast).where(Broadcast.id == broadcast_id, Broadcast.status.in_(live))
    values = {"pause_reason": halt.reason, "pause_words": halt.words[:200], "resume_at": halt.until}
    stopped = stopped.values(status=BroadcastStatus.PAUSED, **values)
    return session.execute(stopped.returning(Broadcast.id)).first() is not None


def halted_until(session: Session, now: datetime) -> list[Broadcast]:
    """Stopped broadcasts that go on by themselves now."""
    found = select(Broadcast).where(Broadcast.status == BroadcastStatus.PAUSED, Broadcast.resume_at <= now)
    return list(session.scalars(found.order_by(Broadcast.id).with_for_update(skip_locked=True)))


def same_text_since(session: Session, text_digest: str, since: datetime) -> Broadcast | None:
    """The latest broadcast of this very text that was confirmed after that moment."""
    found = select(Broadcast).where(
        Broadcast.text_digest == text_digest,
        Broadcast.status.not_in((BroadcastStatus.DRAFT, BroadcastStatus.CANCELLED)),
        Broadcast.created_at >= since,
    )
    return session.scalars(found.order_by(Broadcast.id.desc()).limit(1)).first()


def due_broadcast(session: Session, now: datetime) -> Broadcast | None:
    """A confirmed broadcast whose time has come and that is not written out; another worker's are passed over."""
    found = select(Broadcast).where(
        Broadcast.status.in_((BroadcastStatus.CONFIRMED, BroadcastStatus.SENDING)),
        Broadcast.expanded_at.is_(None),
        or_(Broadcast.send_at.is_(None), Broadcast.send_at <= now),
    )
    return session.scalars(found.order_by(Broadcast.id).limit(1).with_for_update(skip_locked=True)).first()


def broadcasts_written_out(session: Session) -> list[Broadcast]:
    """Broadcasts under way whose every person has a delivery."""
    found = select(Broadcast).where(Broadcast.status == BroadcastStatus.SENDING, Broadcast.expanded_at.is_not(None))
    return list(session.scalars(found.order_by(Broadcast.id).with_for_update(skip_locked=True)))


def broadcasts(session: Session, limit: int = 50) -> list[Broadcast]:
    """The latest broadcasts, newest first."""
    return list(session.scalars(select(Broadcast).order_by(Broadcast.id.desc()).limit(limit)))


def claim_mass_job(session: Session, now: datetime, leased_until: datetime) -> MassJob | None:
    """Takes one due mass job, or one whose worker never came back; those of a paused broadcast wait."""
    due = (
        select(MassJob.id)
        .join(Broadcast, Broadcast.id == MassJob.broadcast_id)
        .where(
            or_(MassJob.status == "pending", (MassJob.status == "sending") & (MassJob.leased_until < now)),
            MassJob.due_at <= now,
            Broadcast.status != BroadcastStatus.PAUSED,
        )
    )
    first = due.order_by(MassJob.id).limit(1).with_for_update(skip_locked=True, of=MassJob)
    job_id = session.scalar(first)
    if job_id is None:
        return None
    taken = {"status": "sending", "leased_until": leased_until, "attempts": MassJob.attempts + 1}
    session.execute(update(MassJob).where(MassJob.id == job_id).values(taken))
    return session.get(MassJob, job_id, populate_existing=True)


def mass_job_of_message(session: Session, message_id: str) -> MassJob | None:
    """The job the platform knows under this number."""
    return session.scalars(select(MassJob).where(MassJob.message_id == message_id)).first()


def record_mass_job(session: Session, job_id: int, lease: datetime | None, **values: Any) -> bool:
    """Writes how a job went, if it is still held under that lease; whether it was."""
    held = (MassJob.id == job_id) & (MassJob.status == "sending") & (MassJob.leased_until == lease)
    done = session.execute(update(MassJob).where(held).values(**values).returning(MassJob.id))
    return done.first() is not None
