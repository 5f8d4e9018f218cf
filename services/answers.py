"""What the answer to a follow-up brings about, by whichever road it came: the talk, a call, the employer's link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import reality as reality_table
from models import veteran as veterans_table
from models.base import Session
from models.followup import FollowUp, FollowUpStatus
from models.placement import Placement
from models.sealed import Keyring
from services import cases, confirmations, followups, placements, reality
from services.errors import ServiceError
from services.runtime import Runtime

AT_WORK: Final = "在岗"
LEFT: Final = "已离职"
NOT_STARTED: Final = "未入职"
STATUSES: Final = (AT_WORK, LEFT, NOT_STARTED)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said; None = not said. `gaps` empty = asked, and all as posted. `trouble`: the matter of a complaint."""

    words: str = ""
    employment_status: str | None = None
    satisfaction: int | None = None
    gaps: tuple[str, ...] | None = None
    reason: str | None = None
    trouble: str | None = None

    def facts(self) -> dict[str, object]:
        """As kept with the follow-up: never the words of a veteran."""
        named = {
            "employment_status": self.employment_status,
            "satisfaction": self.satisfaction,
            "gaps": list(self.gaps) if self.gaps is not None else None,
            "reason": self.reason,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class By:
    """By which way an answer came (talk, phone, link), who wrote it down, and when."""

    way: str
    who: str
    at: datetime


def veteran_answers(session: Session, keyring: Keyring, follow_up: FollowUp, answer: Answer, by: By) -> None:
    """Adds the answer: who left ends the placement, a gap begins a reality check, the person's row is confirmed."""
    followups.record_answer(session, follow_up, answer.facts(), by.at, way=by.way, who=by.who)
    placement = follow_up.placement
    status = (follow_up.answer or {}).get("employment_status")
    if status == LEFT and placement.ended_on is None:
        placements.end(session, placement, by.at.date(), answer.reason or "", by.at)
    elif status == NOT_STARTED and placement.ended_on is None and not followups.asks_facts(session, follow_up):
        # At the first question "not yet" may still become a start; a month later it has not been one.
        placements.end(session, placement, placement.starts_on, answer.reason or "没有入职", by.at)
    elif answer.reason and placement.ended_on is not None:
        placement.end_reason = answer.reason
    if answer.gaps is not None:
        reality.note(session, keyring, follow_up, answer.gaps, words=answer.words, now=by.at)
    veteran = veterans_table.veteran_by_id(session, placement.veteran_id)
    if veteran is not None:
        confirmations.confirm(session, veteran, by.way, by.who or "veteran", by.at)


def employer_answers(session: Session, keyring: Keyring, follow_up: FollowUp, answer: Answer, by: By) -> None:
    """Adds the employer's answer. Where it says otherwise than the veteran, a clerk asks: nobody's word ends a job."""
    before = (follow_up.answer or {}).get("employment_status")
    followups.record_answer(session, follow_up, answer.facts() | {"words": answer.words}, by.at, way=by.way, who=by.who)
    check = _open_check(session, follow_up)
    if check is not None and answer.words.strip():
        reality.employer_says(session, check, answer.words, by.at)
    placement = follow_up.placement
    if answer.employment_status not in (LEFT, NOT_STARTED) or placement.ended_on is not None:
        return
    if answer.employment_status == before:  # the form was sent twice
        return
    veteran = veterans_table.veteran_by_id(session, placement.veteran_id)
    if veteran is not None:
        said = f"单位说：{answer.employment_status}。{answer.reason or ''}请问本人核对。"
        cases.open_case(session, keyring, veteran, "check", words=said, now=by.at, placement_id=placement.id)


def _open_check(session: Session, follow_up: FollowUp) -> reality_table.RealityCheck | None:
    open_ones = (reality_table.RealityStatus.OPEN, reality_table.RealityStatus.ANSWERED)
    mine = reality_table.checks_of(session, follow_up.placement.posting.employer_id, open_ones)
    return next((one for one in mine if one.placement_id == follow_up.placement_id), None)


def gaps_to_explain(session: Session, placement: Placement) -> tuple[str, ...]:
    """What this placement's employer is to say its side of, without the veteran's words."""
    asked = (reality_table.RealityStatus.OPEN, reality_table.RealityStatus.ANSWERED)
    checks = reality_table.checks_of(session, placement.posting.employer_id, asked)
    return tuple(gap for one in checks if one.placement_id == placement.id for gap in one.gaps)


def answerable(session: Session, follow_up_id: int) -> FollowUp:
    """A follow-up that may be answered now, held until the transaction ends; raises ServiceError."""
    open_ones = (*followups.OPEN_STATUSES, FollowUpStatus.ANSWERED)
    follow_up = followups.claimed(session, follow_up_id, open_ones)
    if follow_up is None:
        raise ServiceError("followups.closed", 409, "这次回访已经不用回答了：可能已经离岗。")
    return follow_up


def record_phone_answer(rt: Runtime, follow_up_id: int, answer: Answer, who: str) -> FollowUp:
    """A clerk called and writes down what was said; a complaint becomes a case. Raises ServiceError."""
    by = By("phone", who, rt.now())
    with rt.transaction() as session:
        follow_up = answerable(session, follow_up_id)
        if follow_up.side == followups.EMPLOYER:
            employer_answers(session, rt.keyring, follow_up, answer, by)
            return follow_up
        veteran_answers(session, rt.keyring, follow_up, answer, by)
        trouble = answer.trouble or ("posting" if answer.gaps else None)
        veteran = veterans_table.veteran_by_id(session, follow_up.placement.veteran_id)
        if trouble and veteran is not None:
            placement_id = follow_up.placement_id
            cases.open_case(
                session, rt.keyring, veteran, trouble, words=answer.words, now=by.at, placement_id=placement_id
            )
        return follow_up
