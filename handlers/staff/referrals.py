"""回访与诉求, referrals: the board with the employers' clock, one referral with its link and what was answered."""

from datetime import date, datetime, time
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.guard import PEOPLE, actor, page
from services import referral_answers, referral_lists
from services import referrals as referrals_service
from services.errors import ServiceError
from services.runtime import CHINA

_DONE: Final = {
    "sent": "记下了。",
    "interview": "记下了，面试的时间、地点已告诉本人。",
    "hired": "记下了，已告诉本人，等他答应。",
    "no": "记下了，已告诉本人。",
    "yes_by_phone": "记下了：本人说去。",
    "no_by_phone": "记下了：本人说不去。",
}


@page("/care/referrals", roles=PEOPLE, names=True)
def referrals() -> ResponseReturnValue:
    """Who waits for an employer's answer, late ones first."""
    return render_template("staff/referrals.html", lines=referral_lists.referral_lines(runtime(), actor()))


@page("/care/referrals/<int:referral_id>", roles=PEOPLE)
def referral(referral_id: int) -> ResponseReturnValue:
    """One referral: whom to call, what to send, what either side said on the phone."""
    sheet = referral_lists.referral_sheet(runtime(), actor(), referral_id)
    return render_template(
        "staff/referral.html", sheet=sheet, office=runtime().office, refusals=referral_answers.REFUSALS
    )


@page("/care/referrals/<int:referral_id>", roles=PEOPLE, methods=("POST",), acts="referral.step")
def referral_step(referral_id: int) -> ResponseReturnValue:
    """The link was passed on, or somebody answered on the phone."""
    step = request.form.get("step", "sent")
    try:
        _take_step(referral_id, step)
        flash(_DONE[step], "success")
    except ServiceError as error:
        if error.status == 404:
            raise
        flash(error.message, "danger")
    return redirect(url_for("staff.referral", referral_id=referral_id))


def _take_step(number: int, step: str) -> None:
    rt, who, form = runtime(), actor().who[:64], request.form
    note = form.get("note", "").strip()[:100]
    match step:
        case "sent":
            referrals_service.note_sent(rt, number, who)
        case "interview":
            at = datetime.combine(_day(form.get("day", "")), _time(form.get("time", "")), CHINA)
            referral_answers.note_interview(rt, number, at, form.get("place", ""), note=note, who=who)
        case "hired":
            referral_answers.note_offer(rt, number, _day(form.get("starts_on", "")), note=note, who=who)
        case "no":
            referral_answers.note_refusal(rt, number, form.get("reason", ""), who=who)
        case "yes_by_phone" | "no_by_phone":
            referral_answers.note_veteran(rt, number, says_yes=step == "yes_by_phone")
        case _:
            raise ServiceError("referrals.step", 400, "没有这一步，请重试。")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ServiceError("referrals.day", 400, "请填日期。") from None


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ServiceError("referrals.time", 400, "请填钟点，比如 14:00。") from None
