"""回访与诉求, referrals: the board with the employers' clock, one referral with the link to pass on."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime
from handlers.staff.guard import PEOPLE, actor, page
from services import desk_lists
from services import referrals as referrals_service


@page("/care/referrals", roles=PEOPLE, names=True)
def referrals() -> ResponseReturnValue:
    """Who waits for an employer's answer, late ones first."""
    return render_template("staff/referrals.html", lines=desk_lists.referral_lines(runtime(), actor()))


@page("/care/referrals/<int:referral_id>", roles=PEOPLE)
def referral(referral_id: int) -> ResponseReturnValue:
    """One referral: whom to call, what to send."""
    sheet = desk_lists.referral_sheet(runtime(), actor(), referral_id)
    return render_template("staff/referral.html", sheet=sheet, office=runtime().office)


@page("/care/referrals/<int:referral_id>", roles=PEOPLE, methods=("POST",), acts="referral.sent")
def referral_sent(referral_id: int) -> ResponseReturnValue:
    """The link was passed on, or the employer was reminded."""
    referrals_service.note_sent(runtime(), referral_id, actor().who)
    flash("记下了。", "success")
    return redirect(url_for("staff.referral", referral_id=referral_id))
