"""A veteran's own pages, `/p/<signed>`: large type, no script, one thing a button."""

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from handlers.current import runtime, whole
from services import limits, own_pages
from services.links import LinkRefused

#: How large the text is: the page offers these.
SIZES: Final = (18, 22, 26, 30)

own = Blueprint("own", __name__, url_prefix="/p")


@own.before_request
def _not_too_often() -> None:
    limits.check(runtime(), "link", request.remote_addr or "")


@own.errorhandler(LinkRefused)
def _refused(error: LinkRefused) -> ResponseReturnValue:
    limits.count(runtime(), "link", request.remote_addr or "")
    return render_template("error.html", status=error.status, sentence=error.message), error.status


@own.get("/<signed>")
def page(signed: str) -> ResponseReturnValue:
    """What is kept of the person and what they decide about it."""
    own_data = own_pages.show(runtime(), signed)
    return render_template("own.html", own=own_data, signed=signed, size=_size(), sizes=SIZES)


@own.post("/<signed>/consent")
def consent(signed: str) -> ResponseReturnValue:
    """Gives a consent or takes it back."""
    own_pages.set_consent(runtime(), signed, request.form.get("code", ""), gives=request.form.get("turn") == "on")
    return _back(signed)


@own.post("/<signed>/topic")
def topic(signed: str) -> ResponseReturnValue:
    """Stops a kind of message or takes the stop back."""
    own_pages.set_topic(runtime(), signed, request.form.get("code", ""), wants=request.form.get("turn") == "on")
    return _back(signed)


@own.get("/<signed>/delete")
def ask_delete(signed: str) -> ResponseReturnValue:
    """The question before deleting."""
    own_data = own_pages.show(runtime(), signed)
    return render_template("own_delete.html", own=own_data, signed=signed, size=_size())


@own.post("/<signed>/delete")
def delete(signed: str) -> ResponseReturnValue:
    """Deletes, and says so."""
    own_pages.delete(runtime(), signed)
    return render_template("own_deleted.html", size=_size())


def _size() -> int:
    given = request.args.get("size", type=whole)
    return given if given in SIZES else SIZES[0]


def _back(signed: str) -> ResponseReturnValue:
    return redirect(url_for("own.page", signed=signed, size=_size()), 303)
