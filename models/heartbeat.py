"""The monthly heartbeat, the acts by which a row was confirmed, and the monthly spot check of what the rows say."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session, upsert
from models.delivery import Delivery, DeliveryStatus
from models.followup import Case, CaseStatus, FollowUp, FollowUpStatus
from models.placement import Placement, Referral, ReferralStatus
from models.prepared import prepared
from models.session import UNREAD
from models.veteran import Veteran


class HeartbeatStatus(StrEnum):
    """asked -> answered; silent: asked in vain, or could not be asked (`reason`)."""

    ASKED = "asked"
    ANSWERED = "answered"
    SILENT = "silent"


class Heartbeat(Base):
    """The greeting of one month to one person of the ledger ("2026-11"), and the answer."""

    __tablename__ = "heartbeat"
    __table_args__ = (UniqueConstraint("veteran_id", "month"), Index("ix_heartbeat_month_status", "month", "status"))

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"))
    month: Mapped[str] = mapped_column(String(7))
    status: Mapped[str] = mapped_column(String(8), default=HeartbeatStatus.ASKED)
    asked_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(16), default="")
    answer: Mapped[str] = mapped_column(String(16), default="")
    answered_at: Mapped[datetime | None]


class Confirmation(Base):
    """One act by which a person's row was confirmed: by the person (talk), or by one contact with them (phone, visit).

    Only this makes a row fresh (`Veteran.fresh_at`); an import or a bulk edit leaves no such act.
    """

    __tablename__ = "confirmation"

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    way: Mapped[str] = mapped_column(String(12))
    who: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(200), default="")


class SpotCheck(Base):
    """One row drawn for a month's check, and what the phone call found. `result`: "" until called, right, wrong,
    unreached. `wrong`: the fields that were.
    """

    __tablename__ = "spot_check"
    __table_args__ = (UniqueConstraint("month", "veteran_id"), Index("ix_spot_check_month_node_id", "month", "node_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    node_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"))
    seed: Mapped[str] = mapped_column(String(64))
    drawn_at: Mapped[datetime]
    result: Mapped[str] = mapped_column(String(12), default="")
    wrong: Mapped[list[str]] = mapped_column(Json)
    note: Mapped[str] = mapped_column(String(200), default="")
    checked_at: Mapped[datetime | None]
    checked_by: Mapped[str] = mapped_column(String(64), default="")


_VETERANS: Final = Base.metadata.tables[Veteran.__tablename__]


def _is_due() -> ColumnElement[bool]:
    """The person's row, unless something has confirmed it since the day began."""
    fresh_at = _VETERANS.c.fresh_at
    return and_(_VETERANS.c.id == bindparam("whose"), or_(fresh_at.is_(None), fresh_at < bindparam("day")))


@prepared
def _freshened(_insert: Any) -> Any:
    return update(_VETERANS).where(_is_due()).values(fresh_at=bindparam("moment"))


@prepared
def _confirmed(insert: Any) -> Any:
    moment = bindparam("moment", type_=_VETERANS.c.fresh_at.type)
    said = select(_VETERANS.c.id, moment, literal("talk"), literal("veteran"), literal("")).where(_is_due())
    return insert(Confirmation.__table__).from_select(["veteran_id", "at", "way", "who", "note"], said)


def note_talk(session: Session, veteran_id: int, day: datetime, now: datetime) -> None:
    """A talk confirms a person's row, unless something did since `day` began."""
    fresh_at = session.as_read((Confirmation, veteran_id))
    if fresh_at is not UNREAD and fresh_at is not None and fresh_at >= day:
        return
    values = {"whose": veteran_id, "day": day, "moment": now}
    _confirmed.send(session, [values])
    _freshened.send(session, [values])
    session.outdate(Veteran, veteran_id)
    session.keep_read((Confirmation, veteran_id), now)  # or what confirmed it that day: it says the same


def people_to_greet(session: Session, month: str, limit: int) -> list[int]:
    """People of the ledger, reached over the account or not, whose greeting of that month has not been written.

    Whoever still has a question of ours to answer is left for later: a “2” must not be read as the answer to another.
    """
    greeted = select(Heartbeat.id).where(Heartbeat.veteran_id == Veteran.id, Heartbeat.month == month)
    found = select(Veteran.id).where(Veteran.in_ledger, Veteran.erased_at.is_(None), ~greeted.exists())
    found = found.where(*(~question.exists() for question in _open_questions()))
    return list(session.scalars(found.order_by(Veteran.id).limit(limit)))


