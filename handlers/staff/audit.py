"""审计: who looked at whom and who changed what, by account, person and day; whether the trail is whole. Prints."""

from datetime import date
from typing import Any, Final

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime, whole
from handlers.staff.guard import Roles, actor, page
from models.account import Role
from services import audit_check, audit_rounds, audit_trail
from services.audit_trail import Filters

AUDITORS: Final[Roles] = frozenset({Role.ADMIN, Role.LEADER})
KINDS: Final = {"look": "只看查看", "act": "只看改动"}


@page("/audit", roles=AUDITORS)
def audit() -> ResponseReturnValue:
    """The trail, the newest first, filtered by its address: numbers and sign-in names only, nothing personal."""
    given = request.args
    filters = Filters(
        account=given.get("account", "").strip()[:32],
        veteran_id=given.get("person", None, whole),
        first=_day(given.get("first", "")),
        last=_day(given.get("last", "")),
        kind=given.get("kind", "") if given.get("kind") in KINDS else "",
    )
    found = audit_trail.page(runtime(), actor(), filters, given.get("before", None, whole))
    kept = {
        "account": filters.account or None,
        "person": filters.veteran_id,
        "first": filters.first,
        "last": filters.last,
        "kind": filters.kind or None,
    }
    following = url_for("staff.audit", **kept, before=found.before) if found.before else None  # type: ignore[arg-type]
    return render_template(
        "staff/audit.html",
        found=found,
        filters=filters,
        accounts=audit_trail.accounts(runtime(), actor()),
        kinds=KINDS,
        first_page=url_for("staff.audit", **kept),  # type: ignore[arg-type]
        next_page=following,
        is_first="before" not in given,
        printed=runtime().now(),
        **_rounds(),
    )


@page("/audit/verify", roles=AUDITORS, methods=("POST",))
def verify_audit() -> ResponseReturnValue:
    """Whether anything was altered, taken out or put in since the last night; what to write down for the next time."""
    verdict = audit_trail.verify(runtime(), actor())
    return render_template("staff/audit_verdict.html", verdict=verdict, at=runtime().now(), **_rounds())


def _rounds() -> dict[str, Any]:
    return {"rounds": audit_rounds.outcome(runtime()), "faults": audit_check.FAULTS}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
