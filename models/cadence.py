"""How the bureau paces its care after an offer: one row, edited in the console; without it the defaults hold."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session


class Cadence(Base):
    """The days after the start on which each side is asked, the hour, and after how many days silence is repeated."""

    __tablename__ = "cadence"

    id: Mapped[int] = mapped_column(primary_key=True)
    veteran_steps: Mapped[list[int]] = mapped_column(Json)
    employer_steps: Mapped[list[int]] = mapped_column(Json)
    ask_hour: Mapped[int]
    silence_days: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(64))


def cadence(session: Session) -> Cadence | None:
    """The bureau's own cadence, if it has set one."""
    return session.get(Cadence, 1)