def _open_questions() -> tuple[Select[Any], ...]:
    follow_up = select(FollowUp.id).join(Placement, Placement.id == FollowUp.placement_id)
    asked = FollowUp.status.in_((FollowUpStatus.ASKED, FollowUpStatus.REPEATED))
    told = select(Case.id).where(Case.veteran_id == Veteran.id, Case.status == CaseStatus.RESOLVED)
    offered = Referral.status == ReferralStatus.OFFERED
    invited = and_(Referral.status == ReferralStatus.INTERVIEW, Referral.attends.is_(None))
    place = and_(Referral.place_offered_at.is_not(None), Referral.place_answered.is_(False))
    referral = select(Referral.id).where(Referral.veteran_id == Veteran.id, or_(offered, invited, place))
    return follow_up.where(Placement.veteran_id == Veteran.id, asked), told, referral


def begin_heartbeat(session: Session, veteran_id: int, month: str, now: datetime) -> Heartbeat | None:
    """The greeting's row; None when another has written it meanwhile."""
    values = {
        "veteran_id": veteran_id,
        "month": month,
        "status": HeartbeatStatus.ASKED,
        "asked_at": now,
        "reason": "",
        "answer": "",
    }
    insert = upsert(session)(Heartbeat).values(values).on_conflict_do_nothing(index_elements=["veteran_id", "month"])
    made = session.scalar(insert.returning(Heartbeat.id))
    return session.get(Heartbeat, made) if made is not None else None


def heartbeat_by_id(session: Session, heartbeat_id: int) -> Heartbeat | None:
    """One greeting."""
    return session.get(Heartbeat, heartbeat_id)


def unanswered_heartbeats(session: Session, asked_before: datetime, limit: int) -> list[tuple[Heartbeat, bool]]:
    """Greetings that were asked before that moment, or that never arrived, and have no answer; and whether they are
    of the latter kind.
    """
    key = "heartbeat:" + func.replace(Heartbeat.month, "-", "") + ":" + cast(Heartbeat.veteran_id, String)
    lost = Delivery.status.in_((DeliveryStatus.SKIPPED, DeliveryStatus.FAILED, DeliveryStatus.CANCELLED))
    found = select(Heartbeat, func.coalesce(lost, False)).outerjoin(Delivery, Delivery.key == key)
    found = found.where(Heartbeat.status == HeartbeatStatus.ASKED, or_(Heartbeat.asked_at < asked_before, lost))
    locked = found.order_by(Heartbeat.id).limit(limit).with_for_update(of=Heartbeat, skip_locked=True)
    return [(row[0], bool(row[1])) for row in session.execute(locked)]


def confirmations_of(session: Session, veteran_id: int) -> list[Confirmation]:
    """Every act by which a row was confirmed, the newest first."""
    found = select(Confirmation).where(Confirmation.veteran_id == veteran_id)
    return list(session.scalars(found.order_by(Confirmation.id.desc())))


def people_by_station(session: Session) -> dict[int | None, list[int]]:
    """The numbers of the ledger's people under each station, in order."""
    found = select(Veteran.node_id, Veteran.id).where(Veteran.in_ledger, Veteran.erased_at.is_(None))
    stations: dict[int | None, list[int]] = {}
    for node_id, veteran_id in session.execute(found.order_by(Veteran.id)):
        stations.setdefault(node_id, []).append(veteran_id)
    return stations


def spot_checks(session: Session, month: str, node_ids: Collection[int] | None = None) -> list[SpotCheck]:
    """The rows drawn for a month, of these stations or of all."""
    found = select(SpotCheck).where(SpotCheck.month == month)
    found = found if node_ids is None else found.where(SpotCheck.node_id.in_(node_ids))
    return list(session.scalars(found.order_by(SpotCheck.node_id, SpotCheck.id)))


def spot_check_by_id(session: Session, check_id: int) -> SpotCheck | None:
    """One drawn row."""
    return session.get(SpotCheck, check_id)
