"""What was shown to whom: every posting of every numbered list, with the sentence that said why."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ForeignKey, Index, String, Text, exists, false, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session, upsert
from models.bulk import Rows
from models.conversation import Conversation
from models.scope import Scope
from models.veteran import Consent, Preference, TopicStop, Veteran


class Recommendation(Base):
    """One posting of one list shown to a veteran. `way`: talk (asked for) or push (sent unasked)."""

    __tablename__ = "recommendation"
    __table_args__ = (Index("ix_recommendation_veteran_id_at", "veteran_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"))
    posting_code: Mapped[str] = mapped_column(String(32), index=True)
    position: Mapped[int]
    reason: Mapped[str] = mapped_column(Text, default="")
    way: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class MatchRhythm(Base):
    """How often a veteran is sent new postings, and when that was last looked at (`checked_on`).

    `is_own`: they said so themselves, else the bureau's default goes. `only_excellent`: only what fits in every
    respect. `served_on`: the day of the last push; `reason`: why the last look led to none ("" = it did).
    """

    __tablename__ = "match_rhythm"

    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), primary_key=True)
    every_days: Mapped[int] = mapped_column(default=1)
    only_excellent: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_own: Mapped[bool] = mapped_column(default=False, server_default=false())
    checked_on: Mapped[date | None]
    served_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(24), default="", server_default="")


class Rhythm(NamedTuple):
    """How often new postings are sent, and when some were last."""

    every_days: int
    only_excellent: bool
    served_on: date | None


def set_rhythm(session: Session, veteran_id: int, every_days: int, *, only_excellent: bool) -> None:
    """The veteran's own wish, from now on."""
    row = {"veteran_id": veteran_id, "every_days": every_days, "only_excellent": only_excellent, "is_own": True}
    insert_row = upsert(session)(MatchRhythm).values(row)
    own = {name: row[name] for name in ("every_days", "only_excellent", "is_own")}
    session.execute(insert_row.on_conflict_do_update(index_elements=["veteran_id"], set_=own))


def rhythm(session: Session, veteran_id: int, every_days: int, *, only_excellent: bool) -> Rhythm:
    """The veteran's own, or the one given for whoever has not said."""
    kept = session.get(MatchRhythm, veteran_id)
    served_on = None if kept is None else kept.served_on
    if kept is not None and kept.is_own:
        return Rhythm(kept.every_days, kept.only_excellent, served_on)
    return Rhythm(every_days, only_excellent, served_on)


def take_look(session: Session, veteran_id: int, day: date, reason: str) -> bool:
    """Marks a veteran as looked at on that day, with why nothing is sent; False if somebody did so before."""
    row = {"veteran_id": veteran_id, "every_days": 1, "checked_on": day, "reason": reason}
    insert_row = upsert(session)(MatchRhythm).values(row)
    taken = insert_row.on_conflict_do_update(
        index_elements=["veteran_id"],
        set_={"checked_on": day, "reason": reason},
        where=or_(MatchRhythm.checked_on.is_(None), MatchRhythm.checked_on < day),
    )
    return session.execute(taken.returning(MatchRhythm.veteran_id)).first() is not None


def record_look(session: Session, veteran_id: int, day: date, reason: str) -> None:
    """What came of a look: a push that day, or the reason there is none."""
    values = {"reason": reason} if reason else {"reason": "", "served_on": day}
    session.execute(update(MatchRhythm).where(MatchRhythm.veteran_id == veteran_id).values(values))


class Willing(NamedTuple):
    """A follower with a profile who may be sent postings."""

    veteran_id: int
    profile: dict[str, Any]
    age_stated_on: date | None


def willing(session: Session, scope: Scope, purpose: str, topics: Collection[str], now: datetime) -> list[Willing]:
    """Followers of a scope with a profile, who agreed to `purpose` and stopped none of these topics."""
    agrees = exists().where(
        Consent.veteran_id == Veteran.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    stopped = exists().where(
        TopicStop.veteran_id == Veteran.id,
        TopicStop.topic.in_(topics),
        or_(TopicStop.until.is_(None), TopicStop.until > now),
    )
    found = (
        select(Veteran.id, Preference.profile, Preference.age_stated_on)
        .join(Preference, Preference.veteran_id == Veteran.id)
        .where(Veteran.following, Veteran.erased_at.is_(None), scope.limits(Veteran.node_id), agrees, ~stopped)
    )
    return [Willing(*row) for row in session.execute(found.order_by(Veteran.id))]


def shown_to(session: Session, code: str, since: datetime) -> set[int]:
    """Who was shown a posting after that moment."""
    mine = (Recommendation.posting_code == code) & (Recommendation.at >= since)
    return set(session.scalars(select(Recommendation.veteran_id).where(mine)))


def times_pushed(session: Session, codes: Collection[str], since: datetime) -> dict[str, int]:
    """To how many people each posting was sent unasked after that moment."""
    counted = (
        select(Recommendation.posting_code, func.count())
        .where(Recommendation.posting_code.in_(codes), Recommendation.way == "push", Recommendation.at >= since)
        .group_by(Recommendation.posting_code)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def unserved_since(session: Session, day: date) -> dict[str, int]:
    """Followers with a profile who were sent nothing after that day, by the reason of the last look."""
    reason = func.coalesce(MatchRhythm.reason, "not_looked_at")
    counted = (
        select(reason, func.count())
        .select_from(Veteran)
        .join(Preference, Preference.veteran_id == Veteran.id)
        .outerjoin(MatchRhythm, MatchRhythm.veteran_id == Veteran.id)
        .where(Veteran.following, or_(MatchRhythm.served_on.is_(None), MatchRhythm.served_on <= day))
        .group_by(reason)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def veterans_to_look_at(session: Session, day: date, silent_since: datetime, limit: int) -> list[Veteran]:
    """Followers with a profile whose new postings were not looked at on that day yet, and who are not talking to us."""
    talks = exists().where(Conversation.veteran_id == Veteran.id, Conversation.updated_at > silent_since)
    found = (
        select(Veteran)
        .join(Preference, Preference.veteran_id == Veteran.id)
        .outerjoin(MatchRhythm, MatchRhythm.veteran_id == Veteran.id)
        .where(Veteran.following, or_(MatchRhythm.checked_on.is_(None), MatchRhythm.checked_on < day), ~talks)
    )
    return list(session.scalars(found.order_by(Veteran.id).limit(limit)))


_SHOWN: Final = Rows(
    Base.metadata.tables[Recommendation.__tablename__], "veteran_id", "posting_code", "position", "reason", "way", "at"
)


def add_recommendations(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Notes a list as shown, one row a posting."""
    _SHOWN.send(session, rows)


def recommendations_since(session: Session, veteran_id: int, moment: datetime) -> list[Recommendation]:
    """What this veteran was shown from that moment on, in the order shown."""
    found = select(Recommendation).where(Recommendation.veteran_id == veteran_id, Recommendation.at >= moment)
    return list(session.scalars(found.order_by(Recommendation.id)))
