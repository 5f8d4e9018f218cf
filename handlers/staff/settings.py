"""设置: the accounts of the console, and how far the night's matching has come."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from handlers.current import runtime
from handlers.staff.forms import StaffForm, text, word
from handlers.staff.guard import ADMIN, actor, page
from models.account import Role
from services import accounts, nightly, stations
from services.accounts import ROLES, AccountRefused, NewAccount


class AccountForm(StaffForm):
    """Who gets an account."""

    sign_in = StringField("登录名", [InputRequired(), Length(max=32)], description="小写字母和数字，例如 wangfang。")
    name = StringField("姓名", [InputRequired(), Length(max=24)])
    role = SelectField("角色", choices={role.value: name for role, name in ROLES.items()})
    node = SelectField("单位", description="服务站的人只看得到本站管的人。")


@page("/settings", roles=ADMIN, methods=("GET", "POST"))
def settings() -> ResponseReturnValue:
    """Every account, and a form for a new one. Its one-time password is shown in the answer and nowhere else."""
    form = AccountForm()
    form.node.choices = {str(number): name for number, name in stations.within(runtime(), actor().scope)}
    given, status = None, 200
    if form.validate_on_submit():
        new = NewAccount(text(form.sign_in), text(form.name), Role(form.role.data), int(form.node.data))
        try:
            given = (new.sign_in.lower(), accounts.create(runtime(), new, actor().who))
        except AccountRefused as refused:
            flash(refused.message, "danger")
            status = refused.status
    return _shown(form, given), status


@page("/settings/reset", roles=ADMIN, methods=("POST",))
def reset_account() -> ResponseReturnValue:
    """A new one-time password for somebody who lost theirs, or their phone."""
    name = word("sign_in")
    form = AccountForm(formdata=None)
    form.node.choices = {str(number): called for number, called in stations.within(runtime(), actor().scope)}
    return _shown(form, (name, accounts.reset(runtime(), name, actor().who)))


@page("/settings/disable", roles=ADMIN, methods=("POST",))
def disable_account() -> ResponseReturnValue:
    """Out at once, until taken back."""
    name = word("sign_in")
    accounts.disable(runtime(), name, actor().who)
    flash(f"{name} 已停用，正在用的也已下线。", "success")
    return redirect(url_for("staff.settings"))


@page("/settings/enable", roles=ADMIN, methods=("POST",))
def enable_account() -> ResponseReturnValue:
    """Takes a disabling back."""
    name = word("sign_in")
    accounts.enable(runtime(), name, actor().who)
    flash(f"{name} 又能登录了。", "success")
    return redirect(url_for("staff.settings"))


def _shown(form: AccountForm, given: tuple[str, str] | None) -> str:
    found, night = accounts.listed(runtime()), nightly.progress(runtime())
    return render_template("staff/settings.html", form=form, given=given, found=found, night=night)
