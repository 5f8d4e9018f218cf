"""The life of a posting, draft -> checked -> open -> full, expired or withdrawn: which step may follow, each dated."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from models import placement as placements_table
from models import posting as postings_table
from models.base import Session
from models.posting import How, Posting, PostingChange, PostingStatus
from services import referral_states
from services.errors import ServiceError

#: How long a verification holds: postings whose last day is sooner are gone before it ends.
VALID_DAYS: Final = 90
STATES: Final = {
    PostingStatus.DRAFT: "草稿",
    PostingStatus.CHECKED: "已核验",
    PostingStatus.OPEN: "招聘中",
    PostingStatus.FULL: "已招满",
    PostingStatus.EXPIRED: "已过期",
    PostingStatus.WITHDRAWN: "已撤下",
}
HOW: Final = {
    How.PHONE: "电话核实",
    How.LICENCE: "查看证照",
    How.VISIT: "上门走访",
    How.IMPORT: "随表格核对",
    How.LINK: "单位用链接答复",
}
_NEXT: Final = {
    PostingStatus.DRAFT: {PostingStatus.CHECKED, PostingStatus.WITHDRAWN},
    PostingStatus.CHECKED: {PostingStatus.OPEN, PostingStatus.DRAFT, PostingStatus.WITHDRAWN},
    PostingStatus.OPEN: {PostingStatus.DRAFT, PostingStatus.FULL, PostingStatus.EXPIRED, PostingStatus.WITHDRAWN},
    PostingStatus.FULL: {PostingStatus.DRAFT, PostingStatus.OPEN, PostingStatus.EXPIRED, PostingStatus.WITHDRAWN},
    PostingStatus.EXPIRED: {PostingStatus.DRAFT, PostingStatus.CHECKED, PostingStatus.OPEN, PostingStatus.WITHDRAWN},
    PostingStatus.WITHDRAWN: {PostingStatus.DRAFT},
}


class PostingRefused(ServiceError):
    """A step this posting may not take; `message` says why and what to do."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(key, 409, message)


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes a step, when and why."""

    who: str
    at: datetime
    reason: str = ""


def move(session: Session, posting: Posting, status: PostingStatus, step: Step) -> None:
    """To another state, dated, under a new revision of the catalog. Raises PostingRefused for a step out of order."""
    old = PostingStatus(posting.status)
    if status == old:
        return
    if status not in _NEXT[old]:
        text = f"岗位“{posting.title}”现在是“{STATES[old]}”，不能直接改为“{STATES[status]}”。"
        raise PostingRefused("postings.step", text)
    posting.status = status
    touch(session, posting, old, step)


def touch(session: Session, posting: Posting, old: str | None, step: Step) -> None:
    """Something about the posting changed: a dated row, and the catalog is read again."""
    posting.revision = postings_table.next_revision(session)
    session.add(
        PostingChange(
            posting_id=posting.id, at=step.at, who=step.who, old=old, new=posting.status, reason=step.reason[:200]
        )
    )


def verified(posting: Posting, who: str, how: How, now: datetime, valid_until: date | None = None) -> None:
    """Notes the verification on the row; without a day it holds for `VALID_DAYS`."""
    posting.checked_by, posting.checked_at, posting.checked_how = who, now, how
    posting.valid_until = valid_until or valid_from(now)


def valid_from(now: datetime) -> date:
    """The day to which a verification of this moment holds."""
    return now.date() + timedelta(days=VALID_DAYS)


def fill_if_taken(session: Session, posting: Posting, now: datetime) -> None:
    """An open posting, which is held, is full when every place is taken, and whoever was still on the way is told."""
    if posting.status != PostingStatus.OPEN or not posting.headcount:
        return
    taken = placements_table.count_hired(session, posting.id)
    if taken < posting.headcount:
        return
    move(session, posting, PostingStatus.FULL, Step("system", now, f"招 {posting.headcount} 人，已上岗 {taken} 人"))
    referral_states.close_for(session, posting, "system", now, keeps_offers=True)
