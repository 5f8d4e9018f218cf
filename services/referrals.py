"""Referrals: a veteran picks a posting, the employer hears of it, and every step is told to the veteran."""

from dataclasses import replace
from datetime import date, datetime

from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.placement import OPEN_REFERRALS, Introduction, Referral, ReferralStatus
from models.posting import PostingStatus
from models.veteran import Veteran
from services import interviews, placements, referral_states, waiting_line, workdays
from services.errors import ServiceError
from services.posting_states import Step
from services.runtime import Runtime
from services.waiting_line import RESPONSE_WORKDAYS


class PostingClosed(ServiceError):
    """The posting is not open any more (full, expired, withdrawn) or unknown."""

    def __init__(self, title: str) -> None:
        super().__init__("referrals.closed", 409)
        self.title = title


def refer(session: Session, veteran_id: int, code: str, now: datetime) -> tuple[Introduction, bool]:
    """Introduces the veteran to the posting's employer; picking twice is one referral.

    Returns the referral and whether it is new (a withdrawn one that is taken up again counts as new).
    Raises PostingClosed.
    """
    known = placements_table.introduction(session, veteran_id, code)
    if known is None or known.posting_status != PostingStatus.OPEN:
        raise PostingClosed(known.title if known else "")
    respond_by = workdays.add_workdays(now.date(), RESPONSE_WORKDAYS)
    number = known.id
    if number is None:
        if not postings_table.is_still_open(session, known.posting_id):  # closed this moment
            raise PostingClosed(known.title)
        number = placements_table.add_referral(session, veteran_id, known.posting_id, respond_by, now)
        placements_table.add_change(session, number, "", ReferralStatus.SUBMITTED, who="veteran", at=now)
    elif known.status in (ReferralStatus.WITHDRAWN, ReferralStatus.DECLINED):
        _take_up(session, number, respond_by, now)
    else:
        return known, False
    known = replace(known, id=number, status=ReferralStatus.SUBMITTED, respond_by=respond_by)
    return replace(known, interview_at=None, starts_on=None), True


def _take_up(session: Session, number: int, respond_by: date, now: datetime) -> None:
    referral = referral_states.held(session, number)
    if referral is None:
        raise LookupError("a referral that was just read is not there")
    if referral.posting.status != PostingStatus.OPEN:  # closed this moment
        raise PostingClosed(referral.posting.title)
    referral_states.move(session, referral, ReferralStatus.SUBMITTED, "veteran", now)
    referral.sent_at = referral.chased_at = referral.answered_at = None
    referral.interview_at = referral.attends = referral.starts_on = None
    referral.respond_by = respond_by


def withdraw(session: Session, veteran: Veteran, code: str | None, now: datetime) -> Referral | None:
    """Takes back the referral to that posting, or the newest open one; None when there is none to take back."""
    mine = [
        referral
        for referral in placements_table.referrals_of(session, veteran.id)
        if referral.status in OPEN_REFERRALS and (code is None or referral.posting.code == code)
    ]
    if not mine:
        return None
    referral = referral_states.held(session, mine[-1].id)
    if referral is None or referral.status not in OPEN_REFERRALS:
        return None  # the employer, or staff, has decided this moment
    had_interview = referral.status == ReferralStatus.INTERVIEW
    referral_states.move(session, referral, ReferralStatus.WITHDRAWN, "veteran", now)
    if had_interview:
        interviews.free_slot(session, referral, now)
    session.flush()  # the line is counted anew
    waiting_line.pass_on(session, referral.posting, now)
    return referral


def set_status(rt: Runtime, veteran_id: int, code: str, status: str, *, note: str = "", who: str = "staff") -> None:
    """Staff move a referral on; the veteran is told. Hired makes a placement from the next workday.

    The status it has already is no news, save another interview. Raises ServiceError for an unknown referral.
    """
    now = rt.now()
    with rt.transaction() as session:
        posting = postings_table.posting_by_code(session, code)
        known = placements_table.referral_for(session, veteran_id, posting.id) if posting else None
        referral = referral_states.held(session, known.id) if known else None
        if referral is None:
            raise ServiceError("referrals.unknown", 404)
        _move(session, referral, ReferralStatus(status), Step(who, now, note))


def _move(session: Session, referral: Referral, status: ReferralStatus, step: Step) -> None:
    old = ReferralStatus(referral.status)
    if status == old and status != ReferralStatus.INTERVIEW:
        return
    referral_states.move(session, referral, status, step.who, step.at)
    referral.answered_at = referral.answered_at or step.at
    if status == ReferralStatus.INTERVIEW:
        referral.interview_at = referral.remind_at = None  # named in the note, if at all
    referral_states.tell(session, referral, step.reason, step.at)
    if status == ReferralStatus.HIRED:
        start = workdays.workday_on_or_after(step.at.date())
        placements.hire(session, referral.veteran_id, referral.posting, start, step.at, referral_id=referral.id)
        return
    begun = placements_table.placement_of_referral(session, referral.id)
    if old == ReferralStatus.HIRED and begun is not None and begun.ended_on is None:
        placements.end(session, begun, step.at.date(), f"更正为“{referral_states.STATES[status]}”", step.at)
    session.flush()  # the line is counted anew
    waiting_line.pass_on(session, referral.posting, step.at)


def note_sent(rt: Runtime, referral_id: int, who: str) -> None:
    """A clerk passed the employer's link on; doing so again is a reminder. Raises ServiceError."""
    now = rt.now()
    with rt.transaction() as session:
        referral = referral_states.held(session, referral_id)
        if referral is None:
            raise ServiceError("referrals.unknown", 404)
        if referral.sent_at is None:
            referral.sent_at = now
        else:
            referral.chased_at = now
        referral_states.log_change(session, referral, referral.status, who, now)
