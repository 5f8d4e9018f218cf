"""The after-care report: who stayed, how content, how fast cases are settled; every figure opens to its rows."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from handlers.current import runtime, whole
from handlers.staff.guard import BUREAU, READERS, actor, page
from services import outcomes as outcomes_service


@page("/care/report", roles=READERS)
def care_report() -> ResponseReturnValue:
    """The figures by employer and by trade."""
    found = outcomes_service.report(runtime(), actor())
    return render_template("staff/care_report.html", found=found, day=runtime().today())


@page("/care/report/rows", roles=BUREAU, names=True)
def care_rows() -> ResponseReturnValue:
    """The rows behind one figure of retention: /rows?step=30&by=employer&key=…&outcome=left; of content: ?score=4."""
    score = request.args.get("score", None, whole)
    if score is not None:
        found = outcomes_service.content_rows(runtime(), actor(), score)
        return render_template("staff/care_rows.html", rows=found, score=score, words=outcomes_service.OUTCOMES)
    asked = {name: request.args.get(name, "") for name in ("by", "key", "outcome")}
    step = request.args.get("step", 30, whole)
    rows = outcomes_service.rows(runtime(), actor(), step, by=asked["by"], key=asked["key"], outcome=asked["outcome"])
    return render_template("staff/care_rows.html", rows=rows, step=step, asked=asked, words=outcomes_service.OUTCOMES)


@page("/care/report/settled", roles=BUREAU, names=True)
def care_settled() -> ResponseReturnValue:
    """The cases behind the median."""
    return render_template("staff/care_settled.html", rows=outcomes_service.settled_rows(runtime(), actor()))
