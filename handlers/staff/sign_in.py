"""Signing in and out, the second factor, and the own password."""

import re
from io import BytesIO
from typing import Final

import segno
from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from handlers.current import runtime
from handlers.staff.forms import StaffForm, text
from handlers.staff.guard import EVERYBODY, NOBODY_YET, TOKEN, address, page, visitor
from services import limits, sign_ins
from services.sign_ins import SignInRefused, Step

BOTH: Final = ("GET", "POST")
_OURS: Final = re.compile(r"/staff/[\w./~-]*")


class SignInForm(StaffForm):
    """Name and password."""

    name = StringField("登录名", [InputRequired(), Length(max=32)], render_kw={"autocomplete": "username"})
    password = PasswordField("密码", [InputRequired(), Length(max=128)], render_kw={"autocomplete": "current-password"})


class CodeForm(StaffForm):
    """Six digits of the authenticator."""

    code = StringField(
        "手机上的 6 位验证码",
        [InputRequired(), Length(max=10)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )


class PasswordForm(StaffForm):
    """A new password, twice."""

    new = PasswordField(
        "新密码",
        [InputRequired()],
        description="至少 10 个字符，用一句自己记得住的话最好，例如四个不相干的词。",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField("再填一遍", [InputRequired()], render_kw={"autocomplete": "new-password"})


@page("/sign-in", roles=NOBODY_YET, methods=BOTH)
def sign_in() -> ResponseReturnValue:
    """Name and password; then whatever else is left of signing in, then the page that was asked for."""
    form = SignInForm()
    if form.validate_on_submit():
        limits.check(runtime(), "sign-in", address())
        limits.count(runtime(), "sign-in", address())
        try:
            token = sign_ins.sign_in(runtime(), text(form.name), text(form.password), address())
        except SignInRefused as refused:
            flash(refused.message, "danger")
            return render_template("staff/sign_in.html", form=form), refused.status
        session.clear()  # a fresh cookie: nothing set before signing in lives on
        session[TOKEN] = token
        return redirect(_inside(request.args.get("back")))
    return render_template("staff/sign_in.html", form=form)


def _inside(back: str | None) -> str:
    """The page that was asked for, if it is one of ours: a plain path, with nothing in it that a browser reads anew."""
    is_ours = back is not None and _OURS.fullmatch(back) is not None and ".." not in back
    return back if is_ours and back is not None else url_for("staff.today")


@page("/sign-out", roles=NOBODY_YET, methods=("POST",))
def sign_out() -> ResponseReturnValue:
    """Ends the session."""
    token = session.get(TOKEN)
    if token:
        sign_ins.sign_out(runtime(), token)
    session.clear()
    flash("已退出。", "success")
    return redirect(url_for("staff.sign_in"))


@page("/second", roles=NOBODY_YET, methods=BOTH, during=Step.SECOND)
def second() -> ResponseReturnValue:
    """The second factor."""
    form = CodeForm()
    if form.validate_on_submit():
        try:
            sign_ins.show_code(runtime(), visitor(), text(form.code), address())
        except SignInRefused as refused:
            flash(refused.message, "danger")
            return render_template("staff/second.html", form=form), refused.status
        return redirect(url_for("staff.today"))
    return render_template("staff/second.html", form=form)


@page("/enrol", roles=EVERYBODY, methods=BOTH, during=Step.ENROL)
def enrol() -> ResponseReturnValue:
    """Puts the second factor onto a phone, once; another phone takes an administrator's reset."""
    if visitor().has_second:
        flash("第二道验证早已开好。换了手机请找管理员重置账号。", "info")
        return redirect(url_for("staff.today"))
    form = CodeForm()
    if form.validate_on_submit():
        try:
            sign_ins.confirm_enrolment(runtime(), visitor(), text(form.code))
        except SignInRefused as refused:
            flash(refused.message, "danger")
        else:
            flash("第二道验证已经开好。以后登录，除了密码还要填手机上的 6 位数字。", "success")
            return redirect(url_for("staff.today"))
    secret = sign_ins.begin_enrolment(runtime(), visitor())
    code = _drawn(sign_ins.provisioning_address(runtime(), visitor(), secret))
    return render_template("staff/enrol.html", form=form, secret=secret, code=code)


def _drawn(text: str) -> str:
    """A QR as SVG, to stand in the page itself: the secret has no address of its own."""
    out = BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=5, xmldecl=False, svgns=True, omitsize=False)
    return out.getvalue().decode()


@page("/password", roles=EVERYBODY, methods=BOTH, during=Step.PASSWORD)
def password() -> ResponseReturnValue:
    """The own password."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            sign_ins.change_password(runtime(), visitor(), text(form.new), text(form.again))
        except SignInRefused as refused:
            flash(refused.message, "danger")
        else:
            flash("密码已改好，下次用新密码登录。", "success")
            return redirect(url_for("staff.today"))
    return render_template("staff/password.html", form=form, is_first=visitor().step is Step.PASSWORD)
