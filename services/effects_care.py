"""What a turn's events about cases, follow-ups, policies and interests do."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot import cues, events
from bot.events import Event, Interest
from models import followup as followups_table
from models import notice as notices_table
from models.followup import Case, CaseStatus
from models.notice import Notice
from services import answers, cases, followups, policies, veterans, workdays
from services.answers import Answer, By
from services.effects import Effect, Work
from services.runtime import CHINA

_CASE_WORDS: Final = {
    CaseStatus.OPEN: "已受理，正在等人核实",
    CaseStatus.IN_PROGRESS: "正在办理",
    CaseStatus.RESOLVED: "已办结",
    CaseStatus.CLOSED: "已办结",
}
_SETTLED: Final = (CaseStatus.RESOLVED, CaseStatus.CLOSED)
_URGENT: Final = frozenset({"safety", "fraud"})
_MOST_NOTICES: Final = 3


def case_raised(work: Work, event: events.CaseRaised) -> None:
    """Opens a case, or adds to the open one of the same kind: nobody gets two numbers for one trouble."""
    known = cases.latest_of(work.session, work.veteran_id)
    if known is not None and known.kind == event.kind and known.status not in _SETTLED:
        cases.add_words(work.session, work.rt.keyring, known, words=event.words)
        if not event.quiet:
            _say_added(work, known, event.words)
        return
    placement = _placement_of(work, event.followup_id)
    case = cases.open_case(
        work.session, work.rt.keyring, work.veteran, event.kind, words=event.words, now=work.now, placement_id=placement
    )
    if not event.quiet:
        work.say("cases/opened", **_case(work, case), kind=event.kind, urgent=event.kind in _URGENT)


def _say_added(work: Work, case: Case, words: str) -> None:
    work.say("cases/added", number=case.number, due=case.due_on, police="报警" in words)


def _placement_of(work: Work, followup_id: int | None) -> int | None:
    follow_up = followups.asked(work.session, followup_id) if followup_id is not None else None
    return follow_up.placement_id if follow_up is not None else None


def _case(work: Work, case: Case) -> dict[str, Any]:
    return {"number": case.number, "due": case.due_on, "days": _workdays_left(work.today, case.due_on)}


def _workdays_left(today: date, due: date) -> int:
    """Workdays after today up to the due day; at least one, for the sentence's sake."""
    days = 0
    while workdays.add_workdays(today, days + 1) <= due and days < 60:
        days += 1
    return max(days, 1)


def case_news_requested(work: Work, event: events.CaseNewsRequested) -> None:
    """How the newest case stands, with its number and its day."""
    case = cases.latest_of(work.session, work.veteran_id)
    if case is None:
        work.say("cases/none")
    elif case.status in _SETTLED:
        work.say("cases/news_settled", number=case.number, resolution=case.resolution or "请看上一条消息")
    else:
        key = "cases/news" if case.due_on >= work.today else "cases/news_late"
        work.say(key, **_case(work, case), status=_CASE_WORDS[CaseStatus(case.status)])


def _case_meant(work: Work, case_id: int | None) -> Case | None:
    found = followups_table.cases_of(work.session, work.veteran_id)
    return next((case for case in found if case.id == case_id), found[-1] if found else None)


def case_words_added(work: Work, event: events.CaseWordsAdded) -> None:
    """Adds to the newest case."""
    case = _case_meant(work, None)
    if case is not None:
        cases.add_words(work.session, work.rt.keyring, case, words=event.words)
        _say_added(work, case, event.words)


def case_reopened(work: Work, event: events.CaseReopened) -> None:
    """Not settled: the same case goes on; one that is still open gets the words added."""
    case = _case_meant(work, event.case_id)
    if case is None:
        work.say("cases/none")
    elif case.status in _SETTLED:
        cases.reopen(work.session, work.rt.keyring, case, words=event.words, now=work.now)
        work.say("cases/reopened", **_case(work, case))
    else:
        cases.add_words(work.session, work.rt.keyring, case, words=event.words)
        _say_added(work, case, event.words)


def case_accepted(work: Work, event: events.CaseAccepted) -> None:
    """The veteran is content: the case is closed."""
    case = _case_meant(work, event.case_id)
    if case is None:
        work.say("cases/none")
        return
    if case.status != CaseStatus.CLOSED:
        cases.accept(work.session, case, work.now)
    work.say("cases/accepted", number=case.number)


def follow_up_answered(work: Work, event: events.FollowUpAnswered) -> None:
    """Adds the answer to the follow-up, and does what it brings about."""
    follow_up = followups.asked(work.session, event.followup_id)
    if follow_up is None or follow_up.placement.veteran_id != work.veteran_id:
        return
    answer = Answer(event.words, event.employment_status, event.satisfaction, event.gaps, event.reason)
    answers.veteran_answers(work.session, work.rt.keyring, follow_up, answer, By("talk", "", work.now))


def policy_asked(work: Work, event: events.PolicyAsked) -> None:
    """Answers from the library with source and date; what is not in it goes to a person, never to a guess."""
    region = work.rt.office.region or None
    found = policies.answer(work.session, event.words, region, work.today)
    if found is not None:
        work.say("policy/answer", **found.said())
        return
    subject = cues.which("policy_subject", cues.clean(event.words))
    if not work.conversation.consent:
        work.say("policy/none", subject=subject, recorded=False)
        return
    case = cases.open_case(work.session, work.rt.keyring, work.veteran, "policy", words=event.words, now=work.now)
    work.say("policy/none", subject=subject, recorded=True, **_case(work, case))


def interest_recorded(work: Work, event: events.InterestRecorded) -> None:
    """Passes an interest to the clerk and tells what is on. Without consent nothing is noted."""
    recorded = bool(work.conversation.consent)
    if recorded:
        veterans.record_interest(work.session, work.veteran, event.kind, event.words, work.now, remind_on=event.due_on)
    if event.kind is Interest.REMINDER:
        return
    if event.kind is Interest.START_UP:
        work.say("interests/start_up", recorded=recorded)
        return
    on = notices_table.notices_on(work.session, event.kind, work.today)[:_MOST_NOTICES]
    work.say(f"interests/{event.kind}", notices=[_notice(one) for one in on], recorded=recorded)


def _notice(notice: Notice) -> str:
    start = notice.starts_at.astimezone(CHINA) if notice.starts_at else None
    parts = (
        notice.title,
        f"{start.month}月{start.day}日{f'{start:%H:%M}' if start.hour else ''}" if start else "",
        notice.place,
        notice.text[:60],
        f"{notice.until.month}月{notice.until.day}日前报名" if notice.until else "",
    )
    return "，".join(part for part in parts if part)


EFFECTS: Final[Mapping[type[Event], Effect]] = {
    events.CaseRaised: case_raised,
    events.CaseNewsRequested: case_news_requested,
    events.CaseWordsAdded: case_words_added,
    events.CaseReopened: case_reopened,
    events.CaseAccepted: case_accepted,
    events.FollowUpAnswered: follow_up_answered,
    events.PolicyAsked: policy_asked,
    events.InterestRecorded: interest_recorded,
}
