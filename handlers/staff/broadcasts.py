"""推送: compose, see who will be reached and how, look a second time, send, watch, hand over whom it did not reach."""

from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, DateTimeLocalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from handlers.current import runtime
from handlers.staff.forms import StaffForm, text
from handlers.staff.guard import BUREAU, READERS, actor, page
from handlers.staff.plans import planned
from models import broadcast as broadcasts_table
from models.broadcast import Broadcast, BroadcastStatus
from services import audiences, outreach, planner
from services import broadcasts as broadcasts_service
from services.audiences import AudienceError
from services.broadcasts import BroadcastError, Wish
from services.outreach import OutreachError
from services.runtime import CHINA
from services.topics import BROADCAST_TOPICS, TOPICS

ACTS: Final = {
    "pause": broadcasts_service.pause,
    "resume": broadcasts_service.resume,
    "cancel": broadcasts_service.cancel,
}
STATES: Final = {
    "draft": "草稿，还没有发",
    "confirmed": "等时间到",
    "sending": "正在发",
    "done": "发完了",
    "paused": "暂停中",
    "cancelled": "已撤回",
}


class ComposeForm(StaffForm):
    """What goes out, to whom."""

    topic = SelectField("哪类消息", choices={one: TOPICS[one].name for one in BROADCAST_TOPICS}, default="broadcast")
    audience = StringField(
        "发给谁",
        [InputRequired(), Length(max=2000)],
        description="例如：全部；年龄=30-45 且 驾照=B2；站点=城关 且 非 群体=已就业；沉默>30天；编号=12/15/18。",
    )
    text = TextAreaField("内容（最多 600 字）", [InputRequired(), Length(max=600)], render_kw={"rows": 6})
    again = BooleanField("一周内发过同样的内容，仍要再发")


class ConfirmForm(StaffForm):
    """The second look. Left empty: at once."""

    send_at = DateTimeLocalField("什么时候发（不填就是现在。晚上和清早不发，钟点在“设置”的“推送节奏”里）", [Optional()])


@page("/broadcasts", roles=READERS)
def broadcasts() -> ResponseReturnValue:
    """The latest broadcasts."""
    with runtime().reading() as session:
        rows = broadcasts_table.broadcasts(session)
    return render_template("staff/broadcasts.html", rows=rows, states=STATES, topics=TOPICS)


@page("/broadcasts/new", roles=BUREAU, methods=("GET", "POST"))
def broadcast_new() -> ResponseReturnValue:
    """Composing: counting whom a rule names as often as wanted, then keeping a draft."""
    form = ComposeForm()
    counted, counts = None, request.form.get("step") == "count"
    if counts:
        form.text.validators = [Optional()]
    if form.validate_on_submit():
        try:
            if counts:
                counted = audiences.count(runtime(), text(form.audience))
            else:
                wish = Wish(text(form.topic), text(form.audience), text(form.text), again=bool(form.again.data))
                number = broadcasts_service.compose(runtime(), wish, actor().who[:64])
                return redirect(url_for("staff.broadcast", broadcast_id=number))
        except (AudienceError, BroadcastError) as refused:
            flash(refused.message, "danger")
    return render_template("staff/broadcast_new.html", form=form, counted=counted)


@page("/broadcasts/<int:broadcast_id>", roles=READERS, names=True)
def broadcast(broadcast_id: int) -> ResponseReturnValue:
    """A draft with its plan, made anew; or what became of it so far, by reason."""
    row = _row(broadcast_id)
    if row.status == BroadcastStatus.DRAFT:
        wish = Wish(row.topic, row.audience, row.text, facts=row.facts or {})
        plan = broadcasts_service.preview(runtime(), wish)
        return render_template("staff/broadcast_plan.html", row=row, form=ConfirmForm(), **planned(plan))
    progress = broadcasts_service.progress(runtime(), broadcast_id)
    outcomes = [
        (name, *planner.outcome_words(name), count, name in outreach.MAY_BE_CALLED or name.startswith("failed_"))
        for name, count in sorted(progress.outcomes.items(), key=lambda item: (-item[1], item[0]))
    ]
    is_live = row.status in (BroadcastStatus.CONFIRMED, BroadcastStatus.SENDING)
    return render_template(
        "staff/broadcast.html", row=row, progress=progress, outcomes=outcomes, is_live=is_live, states=STATES
    )


def _row(broadcast_id: int) -> Broadcast:
    with runtime().reading() as session:
        row = broadcasts_table.broadcast_by_id(session, broadcast_id)
    if row is None:
        abort(404)
    return row


@page("/broadcasts/<int:broadcast_id>/confirm", roles=BUREAU, methods=("POST",))
def broadcast_confirm(broadcast_id: int) -> ResponseReturnValue:
    """The second look was taken: it goes."""
    form = ConfirmForm()
    if not form.validate_on_submit():
        flash("时间没看懂，请重新选。", "danger")
        return _back(broadcast_id)
    moment = form.send_at.data
    _do(
        lambda: broadcasts_service.confirm(
            runtime(), broadcast_id, actor().who[:64], moment.replace(tzinfo=CHINA) if moment else None
        )
    )
    return _back(broadcast_id)


@page("/broadcasts/<int:broadcast_id>/act", roles=BUREAU, methods=("POST",))
def broadcast_act(broadcast_id: int) -> ResponseReturnValue:
    """Pause, resume, cancel."""
    act = ACTS.get(request.form.get("act", ""))
    if act is None:
        abort(400)
    _do(lambda: act(runtime(), broadcast_id, actor().who[:64]))
    return _back(broadcast_id)


@page("/broadcasts/<int:broadcast_id>/rehearse", roles=BUREAU, methods=("POST",))
def broadcast_rehearse(broadcast_id: int) -> ResponseReturnValue:
    """To the WeChat of staff, and nobody else."""
    try:
        count = broadcasts_service.rehearse(runtime(), broadcast_id)
        flash(f"预演发给了 {count} 位工作人员。没收到的，请先在公众号里说一句话，再预演一次。", "success")
    except BroadcastError as refused:
        flash(refused.message, "danger")
    return _back(broadcast_id)


@page("/broadcasts/<int:broadcast_id>/hand-over", roles=BUREAU, methods=("POST",))
def broadcast_hand_over(broadcast_id: int) -> ResponseReturnValue:
    """Those whom it did not reach for one reason go to the phone list, or to the slips."""
    try:
        phone, slip = outreach.hand_over(runtime(), actor(), broadcast_id, request.form.get("outcome", ""))
        flash(f"{phone} 人进了电话名单，{slip} 人进了打印通知单。", "success")
    except OutreachError as refused:
        flash(refused.message, "danger")
    return _back(broadcast_id)


def _do(act: Any) -> None:
    try:
        act()
    except BroadcastError as refused:
        flash(refused.message, "danger")


def _back(broadcast_id: int) -> ResponseReturnValue:
    return redirect(url_for("staff.broadcast", broadcast_id=broadcast_id))
