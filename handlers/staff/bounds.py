"""Whose a thing in an address is: each variable of a staff address, and the people it is about.

A page with `<int:veteran_id>` in its address opens only for staff on or above that person's node. A new kind of
variable needs a line here before a page can use it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from models import desk as desk_table
from models import followup as followups_table
from models import heartbeat as heartbeats_table
from models import helping as helping_table
from models import veteran as veterans_table
from models.base import Session
from models.delivery import Delivery
from models.placement import Referral
from models.veteran import Veteran

PeopleOf = Callable[[Session, Any], Sequence[Veteran | None]]
_VARIABLE: Final = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


def _of_veteran(session: Session, veteran_id: int) -> Sequence[Veteran | None]:
    veteran = veterans_table.veteran_by_id(session, veteran_id)
    return [] if veteran is None or veteran.erased_at is not None else [veteran]


def _of_case(session: Session, number: str) -> Sequence[Veteran | None]:
    case = followups_table.case_numbered(session, number)
    if case is None:
        return []
    return _of_veteran(session, case.veteran_id) if case.veteran_id is not None else [None]


def _of_follow_up(session: Session, follow_up_id: int) -> Sequence[Veteran | None]:
    follow_up = session.get(followups_table.FollowUp, follow_up_id)
    return [] if follow_up is None else _of_veteran(session, follow_up.placement.veteran_id)


def _of_referral(session: Session, referral_id: int) -> Sequence[Veteran | None]:
    referral = session.get(Referral, referral_id)
    return [] if referral is None else _of_veteran(session, referral.veteran_id)


def _of_spot_check(session: Session, spot_check_id: int) -> Sequence[Veteran | None]:
    check = heartbeats_table.spot_check_by_id(session, spot_check_id)
    return [] if check is None else _of_veteran(session, check.veteran_id)


def _of_help_step(session: Session, help_step_id: int) -> Sequence[Veteran | None]:
    step = helping_table.step_by_id(session, help_step_id)
    plan = helping_table.plan_by_id(session, step.plan_id) if step is not None else None
    return [] if plan is None else _of_veteran(session, plan.veteran_id)


def _of_reality_check(session: Session, reality_id: int) -> Sequence[Veteran | None]:
    found = desk_table.check_of_placement(session, reality_id)
    return [] if found is None else [found[1]]


def _of_delivery(session: Session, delivery_id: int) -> Sequence[Veteran | None]:
    delivery = session.get(Delivery, delivery_id)
    return [] if delivery is None or delivery.veteran_id is None else _of_veteran(session, delivery.veteran_id)


#: Things that are about one person: who it is, None = somebody unknown to the ledger; none at all = no such thing.
BOUND: Final[Mapping[str, PeopleOf]] = {
    "veteran_id": _of_veteran,
    "case_number": _of_case,
    "follow_up_id": _of_follow_up,
    "referral_id": _of_referral,
    "spot_check_id": _of_spot_check,
    "help_step_id": _of_help_step,
    "reality_id": _of_reality_check,
    "delivery_id": _of_delivery,
}
#: Things that are about nobody: whoever may open the page may open any of them. A sheet handed in is about no row yet:
#: services/intake/uploads.py opens it within the actor's stations.
FREE: Final = frozenset(
    {
        "posting_code",
        "employer_id",
        "broadcast_id",
        "fair_id",
        "policy_id",
        "sign_in_name",
        "node_id",
        "upload_id",
        "figure_name",
        "file_kind",
        "text_folder",
        "text_name",
    }
)


def variables(rule: str) -> set[str]:
    """The names of the variables in a rule."""
    return set(_VARIABLE.findall(rule))


def known() -> set[str]:
    """Every variable a rule may have."""
    return set(BOUND) | FREE


def people_of(session: Session, name: str, value: Any) -> Sequence[Veteran | None] | None:
    """The people a variable's value is about; None = about nobody."""
    return BOUND[name](session, value) if name in BOUND else None
