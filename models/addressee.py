"""People as the sending needs them: who follows, who agreed, who stopped what, who has a phone; a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, or_, select

from models.among import among
from models.base import Session
from models.conversation import Conversation
from models.organisation import Node
from models.prepared import looked_up
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


@among
def _found(ids: Sequence[Any]) -> Any:
    agreed = select(Consent.id).where(
        Consent.veteran_id == Veteran.id, Consent.purpose == bindparam("purpose"), Consent.withdrawn_at.is_(None)
    )
    found = select(
        Veteran.id,
        Veteran.openid,
        Veteran.following,
        looked_up(agreed),
        Veteran.phone_sealed.is_not(None),
        Veteran.village.is_not(None),
    )
    return found.where(Veteran.id.in_(ids)).order_by(Veteran.id)


@among
def _stopped(ids: Sequence[Any]) -> Any:
    return select(TopicStop.veteran_id, TopicStop.topic).where(
        TopicStop.veteran_id.in_(ids), or_(TopicStop.until.is_(None), TopicStop.until > bindparam("now"))
    )


def addressees(session: Session, ids: Collection[int], now: datetime, *, purpose: str) -> dict[int, Addressee]:
    """The people of these numbers, by number. `purpose`: the consent to being sent to."""
    rows = _found.all(session, sorted(ids), purpose=purpose)
    stops: dict[int, set[str]] = {}
    for veteran_id, topic in _stopped.all(session, [row[0] for row in rows], now=now):
        stops.setdefault(veteran_id, set()).add(topic)
    whole = [(*row, frozenset(stops.get(row[0], ()))) for row in rows]
    return {one[0]: Addressee(*one) for one in whole}


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
