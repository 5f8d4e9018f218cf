"""Interviews: the invitation with day and place, the reminder before it, yes or no by one reply, the freed slot."""

from datetime import datetime, time, timedelta
from typing import Final

from models import placement as placements_table
from models.base import Session
from models.placement import OPEN_REFERRALS, Referral, ReferralStatus
from services import due, referral_states
from services.errors import ServiceError
from services.runtime import CHINA, Runtime
from services.texts import render

REMIND_AT: Final = time(9, 0)
#: A freed slot nearer than this is offered to nobody: there is no time to get ready.
SLOT_WORTH: Final = timedelta(hours=20)


class InterviewRefused(ServiceError):
    """An interview that cannot be; `message` says what to enter."""

    def __init__(self, message: str) -> None:
        super().__init__("interviews.refused", 400, message)


def invite(
    session: Session, referral: Referral, at: datetime, place: str, *, who: str, now: datetime, note: str = ""
) -> None:
    """Invites the veteran to an interview, or to another hour than before. Raises InterviewRefused."""
    if at <= now:
        raise InterviewRefused("面试时间已经过了，请填以后的时间。")
    if not place.strip():
        raise InterviewRefused("请填面试地点，比如“县人社局二楼 3 号窗口”。")
    if referral.status not in OPEN_REFERRALS:
        raise InterviewRefused(f"这次报名现在是“{referral_states.STATES[referral.status]}”，不能再约面试。")
    referral.interview_at, referral.interview_place = at, place.strip()[:128]
    referral.attends, referral.remind_at = None, _remind_at(at, now)
    referral_states.move(session, referral, ReferralStatus.INTERVIEW, who, now)
    referral_states.tell(session, referral, note, now)


def _remind_at(at: datetime, now: datetime) -> datetime | None:
    """In the morning of the day before; none when the invitation itself comes as late."""
    eve = at.astimezone(CHINA).date() - timedelta(days=1)
    moment = datetime.combine(eve, REMIND_AT, CHINA)
    return moment if moment > now else None


def remind_due(rt: Runtime, limit: int = 200) -> int:
    """Reminds of tomorrow's interviews; how many. One that is over already is not spoken of."""
    now = rt.now()
    with rt.reading() as session:
        numbers = placements_table.interviews_to_remind(session, now, limit)

    def remind(session: Session, number: int) -> bool:
        referral = referral_states.held(session, number)
        if referral is None or referral.remind_at is None or referral.status != ReferralStatus.INTERVIEW:
            return False
        referral.remind_at = None
        if referral.interview_at is None or referral.interview_at <= now:
            return False
        names = {"title": referral.posting.title, "employer": referral.posting.employer.name}
        when = referral_states.when_of(referral.interview_at)
        text = render(session, "interviews/remind", when=when, place=referral.interview_place, **names)
        referral_states.say(session, referral, text, now, awaits="interview")
        return True

    return due.one_by_one(rt, "referral", numbers, remind)


def answer(session: Session, referral: Referral, *, goes: bool, now: datetime) -> None:
    """The veteran confirms or cancels; a cancelled interview is a referral taken back, its slot goes to the next."""
    if referral.status != ReferralStatus.INTERVIEW:
        return
    referral.attends = goes
    if not goes:
        referral.reason = "面试去不了"
        referral_states.move(session, referral, ReferralStatus.WITHDRAWN, "veteran", now)
        free_slot(session, referral, now)


def free_slot(session: Session, referral: Referral, now: datetime) -> Referral | None:
    """Invites who waits longest for this employer's answer to the interview that became free; who it was."""
    referral.remind_at = None
    if referral.interview_at is None or referral.interview_at < now + SLOT_WORTH:
        return None
    session.flush()  # the one who gave it up does not wait any more
    following = placements_table.next_to_interview(session, referral.posting_id)
    if following is not None:
        place, at = referral.interview_place, referral.interview_at
        invite(session, following, at, place, who="system", now=now)
    return following
