"""All a turn needs to know of a person, in one statement: the dialogue, the person, the profile, consents and stops."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Exists, and_, bindparam, exists, or_, select

from models.base import Session, prepared
from models.conversation import Conversation
from models.veteran import Consent, Preference, TopicStop, Veteran


@dataclass(frozen=True, slots=True)
class Standing:
    """The rows of one WeChat identity; `stops_all`: every push is stopped at that moment."""

    conversation: Conversation
    veteran: Veteran
    preference: Preference | None
    stores: bool
    pushes: bool
    sensitive: bool
    stops_all: bool


def _agreed(purpose: str) -> Exists:
    return exists().where(
        Consent.veteran_id == Veteran.id, Consent.purpose == bindparam(purpose), Consent.withdrawn_at.is_(None)
    )


@prepared
def _found(_insert: Any) -> Any:
    stops = exists().where(
        TopicStop.veteran_id == Veteran.id,
        TopicStop.topic == bindparam("every"),
        or_(TopicStop.until.is_(None), TopicStop.until > bindparam("moment")),
    )
    return (
        select(
            Conversation,
            Veteran,
            Preference,
            _agreed("storing").label("stores"),
            _agreed("pushing").label("pushes"),
            _agreed("body").label("sensitive"),
            stops.label("stops_all"),
        )
        .join(Veteran, Veteran.id == Conversation.veteran_id)
        .outerjoin(Preference, Preference.veteran_id == Veteran.id)
        .where(and_(Conversation.openid == bindparam("whose"), Veteran.openid == bindparam("whose")))
        .with_for_update(of=Conversation)
    )


@prepared
def _held(_insert: Any) -> Any:
    return select(Conversation.openid).where(Conversation.openid == bindparam("whose")).with_for_update()


def standing_of(session: Session, openid: str, now: datetime, purposes: tuple[str, str, str, str]) -> Standing | None:
    """The rows of a known identity, the dialogue's held until the transaction ends; None for a newcomer.

    `purposes`: what the consents to storing, to pushes, to sensitive facts and the stop of all topics are called.
    """
    if session.get_bind().dialect.name != "sqlite":
        # A statement that waited for a lock sees the locked row as it is now, but the rows joined to it as they were
        # when it began. So the waiting is done first, and what is read comes after it. SQLite waited at BEGIN.
        session.execute(_held(session), {"whose": openid})
    named = dict(zip(("storing", "pushing", "body", "every"), purposes, strict=True))
    row = session.execute(_found(session), {**named, "whose": openid, "moment": now}).first()
    return Standing(*row) if row is not None else None
