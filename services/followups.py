"""Follow-ups of both sides: planned with the placement, asked on the day, repeated once, then a person calls."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from models import conversation as conversations_table
from models import followup as followups_table
from models import veteran as veterans_table
from models.base import Session
from models.followup import FollowUp, FollowUpStatus
from models.placement import Placement
from services import due, outbox, workdays
from services.cadences import Pace, may_ask, pace
from services.runtime import CHINA, Runtime
from services.texts import render

VETERAN: Final = "veteran"
EMPLOYER: Final = "employer"
WAITING: Final = (FollowUpStatus.ASKED, FollowUpStatus.REPEATED)
OPEN_STATUSES: Final = (FollowUpStatus.PLANNED, *WAITING, FollowUpStatus.PHONE)
#: What a template message can say of how to answer; it has no room for the question itself.
HINT: Final = "回1在干，回2走了，回3没去"
#: Why a follow-up is on the phone list, as the clerk reads it.
REASONS: Final = {
    "employer": "单位没有公众号，请打电话或转发链接",
    "unbound": "没有绑定微信",
    "unfollowed": "没有关注公众号",
    "no_consent": "没有同意接收消息",
    "stopped": "退订了回访消息",
    "undelivered": "消息没有送到",
    "silent": "问了两次没有回话",
}


def plan(session: Session, placement: Placement, now: datetime) -> None:
    """One row per side and step, due in the morning of the day or of the last workday before it: later than promised
    only where that would be before the start.

    Of the steps that have passed when the start becomes known only the latest is still asked.
    """
    rule = pace(session)
    for side, steps in ((VETERAN, rule.veteran_steps), (EMPLOYER, rule.employer_steps)):
        rows = [
            FollowUp(placement_id=placement.id, side=side, step=step, due_at=_due_at(placement.starts_on, step, rule))
            for step in steps
        ]
        for row, following in pairwise(rows):
            row.status = FollowUpStatus.DROPPED if following.due_at <= now else FollowUpStatus.PLANNED
        session.add_all(rows)


def _due_at(starts_on: date, step: int, rule: Pace) -> datetime:
    promised = starts_on + timedelta(days=step)
    day = workdays.workday_on_or_before(promised)
    if day <= starts_on:  # a holiday as long as the step: nobody is asked how it goes before it began
        day = workdays.workday_on_or_after(promised)
    return datetime.combine(day, rule.ask_at, CHINA)


def send_due(rt: Runtime, limit: int = 500) -> int:
    """Asks everybody whose follow-up has come due, on workdays and outside the quiet hours only; how many were."""
    now = rt.now()
    if not may_ask(rt, now):
        return 0
    with rt.reading() as session:
        numbers = followups_table.due_follow_ups(session, now, limit)

    def ask(session: Session, number: int) -> bool:
        follow_up = claimed(session, number, (FollowUpStatus.PLANNED,))
        if follow_up is not None:
            _ask(session, follow_up, now)
        return follow_up is not None

    return due.one_by_one(rt, "follow-up", numbers, ask)


def _ask(session: Session, follow_up: FollowUp, now: datetime) -> None:
    """The question goes out and the dialogue waits for its answer; who cannot be reached goes to the phone list."""
    is_repeat = follow_up.status == FollowUpStatus.ASKED
    follow_up.asked_at = now
    if follow_up.side == EMPLOYER:
        to_phone_list(follow_up, "employer")
        return
    veteran = veterans_table.veteran_by_id(session, follow_up.placement.veteran_id)
    if veteran is None or veteran.openid is None:
        to_phone_list(follow_up, "unbound")
        return
    refused = outbox.enqueue(session, veteran, "follow_up", _question(session, follow_up, is_repeat=is_repeat), now)
    if refused:
        to_phone_list(follow_up, refused)
        return
    follow_up.status = FollowUpStatus.REPEATED if is_repeat else FollowUpStatus.ASKED
    conversation = conversations_table.conversation_of(session, veteran.id)
    if conversation is not None:
        conversation.awaiting = f"followup:{follow_up.id}"


def _question(session: Session, follow_up: FollowUp, *, is_repeat: bool) -> outbox.Message:
    placement = follow_up.placement
    key = "followups/repeat" if is_repeat else "followups/ask"
    text = render(session, key, step=follow_up.step, title=placement.posting.title)
    facts = {
        "title": placement.posting.title,
        "employer": placement.posting.employer.name,
        "date": f"{placement.starts_on:%Y年%m月%d日}",
        "hint": HINT,
    }
    return outbox.Message(f"followup:{follow_up.id}:{'repeat' if is_repeat else 'ask'}", text, facts)


def to_phone_list(follow_up: FollowUp, reason: str) -> None:
    """From now on a person calls."""
    follow_up.status, follow_up.reason = FollowUpStatus.PHONE, reason


def expire_due(rt: Runtime, limit: int = 500) -> int:
    """Asks the silent once more; those silent after that, and whom no message reached, are called. How many moved."""
    now = rt.now()
    if not may_ask(rt, now):
        return 0
    with rt.reading() as session:
        lost = followups_table.lost_follow_ups(session, limit)
        silent = followups_table.silent_follow_ups(session, now - pace(session).silence, limit)

    def call(session: Session, number: int) -> bool:
        follow_up = claimed(session, number, WAITING)
        if follow_up is not None:
            to_phone_list(follow_up, "undelivered")
        return follow_up is not None

    def repeat(session: Session, number: int) -> bool:
        follow_up = claimed(session, number, WAITING)
        if follow_up is None or follow_up.asked_at is None or follow_up.asked_at > now - pace(session).silence:
            return False
        if follow_up.status == FollowUpStatus.REPEATED:
            to_phone_list(follow_up, "silent")
        else:
            _ask(session, follow_up, now)
        return True

    moved = due.one_by_one(rt, "follow-up", lost, call)
    return moved + due.one_by_one(rt, "follow-up", silent, repeat)


def asked(session: Session, follow_up_id: int) -> FollowUp | None:
    """The follow-up a dialogue is waiting on."""
    return session.get(FollowUp, follow_up_id)


def claimed(session: Session, follow_up_id: int, statuses: Collection[FollowUpStatus]) -> FollowUp | None:
    """The follow-up in one of these states, held until the transaction ends; a turn of its veteran ends first."""
    known = asked(session, follow_up_id)
    if known is not None:
        conversations_table.conversation_of(session, known.placement.veteran_id)
    return followups_table.claimed_follow_up(session, follow_up_id, statuses)


def asks_facts(session: Session, follow_up: FollowUp) -> bool:
    """Whether this is the first question of its side, which also asks for pay, hours and social insurance."""
    mine = [one for one in followups_table.follow_ups_of(session, follow_up.placement_id) if one.side == follow_up.side]
    return follow_up.id == mine[0].id


def record_answer(
    session: Session, follow_up: FollowUp, facts: Mapping[str, Any], now: datetime, *, way: str = "talk", who: str = ""
) -> None:
    """What was answered (employment_status, satisfaction, gaps, reason, words); several messages add up."""
    follow_up.answer = {**(follow_up.answer or {}), **facts}
    follow_up.status = FollowUpStatus.ANSWERED
    follow_up.answered_at = now
    follow_up.way, follow_up.answered_by = way, who


def drop_rest(session: Session, placement: Placement) -> None:
    """What has not been asked of an ended placement will not be."""
    followups_table.drop_follow_ups(session, placement.id, OPEN_STATUSES)
