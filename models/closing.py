"""Closed months and quarters: the figures as they stood then, so that what was reported does not change afterwards."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session, upsert


class ClosedPeriod(Base):
    """One month ("2026-11") or quarter ("2026-Q4"). `counts`: figure -> node's number (0 = none) -> how much."""

    __tablename__ = "closed_period"

    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    closed_at: Mapped[datetime]
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(Json)


def closed_period(session: Session, name: str) -> ClosedPeriod | None:
    """A period, if it is closed."""
    return session.get(ClosedPeriod, name)


def closed_names(session: Session) -> set[str]:
    """Which periods are closed."""
    return set(session.scalars(select(ClosedPeriod.name)))


def close(session: Session, name: str, counts: dict[str, dict[str, int]], now: datetime) -> bool:
    """Keeps the figures of a period; False when another kept them before."""
    row = upsert(session)(ClosedPeriod).values(name=name, counts=counts, closed_at=now)
    kept = row.on_conflict_do_nothing(index_elements=["name"]).returning(ClosedPeriod.name)
    return session.execute(kept).first() is not None
