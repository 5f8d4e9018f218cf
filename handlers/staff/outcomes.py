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
    """The rows behind one figure: /rows?step=30&by=employer&key=…&outcome=left."""
    asked = {name: request.args.get(name, "") for name in ("by", "key", "outcome")}
    step = request.args.get("step", 30, whole)
    rows = outcomes_service.rows(runtime(), actor(), step, by=asked["by"], key=asked["key"], outcome=asked["outcome"])
    return render_template("staff/care_rows.html", rows=rows, step=step, asked=asked, words=outcomes_service.OUTCOMES)
