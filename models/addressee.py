"""People as the sending needs them: who follows, who agreed, who stopped what, who has a phone; a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select

from models.base import Session
from models.veteran import Consent, TopicStop, Veteran


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


def addressees(
    session: Session, wanted: Collection[int] | ColumnElement[bool], now: datetime, *, purpose: str
) -> dict[int, Addressee]:
    """The people of these numbers, or whom this condition names, by number. `purpose`: the consent to being sent to."""
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
    rows = session.execute(found.where(_these(wanted)).order_by(Veteran.id)).all()
    stops = _stops(session, [row[0] for row in rows], now)
    return {row[0]: Addressee(*row, stopped=frozenset(stops.get(row[0], ()))) for row in rows}


def _these(wanted: Collection[int] | ColumnElement[bool]) -> ColumnElement[bool]:
    return wanted if isinstance(wanted, ColumnElement) else Veteran.id.in_(wanted)


def _stops(session: Session, ids: Sequence[int], now: datetime) -> dict[int, set[str]]:
    stops: dict[int, set[str]] = {}
    found = select(TopicStop.veteran_id, TopicStop.topic).where(
        TopicStop.veteran_id.in_(ids), or_(TopicStop.until.is_(None), TopicStop.until > now)
    )
    for veteran_id, topic in session.execute(found):
        stops.setdefault(veteran_id, set()).add(topic)
    return stops
