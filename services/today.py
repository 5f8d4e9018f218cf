"""Today: what waits for the person who opens the console, the latest first, each with how many there are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from models import queue
from models.account import Role
from models.base import Session
from models.conversation import Conversation
from models.followup import Case, FollowUp, FollowUpStatus
from models.intake import LedgerConflict
from models.queue import Pile
from models.veteran import Veteran
from services import cases, licence_checks, veterans
from services.actors import Actor
from services.intake.results import field_name
from services.runtime import CHINA, Runtime

SHOWN: Final = 5
#: How long somebody may wait for a person before it counts as late.
ANSWER_WITHIN: Final = timedelta(hours=2)
SETTLE_WITHIN: Final = timedelta(days=7)
ENDING_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a section. `key`: what its page is opened by."""

    key: str
    words: str
    when: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of what waits."""

    name: str
    title: str
    count: int
    late: int
    late_words: str
    items: tuple[Item, ...]


def sections(rt: Runtime, actor: Actor) -> list[Section]:
    """What waits in the actor's stations. Leaders see the figures without the people; administrators no people."""
    now = rt.now()
    with rt.reading() as session:
        made = [] if actor.role == Role.ADMIN else _of_people(rt, session, actor, now)
        if actor.role in (Role.BUREAU, Role.LEADER):
            made += [_postings(session, now.date()), _papers(session, now.date())]
    if actor.role == Role.LEADER:
        made = [Section(one.name, one.title, one.count, one.late, one.late_words, ()) for one in made]
    return sorted(made, key=lambda one: (one.late == 0, one.count == 0))


def _of_people(rt: Runtime, session: Session, actor: Actor, now: datetime) -> list[Section]:
    scope, day = actor.scope, now.date()
    talks = queue.waiting_talks(session, scope, now - ANSWER_WITHIN, SHOWN)
    open_cases = queue.unsettled_cases(session, scope, day, SHOWN)
    asked = queue.unanswered_follow_ups(session, scope, now, SHOWN)
    conflicts = queue.open_conflicts(session, scope, now - SETTLE_WITHIN, SHOWN)
    return [
        _section("talk", "等人回复的会话", "等了两小时以上", talks, [_talk(rt, now, *row) for row in talks.rows]),
        _section("case", "没办完的诉求", "过了期限", open_cases, [_case(rt, day, *row) for row in open_cases.rows]),
        _section("follow_up", "没有回音的回访", "要打电话", asked, [_follow_up(rt, *row) for row in asked.rows]),
        _section(
            "conflict",
            "台账里对不上的",
            "放了七天以上",
            conflicts,
            [_conflict(rt, now, *row) for row in conflicts.rows],
        ),
    ]


def _section(name: str, title: str, late_words: str, pile: Pile, items: list[Item]) -> Section:
    return Section(name, title, pile.count, pile.late, late_words, tuple(items))


def _postings(session: Session, day: date) -> Section:
    pile = queue.ending_postings(session, day, day + ENDING_WITHIN, SHOWN)
    items = [
        Item(one.code, f"{one.employer.name} · {one.title}", f"有效到 {_short(one.valid_until)}", one.valid_until < day)
        for (one,) in pile.rows
    ]
    return _section("posting", "快到期的岗位", "已经过期", pile, items)


def _papers(session: Session, day: date) -> Section:
    pile = queue.papers_due(session, day, day + timedelta(days=licence_checks.AHEAD_DAYS), SHOWN)
    items = [
        Item(str(one.id), one.name, f"{_short(due)}前看" if due else "还没看过", due is not None and due < day)
        for (one,) in pile.rows
        for due in (one.licence_due_on,)
    ]
    return _section("papers", "要看证照的单位", "过了日子", pile, items)


def _talk(rt: Runtime, now: datetime, row: Conversation, veteran: Veteran) -> Item:
    since = (row.waits_since or now).astimezone(CHINA)
    is_late = since < now - ANSWER_WITHIN
    return Item(str(veteran.id), name_of(rt, veteran), f"{since:%m月%d日 %H:%M} 起在等", is_late)


def _case(rt: Runtime, day: date, row: Case, veteran: Veteran | None) -> Item:
    words = f"{row.number} {cases.KINDS.get(row.kind, row.kind)}：{cases.STATES[row.status]}"
    whose = f"{name_of(rt, veteran)}，" if veteran else ""
    return Item(row.number, whose + words, f"{_short(row.due_on)}前答复", row.due_on < day)


def _follow_up(rt: Runtime, row: FollowUp, veteran: Veteran) -> Item:
    placement = row.placement
    words = f"{name_of(rt, veteran)}，在{placement.posting.employer.name}上岗第 {row.step} 天"
    by_phone = row.status == FollowUpStatus.PHONE
    return Item(str(row.id), words, "请打电话问" if by_phone else "问过，等回音", by_phone)


def _conflict(rt: Runtime, now: datetime, row: LedgerConflict, veteran: Veteran | None) -> Item:
    whose = name_of(rt, veteran) if veteran else "认不准是哪一位"
    is_late = row.at < now - SETTLE_WITHIN
    return Item(
        str(row.id), f"{whose}：{field_name(row.field)}和表格不一样", f"{_short(row.at.astimezone(CHINA))}发现", is_late
    )


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def name_of(rt: Runtime, veteran: Veteran) -> str:
    """The name a person is called by in the console; who never gave one is called by number."""
    return veterans.contact_of(rt.keyring, veteran).name or f"未登记姓名（{veteran.id} 号）"
