"""Reply key and parameters -> text, strictly: a missing parameter is an error, never a hole in a sentence."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

TEXTS: Final = Path(__file__).resolve().parent.parent / "templates" / "messages"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    # Plain text for WeChat, not HTML: escaping happens where the reply becomes XML.
    return Environment(
        loader=FileSystemLoader(TEXTS),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701
    )


@lru_cache(maxsize=512)
def _text(key: str) -> Template:
    return _environment().get_template(f"{key}.txt")


def render(key: str, **params: Any) -> str:
    """The text of `key` ("followups/ask"), without blank lines at its ends."""
    return _text(key).render(**params).strip()
