"""The steps of a referral: each dated, each told to the veteran; the closing of those to a posting that is gone."""

from datetime import datetime
from typing import Final

from models import placement as placements_table
from models import veteran as veterans_table
from models.base import Session
from models.placement import Referral, ReferralChange, ReferralStatus
from models.posting import Posting
from services import outbox
from services.rendering import render

STATES: Final = {
    "submitted": "已报名",
    "interview": "请去面试",
    "hired": "已录用",
    "not_hired": "未录用",
    "withdrawn": "已撤回",
    "closed": "已停招",
}


def close_for(session: Session, posting: Posting, who: str, now: datetime) -> None:
    """The posting is gone: its open referrals are closed and each veteran is told."""
    for referral in placements_table.open_referrals_to(session, posting.id):
        move(session, referral, ReferralStatus.CLOSED, who, now)
        tell(session, referral, "", now)


def tell(session: Session, referral: Referral, note: str, now: datetime) -> None:
    """News of a referral, to its veteran."""
    veteran = veterans_table.veteran_by_id(session, referral.veteran_id)
    if veteran is None:
        return
    posting = referral.posting
    text = render(f"referrals/{referral.status}", title=posting.title, employer=posting.employer.name, note=note)
    key = f"referral:{referral.id}:{referral.status}:{now:%Y%m%d%H%M%S%f}"
    facts = {
        "title": posting.title,
        "employer": posting.employer.name,
        "state": STATES[referral.status],
        "time": f"{now:%Y年%m月%d日 %H:%M}",
    }
    outbox.enqueue(session, veteran, "application", outbox.Message(key, text, facts), now)


def move(session: Session, referral: Referral, status: ReferralStatus, who: str, now: datetime) -> None:
    """To another status, dated."""
    old, referral.status = referral.status, status
    referral.updated_at = now
    log_change(session, referral, old, who, now)


def log_change(session: Session, referral: Referral, old: str, who: str, now: datetime) -> None:
    """One dated step; `old` is empty for the first."""
    change = ReferralChange(referral_id=referral.id, at=now, who=who, old=old, new=referral.status)
    session.add(change)
