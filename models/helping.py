"""One-to-one help (一对一帮扶): who helps whom, why there is no work yet, and the next steps with their days."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session


class HelpPlan(Base):
    """One person helped by one named helper, from a day until it ends; a person has one open plan at most.

    `reason`: why there is no work (services/helping.REASONS). `outcome`: how it ended (services/helping.OUTCOMES).
    """

    __tablename__ = "help_plan"
    __table_args__ = (Index("ix_help_plan_helper_closed_at", "helper", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    helper: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(400), default="")
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16), default="")


class HelpStep(Base):
    """What is to be done next for the person, until when, and when it was."""

    __tablename__ = "help_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("help_plan.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(String(64), default="")


def open_plan_of(session: Session, veteran_id: int) -> HelpPlan | None:
    """The person's plan under way, held until a writing transaction ends."""
    found = select(HelpPlan).where(HelpPlan.veteran_id == veteran_id, HelpPlan.closed_at.is_(None))
    return session.scalars(found.with_for_update()).first()


def plan_by_id(session: Session, plan_id: int) -> HelpPlan | None:
    """One plan by its number."""
    return session.get(HelpPlan, plan_id)


def steps_of(session: Session, plan_id: int) -> list[HelpStep]:
    """The steps of a plan, by their day."""
    found = select(HelpStep).where(HelpStep.plan_id == plan_id)
    return list(session.scalars(found.order_by(HelpStep.due_on, HelpStep.id)))


def helped(session: Session, veteran_id: int, limit: int) -> list[tuple[HelpStep, HelpPlan]]:
    """The latest steps of all plans for a person, the newest first."""
    found = select(HelpStep, HelpPlan).join(HelpPlan, HelpPlan.id == HelpStep.plan_id)
    mine = found.where(HelpPlan.veteran_id == veteran_id).order_by(HelpStep.id.desc()).limit(limit)
    return [(row[0], row[1]) for row in session.execute(mine)]


def step_by_id(session: Session, step_id: int) -> HelpStep | None:
    """One step by its number."""
    return session.get(HelpStep, step_id)


def open_plans(session: Session, helper: str | None = None) -> list[HelpPlan]:
    """Plans under way: of one helper, or of all."""
    found = select(HelpPlan).where(HelpPlan.closed_at.is_(None))
    found = found if helper is None else found.where(HelpPlan.helper == helper)
    return list(session.scalars(found.order_by(HelpPlan.id)))


def open_steps(session: Session, plan_ids: list[int]) -> list[HelpStep]:
    """What is still to be done in these plans, by day."""
    found = select(HelpStep).where(HelpStep.plan_id.in_(plan_ids), HelpStep.done_at.is_(None))
    return list(session.scalars(found.order_by(HelpStep.due_on, HelpStep.id)))
