"""推送, the office's job fairs: entered, changed, called off; what is told of them, when and to whom."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length

from handlers.current import runtime
from handlers.staff.broadcasts import STATES
from handlers.staff.forms import StaffForm, text
from handlers.staff.guard import BUREAU, READERS, actor, page
from models.notice import Notice
from services import fair_edits
from services import fairs as fairs_service
from services.errors import ServiceError
from services.fair_edits import FairWish
from services.runtime import CHINA


class FairForm(StaffForm):
    """Where and when, and who is told."""

    title = StringField("叫什么", [InputRequired(), Length(max=40)], default="退役军人专场招聘会")
    place = StringField("在哪办", [InputRequired(), Length(max=60)], description="写到门口能找着，例如：县体育馆一楼。")
    day = DateField("哪一天", [InputRequired("请填日子，例如 2026-12-25。")])
    opens = TimeField("几点开始", [InputRequired("请填几点开始，例如 09:00。")], default=fairs_service.OPENS_AT)
    audience = StringField(
        "告诉谁",
        [InputRequired(), Length(max=2000)],
        default=fairs_service.AUDIENCE,
        description="已经上岗的不打扰，就写“群体=求职中”。也可以写：全部；站点=城关。",
    )
    text = TextAreaField("还要提醒什么（可以不填）", [Length(max=200)], render_kw={"rows": 2})


@page("/broadcasts/fairs", roles=READERS, methods=("GET",))
def fairs() -> ResponseReturnValue:
    """The fairs to come, and what has been and will be told of each."""
    return render_template(
        "staff/fairs.html", rows=fair_edits.upcoming(runtime()), states=STATES, usual=fairs_service.AUDIENCE
    )


@page("/broadcasts/fairs/new", roles=BUREAU, methods=("GET", "POST"))
def fair_new() -> ResponseReturnValue:
    """Entering one."""
    return _edit(FairForm(), None)


@page("/broadcasts/fairs/<int:fair_id>", roles=BUREAU, methods=("GET", "POST"))
def fair(fair_id: int) -> ResponseReturnValue:
    """Changing one."""
    row = next((one for one, _ in fair_edits.upcoming(runtime()) if one.id == fair_id), None)
    if row is None:
        abort(404)
    starts = row.starts_at.astimezone(CHINA) if row.starts_at else None
    known = {name: getattr(row, name) for name in ("title", "place", "text")}
    known["audience"] = row.audience or fairs_service.AUDIENCE
    moment = {"day": starts.date(), "opens": starts.time()} if starts else {}
    return _edit(FairForm(data=known | moment), row)


def _edit(form: FairForm, row: Notice | None) -> ResponseReturnValue:
    status = 200
    if form.validate_on_submit() and form.day.data and form.opens.data:
        words = {name: text(form[name]) for name in ("title", "place", "audience", "text")}
        try:
            wish = FairWish(**words, day=form.day.data, opens=form.opens.data)
            fair_edits.keep(runtime(), wish, actor().who[:64], row.id if row else None)
            flash("记下了。到了日子系统自己通知，不用再管。", "success")
            return redirect(url_for("staff.fairs"))
        except ServiceError as error:
            flash(error.message, "danger")
            status = error.status
    return render_template("staff/fair.html", form=form, row=row), status


@page("/broadcasts/fairs/<int:fair_id>/off", roles=BUREAU, methods=("POST",))
def call_off_fair(fair_id: int) -> ResponseReturnValue:
    """It is not held."""
    told = fair_edits.call_off(runtime(), fair_id, actor().who[:64])
    if told:
        flash("取消了，没发的通知也撤了。有人已经收到过通知，请再写一条推送告诉他们不办了。", "warning")
        return redirect(url_for("staff.broadcast_new"))
    flash("取消了，不会再通知。", "success")
    return redirect(url_for("staff.fairs"))
