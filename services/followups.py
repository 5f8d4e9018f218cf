"""Follow-ups: planned when a veteran starts, asked on the day, repeated once, then a person calls."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from models import conversation as conversations_table
from models import followup as followups_table
from models import veteran as veterans_table
from models.base import Session
from models.followup import FollowUp, FollowUpStatus
from models.placement import Placement
from services import outbox, workdays
from services.rendering import render
from services.runtime import CHINA, Runtime

STEPS: Final = (7, 30, 90)
ASK_AT: Final = time(9, 0)
SILENCE: Final = timedelta(days=3)
OPEN_STATUSES: Final = (FollowUpStatus.PLANNED, FollowUpStatus.ASKED, FollowUpStatus.REPEATED, FollowUpStatus.PHONE)


def plan(session: Session, placement: Placement) -> None:
    """One row per step, due in the morning of the day or of the last workday before it: never later than promised."""
    for step in STEPS:
        day = workdays.workday_on_or_before(placement.starts_on + timedelta(days=step))
        session.add(FollowUp(placement_id=placement.id, step=step, due_at=_ask_at(day)))


def _ask_at(day: date) -> datetime:
    return datetime.combine(day, ASK_AT, CHINA)


def send_due(rt: Runtime, limit: int = 100) -> int:
    """Asks every veteran whose follow-up has come due; how many were asked."""
    now = rt.now()
    with rt.transaction() as session:
        due = followups_table.due_follow_ups(session, now, limit)
        for follow_up in due:
            _ask(session, follow_up, "followups/ask", now)
        return len(due)


def _ask(session: Session, follow_up: FollowUp, text_key: str, now: datetime) -> None:
    """The question goes out and the dialogue waits for its answer; who cannot be reached goes to the phone list."""
    veteran = veterans_table.veteran_by_id(session, follow_up.placement.veteran_id)
    follow_up.asked_at = now
    if veteran is None or veteran.openid is None:
        follow_up.status = FollowUpStatus.PHONE
        return
    repeated = follow_up.status == FollowUpStatus.ASKED
    placement = follow_up.placement
    text = render(text_key, step=follow_up.step, title=placement.posting.title)
    facts = {
        "title": placement.posting.title,
        "employer": placement.posting.employer.name,
        "date": f"{placement.starts_on:%Y年%m月%d日}",
    }
    key = f"followup:{follow_up.id}:{'repeat' if repeated else 'ask'}"
    refused = outbox.enqueue(session, veteran, "follow_up", outbox.Message(key, text, facts), now)
    if refused:
        follow_up.status = FollowUpStatus.PHONE
        return
    follow_up.status = FollowUpStatus.REPEATED if repeated else FollowUpStatus.ASKED
    conversation = conversations_table.conversation_of(session, veteran.id)
    if conversation is not None:
        conversation.awaiting = f"followup:{follow_up.id}"


def expire_due(rt: Runtime, limit: int = 100) -> int:
    """Asks the silent once more; those silent after that too go to the clerk's phone list. How many moved."""
    now = rt.now()
    with rt.transaction() as session:
        again = followups_table.silent_follow_ups(session, FollowUpStatus.ASKED, now - SILENCE, limit)
        silent = followups_table.silent_follow_ups(session, FollowUpStatus.REPEATED, now - SILENCE, limit)
        for follow_up in again:
            _ask(session, follow_up, "followups/repeat", now)
        for follow_up in silent:
            follow_up.status = FollowUpStatus.PHONE
        return len(again) + len(silent)


def asked(session: Session, follow_up_id: int) -> FollowUp | None:
    """The follow-up a dialogue is waiting on."""
    return session.get(FollowUp, follow_up_id)


def record_answer(session: Session, follow_up: FollowUp, facts: Mapping[str, Any], now: datetime) -> None:
    """What the veteran answered (employment_status, satisfaction, words); answering in several messages adds up."""
    follow_up.answer = {**(follow_up.answer or {}), **facts}
    follow_up.status = FollowUpStatus.ANSWERED
    follow_up.answered_at = now


def drop_rest(session: Session, placement: Placement) -> None:
    """What has not been asked of an ended placement will not be."""
    for follow_up in followups_table.follow_ups_of(session, placement.id):
        if follow_up.status in OPEN_STATUSES:
            follow_up.status = FollowUpStatus.DROPPED
