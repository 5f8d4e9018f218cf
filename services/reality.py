"""Reality checks: a gap between posting and work lowers the employer at once, and is said to others only when both
sides were heard and the bureau has confirmed it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final

from models import employer as employers_table
from models import reality as reality_table
from models.base import Session
from models.followup import FollowUp
from models.posting import Employer, Posting
from models.reality import HELD_AGAINST, RealityCheck, RealityStatus
from models.sealed import Keyring
from services import employers, workdays
from services.errors import ServiceError
from services.masking import masked_text
from services.posting_states import Step
from services.runtime import Runtime

ANSWER_WORKDAYS: Final = 5
"""Workdays the employer has to say its side before the bureau may decide without it."""
SAID_FOR: Final = timedelta(days=365)
"""How long a confirmed gap is said to others: a firm can mend."""
WHO: Final = "reality"
"""Who lowers and restores an employer's health by these rules; what a clerk set is left alone."""
STATES: Final = {
    "same": "和招聘说的一样",
    "open": "等单位说明",
    "answered": "单位已说明，等核定",
    "confirmed": "核定属实",
    "dismissed": "核定不属实",
}
_POSTED: Final = ("salary", "shift", "board")
_COLUMN: Final = "reality.words"


class RealityRefused(ServiceError):
    """A decision that may not be taken yet, or twice; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__("reality.refused", 409, message)


def note(
    session: Session, keyring: Keyring, follow_up: FollowUp, gaps: Sequence[str], *, words: str, now: datetime
) -> RealityCheck:
    """Keeps what the veteran found beside what the posting said; the same follow-up answered again is one check."""
    check = reality_table.check_of(session, follow_up.id)
    if check is not None:
        return check
    posting = follow_up.placement.posting
    check = RealityCheck(
        follow_up_id=follow_up.id,
        placement=follow_up.placement,
        employer=posting.employer,
        at=now,
        gaps=list(gaps),
        posted=_posted(posting),
        words_sealed=keyring.seal(_COLUMN, words) if gaps and words else None,
        status=RealityStatus.OPEN if gaps else RealityStatus.SAME,
        answer_by=workdays.add_workdays(now.date(), ANSWER_WORKDAYS),
    )
    session.add(check)
    session.flush()  # the employer's health goes by its checks
    if gaps and posting.employer.health == "normal":
        reason = f"上岗核对：{'、'.join(gaps)}与招聘说的不一致（第 {check.id} 号，待单位说明）"
        employers.change_health(session, posting.employer, "watch", Step(WHO, now, reason))
    return check


def _posted(posting: Posting) -> dict[str, Any]:
    facts = {name: posting.facts.get(name) for name in _POSTED if posting.facts.get(name) is not None}
    return {**facts, "salary_note": posting.salary_note, "note": posting.note}


def words_of(keyring: Keyring, check: RealityCheck) -> str:
    """The veteran's own words."""
    return keyring.open(_COLUMN, check.words_sealed) if check.words_sealed else ""


def employer_says(session: Session, check: RealityCheck, words: str, now: datetime) -> None:
    """The employer's side; a decision taken stays."""
    if not words.strip():
        raise RealityRefused("请写一句说明，比如“工资按合同发，转正后 4500 元”。")
    if check.status not in (RealityStatus.OPEN, RealityStatus.ANSWERED):
        raise RealityRefused("这一项已经核定，不用再说明了。有异议请打电话给我们。")
    check.employer_words, check.employer_answered_at = masked_text(words.strip()[:500]), now
    check.status = RealityStatus.ANSWERED


def decide(rt: Runtime, check_id: int, *, holds: bool, words: str, who: str) -> None:
    """The bureau confirms or dismisses a gap. Raises RealityRefused before the employer was heard or its time is up.

    A dismissed gap gives the employer its health back, unless another gap stands or a clerk has judged since.
    """
    now = rt.now()
    with rt.transaction() as session:
        check = reality_table.locked_check(session, check_id)
        if check is None:
            raise ServiceError("reality.unknown", 404, "没有这一项核对。")
        if check.status not in (RealityStatus.OPEN, RealityStatus.ANSWERED):
            raise RealityRefused("这一项已经核定过了。")
        if check.status == RealityStatus.OPEN and now.date() <= check.answer_by:
            day = f"{check.answer_by.month}月{check.answer_by.day}日"
            raise RealityRefused(f"还没有听单位说明。请先问单位；单位到 {day} 还不说，再核定。")
        if not words.strip():
            raise RealityRefused("请写明核定的依据。")
        check.status = RealityStatus.CONFIRMED if holds else RealityStatus.DISMISSED
        check.decided_at, check.decided_by, check.decision = now, who, masked_text(words.strip())
        session.flush()  # what is still held against the employer is counted
        if not holds:
            _restore(session, check.employer, check.id, now)


def _restore(session: Session, firm: Employer, check_id: int, now: datetime) -> None:
    if firm.health != "watch" or reality_table.checks_of(session, firm.id, HELD_AGAINST):
        return
    judged = [one for one in employers_table.changes_of(session, firm.id) if one.field == "health"]
    if judged and judged[-1].who == WHO:
        reason = f"上岗核对：第 {check_id} 号核定不属实"
        employers.change_health(session, firm, "normal", Step(WHO, now, reason))


def confirmed(session: Session, employer_id: int, now: datetime) -> list[RealityCheck]:
    """What may be said to others: the gaps of the last year that were confirmed with both sides heard, oldest first."""
    found = reality_table.checks_of(session, employer_id, (RealityStatus.CONFIRMED,))
    return [one for one in found if one.decided_at is not None and one.decided_at > now - SAID_FOR]


def confirmed_gaps(session: Session, employer_id: int, now: datetime) -> Counter[str]:
    """The same counted: how often each gap was confirmed."""
    return Counter(chain.from_iterable(reality_table.confirmed_gaps(session, employer_id, now - SAID_FOR)))


def warning(session: Session, employer_id: int, now: datetime) -> str:
    """The sentence a veteran reads beside a posting of this employer; empty while nothing is confirmed."""
    gaps = confirmed_gaps(session, employer_id, now)
    if not gaps:
        return ""
    told = "、".join(f"{gap}（{count} 次）" for gap, count in gaps.most_common())
    return f"提醒：在这家上过班的同志反映，下面的和招聘时说的不一样，我们核实过：{told}。去之前先问清楚。"
