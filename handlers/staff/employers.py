"""The booklet of a firm (一企一册): to read, to print, to write into; and whose papers are to be looked at."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.guard import BUREAU, actor, page
from handlers.staff.postings import SEE, STATES, WAYS, day_of
from models.posting import How
from services import employer_links, employers, licence_checks, reality
from services.employers import Agreement, EmployerRefused
from services.errors import ServiceError


@page("/employers/papers", roles=SEE)
def papers_due() -> ResponseReturnValue:
    """Every firm whose papers are due within a month, or were never seen."""
    return render_template("staff/papers.html", found=licence_checks.due(runtime()), day=runtime().today())


@page("/employers/<int:employer_id>", roles=SEE)
def employer(employer_id: int) -> ResponseReturnValue:
    """The booklet of a firm (一企一册), to read and to print."""
    return _booklet(employer_id)


@page("/employers/<int:employer_id>/filing", roles=BUREAU, methods=("POST",))
def employer_filing(employer_id: int) -> ResponseReturnValue:
    """Gives the address where the firm files postings itself, or takes it back."""
    if request.form.get("turn") == "off":
        employer_links.take_back_filing(runtime(), employer_id, actor().who[:64])
        flash("填报链接已停用，打不开了。", "success")
        return redirect(url_for("staff.employer", employer_id=employer_id))
    return _booklet(employer_id, employer_links.filing_address(runtime(), employer_id, actor().who[:64]))


def _booklet(employer_id: int, signed: str = "") -> str:
    with runtime().reading() as session:
        gaps = reality.confirmed(session, employer_id, runtime().now())
    return render_template(
        "staff/employer.html",
        firm=employers.booklet(runtime(), employer_id),
        gaps=gaps,
        signed=signed,
        office=runtime().office,
        kinds=employers.KINDS,
        health=employers.HEALTH,
        states=STATES,
        ways=WAYS,
    )


@page("/employers/<int:employer_id>/change", roles=BUREAU, methods=("POST",))
def change_employer(employer_id: int) -> ResponseReturnValue:
    """One entry into the booklet: kind, licence, papers seen, agreement, health, somebody to call, a visit."""
    given, rt, who = request.form, runtime(), actor().who[:64]
    value, note = given.get("value", "").strip(), given.get("note", "").strip()[:200]
    acts: dict[str, Callable[[], object]] = {
        "kind": lambda: employers.set_kind(rt, employer_id, value, who),
        "licence": lambda: employers.set_licence(rt, employer_id, value, who),
        "papers": lambda: licence_checks.look_at(rt, employer_id, How(value), who, note),
        "health": lambda: employers.set_health(rt, employer_id, value, who, note),
        "contact": lambda: employers.add_contact(rt, employer_id, employers.Person(note[:64], value[:32], ""), who),
        "agreement": lambda: employers.sign_agreement(rt, employer_id, _agreement(), who),
        "visit": lambda: employers.record_visit(rt, employer_id, who, note),
    }
    try:
        acts[given.get("field", "")]()
    except (KeyError, ValueError):
        flash("这一项没有填对，请重试。", "danger")
    except ServiceError as refused:
        flash(refused.message, "danger")
    else:
        flash("已记下。", "success")
    return redirect(url_for("staff.employer", employer_id=employer_id))


def _agreement() -> Agreement:
    signed, until = day_of(request.form.get("signed", "")), request.form.get("until", "")
    if signed is None or (until and day_of(until) is None):
        raise EmployerRefused("请填好签订日期，照“2026-12-01”的样子写。")
    return Agreement(signed, day_of(until), is_priority=request.form.get("priority") == "yes")
