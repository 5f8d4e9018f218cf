"""All a turn needs to know of a person, in one statement: the dialogue, what is kept, consents and stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, join, null, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert

from models.base import Session
from models.conversation import Conversation, InboundMessage, row_version
from models.digest import Digest
from models.heartbeat import Confirmation
from models.placement import Referral
from models.posting import CatalogRevision
from models.prepared import looked_up, prepared
from models.veteran import Consent, KeptProfile, Preference, TopicStop, Veteran


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


_FIELDS: Final = len(Standing.__slots__)
_PERSON: Final = Standing.__slots__.index("veteran_id")


def _agreed(purpose: str) -> ColumnElement[bool]:
    agreed = select(Consent.id).where(Consent.veteran_id == Veteran.id, Consent.purpose == bindparam(purpose))
    return looked_up(agreed.where(Consent.withdrawn_at.is_(None)))


def _said() -> Any:
    """The answer to the message named; where nobody has answered it, none."""
    said = select(func.coalesce(InboundMessage.reply, "")).where(InboundMessage.key == bindparam("message"))
    return said.scalar_subquery()


def _columns(insert: Any) -> Any:
    stops = select(TopicStop.id).where(
        TopicStop.veteran_id == Veteran.id,
        TopicStop.topic == bindparam("every"),
        or_(TopicStop.until.is_(None), TopicStop.until > bindparam("moment", type_=TopicStop.until.type)),
    )
    return select(
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
        looked_up(stops).label("stops_all"),
        # What most turns ask next; `_keep_read` says whom it is kept for.
        Preference.revision,
        Veteran.fresh_at,
        looked_up(select(Referral.id).where(Referral.veteran_id == Veteran.id)).label("has_referrals"),
        exists().where(Digest.until > bindparam("moment", type_=Digest.until.type)).label("has_digests"),
        select(CatalogRevision.revision).where(CatalogRevision.id == 1).scalar_subquery().label("catalog"),
        (row_version() if insert is postgresql_insert else null()).label("version"),
    )


@prepared
def _found(insert: Any) -> Any:
    """One row, whoever it is: for a message that was answered the answer alone, and nobody is looked for."""
    asked = select(_said().label("said")).subquery("asked")
    dialogue = and_(asked.c.said.is_(None), Conversation.openid == bindparam("whose"))
    theirs = asked.outerjoin(Conversation, dialogue).outerjoin(Veteran, _is_theirs()).outerjoin(Preference, _is_kept())
    return _columns(insert).add_columns(asked.c.said).select_from(theirs)


@prepared
def _found_held(insert: Any) -> Any:
    """The row of a newcomer may have come to be since `hold_dialogue` looked for it in vain: it is held here too."""
    theirs = join(Conversation, Veteran, _is_theirs()).outerjoin(Preference, _is_kept())
    found = _columns(insert).add_columns(_said().label("said")).select_from(theirs)
    return found.where(Conversation.openid == bindparam("whose")).with_for_update(of=Conversation)


def _is_theirs() -> ColumnElement[bool]:
    return and_(Veteran.id == Conversation.veteran_id, Veteran.openid == bindparam("whose"))


def _is_kept() -> ColumnElement[bool]:
    return Preference.veteran_id == Veteran.id


def standing_of(
    session: Session,
    openid: str,
    now: datetime,
    purposes: tuple[str, str, str, str],
    *,
    holds: bool = True,
    message: str = "",
) -> Standing | None:
    """What the rows of a known identity say; None for a newcomer, and, unless held, for whom `message` was answered.

    `purposes`: what the consents to storing, to pushes, to sensitive facts and the stop of all topics are called.
    `holds`: the dialogue's row is held until the transaction ends, for which it was waited (`hold_dialogue`).
    `message`: the key of the one that is to be answered.
    """
    found = _found_held if holds else _found
    named = dict(zip(("storing", "pushing", "body", "every"), purposes, strict=True))
    row, seen = found.look(session, whose=openid, moment=now, message=message, **named)
    is_sqlite = session.line.dialect.name == "sqlite"
    if is_sqlite:  # for `take_as_seen`: all of it there, the row's version on PostgreSQL
        session.keep_read((Conversation, openid), seen)
    if row is None:
        return None
    *others, version, said = row[_FIELDS:]
    is_known = row[_PERSON] is not None
    if message and (is_known or said is not None):  # whether a newcomer's is new is asked again, once it is held
        session.keep_read((InboundMessage, message), said)
    if not is_known:
        return None
    known = Standing(*row[:_FIELDS])
    if not is_sqlite:
        session.keep_read((Conversation, openid), version)
    _keep_read(session, known, others)
    return known


def _keep_read(session: Session, known: Standing, others: Sequence[Any]) -> None:
    revision, fresh_at, has_referrals, has_digests, catalog = others
    person, profile = known.veteran_id, known.profile
    kept = None if profile is None or revision is None else KeptProfile(profile, known.age_stated_on, revision)
    session.keep_read((Preference, person), kept)
    session.keep_read((Confirmation, person), fresh_at)
    session.keep_read((Referral, person), bool(has_referrals))
    session.keep_read(Digest, bool(has_digests))
    session.keep_read(CatalogRevision, catalog or 0)
