"""What the pages after the offer list: calls to make, cases, referrals on their way, people not heard of."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, or_, select

from models.base import Session
from models.followup import UNSETTLED, Case, CaseStatus, FollowUp, FollowUpStatus
from models.heartbeat import Heartbeat, SpotCheck
from models.helping import HelpPlan, HelpStep
from models.placement import OPEN_REFERRALS, Placement, Referral
from models.reality import RealityCheck, RealityStatus
from models.scope import Scope
from models.veteran import Veteran


def calls(session: Session, scope: Scope, limit: int) -> list[tuple[FollowUp, Veteran]]:
    """The phone list: who must be called, who has waited longest first."""
    found = (
        select(FollowUp, Veteran)
        .join(Placement, Placement.id == FollowUp.placement_id)
        .join(Veteran, Veteran.id == Placement.veteran_id)
        .where(FollowUp.status == FollowUpStatus.PHONE, scope.limits(Veteran.node_id))
        .order_by(FollowUp.due_at, FollowUp.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def cases(session: Session, scope: Scope, owner: str | None, limit: int) -> list[tuple[Case, Veteran | None]]:
    """Unsettled cases, the day their answer is due first; of one owner (theirs or offered to them), or all."""
    found = (
        select(Case, Veteran)
        .outerjoin(Veteran, Veteran.id == Case.veteran_id)
        .where(Case.status.in_(UNSETTLED), scope.limits(Veteran.node_id))
    )
    if owner is not None:
        found = found.where(or_(Case.owner == owner, Case.offered_to == owner))
    return [(row[0], row[1]) for row in session.execute(found.order_by(Case.due_on, Case.id).limit(limit))]


def stuck_cases(session: Session, scope: Scope, day: date) -> list[tuple[Case, Veteran | None]]:
    """For the joint meeting: what waits for a department, or is late; by department."""
    found = (
        select(Case, Veteran)
        .outerjoin(Veteran, Veteran.id == Case.veteran_id)
        .where(Case.status.in_(UNSETTLED), scope.limits(Veteran.node_id))
        .where(or_(Case.department.is_not(None), Case.due_on < day))
        .order_by(Case.department.nulls_last(), Case.due_on, Case.id)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def settled_cases(session: Session, scope: Scope, since: datetime) -> list[tuple[Case, Veteran | None]]:
    """Cases whose answer was told back since that moment."""
    found = (
        select(Case, Veteran)
        .outerjoin(Veteran, Veteran.id == Case.veteran_id)
        .where(Case.status.in_((CaseStatus.RESOLVED, CaseStatus.CLOSED)), Case.resolved_at >= since)
        .where(scope.limits(Veteran.node_id))
    )
    return [(row[0], row[1]) for row in session.execute(found.order_by(Case.id))]


def referrals(session: Session, scope: Scope, limit: int) -> list[tuple[Referral, Veteran]]:
    """Referrals on their way, the employer's answer due first."""
    found = (
        select(Referral, Veteran)
        .join(Veteran, Veteran.id == Referral.veteran_id)
        .where(Referral.status.in_(OPEN_REFERRALS), scope.limits(Veteran.node_id))
        .order_by(Referral.answered_at.is_not(None), Referral.respond_by, Referral.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def unheard(session: Session, scope: Scope, before: datetime, after_id: int, limit: int) -> list[Veteran]:
    """A page of the ledger's people whom nobody has heard of since that moment."""
    stale = or_(Veteran.fresh_at.is_(None), Veteran.fresh_at < before)
    found = select(Veteran).where(Veteran.in_ledger, Veteran.erased_at.is_(None), stale, scope.limits(Veteran.node_id))
    return list(session.scalars(found.where(Veteran.id > after_id).order_by(Veteran.id).limit(limit)))


def heard_of(session: Session, scope: Scope, since: datetime) -> list[tuple[int | None, int, int]]:
    """Station, people in its ledger, and how many of them were heard of since that moment."""
    fresh = func.count().filter(Veteran.fresh_at >= since)
    found = select(Veteran.node_id, func.count(), fresh).where(Veteran.in_ledger, Veteran.erased_at.is_(None))
    counted = found.where(scope.limits(Veteran.node_id)).group_by(Veteran.node_id).order_by(Veteran.node_id)
    return [(row[0], row[1], row[2]) for row in session.execute(counted)]


def greetings_of(session: Session, veteran_ids: Sequence[int], month: str) -> dict[int, Heartbeat]:
    """What became of these people's greeting of the month."""
    found = select(Heartbeat).where(Heartbeat.veteran_id.in_(veteran_ids), Heartbeat.month == month)
    return {one.veteran_id: one for one in session.scalars(found)}


def help_queue(session: Session, scope: Scope, helper: str | None) -> list[tuple[HelpStep, HelpPlan, Veteran]]:
    """What is to be done next in the plans under way: of one helper, or of all; by day."""
    found = (
        select(HelpStep, HelpPlan, Veteran)
        .join(HelpPlan, HelpPlan.id == HelpStep.plan_id)
        .join(Veteran, Veteran.id == HelpPlan.veteran_id)
        .where(HelpPlan.closed_at.is_(None), HelpStep.done_at.is_(None), scope.limits(Veteran.node_id))
    )
    found = found if helper is None else found.where(HelpPlan.helper == helper)
    return [(row[0], row[1], row[2]) for row in session.execute(found.order_by(HelpStep.due_on, HelpStep.id))]


def drawn(session: Session, scope: Scope, month: str) -> list[tuple[SpotCheck, Veteran]]:
    """The rows drawn for a month's spot check; those not called yet first."""
    found = (
        select(SpotCheck, Veteran)
        .join(Veteran, Veteran.id == SpotCheck.veteran_id)
        .where(SpotCheck.month == month, scope.limits(Veteran.node_id))
        .order_by(SpotCheck.checked_at.is_not(None), SpotCheck.node_id, SpotCheck.id)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def placements(session: Session, scope: Scope, until: date) -> list[tuple[Placement, Veteran]]:
    """Everybody who was to start by that day."""
    found = (
        select(Placement, Veteran)
        .join(Veteran, Veteran.id == Placement.veteran_id)
        .where(Placement.starts_on <= until, scope.limits(Veteran.node_id))
        .order_by(Placement.id)
    )
    return [(row[0], row[1]) for row in session.execute(found)]


def answered(session: Session, placement_ids: Sequence[int]) -> list[FollowUp]:
    """Every answer of a veteran about these placements, the oldest first."""
    mine = (FollowUp.placement_id.in_(placement_ids), FollowUp.side == "veteran", FollowUp.answered_at.is_not(None))
    return list(session.scalars(select(FollowUp).where(*mine).order_by(FollowUp.id)))


def undecided_checks(session: Session, scope: Scope, node_id: int | None) -> list[tuple[RealityCheck, Veteran]]:
    """Every gap the bureau has not decided on, the oldest first: of one station's people, or of all in scope."""
    found = (
        select(RealityCheck, Veteran)
        .join(Placement, Placement.id == RealityCheck.placement_id)
        .join(Veteran, Veteran.id == Placement.veteran_id)
        .where(RealityCheck.status.in_((RealityStatus.OPEN, RealityStatus.ANSWERED)), scope.limits(Veteran.node_id))
        .order_by(RealityCheck.id)
    )
    found = found if node_id is None else found.where(Veteran.node_id == node_id)
    return [(row[0], row[1]) for row in session.execute(found)]


def check_of_placement(session: Session, check_id: int) -> tuple[RealityCheck, Veteran] | None:
    """A reality check and the veteran it is about."""
    found = (
        select(RealityCheck, Veteran)
        .join(Placement, Placement.id == RealityCheck.placement_id)
        .join(Veteran, Veteran.id == Placement.veteran_id)
        .where(RealityCheck.id == check_id)
    )
    row = session.execute(found).first()
    return (row[0], row[1]) if row is not None else None
