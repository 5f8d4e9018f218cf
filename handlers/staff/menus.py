"""设置, the account's menu: what people see now, changed and published from here."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from handlers.current import runtime
from handlers.staff.forms import number
from handlers.staff.guard import ADMIN, actor, page
from services import menus, settings
from services.errors import ServiceError
from services.menus import ACTIONS, MOST, MOST_BELOW, Entry

ROWS = 1 + MOST_BELOW
"""Rows of the form an upper entry takes: its own, and those below it."""


@page("/settings/menu", roles=ADMIN, methods=("GET", "POST"))
def menu() -> ResponseReturnValue:
    """The menu in force, in a form that publishes it."""
    rt = runtime()
    wanted, status = menus.read(rt), 200
    if request.method == "POST":
        wanted = _written()
        try:
            menus.keep(rt, wanted, actor().who)
            flash("发布了。手机上重新打开公众号就能看到，最慢等五分钟。", "success")
            return redirect(url_for("staff.menu"))
        except ServiceError as error:
            flash(error.message, "danger")
            status = error.status
    seen, trouble = menus.on_account(rt)
    shown = [*wanted, *[Entry("")] * (MOST - len(wanted))]
    return (
        render_template(
            "staff/menu.html",
            shown=[(one, [*one.below, *[Entry("")] * (MOST_BELOW - len(one.below))]) for one in shown],
            actions=ACTIONS,
            chars=menus.NAME_CHARS,
            seen=seen,
            trouble=trouble,
            changes=settings.history(rt, menus.NAME),
        ),
        status,
    )


@page("/settings/menu/undo", roles=ADMIN, methods=("POST",))
def undo_menu() -> Response:
    """Takes the latest change back, on the account too."""
    menus.take_back(runtime(), number("change"), actor().who)
    flash("已撤销，公众号上也换回上一次的。记录里留着这一条。", "success")
    return redirect(url_for("staff.menu"))


def _written() -> tuple[Entry, ...]:
    """The form's rows: every sixth is an upper entry, those without any word are left out."""
    columns = (request.form.getlist(name) for name in ("name", "action", "url"))
    rows = [Entry(*(cell.strip() for cell in row)) for row in zip(*columns, strict=False)]
    groups = [(rows[at], rows[at + 1 : at + ROWS]) for at in range(0, len(rows), ROWS)]
    found = []
    for upper, lower in groups:
        below = tuple(one for one in lower if one.name or one.url)
        if upper.name or upper.url or below:
            found.append(Entry(upper.name, upper.action, upper.url, below))
    return tuple(found)
