"""How the service itself runs: recorded task runs, the one access token."""

from datetime import datetime

from sqlalchemy import Index, String, Text, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session, upsert
from models.delivery import Delivery, DeliveryStatus


class TaskRun(Base):
    """One run of a periodic task: when, how long (milliseconds), what it did, and the error if it broke."""

    __tablename__ = "task_run"
    __table_args__ = (Index("ix_task_run_task_started_at", "task", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(String(48))
    started_at: Mapped[datetime]
    milliseconds: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)


class ChannelToken(Base):
    """The one access token of an account, shared by all processes; sealed under "channel_token.value"."""

    __tablename__ = "channel_token"

    app_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[bytes]
    expires_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]


def last_run(session: Session, task: str) -> TaskRun | None:
    """The latest run of a task, good or not."""
    found = select(TaskRun).where(TaskRun.task == task).order_by(TaskRun.started_at.desc(), TaskRun.id.desc())
    return session.scalars(found.limit(1)).first()


def forget_runs(session: Session, before: datetime) -> int:
    """Deletes runs that started before that moment; how many."""
    gone = session.execute(delete(TaskRun).where(TaskRun.started_at < before).returning(TaskRun.id))
    return len(gone.all())


def last_good_run(session: Session, task: str) -> TaskRun | None:
    """The latest run of a task that did not break."""
    found = select(TaskRun).where(TaskRun.task == task, TaskRun.error.is_(None))
    return session.scalars(found.order_by(TaskRun.started_at.desc()).limit(1)).first()


def moment(session: Session) -> datetime | None:
    """What the database's own machine takes the time to be; None on SQLite, which has none of its own."""
    return None if session.get_bind().dialect.name == "sqlite" else session.scalar(select(func.clock_timestamp()))


def token_of(session: Session, app_id: str) -> ChannelToken | None:
    """The kept token of an account."""
    return session.get(ChannelToken, app_id)


def lease_token(session: Session, app_id: str, until: datetime | None, now: datetime) -> bool:
    """Takes the right to renew the token until that moment, or (None) gives it back; False = another has it."""
    fresh = upsert(session)(ChannelToken).values(app_id=app_id, value=b"", expires_at=now, leased_until=None)
    session.execute(fresh.on_conflict_do_nothing(index_elements=["app_id"]))
    taken = update(ChannelToken).where(ChannelToken.app_id == app_id)
    if until is not None:
        taken = taken.where(or_(ChannelToken.leased_until.is_(None), ChannelToken.leased_until < now))
    return session.execute(taken.values(leased_until=until).returning(ChannelToken.app_id)).first() is not None


def keep_token(session: Session, app_id: str, value: bytes, expires_at: datetime) -> None:
    """Writes the token, sealed, and until when it is good."""
    session.execute(
        update(ChannelToken).where(ChannelToken.app_id == app_id).values(value=value, expires_at=expires_at)
    )


def lanes_due(session: Session, now: datetime) -> list[tuple[str, int, datetime]]:
    """Of each lane of the outbox in which something waits: how many deliveries are due, and since when the oldest."""
    due = (Delivery.status == DeliveryStatus.PENDING) & (Delivery.due_at <= now)
    found = select(Delivery.lane, func.count(), func.min(Delivery.due_at)).where(due).group_by(Delivery.lane)
    return [(lane, count, oldest) for lane, count, oldest in session.execute(found)]
