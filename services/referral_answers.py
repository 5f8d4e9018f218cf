"""What an employer or a veteran answers to a referral, by whichever road: link, talk, or a clerk's call."""

from datetime import date, datetime
from typing import Final

from models.base import Session
from models.placement import OPEN_REFERRALS, Referral, ReferralStatus
from services import interviews, offers, referral_states, waiting_line
from services.errors import ServiceError
from services.posting_states import Step
from services.runtime import Runtime

#: Why an employer says no; the words are told to nobody, the code is counted.
REFUSALS: Final = ("已招到别人", "条件不合适", "没联系上", "本人不愿意", "岗位取消", "其他")


def answered(session: Session, number: int, now: datetime) -> Referral:
    """The referral, held until the transaction ends; the employer has answered. Raises ServiceError if it is over."""
    referral = referral_states.held(session, number)
    if referral is None or referral.status not in OPEN_REFERRALS:
        state = referral_states.STATES[referral.status] if referral is not None else "已删除"
        raise ServiceError("referrals.over", 409, f"这次报名现在是“{state}”，不用再答复了。有变化请打电话给我们。")
    referral.answered_at = referral.answered_at or now
    return referral


def refuse(session: Session, number: int, reason: str, step: Step) -> None:
    """The employer says no, with a reason; the veteran is told, the place goes on. Raises ServiceError."""
    if reason not in REFUSALS:
        raise ServiceError("referrals.reason", 400, "请选一个没有录用的原因。")
    referral = answered(session, number, step.at)
    referral.reason, referral.remind_at = reason, None
    referral_states.move(session, referral, ReferralStatus.NOT_HIRED, step.who, step.at)
    referral_states.tell(session, referral, "", step.at)
    session.flush()  # the line is counted anew
    waiting_line.pass_on(session, referral.posting, step.at)


def note_interview(rt: Runtime, number: int, at: datetime, place: str, *, note: str, who: str) -> None:
    """A clerk was told on the phone of an interview. Raises ServiceError."""
    with rt.transaction() as session:
        interviews.invite(session, answered(session, number, rt.now()), at, place, who=who, now=rt.now(), note=note)


def note_offer(rt: Runtime, number: int, starts_on: date, *, note: str, who: str) -> None:
    """A clerk was told on the phone that the employer takes the veteran. Raises ServiceError."""
    with rt.transaction() as session:
        offers.offer(session, answered(session, number, rt.now()), starts_on, who=who, now=rt.now(), note=note)


def note_refusal(rt: Runtime, number: int, reason: str, *, who: str) -> None:
    """A clerk was told on the phone that the employer does not. Raises ServiceError."""
    with rt.transaction() as session:
        refuse(session, number, reason, Step(who, rt.now()))


def note_veteran(rt: Runtime, number: int, *, says_yes: bool) -> None:
    """A clerk asked the veteran on the phone: to the interview, or to the offer, yes or no. Raises ServiceError."""
    now = rt.now()
    with rt.transaction() as session:
        referral = referral_states.held(session, number)
        if referral is not None and referral.status == ReferralStatus.INTERVIEW:
            interviews.answer(session, referral, goes=says_yes, now=now)
        elif referral is not None and referral.status == ReferralStatus.OFFERED:
            offers.answer(session, referral, accepts=says_yes, now=now)
        else:
            raise ServiceError("referrals.unasked", 409, "这次报名现在没有要本人答复的事。")
