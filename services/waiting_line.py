"""The line before a full posting: a place that becomes free is offered to the next, one after the other."""

from datetime import datetime, timedelta
from typing import Final

from models import placement as placements_table
from models.base import Session
from models.placement import OPEN_REFERRALS, Referral, ReferralStatus
from models.posting import Posting, PostingStatus
from services import due, posting_states, referral_states, workdays
from services.cadences import may_ask
from services.posting_states import Step
from services.runtime import Runtime
from services.texts import render

ANSWER_WITHIN: Final = timedelta(hours=24)
RESPONSE_WORKDAYS: Final = 3
"""Workdays the employer has to answer a referral."""


def pass_on(session: Session, posting: Posting, now: datetime) -> None:
    """Offers the free places of a full posting, which is held, to those in line; when nobody is left in it, everybody
    may pick again.

    Places spoken for are not free: those of people at work, of those with an offer, and of those who were offered a
    place and are being looked at by the employer.
    """
    if posting.status != PostingStatus.FULL or not posting.headcount or posting.employer.health == "stop":
        return
    if posting.deadline is not None and posting.deadline < now.date():
        return
    free = posting.headcount - _spoken_for(session, posting)
    while free > 0:
        following = placements_table.next_in_line(session, posting.id)
        if following is None:
            posting_states.move(session, posting, PostingStatus.OPEN, Step("system", now, "有名额空出来"))
            return
        _offer(session, following, now)
        free -= 1


def _spoken_for(session: Session, posting: Posting) -> int:
    return (
        placements_table.count_hired(session, posting.id)
        + placements_table.count_on_their_way(session, posting.id)
        + placements_table.count_offered_places(session, posting.id)
    )


def _offer(session: Session, referral: Referral, now: datetime) -> None:
    referral.place_offered_at = now
    session.flush()  # the next look at the line must see it
    names = {"title": referral.posting.title, "employer": referral.posting.employer.name}
    referral_states.say(session, referral, render(session, "line/offer", **names), now, awaits="place")


def answer(session: Session, referral: Referral, *, wants: bool, now: datetime) -> bool:
    """The person in line says yes or no; False when the place has gone to somebody else meanwhile."""
    if referral.status != ReferralStatus.CLOSED or referral.place_offered_at is None or referral.place_answered:
        return referral.status in OPEN_REFERRALS
    referral.place_answered = True
    if wants:
        referral_states.move(session, referral, ReferralStatus.SUBMITTED, "veteran", now)
        referral.respond_by = workdays.add_workdays(now.date(), RESPONSE_WORKDAYS)
        referral.answered_at = referral.sent_at = referral.chased_at = None
    session.flush()  # the line is counted anew
    pass_on(session, referral.posting, now)
    return True


def pass_on_due(rt: Runtime, limit: int = 100) -> int:
    """Who has not answered within a day is passed over; how many were."""
    now = rt.now()
    if not may_ask(rt, now):
        return 0
    with rt.reading() as session:
        numbers = placements_table.unanswered_places(session, now - ANSWER_WITHIN, limit)

    def pass_over(session: Session, number: int) -> bool:
        referral = referral_states.held(session, number)
        if referral is None or referral.place_answered or referral.status != ReferralStatus.CLOSED:
            return False
        return answer(session, referral, wants=False, now=now)

    return due.one_by_one(rt, "referral", numbers, pass_over)
