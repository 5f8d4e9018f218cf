"""People as the sending needs them: who follows, who agreed, who stopped what, who has a phone; a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, or_, select

from models.base import Session
from models.conversation import Conversation
from models.organisation import Node
from models.veteran import Consent, Preference, TopicStop, Veteran


@dataclass(frozen=True, slots=True)
class Addressee:
    """One person who may be sent something. `stopped`: the topics they do not want at that moment."""

    veteran_id: int
    openid: str | None
    following: bool
    agrees: bool
    has_phone: bool
    has_village: bool
    stopped: frozenset[str]


def addressees(session: Session, ids: Collection[int], now: datetime, *, purpose: str) -> dict[int, Addressee]:
    """The people of these numbers, by number. `purpose`: the consent to being sent to."""
    agrees = exists().where(
        Consent.veteran_id == Veteran.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    found = select(
        Veteran.id,
        Veteran.openid,
        Veteran.following,
        agrees,
        Veteran.phone_sealed.is_not(None),
        Veteran.village.is_not(None),
    )
    rows = session.execute(found.where(Veteran.id.in_(ids)).order_by(Veteran.id)).all()
    stops = _stops(session, [row[0] for row in rows], now)
    return {row[0]: Addressee(*row, stopped=frozenset(stops.get(row[0], ()))) for row in rows}


def _stops(session: Session, ids: Sequence[int], now: datetime) -> dict[int, set[str]]:
    stops: dict[int, set[str]] = {}
    found = select(TopicStop.veteran_id, TopicStop.topic).where(
        TopicStop.veteran_id.in_(ids), or_(TopicStop.until.is_(None), TopicStop.until > now)
    )
    for veteran_id, topic in session.execute(found):
        stops.setdefault(veteran_id, set()).add(topic)
    return stops


@dataclass(frozen=True, slots=True)
class Person:
    """One person as audience rules see them. `profile`: `bot.slots.Slots` as JSON; `talked_at`: their last message."""

    veteran_id: int
    following: bool
    in_ledger: bool
    birth_on: date | None
    village: str
    station: str
    profile: dict[str, Any]
    age_stated_on: date | None
    talked_at: datetime | None


def people_after(session: Session, after: int, limit: int) -> list[Person]:
    """A page of everybody who is kept, in the order of their numbers."""
    found = (
        select(
            Veteran.id,
            Veteran.following,
            Veteran.in_ledger,
            Veteran.birth_on,
            Veteran.village,
            Node.name,
            Preference.profile,
            Preference.age_stated_on,
            Conversation.updated_at,
        )
        .outerjoin(Node, Node.id == Veteran.node_id)
        .outerjoin(Preference, Preference.veteran_id == Veteran.id)
        .outerjoin(Conversation, Conversation.veteran_id == Veteran.id)
        .where(Veteran.id > after, Veteran.erased_at.is_(None))
    )
    rows = session.execute(found.order_by(Veteran.id).limit(limit))
    return [
        Person(number, following, ledger, born, village or "", station or "", profile or {}, stated, talked)
        for number, following, ledger, born, village, station, profile, stated, talked in rows
    ]
