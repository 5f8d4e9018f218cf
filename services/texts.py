"""What the bot says: the bureau's own text where it wrote one, else ours."""

import logging
from collections.abc import Mapping
from typing import Any, Final

from models.base import Session
from services import rendering, settings

NAME: Final = "texts"
log = logging.getLogger(__name__)


def own(session: Session) -> Mapping[str, str]:
    """The bureau's own texts, by key."""
    return settings.value(session, NAME) or {}


def render(session: Session, key: str, /, **params: Any) -> str:
    """The text of `key` filled. Where the bureau's own cannot be filled, ours goes: nobody waits for an answer."""
    written = own(session).get(key)
    if written is not None:
        try:
            return rendering.render_own(written, **params)
        except Exception as error:
            log.error("the bureau's text %s could not be filled: %s", key, type(error).__name__)
    return rendering.render(key, **params)
