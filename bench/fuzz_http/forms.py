"""The forms that a page of the application offers, read from its HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_FIELD = re.compile(r"<(input|select|textarea|button)\b([^>]*)>(.*?)(?=<(?:input|select|textarea|button)\b|\Z)", re.S)
_OPTION = re.compile(r'<option\b[^>]*value="([^"]*)"')


@dataclass(frozen=True)
class Form:
    """A form as a page of the application offers it: where it goes, and what a browser would send."""

    method: str
    path: str
    fields: tuple[tuple[str, tuple[str, ...]], ...]


def forms_of(path: str, page: str) -> Iterator[Form]:
    """What a page offers to fill in, without the token: it carries the second, which would make it another form."""
    for head, inside in _FORM.findall(page):
        about = {name: unescape(value) for name, value in _ATTRIBUTE.findall(head)}
        fields: list[tuple[str, tuple[str, ...]]] = []
        for tag, attributes, rest in _FIELD.findall(inside):
            known = {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
            if known.get("name", "csrf_token") != "csrf_token":
                options = tuple(map(unescape, _OPTION.findall(rest))) if tag == "select" else (known.get("value", ""),)
                fields.append((known["name"], options or ("",)))
        yield Form(about.get("method", "get").upper(), about.get("action", "") or path, tuple(fields))
