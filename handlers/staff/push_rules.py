"""设置, what is sent unasked: quiet hours, how often new postings go, how many pushes a week."""

from datetime import time

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired

from handlers.current import runtime
from handlers.staff.forms import StaffForm, number
from handlers.staff.guard import OFFICE, actor, page
from services import push_rule_edits, settings
from services import push_rules as rules
from services.errors import ServiceError
from services.push_rule_edits import BEGIN_BETWEEN, END_BETWEEN, RHYTHMS
from services.push_rules import PushRules, QuietHours


def _halves(between: tuple[time, time]) -> dict[str, str]:
    """Every half hour of a span, to choose from."""
    first, last = ((one.hour * 60 + one.minute) // 30 for one in between)
    return {f"{half // 2:02}:{half % 2 * 30:02}": f"{half // 2}:{half % 2 * 30:02}" for half in range(first, last + 1)}


class RulesForm(StaffForm):
    """When and how often people are written to unasked."""

    begin = SelectField("晚上几点起不发", choices=_halves(BEGIN_BETWEEN))
    end = SelectField("早上几点起可以发", choices=_halves(END_BETWEEN))
    rhythm = SelectField(
        "新岗位多久推一次",
        choices={str(number): words for number, words in enumerate(RHYTHMS.values())},
        description="本人回过“每周推”“合适的才推”的，照本人的。",
    )
    cap = IntegerField("一个人一周最多收几条推送", [InputRequired()])


@page("/settings/pushes", roles=OFFICE, methods=("GET", "POST"))
def push_rules() -> ResponseReturnValue:
    """The rules; they hold at once, for what is already planned too."""
    rt = runtime()
    now, most = rules.read(rt), push_rule_edits.most(rt)
    shown = {
        "begin": f"{now.quiet.begin:%H:%M}",
        "end": f"{now.quiet.end:%H:%M}",
        "rhythm": str(list(RHYTHMS).index((now.every_days, now.only_excellent))),
        "cap": now.cap or most,
    }
    form, status = RulesForm(data=shown), 200
    form.cap.description = f"1 到 {most}。本人问了才答的、回访和诉求，不算在里面。"
    if form.validate_on_submit():
        try:
            push_rule_edits.keep(rt, _rules(form), actor().who)
            flash("改好了，马上按新的来，已经排好的也一样。", "success")
            return redirect(url_for("staff.push_rules"))
        except ServiceError as error:
            flash(error.message, "danger")
            status = error.status
    changes = settings.history(rt, rules.NAME)
    return render_template("staff/push_rules.html", form=form, changes=changes), status


def _rules(form: RulesForm) -> PushRules:
    every_days, only_excellent = list(RHYTHMS)[int(form.rhythm.data)]
    quiet = QuietHours(time.fromisoformat(form.begin.data), time.fromisoformat(form.end.data))
    return PushRules(quiet, every_days, only_excellent, form.cap.data)


@page("/settings/pushes/undo", roles=OFFICE, methods=("POST",))
def undo_push_rules() -> ResponseReturnValue:
    """Takes the latest change of them back."""
    push_rule_edits.take_back(runtime(), number("change"), actor().who)
    flash("已撤销，恢复成上一次的。记录里留着这一条。", "success")
    return redirect(url_for("staff.push_rules"))
