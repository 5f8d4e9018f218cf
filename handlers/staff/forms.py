"""The base of every form of the console: protected against forgery, with messages in Chinese."""

from flask import abort, request
from flask_wtf import FlaskForm
from wtforms import Field

from handlers.current import whole


class StaffForm(FlaskForm):  # type: ignore[misc]  # the package has no types
    """A form; `validate_on_submit()` is true when it was sent and is right."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # the package has no types
        """WTForms' own Chinese messages."""

        locales = ("zh",)


def text(field: Field) -> str:
    """What was written into a field, without the blanks around it; empty when nothing was."""
    return str(field.data or "").strip()


def number(name: str) -> int:
    """The number a button carries; a request without it is none of our pages'."""
    found = request.form.get(name, None, whole)
    if found is None:
        abort(400)
    return found


def word(name: str) -> str:
    """The word a button carries; a request without it is none of our pages'."""
    found = request.form.get(name, "").strip()
    if not found:
        abort(400)
    return found
