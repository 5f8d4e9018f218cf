"""The policy library: what a veteran may ask about, in plain words, each with its source, date and place."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, Text, bindparam, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Json, Session
from models.prepared import prepared


class Policy(Base):
    """One policy as the bureau tells it. Nothing is answered from a row without source, date and place.

    `topics` are the words it is found by; words joined with "+" must all be in the question. `region` is the area
    code it holds for, empty for the whole country. `is_sample` rows are examples, not the county's own text.
    """

    __tablename__ = "policy"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(256))
    papers: Mapped[str] = mapped_column(String(256))
    place: Mapped[str] = mapped_column(String(256))
    source: Mapped[str] = mapped_column(String(256))
    source_date: Mapped[date]
    valid_until: Mapped[date | None]
    region: Mapped[str] = mapped_column(String(12), default="")
    topics: Mapped[list[str]] = mapped_column(Json)
    is_sample: Mapped[bool] = mapped_column(default=False)


def _holds_on(day: Any) -> ColumnElement[bool]:
    return or_(Policy.valid_until.is_(None), Policy.valid_until >= day)


def policies_in_force(session: Session, day: date) -> list[Policy]:
    """What holds on that day, in a fixed order."""
    return list(session.scalars(select(Policy).where(_holds_on(day)).order_by(Policy.key)))


@prepared
def _topics(_insert: Any) -> Any:
    found = select(Policy.key, Policy.region, Policy.topics)
    return found.where(_holds_on(bindparam("day"))).order_by(Policy.key)


def topics_in_force(session: Session, day: date) -> list[tuple[str, str, list[str]]]:
    """Key, area code and words of what holds on that day, in the same order: all that a search asks for."""
    return [(key, region, topics) for key, region, topics in _topics.all(session, day=day)]


def policy_by_key(session: Session, key: str) -> Policy:
    """The policy with that key."""
    return session.scalars(select(Policy).where(Policy.key == key)).one()


def policies_by_key(session: Session) -> dict[str, Policy]:
    """Every policy under its key."""
    return {policy.key: policy for policy in session.scalars(select(Policy))}
