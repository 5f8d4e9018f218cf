"""What came of calling on people no message reaches: one row a call or a printed slip, who did it and what was said."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session
from models.delivery import BY_STAFF, Delivery, DeliveryStatus
from models.organisation import Node
from models.scope import Scope
from models.veteran import TopicStop, Veteran


class Outreach(Base):
    """One attempt: its result (services/outreach.py) and the words of whoever made it."""

    __tablename__ = "outreach"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    veteran_id: Mapped[int] = mapped_column(ForeignKey("veteran.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(String(200), default="")


def waiting(session: Session, scope: Scope, way: str, limit: int) -> list[tuple[Delivery, Veteran, str]]:
    """Who waits for a call ("to_phone") or a slip ("to_slip") in these stations, with the station: by village."""
    found = (
        select(Delivery, Veteran, Node.name)
        .join(Veteran, Veteran.id == Delivery.veteran_id)
        .outerjoin(Node, Node.id == Veteran.node_id)
        .where(
            Delivery.outcome.in_(BY_STAFF),
            Delivery.outcome == way,
            Veteran.erased_at.is_(None),
            scope.limits(Veteran.node_id),
        )
        .order_by(Node.name, Veteran.village, Veteran.id, Delivery.id)
    )
    return [(row[0], row[1], row[2] or "") for row in session.execute(found.limit(limit))]


def tries(session: Session, delivery_ids: Collection[int]) -> dict[int, int]:
    """How often each was tried in vain or not."""
    counted = select(Outreach.delivery_id, func.count()).where(Outreach.delivery_id.in_(delivery_ids))
    return {row[0]: row[1] for row in session.execute(counted.group_by(Outreach.delivery_id))}


def results_of(session: Session, delivery_id: int) -> list[Outreach]:
    """Every attempt for one delivery, the oldest first."""
    found = select(Outreach).where(Outreach.delivery_id == delivery_id)
    return list(session.scalars(found.order_by(Outreach.id)))


def close(session: Session, delivery_id: int, way: str, outcome: str) -> bool:
    """The end of a call or slip that still waits; whether it did."""
    mine = (Delivery.id == delivery_id) & (Delivery.outcome == way)
    return (
        session.execute(update(Delivery).where(mine).values(outcome=outcome).returning(Delivery.id)).first() is not None
    )


def take_over(session: Session, broadcast_id: int, outcomes: Sequence[str], every_topic: str) -> tuple[int, int]:
    """Those of a broadcast that ended so go to the phone list, or, without a phone, to the slips; how many of each.

    Who stopped `every_topic` is left in peace.
    """
    stopped = select(TopicStop.veteran_id).where(TopicStop.topic == every_topic, TopicStop.until.is_(None))
    ended = (Delivery.broadcast_id == broadcast_id) & Delivery.outcome.in_(outcomes)
    counts = []
    for way, has in (("to_phone", Veteran.phone_sealed.is_not(None)), ("to_slip", Veteran.village.is_not(None))):
        whose = select(Veteran.id).where(has, Veteran.erased_at.is_(None), Veteran.id.not_in(stopped))
        moved = update(Delivery).where(ended, Delivery.veteran_id.in_(whose))
        values = {"outcome": way, "status": DeliveryStatus.SKIPPED}
        done = session.scalars(
            moved.values(values).returning(Delivery.id), execution_options={"synchronize_session": False}
        )
        counts.append(len(done.all()))
    return counts[0], counts[1]
