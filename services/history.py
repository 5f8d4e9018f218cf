"""Everything dated that is known of one person, the newest first: what they said, what staff did, what was sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Final

from models import contact as contacts_table
from models import delivery as deliveries_table
from models import followup as followups_table
from models import helping as helping_table
from models import intake as intake_table
from models import placement as placements_table
from models import veteran as veterans_table
from models.base import Session
from models.contact import ContactMoment
from services import cases, contacts, planner, referral_states
from services.intake.results import field_name
from services.masking import masked_text
from services.runtime import CHINA, Runtime
from services.topics import TOPICS

LATEST: Final = 40
_SOURCES: Final = {"talk": "本人在微信里说", "import": "随表格录入", "staff": "工作人员记", "undo": "撤销"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated line. `undo`: the contact it can be taken back by; `is_undone`: it was."""

    at: datetime
    kind: str
    words: str
    who: str = ""
    undo: int | None = None
    is_undone: bool = False


def history(rt: Runtime, veteran_id: int, *, reveal: bool = False) -> list[Entry]:
    """The latest of each kind, all in one order. `reveal`: numbers in notes uncovered, with those of the card."""
    with rt.reading() as session:
        found = [
            *_contacts(rt, session, veteran_id, reveal),
            *_help(session, veteran_id, reveal),
            *_changes(session, veteran_id),
            *_work(session, veteran_id),
            *_cases(session, veteran_id),
            *_sent(session, veteran_id),
        ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _contacts(rt: Runtime, session: Session, veteran_id: int, reveal: bool) -> Iterator[Entry]:
    for one in contacts_table.moments_of(session, veteran_id, LATEST):
        note = contacts.note_of(rt, one) or "没有写备注"
        words = note if reveal else masked_text(note)
        yield Entry(one.at, contacts.OCCASIONS[one.occasion], words, one.who, _undo_of(one), one.undone_at is not None)


def _help(session: Session, veteran_id: int, reveal: bool) -> Iterator[Entry]:
    for step, plan in helping_table.helped(session, veteran_id, LATEST):
        at = step.done_at or datetime.combine(step.due_on, time(), CHINA)
        words = step.text if reveal else masked_text(step.text)
        yield Entry(at, "帮扶", words if step.done_at else f"{words}（要办）", step.done_by or plan.helper)


def _undo_of(moment: ContactMoment) -> int | None:
    return moment.id if moment.undone_at is None else None


def _changes(session: Session, veteran_id: int) -> Iterator[Entry]:
    for one in veterans_table.preference_changes_of(session, veteran_id, LATEST):
        words = f"{field_name(one.slot)}：{_said(one.old)} → {_said(one.new)}"
        yield Entry(one.at, _SOURCES.get(one.source, one.source), words, one.who)
    for entered in intake_table.ledger_changes_of(session, veteran_id, LATEST):
        words = "录入台账" if entered.field == "row" else f"补上{field_name(entered.field)}"
        yield Entry(entered.at, "随表格录入", words, entered.who)


def _work(session: Session, veteran_id: int) -> Iterator[Entry]:
    for one in placements_table.referrals_of(session, veteran_id)[-LATEST:]:
        where = f"{one.posting.employer.name} · {one.posting.title}"
        yield Entry(one.updated_at, "报名", f"{where}：{referral_states.STATES[one.status]}")
    for placed in placements_table.placements_of(session, veteran_id)[-LATEST:]:
        where = f"{placed.posting.employer.name} · {placed.posting.title}"
        yield Entry(datetime.combine(placed.starts_on, time(), CHINA), "上岗", where)
        if placed.ended_on is not None:
            reason = f"（{placed.end_reason}）" if placed.end_reason else ""
            yield Entry(datetime.combine(placed.ended_on, time(), CHINA), "离岗", where + reason)
        for asked in followups_table.follow_ups_of(session, placed.id):
            if asked.answered_at is not None:
                yield Entry(asked.answered_at, "回访", f"{where}：第 {asked.step} 天，已回")


def _cases(session: Session, veteran_id: int) -> Iterator[Entry]:
    for one in followups_table.cases_of(session, veteran_id)[-LATEST:]:
        yield Entry(one.opened_at, "诉求", f"{one.number}：{cases.STATES[one.status]}", one.owner or "")


def _sent(session: Session, veteran_id: int) -> Iterator[Entry]:
    for one in deliveries_table.latest_deliveries_of(session, veteran_id, LATEST):
        topic = TOPICS[one.topic].name if one.topic in TOPICS else one.topic
        words = planner.outcome_words(one.outcome)[0] if one.outcome else "在路上"
        yield Entry(one.sent_at or one.created_at, "发消息", f"{topic}：{words}")


def _said(value: Any) -> str:
    """A kept value in words."""
    if value is None or value in ([], ""):
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return str(value.get("name") or "".join(value.get("path") or ()))
    return "、".join(map(_said, value)) if isinstance(value, list) else str(value)
