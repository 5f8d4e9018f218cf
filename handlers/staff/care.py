"""回访与诉求, cases: the list with late ones first, one case whole, the steps on it, what the joint meeting settles."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.guard import PEOPLE, READERS, actor, page
from services import cases, desk, desk_lists
from services.errors import ServiceError

_DONE: Final = {
    "take": "接办了。",
    "note": "记下了。",
    "hand_over": "转办发出了，等对方接受。",
    "accept": "接办了。",
    "return": "退回了。",
    "department": "记下了会办部门。",
    "progress": "告诉本人了：正在办。",
    "resolve": "答复已发给本人，他说没解决会自动重新打开。",
}


@page("/care", roles=PEOPLE, names=True)
def care() -> ResponseReturnValue:
    """Unsettled cases: mine, or all of my stations."""
    mine = request.args.get("whose") == "mine"
    lines = desk_lists.case_lines(runtime(), actor(), mine=mine)
    return render_template("staff/care.html", lines=lines, mine=mine)


@page("/care/cases/<case_number>", roles=PEOPLE)
def case(case_number: str) -> ResponseReturnValue:
    """One case with everything on it."""
    sheet = desk_lists.case_sheet(runtime(), actor(), case_number)
    colleagues = desk_lists.colleagues(runtime(), actor())
    return render_template("staff/case.html", sheet=sheet, colleagues=colleagues, departments=desk.DEPARTMENTS)


@page("/care/cases/<case_number>", roles=PEOPLE, methods=("POST",), acts="case.step")
def case_step(case_number: str) -> ResponseReturnValue:
    """One step on a case."""
    step, text = request.form.get("step", ""), request.form.get("text", "").strip()
    try:
        _take_step(case_number, step, text)
        flash(_DONE[step], "success")
    except ServiceError as error:
        if error.status == 404:
            raise
        flash(error.message, "danger")
    return redirect(url_for("staff.case", case_number=case_number))


def _take_step(number: str, step: str, text: str) -> None:
    rt, who = runtime(), actor().who
    match step:
        case "take":
            desk.take(rt, number, who)
        case "note":
            desk.add_note(rt, number, text, who)
        case "hand_over":
            desk.hand_over(rt, number, request.form.get("to", ""), who, text)
        case "accept" | "return":
            desk.answer_hand_over(rt, number, who, accepts=step == "accept", reason=text)
        case "department":
            desk.send_to_department(rt, number, text, who)
        case "progress" | "resolve":
            if not text:
                raise desk.CaseStep("请写要告诉本人的话。")
            cases.update(rt, number, "resolved" if step == "resolve" else "in_progress", text, who)
        case _:
            raise desk.CaseStep("请选一步。")


@page("/care/meeting", roles=READERS, names=True)
def meeting() -> ResponseReturnValue:
    """联席会议: what is stuck, with whom; prints on A4."""
    lines = desk_lists.stuck(runtime(), actor())
    return render_template("staff/meeting.html", lines=lines, day=runtime().today())
