"""Phone lists to work off and slips to print, for people no message reaches; group digests to copy."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.guard import BUREAU, PEOPLE, READERS, actor, page
from services import digests, outreach, recommendations
from services.digests import DigestError
from services.outreach import PHONE, RESULTS, SLIP, OutreachError


@page("/broadcasts/calls", roles=PEOPLE)
def push_calls() -> ResponseReturnValue:
    """Whom to call, by village, with what to say."""
    lines = outreach.listed(runtime(), actor(), PHONE)
    return render_template("staff/push_calls.html", lines=lines, results=list(RESULTS[PHONE]), office=runtime().office)


@page("/broadcasts/slips", roles=PEOPLE)
def push_slips() -> ResponseReturnValue:
    """Slips on A4, a village after the other."""
    lines = outreach.listed(runtime(), actor(), SLIP)
    return render_template("staff/push_slips.html", lines=lines, results=list(RESULTS[SLIP]), office=runtime().office)


@page("/broadcasts/results/<int:delivery_id>", roles=PEOPLE, methods=("POST",), acts="outreach.result")
def push_result(delivery_id: int) -> ResponseReturnValue:
    """One line: what came of a call or a slip."""
    back = "staff.push_slips" if request.form.get("way") == SLIP else "staff.push_calls"
    try:
        outreach.record(runtime(), actor(), delivery_id, request.form.get("typed", ""))
    except OutreachError as refused:
        flash(refused.message, "danger")
    return redirect(url_for(back))


@page("/broadcasts/digests", roles=READERS)
def digests_list() -> ResponseReturnValue:
    """The texts for groups, with how many replied which number."""
    rt = runtime()
    with rt.reading() as session:
        snap = recommendations.snapshot(rt.database, session, rt.today())
    newest = sorted(snap.offered.values(), key=lambda one: (str(one.facts.published), one.facts.id), reverse=True)[:40]
    return render_template("staff/digests.html", found=digests.latest(rt), newest=newest)


@page("/broadcasts/digests/new", roles=BUREAU, methods=("POST",))
def digest_new() -> ResponseReturnValue:
    """A text of the postings ticked."""
    try:
        digests.make(runtime(), request.form.getlist("code"), actor().who)
    except DigestError as refused:
        flash(refused.message, "danger")
    return redirect(url_for("staff.digests_list"))
