"""The Runtime of the app that handles this request."""

from typing import Final, cast

from flask import current_app

from services.runtime import Runtime

EXTENSION: Final = "laobing"


def runtime() -> Runtime:
    """The Runtime of the app that handles this request."""
    return cast("Runtime", current_app.extensions[EXTENSION])
