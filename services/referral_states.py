"""The steps of a referral: each dated, each told to the veteran; the closing of those to a posting that is gone."""

from datetime import datetime
from typing import Final

from models import conversation as conversations_table
from models import placement as placements_table
from models import posting as postings_table
from models import veteran as veterans_table
from models.base import Session
from models.placement import Referral, ReferralStatus
from models.posting import Posting
from services import outbox
from services.runtime import CHINA
from services.texts import render

STATES: Final = {
    "submitted": "已报名",
    "interview": "请去面试",
    "offered": "已录用，等本人确认",
    "hired": "已录用",
    "not_hired": "未录用",
    "declined": "本人不去",
    "withdrawn": "已撤回",
    "closed": "已停招",
}
#: The same in the five characters a field of a template message takes.
SHORT: Final = {**STATES, "offered": "等您确认"}
#: What a template message can say of how to answer, in twenty characters; it has no room for the text itself.
HINTS: Final = {
    "interview": "回1去，回2不去。回“我的报名”看地点",
    "offer": "回1去，回2不去",
    "place": "有名额了，回1要，回2不要",
}
_HINT: Final = "回“我的报名”看详情"


def held(session: Session, referral_id: int) -> Referral | None:
    """One referral, held until the transaction ends, with its veteran's dialogue, whose turn under way ends first, and
    its posting (`hold_posting`).
    """
    known = session.get(Referral, referral_id)
    if known is None:
        return None
    conversations_table.conversation_of(session, known.veteran_id)
    postings_table.hold_posting(session, known.posting)
    return placements_table.locked_referral(session, referral_id)


def close_for(session: Session, posting: Posting, who: str, now: datetime, *, keeps_offers: bool = False) -> None:
    """The posting, which is held, is gone: its open referrals are closed and each veteran is told; an offer made may be
    kept.
    """
    for referral in placements_table.referrals_to_close(session, posting.id, keeps_offers=keeps_offers):
        move(session, referral, ReferralStatus.CLOSED, who, now)
        tell(session, referral, "", now)


def tell(session: Session, referral: Referral, note: str, now: datetime) -> None:
    """News of a referral, to its veteran; an interview with its time and an offer are asked to be answered."""
    names = {"title": referral.posting.title, "employer": referral.posting.employer.name, "note": note}
    if referral.status == ReferralStatus.INTERVIEW and referral.interview_at is not None:
        when = when_of(referral.interview_at)
        text = render(session, "interviews/invite", when=when, place=referral.interview_place, **names)
        say(session, referral, text, now, awaits="interview")
    elif referral.status == ReferralStatus.OFFERED and referral.starts_on is not None:
        say(session, referral, render(session, "offers/offered", day=referral.starts_on, **names), now, awaits="offer")
    else:
        say(session, referral, render(session, f"referrals/{referral.status}", **names), now)


def when_of(moment: datetime) -> str:
    """A moment as people say it: 12月1日（周二）14:00."""
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）{local:%H:%M}"


def say(session: Session, referral: Referral, text: str, now: datetime, *, awaits: str = "") -> None:
    """Writes to the referral's veteran; `awaits`: the answer is to be read as one to this question of ours."""
    veteran = veterans_table.veteran_by_id(session, referral.veteran_id)
    if veteran is None:
        return
    posting = referral.posting
    key = f"referral:{referral.id}:{awaits or referral.status}:{now:%Y%m%d%H%M%S%f}"
    facts = {
        "title": posting.title,
        "employer": posting.employer.name,
        "state": "有名额了" if awaits == "place" else SHORT[referral.status],
        "time": _time_of(referral, awaits, now),
        "hint": HINTS.get(awaits, _HINT),
    }
    refused = outbox.enqueue(session, veteran, "application", outbox.Message(key, text, facts), now)
    conversation = conversations_table.conversation_of(session, veteran.id) if awaits and not refused else None
    if conversation is not None:
        conversation.awaiting = f"{awaits}:{referral.id}"


def _time_of(referral: Referral, awaits: str, now: datetime) -> str:
    """When to be there, where there is something to be at; else when this was written."""
    if awaits == "offer" and referral.starts_on is not None:
        return f"{referral.starts_on:%Y年%m月%d日}"
    at = referral.interview_at if awaits == "interview" and referral.interview_at is not None else now
    return f"{at.astimezone(CHINA):%Y年%m月%d日 %H:%M}"


def move(session: Session, referral: Referral, status: ReferralStatus, who: str, now: datetime) -> None:
    """To another status, dated."""
    old, referral.status = referral.status, status
    referral.updated_at = now
    log_change(session, referral, old, who, now)


def log_change(session: Session, referral: Referral, old: str, who: str, now: datetime) -> None:
    """One dated step."""
    placements_table.add_change(session, referral.id, old, referral.status, who=who, at=now)
