"""回访与诉求, reality checks: what the hired found against what was posted, both sides' words, the decision."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime, whole
from handlers.staff.guard import BUREAU, actor, page
from services import outcomes, stations
from services import reality as reality_service
from services.errors import ServiceError


@page("/care/reality", roles=BUREAU, names=True)
def reality() -> ResponseReturnValue:
    """Every gap that waits for a decision; of one station where it is asked for."""
    node_id = request.args.get("station", None, whole)
    found = outcomes.gaps(runtime(), actor(), node_id)
    named = stations.within(runtime(), actor().scope)
    return render_template("staff/reality.html", gaps=found, stations=named, node_id=node_id)


@page("/care/reality/<int:reality_id>", roles=BUREAU, methods=("POST",), acts="reality.decide")
def reality_decide(reality_id: int) -> ResponseReturnValue:
    """Confirms or dismisses a gap."""
    holds, words = request.form.get("holds") == "1", request.form.get("words", "")
    try:
        reality_service.decide(runtime(), reality_id, holds=holds, words=words, who=actor().who)
        flash("核定了。", "success")
    except ServiceError as error:
        if error.status == 404:
            raise
        flash(error.message, "danger")
    return redirect(url_for("staff.reality"))
