"""Reply key and parameters -> text, strictly: a missing parameter is an error, never a hole in a sentence."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

TEXTS: Final = Path(__file__).resolve().parent.parent / "templates" / "messages"
_E = TypeVar("_E", bound=Environment)


def _reads(kind: type[_E], loader: BaseLoader | None = None) -> _E:
    # Plain text for WeChat, not HTML: escaping happens where the reply becomes XML.
    return kind(loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """How the bureau's own texts are read: their braces reach nothing but what they are filled of."""
    return _reads(ImmutableSandboxedEnvironment)


@lru_cache(maxsize=1)
def _ours() -> Environment:
    """How ours are read: they are part of the code, and a guard at every step takes longer than all the rest."""
    return _reads(Environment, FileSystemLoader(TEXTS))


@lru_cache(maxsize=512)
def _text(key: str) -> Template:
    return _ours().get_template(f"{key}.txt")


@lru_cache(maxsize=256)
def _own(source: str) -> Template:
    return environment().from_string(source)


def render(key: str, /, **params: Any) -> str:
    """The text of `key` ("followups/ask") as we deliver it, without blank lines at its ends."""
    return _text(key).render(**params).strip()


def render_own(written: str, /, **params: Any) -> str:
    """The same of a text the bureau wrote; raises whatever is wrong with it."""
    return _own(written).render(**params).strip()


def every_key() -> list[str]:
    """The keys of all texts."""
    return sorted(path.relative_to(TEXTS).with_suffix("").as_posix() for path in TEXTS.rglob("*.txt"))


def source(key: str) -> str:
    """A text as it is written; `key` is one of `every_key()`."""
    return (TEXTS / f"{key}.txt").read_text(encoding="utf-8").strip()
