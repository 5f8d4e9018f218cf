"""What a turn's events about interviews, offers, free places and the monthly greeting do."""

from collections.abc import Mapping
from typing import Any, Final

from bot import events
from bot.events import Event
from models.placement import Referral, ReferralStatus
from services import heartbeats, interviews, offers, referral_states, waiting_line
from services.effects import Effect, Work
from services.effects_care import case_raised


def _mine(work: Work, referral_id: int) -> Referral | None:
    referral = referral_states.held(work.session, referral_id)
    return referral if referral is not None and referral.veteran_id == work.veteran.id else None


def _names(referral: Referral) -> dict[str, Any]:
    return {"title": referral.posting.title, "employer": referral.posting.employer.name}


def interview_answered(work: Work, event: events.InterviewAnswered) -> None:
    """Confirms or cancels the interview; one that is off already is not confirmed."""
    referral = _mine(work, event.referral_id)
    if referral is None or referral.status != ReferralStatus.INTERVIEW or referral.interview_at is None:
        work.say("interviews/over")
        return
    interviews.answer(work.session, referral, goes=event.goes, now=work.now)
    if event.goes:
        when = referral_states.when_of(referral.interview_at)
        work.say("interviews/confirmed", when=when, place=referral.interview_place, **_names(referral))
    else:
        work.say("interviews/cancelled", **_names(referral))


def offer_answered(work: Work, event: events.OfferAnswered) -> None:
    """Takes or declines the offer."""
    referral = _mine(work, event.referral_id)
    if referral is None or referral.status != ReferralStatus.OFFERED or referral.starts_on is None:
        work.say("offers/over")
        return
    offers.answer(work.session, referral, accepts=event.accepts, now=work.now)
    if event.accepts:
        work.say("offers/accepted", day=referral.starts_on, **_names(referral))
    else:
        work.say("offers/declined", **_names(referral))


def place_answered(work: Work, event: events.PlaceAnswered) -> None:
    """Takes the free place or lets it go."""
    referral = _mine(work, event.referral_id)
    if referral is None or not waiting_line.answer(work.session, referral, wants=event.wants, now=work.now):
        work.say("line/gone")
        return
    if event.wants:
        work.say("line/taken", respond_by=referral.respond_by or work.today, **_names(referral))
    else:
        work.say("line/declined", **_names(referral))


def heartbeat_answered(work: Work, event: events.HeartbeatAnswered) -> None:
    """Keeps the answer; who wants help gets a case, so that somebody calls."""
    if not heartbeats.record_answer(work.session, work.veteran, event.heartbeat_id, event.answer, work.now):
        return
    work.say(f"heartbeats/{event.answer}")
    if event.answer == "help":
        case_raised(work, events.CaseRaised("help", event.words))


EFFECTS: Final[Mapping[type[Event], Effect]] = {
    events.InterviewAnswered: interview_answered,
    events.OfferAnswered: offer_answered,
    events.PlaceAnswered: place_answered,
    events.HeartbeatAnswered: heartbeat_answered,
}
