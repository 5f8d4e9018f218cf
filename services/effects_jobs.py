"""What a turn's events about postings do: the list, one posting's facts, referrals."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot import events
from bot.events import Event
from bot.flows.asking import asks_of
from bot.slots import Slots
from bot.types import Reply, Shown, State
from matching.facts import PostingFacts, SeekerFacts
from matching.places import place_points
from models import placement as placements_table
from models import posting as postings_table
from models.placement import Introduction, Referral, ReferralStatus
from services import foresight, postings, reality, recommendations, referral_states, referrals
from services.effects import Effect, Work
from services.posting_texts import facet, lines
from services.recommendations import Listed

STATUS_WORDS: Final = {
    ReferralStatus.SUBMITTED: "已提交，等单位回话",
    ReferralStatus.INTERVIEW: "请您面试，时间、地点看面试通知",
    ReferralStatus.OFFERED: "单位要您了，等您回话",
    ReferralStatus.HIRED: "已录用",
    ReferralStatus.NOT_HIRED: "这次没成",
    ReferralStatus.DECLINED: "您说不去",
    ReferralStatus.WITHDRAWN: "已撤回",
    ReferralStatus.CLOSED: "岗位已停招",
}
_SAID_ANY: Final = "，您说干什么都行"
"""Who named no work yet is ranked as if any would do, but did not say so."""
WARNED: Final = frozenset({"employer", "pay", "hours", "insurance"})
"""The questions about one fact whose answer carries what was found untrue of the employer."""
_MOST_REFERRALS: Final = 6
# What ranking cannot weigh, because employers' sheets have no column for it: looked up in what they wrote.
_TOLD_BY: Final = {
    "双休": re.compile("双休|周末休|做五休二|五天工作|休两天"),
    "单休": re.compile("单休|双休|做六休一|周末休"),
    "日结": re.compile("日结|现结|当天结"),
    "不加班": re.compile("不加班|无加班|准点下班"),
}


def matches_requested(work: Work, event: events.MatchesRequested) -> None:
    """Shows a page of the ranking, or says why there is nothing and what would change that."""
    if event.why:
        snap = recommendations.snapshot(work.rt.database, work.session, work.today)
        work.replies.append(recommendations.nothing_found(snap, recommendations.seeker_of(event.slots), work.today))
        return
    page = foresight.page_of(work.rt, work.session, event, work.veteran_id, work.conversation, work.foreseen)
    snap, seeker, found = page.snap, page.seeker, list(page.found)
    if not event.slots.job_any:
        found = [
            replace(item, reason=item.reason.replace(_SAID_ANY, "")) if _SAID_ANY in item.reason else item
            for item in found
        ]
    if not found:
        _nothing(work, event, snap, seeker)
        return
    exact = any(recommendations.is_first_choice(snap, item, seeker) for item in found)
    shut = [] if exact or event.page else recommendations.wanted_but_shut(snap, seeker, work.today)
    params = {"page": event.page, "exact": exact, "shut": shut, "untold": _untold(work, event.slots, found)}
    items, text = recommendations.fitting_text(work.session, "matches/list", found, office=work.rt.office, **params)
    work.replies.append(Reply("matches/list", {"matches": items, **params}, text))
    _remember(work, items)


def _untold(work: Work, slots: Slots, found: list[Listed]) -> list[str]:
    """The wishes about hours of which none of these postings says anything."""
    wishes = [wish for wish in slots.shift_wish or () if wish in _TOLD_BY]
    if not wishes:
        return []
    rows = [postings_table.posting_text(work.session, item.posting_id) for item in found]
    said = " ".join(f"{row.title} {row.note} {row.salary_note}" for row in rows if row is not None)
    return [wish for wish in wishes if not _TOLD_BY[wish].search(said)]


def _remember(work: Work, items: list[Listed]) -> None:
    work.shown = items
    work.become(shown=tuple(item.shown() for item in items))
    if work.conversation.consent:
        recommendations.keep_shown(work.session, work.veteran_id, items, "talk", work.now)


def _nothing(
    work: Work,
    event: events.MatchesRequested,
    snap: recommendations.Snapshot,
    seeker: SeekerFacts,
) -> None:
    if event.page:
        work.say("matches/end")
        work.become(page=event.page - 1)
        return
    work.replies.append(recommendations.nothing_found(snap, seeker, work.today))
    # The list shown before stays the one that numbers pick from: it still stands in the chat.
    if work.conversation.asked == "pick" and not work.conversation.shown:
        work.become(asked=None)


def detail_requested(work: Work, event: events.DetailRequested) -> None:
    """One posting, all of it or the fact asked about, as it stands now."""
    posting = postings_table.posting_text(work.session, event.posting_id)
    if posting is None:
        work.say("detail/gone")
        return
    facts = postings.facts_of_row(posting.row)
    is_open = recommendations.still_open(facts, work.today)
    names = {"title": posting.title, "employer": posting.employer, "open": is_open}
    warning = reality.warning(work.session, posting.employer_id, work.now)
    if event.facet == "why" and is_open:
        work.say("detail/why", text=_reason(work, event.posting_id), **names)
    elif event.facet in ("", "brief"):
        told = lines(posting, facts, brief=event.facet == "brief")
        work.say("detail/full", lines=[*told, warning] if warning else told, **names)
    else:
        text = facet(posting, facts, event.facet)
        work.say("detail/fact", text=text + warning if event.facet in WARNED else text, **names)


def _reason(work: Work, code: str) -> str:
    """Why a posting was offered to this person: the sentence of the list, or the limit that now stands against it."""
    snap = recommendations.snapshot(work.rt.database, work.session, work.today)
    seeker = recommendations.seeker_of(work.conversation.profile)
    against = recommendations.why_not(snap, code, seeker, work.today)
    if against or code not in snap.offered:
        return f"按您现在说的，它不太合适：{'、'.join(against)}。" if against else "它现在不招了。"
    reason = recommendations.listed_one(snap, code, seeker).reason
    return reason if work.conversation.profile.job_any else reason.replace(_SAID_ANY, "")


def best_requested(work: Work, event: events.BestRequested) -> None:
    """The best of the list shown in pay or in place, with its number; what is not known counts least."""
    snap = recommendations.snapshot(work.rt.database, work.session, work.today)
    seeker = recommendations.seeker_of(work.conversation.profile)
    worth = _pay_of if event.by == "pay" else lambda facts: _nearness(facts, seeker)
    ranked = [
        (worth(snap.offered[code].facts), -number)
        for number, code in enumerate(event.posting_ids, 1)
        if code in snap.offered
    ]
    if not ranked:
        work.say("matches/end")
        return
    number = -max(ranked)[1]
    code = event.posting_ids[number - 1]
    item = recommendations.listed_one(snap, code, seeker)
    work.say("matches/best", by=event.by, number=number, item=item, known=max(ranked)[0] > 0)
    work.become(focus=code)


def _pay_of(facts: PostingFacts) -> int:
    return facts.month_max or facts.month_min or 0


def _nearness(facts: PostingFacts, seeker: SeekerFacts) -> int:
    homes = [place.adcode for place in seeker.location]
    return max((place_points(home, facts.location.adcode) for home in homes), default=0) if facts.location else 0


def referral_intended(work: Work, event: events.ReferralIntended) -> None:
    """Asks for name and telephone, once; nobody is asked for what leads nowhere."""
    if _refused(work, event.posting_id):
        return
    if not any(reply.key == "apply/ask_contact" for reply in work.replies):
        work.say("apply/ask_contact", missing=list(asks_of(work.conversation)))


def _refused(work: Work, posting_id: str) -> bool:
    """Says why a posting cannot be applied for, and takes it out of what is waiting for the contact."""
    snap = recommendations.snapshot(work.rt.database, work.session, work.today)
    seeker = recommendations.seeker_of(work.conversation.profile)
    against = recommendations.why_not(snap, posting_id, seeker, work.today)
    if against:
        work.say("apply/not_fitting", title=snap.offered[posting_id].title, reasons=against)
    elif posting_id not in snap.offered:
        posting = postings_table.posting_text(work.session, posting_id)
        work.say("apply/closed", title=posting.title if posting is not None else "")
    else:
        return False
    pending = work.conversation.pending
    left = tuple(one for one in pending.posting_ids if one != posting_id) if pending is not None else ()
    if pending is not None and left:
        work.become(pending=replace(pending, posting_ids=left), focus=left[-1])
    else:
        work.become(pending=None, asked="pick" if work.conversation.shown else None, state=State.MATCHES)
        work.become(focus=posting_id if against else None)
    return True


def referral_requested(work: Work, event: events.ReferralRequested) -> None:
    """Introduces the veteran to the employer, unless a hard limit stands against it."""
    if _refused(work, event.posting_id):
        return
    referral, is_new = referrals.refer(work.session, work.veteran_id, event.posting_id, work.now)
    names = {"title": referral.title, "employer": referral.employer}
    if is_new:
        work.say("apply/done", respond_by=referral.respond_by or work.today, **names)
    else:
        work.say("apply/already", status=_status(referral), **names)


def _status(referral: Referral | Introduction) -> str:
    words = STATUS_WORDS[ReferralStatus(referral.status or "")]
    if referral.status == ReferralStatus.INTERVIEW and referral.interview_at is not None:
        return f"{words}，{referral_states.when_of(referral.interview_at)}，{referral.interview_place}"
    if referral.status == ReferralStatus.OFFERED and referral.starts_on is not None:
        return f"{words}，{referral.starts_on.month}月{referral.starts_on.day}日上岗"
    return words


def referral_withdrawn(work: Work, event: events.ReferralWithdrawn) -> None:
    """Takes a referral back."""
    referral = referrals.withdraw(work.session, work.veteran, event.posting_id, work.now)
    if referral is None:
        work.say("apply/nothing")
        return
    work.say("apply/withdrawn", title=referral.posting.title)
    work.become(focus=referral.posting.code, shown=_with(work.conversation.shown, referral))


def _with(shown: tuple[Shown, ...], referral: Referral) -> tuple[Shown, ...]:
    """The list last shown; where there was none, the posting itself, so that “报名” can take it up again."""
    return shown or (Shown(referral.posting.code, referral.posting.title),)


def referrals_requested(work: Work, _: events.ReferralsRequested) -> None:
    """How the veteran's referrals stand."""
    mine = placements_table.referrals_of(work.session, work.veteran_id)[-_MOST_REFERRALS:]
    if not mine:
        work.say("apply/nothing")
        return
    told = [f"{one.posting.title}（{one.posting.employer.name}）：{_status(one)}" for one in mine]
    work.say("apply/status", lines=told)


EFFECTS: Final[Mapping[type[Event], Effect]] = {
    events.MatchesRequested: matches_requested,
    events.DetailRequested: detail_requested,
    events.BestRequested: best_requested,
    events.ReferralIntended: referral_intended,
    events.ReferralRequested: referral_requested,
    events.ReferralWithdrawn: referral_withdrawn,
    events.ReferralsRequested: referrals_requested,
}
