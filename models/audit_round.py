"""The nightly round over the audit trail: how far it is, where it last ended well, and what it found; one row."""

from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Session, upsert

ROUND = 1


class AuditRound(Base):
    """One row. `position`: up to where the round under way has walked (None: none is), `link`: the link there.

    `whole_…`: the end of the last round that found nothing wrong. `fault_…`: what the last round found, until one finds
    nothing. `signature` covers all of it: whoever has the database without the key can only take it away.
    """

    __tablename__ = "audit_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    begun_at: Mapped[datetime | None]
    position: Mapped[int | None]
    link: Mapped[str] = mapped_column(String(64), default="")
    walked: Mapped[int] = mapped_column(default=0)
    whole_at: Mapped[datetime | None]
    whole_position: Mapped[int] = mapped_column(default=0)
    whole_link: Mapped[str] = mapped_column(String(64), default="")
    whole_count: Mapped[int] = mapped_column(default=0)
    fault_at: Mapped[datetime | None]
    fault_kind: Mapped[str] = mapped_column(String(12), default="")
    fault_position: Mapped[int] = mapped_column(default=0)
    fault_entry: Mapped[int] = mapped_column(default=0)
    signature: Mapped[str] = mapped_column(String(64), default="")


def fresh() -> AuditRound:
    """As it is before the first round."""
    numbers = {"walked": 0, "whole_position": 0, "whole_count": 0, "fault_position": 0, "fault_entry": 0}
    words = {"link": "", "whole_link": "", "fault_kind": "", "signature": ""}
    return AuditRound(id=ROUND, **numbers, **words)


def round_of(session: Session) -> AuditRound | None:
    """The round as it stands."""
    return session.get(AuditRound, ROUND)


def locked_round(session: Session) -> AuditRound:
    """The round, made where there is none, held until the transaction ends."""
    values = {column.name: getattr(fresh(), column.name) for column in AuditRound.__table__.columns}
    session.execute(upsert(session)(AuditRound).values(values).on_conflict_do_nothing(index_elements=["id"]))
    found = select(AuditRound).where(AuditRound.id == ROUND).with_for_update()
    return session.scalars(found, execution_options={"populate_existing": True}).one()
