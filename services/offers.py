"""Offers: the employer takes somebody from a day on, the veteran says yes or no, and on the day work begins."""

from datetime import date, datetime

from models import placement as placements_table
from models.base import Session
from models.placement import OPEN_REFERRALS, Referral, ReferralStatus
from services import due, placements, referral_states, waiting_line
from services.errors import ServiceError
from services.runtime import Runtime


class OfferRefused(ServiceError):
    """An offer that cannot be made; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__("offers.refused", 400, message)


def offer(session: Session, referral: Referral, starts_on: date, *, who: str, now: datetime, note: str = "") -> None:
    """The employer takes the veteran from that day on; the veteran is asked. Raises OfferRefused."""
    if starts_on < now.date():
        raise OfferRefused("上岗日期不能早于今天，请重新填。")
    if referral.status not in OPEN_REFERRALS:
        raise OfferRefused(f"这次报名现在是“{referral_states.STATES[referral.status]}”，不能再录用。请打电话给我们。")
    referral.starts_on, referral.remind_at = starts_on, None
    referral_states.move(session, referral, ReferralStatus.OFFERED, who, now)
    referral_states.tell(session, referral, note, now)


def answer(session: Session, referral: Referral, *, accepts: bool, now: datetime) -> None:
    """The veteran's yes makes a placement from the agreed day; a no frees the place."""
    if referral.status != ReferralStatus.OFFERED or referral.starts_on is None:
        return
    if accepts:
        _start(session, referral, "veteran", now)
        return
    referral_states.move(session, referral, ReferralStatus.DECLINED, "veteran", now)
    session.flush()  # the line is counted anew
    waiting_line.pass_on(session, referral.posting, now)


def begin_due(rt: Runtime, limit: int = 200) -> int:
    """Offers nobody answered count as taken up on the first day: the first follow-up asks whether they were."""
    now = rt.now()
    with rt.reading() as session:
        numbers = placements_table.offers_to_begin(session, now.date(), limit)

    def begin(session: Session, number: int) -> bool:
        referral = referral_states.held(session, number)
        if referral is None or referral.status != ReferralStatus.OFFERED:
            return False
        _start(session, referral, "scheduler", now)
        return True

    return due.one_by_one(rt, "referral", numbers, begin)


def _start(session: Session, referral: Referral, who: str, now: datetime) -> None:
    starts_on = referral.starts_on or now.date()
    referral_states.move(session, referral, ReferralStatus.HIRED, who, now)
    placements.hire(session, referral.veteran_id, referral.posting, starts_on, now, referral_id=referral.id)
