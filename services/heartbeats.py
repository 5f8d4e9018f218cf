"""The monthly heartbeat: everybody in the ledger is asked how they are doing, one tap answers, silence is listed."""

from datetime import datetime, time, timedelta
from typing import Final

from bot.slots import Slots
from models import conversation as conversations_table
from models import heartbeat as heartbeats_table
from models import veteran as veterans_table
from models.base import Session
from models.heartbeat import Heartbeat, HeartbeatStatus
from models.veteran import Veteran
from services import confirmations, due, outbox, veterans, workdays
from services.cadences import may_ask
from services.runtime import Runtime
from services.texts import render

#: The same choices where twenty characters must do: a field of a subscription notice.
HINT: Final = "1在上班 2在找 3暂不找 4要帮忙"
ANSWERS: Final = {"working": "在上班", "looking": "在找工作", "resting": "暂时不找", "help": "想请人帮忙"}
#: From this workday of the month on greetings go out, so many at a time: a month has room for all, no day is full.
FIRST_WORKDAY: Final = 3
ASK_AT: Final = time(10, 0)
SILENCE: Final = timedelta(days=5)
_STATUS: Final = {"working": "在岗", "looking": "待业"}


def send_due(rt: Runtime, limit: int = 500) -> int:
    """Asks those of the ledger who have not been asked this month; how many, reached or not."""
    now = rt.now()
    begins = workdays.add_workdays(now.date().replace(day=1) - timedelta(days=1), FIRST_WORKDAY)
    if now.date() < begins or now.time() < ASK_AT or not may_ask(rt, now):
        return 0
    month = f"{now:%Y-%m}"
    with rt.reading() as session:
        numbers = heartbeats_table.people_to_greet(session, month, limit)

    def greet(session: Session, number: int) -> bool:
        heartbeat = heartbeats_table.begin_heartbeat(session, number, month, now)
        if heartbeat is not None:
            _ask(session, heartbeat, now)
        return heartbeat is not None

    return due.one_by_one(rt, "heartbeat of", numbers, greet)


def _ask(session: Session, heartbeat: Heartbeat, now: datetime) -> None:
    veteran = session.get_one(Veteran, heartbeat.veteran_id)
    if veteran.openid is None:
        _silent(heartbeat, "unbound")
        return
    key, month = f"heartbeat:{heartbeat.month.replace('-', '')}:{veteran.id}", int(heartbeat.month[5:])
    facts = {"title": f"{month}月问候", "time": f"{now:%Y年%m月%d日 %H:%M}", "hint": HINT}
    message = outbox.Message(key, render(session, "heartbeats/ask", month=month), facts)
    refused = outbox.enqueue(session, veteran, "heartbeat", message, now)
    if refused:
        _silent(heartbeat, refused)
        return
    conversation = conversations_table.conversation_of(session, veteran.id)
    if conversation is not None:
        # A number answers what was read last; who still had a question to answer was not greeted.
        conversation.awaiting = f"heartbeat:{heartbeat.id}"


def _silent(heartbeat: Heartbeat, reason: str) -> None:
    heartbeat.status, heartbeat.reason = HeartbeatStatus.SILENT, reason


def expire_due(rt: Runtime, limit: int = 500) -> int:
    """Greetings that were not answered or did not arrive: their people go on the silence list. How many."""
    with rt.transaction() as session:
        waiting = heartbeats_table.unanswered_heartbeats(session, rt.now() - SILENCE, limit)
        for heartbeat, lost in waiting:
            _silent(heartbeat, "undelivered" if lost else "silent")
        return len(waiting)


def record_answer(session: Session, veteran: Veteran, heartbeat_id: int, answer: str, now: datetime) -> bool:
    """Keeps the answer, late ones too, and confirms the row; False when the greeting was not theirs."""
    heartbeat = heartbeats_table.heartbeat_by_id(session, heartbeat_id)
    if heartbeat is None or heartbeat.veteran_id != veteran.id:
        return False
    heartbeat.status, heartbeat.answer, heartbeat.answered_at = HeartbeatStatus.ANSWERED, answer, now
    confirmations.confirm(session, veteran, "heartbeat", "veteran", now, ANSWERS[answer])
    _keep_status(session, veteran, answer, now)
    return True


def _keep_status(session: Session, veteran: Veteran, answer: str, now: datetime) -> None:
    kept = veterans_table.preference_of(session, veteran.id)
    if not veterans.has_consent(session, veteran):
        return
    profile = veterans.profile_of(session, veteran, now.date()) if kept is not None else Slots()
    told = {**profile.to_json()}
    if answer in _STATUS:
        told["employment_status"] = _STATUS[answer]
    if answer == "resting":
        told["willingness"] = "暂不求职"
    elif told.get("willingness") == "暂不求职" and answer == "looking":
        del told["willingness"]
    veterans.save_preference(session, veteran.id, Slots.from_json(told), "heartbeat", now)
