"""回访与诉求, calls: the phone list, one call with its script, and its answer typed back in one line."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.guard import PEOPLE, actor, page
from services import answers, desk_lists, phone_answers
from services.answers import Answer


@page("/care/calls", roles=PEOPLE, names=True)
def calls() -> ResponseReturnValue:
    """Whom to call."""
    return render_template("staff/calls.html", calls=desk_lists.calls(runtime(), actor()))


@page("/care/calls/<int:follow_up_id>", roles=PEOPLE)
def follow_up(follow_up_id: int) -> ResponseReturnValue:
    """One call: the number, the script, a line for the answer."""
    return _page(follow_up_id)


@page("/care/calls/<int:follow_up_id>", roles=PEOPLE, methods=("POST",), acts="call.answer")
def follow_up_answer(follow_up_id: int) -> ResponseReturnValue:
    """The line is read and shown; it is kept once the clerk says that it was read right."""
    rt, line = runtime(), request.form.get("line", "").strip()
    read = phone_answers.read(line, rt.today())
    if not line or read.employment_status is None:
        return _page(follow_up_id, line, "没看出人在不在岗。请先写“在岗”、“走了”或“没去”，再写别的。"), 400
    if request.form.get("sure") != "1":
        return _page(follow_up_id, line, read=read)
    answers.record_phone_answer(rt, follow_up_id, read, actor().who)
    flash("记下了。", "success")
    return redirect(url_for("staff.calls"))


def _page(follow_up_id: int, line: str = "", wrong: str = "", read: Answer | None = None) -> str:
    sheet = desk_lists.call_sheet(runtime(), actor(), follow_up_id)
    return render_template(
        "staff/call.html", sheet=sheet, call=sheet.call, office=runtime().office, line=line, wrong=wrong, read=read
    )
