"""Sheets handed in through the console, on their way: looked through, taken in, or waiting for the clerk's word."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, Text, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session


class UploadState(StrEnum):
    """What is to be done with a sheet (look, take, mark), or what came of it."""

    LOOK = "look"
    TAKE = "take"
    MARK = "mark"
    LOOKED = "looked"
    TAKEN = "taken"
    REFUSED = "refused"


WORK = (UploadState.LOOK, UploadState.TAKE, UploadState.MARK)


class Upload(Base):
    """One sheet. Its bytes (in Base64) and what was found in it are sealed: both hold people. It goes after days.

    `node_id`: where whoever handed it in stands, and so whose people it may enter. `back`: the state to return to
    after marking. `leased_until`: a worker has it in hand, or died with it. `words`: what came of it, for the screen.
    """

    __tablename__ = "upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    file_name: Mapped[str] = mapped_column(String(200))
    data_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    found_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    marked_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(64))
    node_id: Mapped[int] = mapped_column(ForeignKey("node.id"))
    state: Mapped[str] = mapped_column(String(8), index=True)
    back: Mapped[str] = mapped_column(String(8), default="")
    mends: Mapped[bool] = mapped_column(default=False)
    publish: Mapped[bool] = mapped_column(default=False)
    rows: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    words: Mapped[str] = mapped_column(Text, default="")
    leased_until: Mapped[datetime | None]


def upload_by_id(session: Session, upload_id: int) -> Upload | None:
    """One sheet by its number."""
    return session.get(Upload, upload_id)


def uploads_of(session: Session, kind: str, node_id: int, limit: int) -> Sequence[Upload]:
    """The sheets handed in at that node, the newest first."""
    found = select(Upload).where(Upload.kind == kind, Upload.node_id == node_id)
    return session.scalars(found.order_by(Upload.id.desc()).limit(limit)).all()


def waiting_uploads(session: Session, now: datetime) -> Sequence[int]:
    """Sheets there is something to do with that no living worker has in hand, the oldest first."""
    free = or_(Upload.leased_until.is_(None), Upload.leased_until < now)
    return session.scalars(select(Upload.id).where(Upload.state.in_(WORK), free).order_by(Upload.id)).all()


def lease_upload(session: Session, upload_id: int, now: datetime, until: datetime) -> bool:
    """Takes one in hand; False when another was quicker or nothing is to be done."""
    free = or_(Upload.leased_until.is_(None), Upload.leased_until < now)
    taken = update(Upload).where(Upload.id == upload_id, Upload.state.in_(WORK), free)
    done = taken.values(leased_until=until, rows_done=0).returning(Upload.id)
    return session.scalar(done.execution_options(synchronize_session=False)) is not None


def note_progress(session: Session, upload_id: int, rows_done: int, rows: int, until: datetime) -> None:
    """How far a worker is; its hold on the sheet goes on."""
    here = update(Upload).where(Upload.id == upload_id)
    session.execute(here.values(rows_done=rows_done, rows=rows, leased_until=until))


def forget_uploads(session: Session, before: datetime) -> int:
    """Deletes sheets handed in before that moment; how many."""
    return len(session.scalars(delete(Upload).where(Upload.at < before).returning(Upload.id)).all())
