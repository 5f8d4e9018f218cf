"""回访与诉求, freshness: whom nobody has heard of; the spot check; the helpers' queue."""

import secrets
from collections.abc import Callable
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime, whole
from handlers.staff.guard import BUREAU, PEOPLE, READERS, actor, page
from services import care_lists, desk_lists, helping, spot_checks
from services.errors import ServiceError
from services.helping import Next

PAGE = 100


@page("/care/silence", roles=PEOPLE, names=True)
def silence() -> ResponseReturnValue:
    """Freshness per station, and the people behind it."""
    after = request.args.get("after", 0, whole)
    people = desk_lists.unheard(runtime(), actor(), after, PAGE)
    following = people[-1].veteran_id if len(people) == PAGE else None
    stations = desk_lists.freshness(runtime(), actor())
    return render_template("staff/silence.html", stations=stations, people=people, after=after, following=following)


@page("/care/spot-check", roles=READERS, names=True)
def spot_check() -> ResponseReturnValue:
    """This month's rows to check, and the error rates with their margins."""
    found = care_lists.spot_check(runtime(), actor())
    return render_template("staff/spot_check.html", found=found, fields=spot_checks.FIELDS)


@page("/care/spot-check", roles=BUREAU, methods=("POST",))
def draw() -> ResponseReturnValue:
    """Draws this month's sample."""
    month = f"{runtime().today():%Y-%m}"
    drawn = spot_checks.draw(runtime(), month, secrets.token_hex(8))
    flash(f"抽出 {drawn} 条。" if drawn else "本月已经抽过了。", "success")
    return redirect(url_for("staff.spot_check"))


@page("/care/spot-check/<int:spot_check_id>", roles=PEOPLE, methods=("POST",), acts="spot_check.result")
def checked(spot_check_id: int) -> ResponseReturnValue:
    """What the call found."""
    form = request.form
    wrong, note = form.getlist("wrong"), form.get("note", "")
    return _told(
        lambda: spot_checks.record(runtime(), spot_check_id, form.get("result", ""), wrong, note, actor().who),
        "staff.spot_check",
    )


@page("/care/help", roles=PEOPLE, names=True)
def help_queue() -> ResponseReturnValue:
    """What the helpers do next."""
    mine = request.args.get("whose") != "all"
    lines = care_lists.help_queue(runtime(), actor(), mine=mine)
    return render_template("staff/help.html", lines=lines, mine=mine, outcomes=helping.OUTCOMES)


@page("/care/help/steps/<int:help_step_id>", roles=PEOPLE, methods=("POST",), acts="help.step")
def help_step(help_step_id: int) -> ResponseReturnValue:
    """A step is done, with the next one; or the help ends."""
    form = request.form

    def take() -> None:
        if form.get("outcome"):
            helping.end_by_step(runtime(), help_step_id, form["outcome"], actor().who)
            return
        following = Next(form["text"], _day(form.get("due_on", ""))) if form.get("text") else None
        helping.finish_step(runtime(), help_step_id, actor().who, following)

    return _told(take, "staff.help_queue")


@page("/care/help/people/<int:veteran_id>", roles=PEOPLE)
def help_plan(veteran_id: int) -> ResponseReturnValue:
    """Begins to help one person."""
    name = care_lists.name(runtime(), actor(), veteran_id)
    helpers = [actor().who, *desk_lists.colleagues(runtime(), actor())]
    return render_template(
        "staff/help_plan.html", name=name, veteran_id=veteran_id, helpers=helpers, reasons=helping.REASONS
    )


@page("/care/help/people/<int:veteran_id>", roles=PEOPLE, methods=("POST",), acts="help.begin")
def help_begin(veteran_id: int) -> ResponseReturnValue:
    """The plan with its helper, reason and first step."""
    form = request.form

    def begin() -> None:
        first = Next(form.get("text", ""), _day(form.get("due_on", "")))
        helping.begin(
            runtime(),
            veteran_id,
            form.get("helper", ""),
            form.get("reason", ""),
            first,
            who=actor().who,
            note=form.get("note", ""),
        )

    return _told(begin, "staff.help_queue")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise helping.HelpRefused("请填下一步的日期。") from None


def _told(act: Callable[[], None], back: str) -> ResponseReturnValue:
    try:
        act()
        flash("记下了。", "success")
    except ServiceError as error:
        if error.status == 404:
            raise
        flash(error.message, "danger")
    return redirect(url_for(back))
