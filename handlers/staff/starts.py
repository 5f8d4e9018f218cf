"""台账, a start: a person begins to work at a posting, and from then on is asked how it goes."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, StringField
from wtforms.validators import InputRequired, Length

from handlers.current import runtime
from handlers.staff.forms import StaffForm, text
from handlers.staff.guard import PEOPLE, actor, page
from services import care_lists, placements
from services.placements import PlacementRefused


class StartForm(StaffForm):
    """Where and from when."""

    code = StringField(
        "岗位编号", [InputRequired(), Length(max=32)], description="点开岗位，编号就在标题旁边，例如 P12。"
    )
    starts_on = DateField("哪天上岗", [InputRequired()])


@page("/people/<int:veteran_id>/start", roles=PEOPLE, methods=("GET", "POST"), acts="person.start")
def start_person(veteran_id: int) -> ResponseReturnValue:
    """Somebody found work at one of our postings: the follow-ups are planned with it."""
    form, status = StartForm(), 200
    if form.validate_on_submit() and form.starts_on.data is not None:
        try:
            placements.begin(runtime(), veteran_id, text(form.code), form.starts_on.data, actor().who[:64])
            flash("登记好了。到第 7、30、90 天会自动回访本人和单位。", "success")
            return redirect(url_for("staff.person", veteran_id=veteran_id))
        except PlacementRefused as refused:
            flash(refused.message, "danger")
            status = refused.status
    name = care_lists.name(runtime(), actor(), veteran_id, "start")
    return render_template("staff/start.html", form=form, name=name), status
