"""政策: what the bot may answer about policies: the list, one policy as the veteran reads it, add, edit, retire."""

from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, StringField, TextAreaField
from wtforms.validators import Optional

from handlers.current import runtime
from handlers.staff.forms import StaffForm, text
from handlers.staff.guard import BUREAU, READERS, actor, page
from services import policy_edits, policy_notices
from services.broadcasts import BroadcastError
from services.policy_edits import Draft, PolicyRefused

BOTH: Final = ("GET", "POST")


class PolicyForm(StaffForm):
    """One policy. What is missing is named by the service, everything at once."""

    title = StringField("标题", description="大家平时的叫法，例如“优待证怎么办”。")
    text = TextAreaField("内容", render_kw={"rows": 5}, description="短句、大白话。")
    audience = StringField("谁能办")
    papers = StringField("带什么")
    place = StringField("在哪办", description="单位和窗口。")
    source = StringField("依据", description="文件的名称和文号。")
    source_date = DateField("文件日期", [Optional()])
    valid_until = DateField("有效到", [Optional()], description="过了这天，机器人就不再答这条。")
    topics = TextAreaField(
        "问法",
        render_kw={"rows": 3},
        description="大家问的时候会说的词，一行一个，例如：公交卡。几个词要一起出现的，用加号连起来：公交+免费。",
    )

    def draft(self) -> Draft:
        """What was written."""
        return Draft(
            text(self.title),
            text(self.text).replace("\r\n", "\n"),
            text(self.audience),
            text(self.papers),
            text(self.place),
            text(self.source),
            self.source_date.data,
            self.valid_until.data,
            policy_edits.topics_of(text(self.topics)),
        )


@page("/policies", roles=READERS)
def policies() -> ResponseReturnValue:
    """The whole library: what runs out soon first, what is told no more last."""
    return render_template("staff/policies.html", found=policy_edits.listed(runtime()))


@page("/policies/<int:policy_id>", roles=READERS)
def policy(policy_id: int) -> ResponseReturnValue:
    """One policy, word for word as the veteran reads it."""
    one = policy_edits.find(runtime(), policy_id)
    state = policy_edits.state(one, runtime().today())
    return render_template(
        "staff/policy.html",
        one=one,
        state=state,
        message=policy_edits.message(runtime(), one),
        concerns=policy_notices.audience_of(one),
    )


@page("/policies/new", roles=BUREAU, methods=BOTH)
def add_policy() -> ResponseReturnValue:
    """A policy of the county's own."""
    return _written(PolicyForm(), None)


@page("/policies/<int:policy_id>/edit", roles=BUREAU, methods=BOTH)
def edit_policy(policy_id: int) -> ResponseReturnValue:
    """The same form, filled."""
    one = policy_edits.find(runtime(), policy_id)
    form = PolicyForm(obj=one)
    if not form.is_submitted():
        form.topics.data = "\n".join(one.topics)
    return _written(form, policy_id, is_sample=one.is_sample)


@page("/policies/<int:policy_id>/retire", roles=BUREAU, methods=("POST",))
def retire_policy(policy_id: int) -> ResponseReturnValue:
    """Told no more; the text stays."""
    policy_edits.retire(runtime(), policy_id, actor().who)
    flash("已停用，机器人不再答这条。要恢复，点“修改”，改“有效到”。", "success")
    return redirect(url_for("staff.policy", policy_id=policy_id))


@page("/policies/<int:policy_id>/notice", roles=BUREAU, methods=("POST",))
def notify_policy(policy_id: int) -> ResponseReturnValue:
    """A draft of a notice to whom the policy concerns; it goes when its plan was looked at and confirmed."""
    try:
        number = policy_notices.draft(runtime(), policy_id, actor().who[:64])
    except BroadcastError as refused:
        flash(refused.message, "danger")
        return redirect(url_for("staff.policy", policy_id=policy_id))
    return redirect(url_for("staff.broadcast", broadcast_id=number))


def _written(form: PolicyForm, policy_id: int | None, *, is_sample: bool = False) -> ResponseReturnValue:
    """Saves or only shows what was written: the button says which. What is refused stays in the form."""
    message, status = "", 200
    if form.validate_on_submit():
        try:
            if request.form.get("as") != "preview":
                return _saved(form.draft(), policy_id)
            message = policy_edits.preview(runtime(), form.draft(), policy_id)
        except PolicyRefused as refused:
            flash(refused.message, "danger")
            status = refused.status
    shown = render_template(
        "staff/policy_edit.html", form=form, policy_id=policy_id, is_sample=is_sample, message=message
    )
    return shown, status


def _saved(draft: Draft, policy_id: int | None) -> ResponseReturnValue:
    if policy_id is None:
        policy_id = policy_edits.add(runtime(), draft, actor().who)
    else:
        policy_edits.edit(runtime(), policy_id, draft, actor().who)
    flash("存好了，机器人从现在起这样答。", "success")
    return redirect(url_for("staff.policy", policy_id=policy_id))
