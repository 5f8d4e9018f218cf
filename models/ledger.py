"""The ledger as a whole: what groups and freshness are judged by, a row a person, in three statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select

from models.base import Session
from models.placement import Placement
from models.veteran import Preference, PreferenceChange, Veteran


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the ledger, as the tables hold them; no names, no numbers.

    `works`: holds a place of ours now; `left_on`: when the last such place ended; `status_at`: when the kept
    willingness (在职, 待业 …) was last told to have changed.
    """

    id: int
    node_id: int | None
    kind: str
    gender: str | None
    birth_on: date | None
    discharged_on: date | None
    jobless_on: date | None
    household: str | None
    fresh_at: datetime | None
    created_at: datetime
    profile: dict[str, Any]
    age_stated_on: date | None
    works: bool
    left_on: date | None
    status_at: datetime | None


def rows(session: Session, day: date, *, family_of: int | None = None) -> list[Row]:
    """Everybody in the ledger, or one person and their household, by entry; placements as of that day."""
    columns = (
        *(Veteran.id, Veteran.node_id, Veteran.kind, Veteran.gender, Veteran.birth_on, Veteran.discharged_on),
        *(Veteran.jobless_on, Veteran.household_digest, Veteran.fresh_at, Veteran.created_at),
        *(Preference.profile, Preference.age_stated_on),
    )
    people = select(*columns).outerjoin(Preference, Preference.veteran_id == Veteran.id)
    people = people.where(Veteran.in_ledger).order_by(Veteran.id)
    theirs = None if family_of is None else _family(session, family_of)
    found = session.execute(people if theirs is None else people.where(Veteran.id.in_(theirs))).all()
    work, told = _placed(session, day, theirs), _told(session, theirs)
    made = []
    for one in found:
        works, left_on = work.get(one.id, (False, None))
        made.append(
            Row(
                id=one.id,
                node_id=one.node_id,
                kind=one.kind,
                gender=one.gender,
                birth_on=one.birth_on,
                discharged_on=one.discharged_on,
                jobless_on=one.jobless_on,
                household=one.household_digest,
                fresh_at=one.fresh_at,
                created_at=one.created_at,
                profile=one.profile or {},
                age_stated_on=one.age_stated_on,
                works=works,
                left_on=left_on,
                status_at=told.get(one.id),
            )
        )
    return made


def _family(session: Session, veteran_id: int) -> list[int]:
    """A person and everybody with the same household key."""
    key = select(Veteran.household_digest).where(Veteran.id == veteran_id).scalar_subquery()
    return list(
        session.scalars(select(Veteran.id).where(or_(Veteran.id == veteran_id, Veteran.household_digest == key)))
    )


def _placed(session: Session, day: date, theirs: Sequence[int] | None = None) -> dict[int, tuple[bool, date | None]]:
    """By person: whether a placement runs on that day, and when the last one ended before it."""
    found: dict[int, tuple[bool, date | None]] = {}
    spans = select(Placement.veteran_id, Placement.starts_on, Placement.ended_on).where(Placement.starts_on <= day)
    spans = spans if theirs is None else spans.where(Placement.veteran_id.in_(theirs))
    for one in session.execute(spans):
        works, left_on = found.get(one.veteran_id, (False, None))
        if one.ended_on is None or one.ended_on > day:
            works = True
        else:
            left_on = max(left_on or one.ended_on, one.ended_on)
        found[one.veteran_id] = (works, left_on)
    return found


def _told(session: Session, theirs: Sequence[int] | None = None) -> dict[int, datetime]:
    """By person: the latest change of the kept willingness."""
    latest = select(PreferenceChange.veteran_id, func.max(PreferenceChange.at).label("at"))
    latest = latest.where(PreferenceChange.slot == "willingness").group_by(PreferenceChange.veteran_id)
    latest = latest if theirs is None else latest.where(PreferenceChange.veteran_id.in_(theirs))
    return {one.veteran_id: one.at for one in session.execute(latest)}
