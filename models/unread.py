"""The words of messages that the bot could not account for, sealed, with whose they were, until staff teach them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session
from models.bulk import Rows


class UnreadWord(Base):
    """One such word of one message. It may be a name, so it is sealed; its digest tells how many people said it."""

    __tablename__ = "unread_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    word_digest: Mapped[str] = mapped_column(String(64), index=True)
    word_sealed: Mapped[bytes]
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


_NOTED: Final = Rows(Base.metadata.tables[UnreadWord.__tablename__], "word_digest", "word_sealed", "veteran_id", "at")


def note_words(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keeps words of a message; the turn does not wait for it."""
    _NOTED.send(session, rows)


def said_by_several(session: Session, least: int, limit: int) -> Sequence[tuple[bytes, int]]:
    """Sealed words that at least so many people said, with how many; what most said first."""
    people = func.count(UnreadWord.veteran_id.distinct())
    several = (
        select(func.max(UnreadWord.id).label("latest"), people.label("people"))
        .group_by(UnreadWord.word_digest)
        .having(people >= least)
        .subquery()
    )
    found = select(UnreadWord.word_sealed, several.c.people).join(several, several.c.latest == UnreadWord.id)
    ordered = found.order_by(several.c.people.desc(), UnreadWord.id.desc()).limit(limit)
    return [(word, count) for word, count in session.execute(ordered)]


def forget_words(session: Session, digests: Collection[str]) -> None:
    """A word was taught, or is not worth it; `digests`: every form of it."""
    session.execute(delete(UnreadWord).where(UnreadWord.word_digest.in_(digests)))


def forget_before(session: Session, moment: datetime) -> int:
    """Old ones go; how many did."""
    gone = session.execute(delete(UnreadWord).where(UnreadWord.at < moment).returning(UnreadWord.id))
    return len(gone.all())
