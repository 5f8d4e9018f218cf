"""What every handler needs: the Runtime of the app that handles this request, and numbers of rows as they come in."""

from typing import Final, cast

from flask import current_app

from services.runtime import Runtime

EXTENSION: Final = "laobing"
MOST_DIGITS: Final = 9


def whole(text: str) -> int:
    """A number of a row as it stands in an address or a form: no column holds more digits. Raises ValueError."""
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise ValueError(text[:MOST_DIGITS])
    return int(text)


def runtime() -> Runtime:
    """The Runtime of the app that handles this request."""
    return cast("Runtime", current_app.extensions[EXTENSION])
