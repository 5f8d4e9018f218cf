"""Follow-ups (a dated question about a placement) and cases (something a person must settle)."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    case,
    cast,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Json, Session
from models.delivery import Delivery, DeliveryStatus
from models.placement import Placement
from models.veteran import Veteran


class FollowUpStatus(StrEnum):
    """planned -> asked -> (repeated) -> answered, or phone (the clerk calls), or dropped (the placement ended)."""

    PLANNED = "planned"
    ASKED = "asked"
    REPEATED = "repeated"
    ANSWERED = "answered"
    PHONE = "phone"
    DROPPED = "dropped"


class CaseStatus(StrEnum):
    """open -> in_progress -> resolved (answer told back) -> closed (the person accepts it)."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"
    CLOSED = "closed"


UNSETTLED = (CaseStatus.OPEN, CaseStatus.IN_PROGRESS)


class FollowUp(Base):
    """One question to one side (veteran, employer) about one placement; `step` is the day after the start (7, 30, 90).

    `reason`: why it is on the phone list. `way`: by which the answer came (talk, phone, link); `answered_by`: the clerk
    who wrote it down.
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("placement_id", "step", "side"),
        Index("ix_follow_up_status_due_at", "status", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    step: Mapped[int]
    side: Mapped[str] = mapped_column(String(8), default="veteran")
    due_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(8), default=FollowUpStatus.PLANNED)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(16), default="", server_default="")
    way: Mapped[str] = mapped_column(String(8), default="", server_default="")
    answered_by: Mapped[str] = mapped_column(String(64), default="", server_default="")

    placement: Mapped[Placement] = relationship(lazy="joined")


class Case(Base):
    """A complaint, a hand-over, a crisis, someone unreachable: with an owner, a due day, and the answer told back.

    `words_sealed` is what the veteran wrote, sealed under "case.words". `raised_at`: when its day had passed and it was
    raised; a reopened case may be raised again. `offered_to`: to whom its owner wants to hand it, until they accept.
    """

    __tablename__ = "case"
    __table_args__ = (Index("ix_case_status_due_on", "status", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    veteran_id: Mapped[int | None] = mapped_column(ForeignKey("veteran.id"), index=True)
    placement_id: Mapped[int | None] = mapped_column(ForeignKey("placement.id"))
    kind: Mapped[str] = mapped_column(String(12))
    severity: Mapped[str] = mapped_column(String(8), default="normal")
    status: Mapped[str] = mapped_column(String(12), default=CaseStatus.OPEN)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    owner: Mapped[str | None] = mapped_column(String(64))
    department: Mapped[str | None] = mapped_column(String(64))
    resolution: Mapped[str] = mapped_column(Text, default="")
    resolved_at: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)
    raised_at: Mapped[datetime | None]
    offered_to: Mapped[str | None] = mapped_column(String(64))


class CaseNote(Base):
    """One dated note on a case: what was done, by whom, and the status it led to."""

    __tablename__ = "case_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text, default="")


def due_follow_ups(session: Session, now: datetime, limit: int) -> list[int]:
    """The numbers of planned follow-ups whose moment has come."""
    found = select(FollowUp.id).where(FollowUp.status == FollowUpStatus.PLANNED, FollowUp.due_at <= now)
    return list(session.scalars(found.order_by(FollowUp.due_at, FollowUp.id).limit(limit)))


def silent_follow_ups(session: Session, asked_before: datetime, limit: int) -> list[int]:
    """The numbers of follow-ups that were asked before that moment and not answered."""
    waiting = FollowUp.status.in_((FollowUpStatus.ASKED, FollowUpStatus.REPEATED))
    found = select(FollowUp.id).where(waiting, FollowUp.asked_at < asked_before)
    return list(session.scalars(found.order_by(FollowUp.id).limit(limit)))


def lost_follow_ups(session: Session, limit: int) -> list[int]:
    """The numbers of follow-ups that wait for an answer to a question which never reached the person."""
    repeated = FollowUp.status == FollowUpStatus.REPEATED
    asked = "followup:" + cast(FollowUp.id, String) + case((repeated, ":repeat"), else_=":ask")
    waiting = FollowUp.status.in_((FollowUpStatus.ASKED, FollowUpStatus.REPEATED))
    lost = Delivery.status.in_((DeliveryStatus.SKIPPED, DeliveryStatus.FAILED, DeliveryStatus.CANCELLED))
    found = select(FollowUp.id).join(Delivery, Delivery.key == asked).where(waiting, lost)
    return list(session.scalars(found.order_by(FollowUp.id).limit(limit)))


def claimed_follow_up(session: Session, follow_up_id: int, statuses: Collection[FollowUpStatus]) -> FollowUp | None:
    """The follow-up, held until the transaction ends; None when it has moved on."""
    found = select(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.status.in_(statuses))
    locked = found.with_for_update(of=FollowUp)
    return session.scalars(locked, execution_options={"populate_existing": True}).first()


def follow_ups_of(session: Session, placement_id: int) -> list[FollowUp]:
    """All follow-ups of a placement by their day."""
    found = select(FollowUp).where(FollowUp.placement_id == placement_id)
    return list(session.scalars(found.order_by(FollowUp.step, FollowUp.id)))


def drop_follow_ups(session: Session, placement_id: int, statuses: Collection[FollowUpStatus]) -> None:
    """Those of a placement that stand in one of these states will not be asked; one answered this moment stays so."""
    open_ones = (FollowUp.placement_id == placement_id) & FollowUp.status.in_(statuses)
    session.execute(update(FollowUp).where(open_ones).values(status=FollowUpStatus.DROPPED))


def cases_of(session: Session, veteran_id: int) -> list[Case]:
    """All cases of a veteran, oldest first."""
    return list(session.scalars(select(Case).where(Case.veteran_id == veteran_id).order_by(Case.id)))


def count_cases(session: Session) -> int:
    """How many there ever were."""
    return session.scalar(select(func.count()).select_from(Case)) or 0


def case_numbered(session: Session, number: str) -> Case | None:
    """One case by the number people are told."""
    return session.scalars(select(Case).where(Case.number == number)).first()


def locked_case(session: Session, number: str) -> Case | None:
    """The same, held until the transaction ends."""
    found = select(Case).where(Case.number == number).with_for_update()
    return session.scalars(found, execution_options={"populate_existing": True}).first()


def overdue_cases(session: Session, day: date, limit: int) -> list[Case]:
    """Unsettled cases whose due day has passed and that were not raised yet."""
    found = select(Case).where(Case.status.in_(UNSETTLED), Case.due_on < day, Case.raised_at.is_(None))
    locked = found.order_by(Case.due_on, Case.id).limit(limit).with_for_update(skip_locked=True)
    return list(session.scalars(locked))


def unopposed_cases(session: Session, resolved_before: datetime, limit: int) -> list[Case]:
    """Cases whose answer was told back before that moment and that nobody said was no answer."""
    found = select(Case).where(Case.status == CaseStatus.RESOLVED, Case.resolved_at < resolved_before)
    return list(session.scalars(found.order_by(Case.id).limit(limit).with_for_update(skip_locked=True)))


def notes_of(session: Session, case_id: int) -> list[CaseNote]:
    """Everything dated on a case, the oldest first."""
    return list(session.scalars(select(CaseNote).where(CaseNote.case_id == case_id).order_by(CaseNote.id)))


def count_unsettled(session: Session, veteran_id: int) -> int:
    """How many cases of a person are still being settled."""
    theirs = (Case.veteran_id == veteran_id, Case.status.in_(UNSETTLED))
    return session.scalar(select(func.count()).select_from(Case).where(*theirs)) or 0


def erase_words(session: Session, veteran_id: int) -> None:
    """Empties what was written in a veteran's settled cases and follow-ups; a case under way needs its words until it
    is settled.
    """
    _empty_cases(session, Case.veteran_id == veteran_id)
    checks, drawn = Base.metadata.tables["reality_check"], Base.metadata.tables["spot_check"]
    mine = select(Placement.id).where(Placement.veteran_id == veteran_id)
    session.execute(update(checks).where(checks.c.placement_id.in_(mine)).values(words_sealed=None))
    session.execute(update(drawn).where(drawn.c.veteran_id == veteran_id).values(note=""))


def erase_words_of_erased(session: Session) -> None:
    """The same for the cases of erased people that have been settled since."""
    _empty_cases(session, Case.veteran_id.in_(select(Veteran.id).where(Veteran.erased_at.is_not(None))))


def _empty_cases(session: Session, whose: ColumnElement[bool]) -> None:
    settled = select(Case.id).where(whose, Case.status.not_in(UNSETTLED))
    session.execute(
        update(CaseNote)
        .where(CaseNote.case_id.in_(settled), CaseNote.text != "")
        .values(text="")
        .execution_options(synchronize_session=False)
    )
    full = Case.id.in_(settled) & (Case.words_sealed.is_not(None) | (Case.resolution != ""))
    emptied = update(Case).where(full).values(words_sealed=None, resolution="")
    session.execute(emptied.execution_options(synchronize_session=False))
