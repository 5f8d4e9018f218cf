"""Referrals: a veteran picks a posting, the employer hears of it, and every step is told to the veteran."""

from datetime import datetime
from typing import Final

from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.placement import OPEN_REFERRALS, Referral, ReferralStatus
from models.posting import PostingStatus
from models.veteran import Veteran
from services import placements, referral_states, workdays
from services.errors import ServiceError
from services.runtime import Runtime

RESPONSE_WORKDAYS: Final = 3


class PostingClosed(ServiceError):
    """The posting is not open any more (full, expired, withdrawn) or unknown."""

    def __init__(self, title: str) -> None:
        super().__init__("referrals.closed", 409)
        self.title = title


def refer(session: Session, veteran: Veteran, code: str, now: datetime) -> tuple[Referral, bool]:
    """Introduces the veteran to the posting's employer; picking twice is one referral.

    Returns the referral and whether it is new (a withdrawn one that is taken up again counts as new).
    Raises PostingClosed.
    """
    posting = postings_table.posting_by_code(session, code)
    if posting is None or posting.status != PostingStatus.OPEN:
        raise PostingClosed(posting.title if posting else "")
    referral = placements_table.referral_for(session, veteran.id, posting.id)
    if referral is not None and referral.status != ReferralStatus.WITHDRAWN:
        return referral, False
    respond_by = workdays.add_workdays(now.date(), RESPONSE_WORKDAYS)
    if referral is None:
        referral = Referral(veteran_id=veteran.id, posting=posting, created_at=now, updated_at=now)
        referral.status = ReferralStatus.SUBMITTED
        session.add(referral)
        session.flush()  # the change row names it
        referral_states.log_change(session, referral, "", "veteran", now)
    else:
        referral_states.move(session, referral, ReferralStatus.SUBMITTED, "veteran", now)
    referral.respond_by = respond_by
    return referral, True


def withdraw(session: Session, veteran: Veteran, code: str | None, now: datetime) -> Referral | None:
    """Takes back the referral to that posting, or the newest open one; None when there is none to take back."""
    mine = [
        referral
        for referral in placements_table.referrals_of(session, veteran.id)
        if referral.status in OPEN_REFERRALS and (code is None or referral.posting.code == code)
    ]
    if not mine:
        return None
    referral_states.move(session, mine[-1], ReferralStatus.WITHDRAWN, "veteran", now)
    return mine[-1]


def set_status(rt: Runtime, veteran_id: int, code: str, status: str, *, note: str = "", who: str = "staff") -> None:
    """Staff or the employer move a referral on; the veteran is told. Hired makes a placement from the next workday."""
    now = rt.now()
    with rt.transaction() as session:
        posting = postings_table.posting_by_code(session, code)
        referral = placements_table.referral_for(session, veteran_id, posting.id) if posting else None
        if referral is None:
            raise ServiceError("referrals.unknown", 404)
        referral_states.move(session, referral, ReferralStatus(status), who, now)
        referral_states.tell(session, referral, note, now)
        if referral.status == ReferralStatus.HIRED:
            start = workdays.workday_on_or_after(now.date())
            placements.hire(session, referral.veteran_id, referral.posting, start, now, referral_id=referral.id)
