"""Referrals: a veteran picks a posting, the employer hears of it, and every step is told to the veteran."""

from datetime import datetime
from typing import Final

from models import placement as placements_table
from models import posting as postings_table
from models import veteran as veterans_table
from models.base import Session
from models.placement import OPEN_REFERRALS, Referral, ReferralChange, ReferralStatus
from models.posting import Posting, PostingStatus
from models.veteran import Veteran
from services import outbox, placements, workdays
from services.errors import ServiceError
from services.rendering import render
from services.runtime import Runtime

RESPONSE_WORKDAYS: Final = 3
STATES: Final = {
    "submitted": "已报名",
    "interview": "请去面试",
    "hired": "已录用",
    "not_hired": "未录用",
    "withdrawn": "已撤回",
    "closed": "已停招",
}


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
        _log_change(session, referral, "", "veteran", now)
    else:
        _move(session, referral, ReferralStatus.SUBMITTED, "veteran", now)
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
    _move(session, mine[-1], ReferralStatus.WITHDRAWN, "veteran", now)
    return mine[-1]


def set_status(rt: Runtime, veteran_id: int, code: str, status: str, *, note: str = "", who: str = "staff") -> None:
    """Staff or the employer move a referral on; the veteran is told. Hired makes a placement from the next workday."""
    now = rt.now()
    with rt.transaction() as session:
        posting = postings_table.posting_by_code(session, code)
        referral = placements_table.referral_for(session, veteran_id, posting.id) if posting else None
        if referral is None:
            raise ServiceError("referrals.unknown", 404)
        _move(session, referral, ReferralStatus(status), who, now)
        tell(session, referral, note, now)
        if referral.status == ReferralStatus.HIRED:
            start = workdays.workday_on_or_after(now.date())
            placements.hire(session, referral.veteran_id, referral.posting, start, now, referral_id=referral.id)


def close_for(session: Session, posting: Posting, who: str, now: datetime) -> None:
    """The posting is gone: its open referrals are closed and each veteran is told."""
    for referral in placements_table.open_referrals_to(session, posting.id):
        _move(session, referral, ReferralStatus.CLOSED, who, now)
        tell(session, referral, "", now)


def tell(session: Session, referral: Referral, note: str, now: datetime) -> None:
    """News of a referral, to its veteran."""
    veteran = veterans_table.veteran_by_id(session, referral.veteran_id)
    if veteran is None:
        return
    posting = referral.posting
    text = render(f"referrals/{referral.status}", title=posting.title, employer=posting.employer.name, note=note)
    key = f"referral:{referral.id}:{referral.status}:{now:%Y%m%d%H%M%S%f}"
    facts = {
        "title": posting.title,
        "employer": posting.employer.name,
        "state": STATES[referral.status],
        "time": f"{now:%Y年%m月%d日 %H:%M}",
    }
    outbox.enqueue(session, veteran, "application", outbox.Message(key, text, facts), now)


def _move(session: Session, referral: Referral, status: ReferralStatus, who: str, now: datetime) -> None:
    old, referral.status = referral.status, status
    referral.updated_at = now
    _log_change(session, referral, old, who, now)


def _log_change(session: Session, referral: Referral, old: str, who: str, now: datetime) -> None:
    change = ReferralChange(referral_id=referral.id, at=now, who=who, old=old, new=referral.status)
    session.add(change)
