"""Group digests: a text of numbered postings for the groups people are in anyway, and who replied which number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session, upsert
from models.prepared import prepared


class Digest(Base):
    """One digest. `numbers`: number (as text) -> code of the posting, valid `until` that moment."""

    __tablename__ = "digest"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    numbers: Mapped[dict[str, Any]] = mapped_column(Json)
    made_by: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)


class DigestReply(Base):
    """Somebody replied a number of a digest: credited once a person and posting."""

    __tablename__ = "digest_reply"

    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id"), primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), primary_key=True)
    posting_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Holding:
    """A digest whose numbers hold (see Digest)."""

    id: int
    numbers: dict[str, Any]
    created_at: datetime


@prepared
def _holding(_insert: Any) -> Any:
    found = select(Digest.id, Digest.numbers, Digest.created_at).where(Digest.until > bindparam("moment"))
    return found.order_by(Digest.id)


def digests_on(session: Session, now: datetime) -> list[Holding]:
    """Those whose numbers hold at that moment, the oldest first."""
    if session.as_read(Digest) is False:
        return []
    return [Holding(*row) for row in _holding.all(session, moment=now)]


def latest(session: Session, limit: int) -> list[Digest]:
    """The newest ones, held or not."""
    return list(session.scalars(select(Digest).order_by(Digest.id.desc()).limit(limit)))


def credit(session: Session, digest_id: int, veteran_id: int, codes: Collection[str], now: datetime) -> None:
    """Notes that a person asked for these postings of a digest."""
    for code in codes:
        row = {"digest_id": digest_id, "veteran_id": veteran_id, "posting_code": code, "at": now}
        session.execute(upsert(session)(DigestReply).values(row).on_conflict_do_nothing())


def replies(session: Session, digest_id: int) -> dict[str, int]:
    """How many people replied with each posting's number."""
    counted = select(DigestReply.posting_code, func.count()).where(DigestReply.digest_id == digest_id)
    return {row[0]: row[1] for row in session.execute(counted.group_by(DigestReply.posting_code))}
