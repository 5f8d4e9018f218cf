"""今日: the first page, with what waits for whoever opens it."""

from dataclasses import dataclass
from typing import Any, Final

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.audit import AUDITORS
from handlers.staff.guard import EVERYBODY, actor, may_open, page
from models.nightly import Progress
from services import audit_rounds, nightly
from services import today as today_service
from services.today import Item, Section

#: Section -> the page of all of them, the page of one, and the name of its variable.
TARGETS: Final = {
    "talk": ("talks", "talk", "veteran_id"),
    "case": ("care", "case", "case_number"),
    "follow_up": ("care", "follow_up", "follow_up_id"),
    "conflict": ("conflict_list", None, None),
    "papers": ("papers_due", "employer", "employer_id"),
    "posting": ("posting_list", "posting", "posting_code"),
}


@dataclass(frozen=True, slots=True)
class Linked:
    """A section with where its parts open; None where the role has no such page."""

    section: Section
    address: str | None
    items: tuple[tuple[Item, str | None], ...]


@dataclass(frozen=True, slots=True)
class Night:
    """The night's matching while it is not done, for those whose page shows it."""

    come: Progress
    is_late: bool


@page("/", roles=EVERYBODY, names=True)
def today() -> ResponseReturnValue:
    """My queue."""
    found = [_linked(one) for one in today_service.sections(runtime(), actor())]
    broken = actor().role in AUDITORS and audit_rounds.outcome(runtime()).fault is not None
    come = nightly.progress(runtime()) if may_open(actor().role, "staff.settings") else None
    night = Night(come, nightly.is_late(runtime(), come)) if come is not None and come.done < come.shards else None
    known = {"day": runtime().today(), "trail_is_broken": broken, "night": night}
    return render_template("staff/today.html", sections=found, **known)


def _linked(section: Section) -> Linked:
    listed, single, variable = TARGETS[section.name]
    items = []
    for item in section.items:
        values: dict[str, Any] = {variable: item.key} if variable else {}
        items.append((item, _address(single, values)))
    return Linked(section, _address(listed, {}), tuple(items))


def _address(name: str | None, values: dict[str, Any]) -> str | None:
    """Where a page is, if it exists and the role may open it."""
    is_open = name is not None and may_open(actor().role, f"staff.{name}")
    return url_for(f"staff.{name}", **values) if is_open else None
