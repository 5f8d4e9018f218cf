"""How the service itself runs: recorded task runs, the one access token, the audit trail."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session


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


class AuditEntry(Base):
    """Who did what to what, when. Details hold no personal data."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(48))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(Json)


def last_good_run(session: Session, task: str) -> TaskRun | None:
    """The latest run of a task that did not break."""
    found = select(TaskRun).where(TaskRun.task == task, TaskRun.error.is_(None))
    return session.scalars(found.order_by(TaskRun.started_at.desc()).limit(1)).first()


def token_of(session: Session, app_id: str) -> ChannelToken | None:
    """The kept token of an account."""
    return session.get(ChannelToken, app_id)


def locked_token(session: Session, app_id: str, now: datetime) -> ChannelToken:
    """The token's row, held until the transaction ends, so that one process refreshes and the others wait."""
    found = select(ChannelToken).where(ChannelToken.app_id == app_id).with_for_update()
    token = session.scalars(found).first()
    if token is None:
        token = ChannelToken(app_id=app_id, value=b"", expires_at=now - timedelta(days=1))
        session.add(token)
        session.flush()  # the lock is on the row: it has to exist
    return token
