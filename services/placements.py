"""Placements: a veteran starts work, the follow-ups are planned; a veteran leaves, the rest is dropped."""

from datetime import date, datetime, timedelta
from typing import Final

from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.placement import OPEN_REFERRALS, Placement, ReferralStatus
from models.posting import Posting
from services import followups, posting_states, referral_states, waiting_line
from services.errors import ServiceError
from services.runtime import Runtime

EARLIEST: Final = timedelta(days=365)
LATEST: Final = timedelta(days=90)


def hire(
    session: Session,
    veteran_id: int,
    posting: Posting,
    starts_on: date,
    now: datetime,
    *,
    referral_id: int | None = None,
) -> Placement:
    """A veteran starts on that day; the follow-ups are planned with it. A posting whose last place this was is full:
    it is held (`hold_posting`).

    A referral makes one placement: hired again while at work is the same one.
    """
    known = placements_table.placement_of_referral(session, referral_id) if referral_id is not None else None
    if known is not None and known.ended_on is None:
        return known
    referral_id = referral_id if known is None else None
    placement = Placement(
        veteran_id=veteran_id, posting=posting, referral_id=referral_id, starts_on=starts_on, created_at=now
    )
    session.add(placement)
    session.flush()  # the follow-ups name it
    followups.plan(session, placement, now)
    posting_states.fill_if_taken(session, posting, now)
    return placement


class PlacementRefused(ServiceError):
    """A start that cannot be; `message` says what to enter."""

    def __init__(self, message: str) -> None:
        super().__init__("placements.refused", 400, message)


def begin(rt: Runtime, veteran_id: int, code: str, starts_on: date, who: str = "staff") -> None:
    """Staff record that a veteran starts at a posting, whether they picked it here or not. Raises PlacementRefused."""
    now = rt.now()
    if not now.date() - EARLIEST <= starts_on <= now.date() + LATEST:
        raise PlacementRefused("上岗日期要在一年之内，最多提前 90 天登记。")
    with rt.transaction() as session:
        posting = postings_table.posting_by_code(session, code.strip())
        if posting is None:
            raise PlacementRefused("没有这个编号的岗位。编号在岗位页的标题旁边，请照着填。")
        known = placements_table.referral_for(session, veteran_id, posting.id)
        referral = referral_states.held(session, known.id) if known is not None else None
        if referral is None:
            postings_table.hold_posting(session, posting)
        begun = placements_table.placements_of(session, veteran_id)
        if any(one.posting_id == posting.id and one.ended_on is None for one in begun):
            raise PlacementRefused("这位同志已经登记在这个岗位上岗了。")
        is_open = referral is not None and referral.status in OPEN_REFERRALS
        if referral is not None and is_open:
            referral_states.move(session, referral, ReferralStatus.HIRED, who, now)
        number = referral.id if referral is not None and is_open else None
        hire(session, veteran_id, posting, starts_on, now, referral_id=number)


def end(session: Session, placement: Placement, day: date, reason: str, now: datetime) -> None:
    """The veteran left: the placement ends, what was still to be asked is dropped, the place goes to the next."""
    postings_table.hold_posting(session, placement.posting)
    placement.ended_on = day
    placement.end_reason = reason[:200]
    followups.drop_rest(session, placement)
    session.flush()  # the places taken are counted
    waiting_line.pass_on(session, placement.posting, now)
