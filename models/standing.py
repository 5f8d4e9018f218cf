"""All a turn needs to know of a person, in one statement: the dialogue, what is kept, consents and stops."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Exists, and_, bindparam, exists, or_, select

from models.base import Session
from models.conversation import Conversation
from models.prepared import prepared
from models.veteran import Consent, Preference, TopicStop, Veteran


@dataclass(frozen=True, slots=True)
class Standing:
    """One WeChat identity as its rows have it; `stops_all`: every push is stopped at that moment."""

    openid: str
    state: dict[str, Any]
    awaiting: str | None
    taken_over_at: datetime | None
    waits_since: datetime | None
    veteran_id: int
    named: bool
    reachable: bool
    profile: dict[str, Any] | None
    age_stated_on: date | None
    stores: bool
    pushes: bool
    sensitive: bool
    stops_all: bool


def _agreed(purpose: str) -> Exists:
    return exists().where(
        Consent.veteran_id == Veteran.id, Consent.purpose == bindparam(purpose), Consent.withdrawn_at.is_(None)
    )


def _rows(_insert: Any) -> Any:
    stops = exists().where(
        TopicStop.veteran_id == Veteran.id,
        TopicStop.topic == bindparam("every"),
        or_(TopicStop.until.is_(None), TopicStop.until > bindparam("moment", type_=TopicStop.until.type)),
    )
    return (
        select(
            Conversation.openid,
            Conversation.state,
            Conversation.awaiting,
            Conversation.taken_over_at,
            Conversation.waits_since,
            Veteran.id,
            Veteran.name_sealed.is_not(None),
            Veteran.phone_sealed.is_not(None),
            Preference.profile,
            Preference.age_stated_on,
            _agreed("storing").label("stores"),
            _agreed("pushing").label("pushes"),
            _agreed("body").label("sensitive"),
            stops.label("stops_all"),
        )
        .join(Veteran, Veteran.id == Conversation.veteran_id)
        .outerjoin(Preference, Preference.veteran_id == Veteran.id)
        .where(and_(Conversation.openid == bindparam("whose"), Veteran.openid == bindparam("whose")))
        # Held here too: the row of a newcomer may have come to be since `_held` looked for it in vain.
        .with_for_update(of=Conversation)
    )


_found = prepared(_rows)


@prepared
def _held(_insert: Any) -> Any:
    return select(Conversation.openid).where(Conversation.openid == bindparam("whose")).with_for_update()


def standing_of(
    session: Session, openid: str, now: datetime, purposes: tuple[str, str, str, str], *, holds: bool = True
) -> Standing | None:
    """What the rows of a known identity say, the dialogue's held until the transaction ends; None for a newcomer.

    `purposes`: what the consents to storing, to pushes, to sensitive facts and the stop of all topics are called.
    """
    if holds and session.line.dialect.name != "sqlite":
        # A statement that waited for a lock sees the locked row as it is now, but the rows joined to it as they were
        # when it began. So the waiting is done first, and what is read comes after it. SQLite waited at BEGIN.
        _held.send(session, [{"whose": openid}])
    named = dict(zip(("storing", "pushing", "body", "every"), purposes, strict=True))
    row = _found.first(session, whose=openid, moment=now, **named)
    return Standing(*row) if row is not None else None
