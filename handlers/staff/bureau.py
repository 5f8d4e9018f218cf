"""设置, what the bureau sets for itself: the stations' codes, the pace of follow-ups, replies, and who signed in."""

import io

import segno
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired

from handlers.current import MOST_DIGITS, runtime
from handlers.staff.forms import StaffForm, number, text
from handlers.staff.guard import ADMIN, OFFICE, PEOPLE, actor, page
from services import cadences, canned_replies, settings, sign_ins, stations
from services.cadences import Pace
from services.errors import ServiceError


class PaceForm(StaffForm):
    """When each side is asked after somebody began to work."""

    veteran_steps = StringField("上岗后第几天问老兵", [InputRequired()], description="天数用顿号隔开，例如 7、30、90。")
    employer_steps = StringField("上岗后第几天问单位", [InputRequired()], description="天数用顿号隔开。")
    ask_hour = IntegerField("几点问", [InputRequired()], description="9 到 20 点之间，只在工作日问。")
    silence_days = IntegerField("几天没回再问一次", [InputRequired()], description="再没有回音，就排进电话名单。")


@page("/settings/stations", roles=PEOPLE | ADMIN)
def station_codes() -> ResponseReturnValue:
    """The stations with their QR codes, each on a sheet of its own when printed."""
    found = [(one, _drawn(one.code)) for one in stations.listed(runtime(), actor())]
    return render_template("staff/station_codes.html", found=found)


@page("/settings/stations/<int:node_id>/code", roles=PEOPLE | ADMIN, methods=("POST",))
def make_station_code(node_id: int) -> ResponseReturnValue:
    """Asks the platform for a station's code."""
    try:
        stations.make_code(runtime(), actor(), node_id)
        flash("二维码做好了，可以打印。", "success")
    except stations.NoCode as error:
        flash(error.message, "danger")
    return redirect(url_for("staff.station_codes"))


def _drawn(content: str) -> str:
    if not content:
        return ""
    out = io.BytesIO()
    segno.make(content, error="m").save(out, kind="svg", scale=8, xmldecl=False, svgns=True, omitsize=False)
    return out.getvalue().decode()


@page("/settings/pace", roles=OFFICE, methods=("GET", "POST"))
def pace() -> ResponseReturnValue:
    """When people are asked how the job goes; holds for whoever begins from now on."""
    with runtime().reading() as session:
        now = cadences.pace(session)
    form = PaceForm(
        data={
            "veteran_steps": "、".join(map(str, now.veteran_steps)),
            "employer_steps": "、".join(map(str, now.employer_steps)),
            "ask_hour": now.ask_hour,
            "silence_days": now.silence_days,
        }
    )
    status = 200
    if form.validate_on_submit():
        try:
            cadences.set_pace(runtime(), _pace(form), actor().who)
            flash("改好了。以后上岗的人按新的来，已经排好的不变。", "success")
            return redirect(url_for("staff.pace"))
        except ServiceError as error:
            flash(error.message, "danger")
            status = error.status
    changes = settings.history(runtime(), cadences.NAME)
    return render_template("staff/pace.html", form=form, changes=changes), status


def _pace(form: PaceForm) -> Pace:
    steps = [_days(text(field)) for field in (form.veteran_steps, form.employer_steps)]
    return Pace(steps[0], steps[1], form.ask_hour.data or 0, form.silence_days.data or 0)


def _days(words: str) -> tuple[int, ...]:
    parts = words.replace("，", "、").replace(",", "、").replace(" ", "、").split("、")
    days = [part.strip().removesuffix("天") for part in parts if part.strip()]
    return tuple(int(one) if one.isdecimal() and len(one) <= MOST_DIGITS else 0 for one in days)


@page("/settings/pace/undo", roles=OFFICE, methods=("POST",))
def undo_pace() -> ResponseReturnValue:
    """Takes the latest change of it back."""
    cadences.take_back(runtime(), number("change"), actor().who)
    flash("已撤销，恢复成上一次的。记录里留着这一条。", "success")
    return redirect(url_for("staff.pace"))


@page("/settings/replies", roles=OFFICE, methods=("GET", "POST"))
def replies() -> ResponseReturnValue:
    """The replies staff send often, and how each looks for an invented person."""
    listed, status = canned_replies.listed(runtime()), 200
    if request.method == "POST":
        listed = tuple(zip(request.form.getlist("title"), request.form.getlist("text"), strict=False))
        try:
            canned_replies.keep(runtime(), listed, actor().who)
            flash("改好了，会话里马上用新的。", "success")
            return redirect(url_for("staff.replies"))
        except ServiceError as error:
            flash(error.message, "danger")
            status = error.status
    shown = canned_replies.filled(runtime(), canned_replies.listed(runtime()), "王小明", "示例镇退役军人服务站")
    changes = settings.history(runtime(), canned_replies.NAME)
    more = max(0, min(2, canned_replies.MOST - len(listed)))
    return (
        render_template(
            "staff/replies.html",
            listed=[*listed, *[("", "")] * more],
            shown=shown,
            changes=changes,
            blanks=canned_replies.BLANKS,
            most=(canned_replies.TITLE_CHARS, canned_replies.TEXT_CHARS),
        ),
        status,
    )


@page("/settings/replies/undo", roles=OFFICE, methods=("POST",))
def undo_replies() -> ResponseReturnValue:
    """Takes the latest change of them back."""
    canned_replies.take_back(runtime(), number("change"), actor().who)
    flash("已撤销，恢复成上一次的。记录里留着这一条。", "success")
    return redirect(url_for("staff.replies"))


@page("/settings/sign-ins", roles=ADMIN)
def sign_in_log() -> ResponseReturnValue:
    """Who tried to sign in lately."""
    return render_template("staff/sign_in_log.html", found=sign_ins.tried(runtime()))
