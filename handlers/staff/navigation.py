"""The console's main pages in their order; a page shows in the navigation once it exists, to whom it is open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import g, request, url_for

from handlers.staff.guard import may_open, staff
from models.account import Role
from services.runtime import CHINA

#: Label -> the page's function in handlers/staff; of several, the first that the role may open.
PAGES: Final = {
    "今日": ("today",),
    "台账": ("people",),
    "企业与岗位": ("posting_list",),
    "推送": ("broadcasts",),
    "会话": ("talks",),
    "回访与诉求": ("care",),
    "政策": ("policies",),
    "报表": ("reports",),
    "设置": ("settings", "pace", "station_codes"),
    "审计": ("audit",),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the navigation."""

    label: str
    address: str
    is_current: bool


def items(role: Role) -> list[Item]:
    """What this role may open of the pages that exist."""
    here = request.path.removeprefix("/staff").split("/")[1:2]
    found = []
    for label, names in PAGES.items():
        name = next((one for one in names if may_open(role, f"staff.{one}")), None)
        if name is not None:
            address = url_for(f"staff.{name}")
            found.append(Item(label, address, address.removeprefix("/staff").split("/")[1:2] == here))
    return found


@staff.context_processor
def _offer() -> dict[str, Any]:
    """What every template of the console knows: who acts, where they may go."""
    visitor = g.get("visitor")
    if visitor is None or visitor.step is not None:
        return {"actor": None, "navigation": [], "may_open": lambda _name: False}
    role = visitor.actor.role
    return {
        "actor": visitor.actor,
        "navigation": items(role),
        "may_open": lambda name: may_open(role, f"staff.{name}"),
    }


@staff.app_template_filter("china")
def china(moment: datetime) -> str:
    """A moment as staff read it."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
