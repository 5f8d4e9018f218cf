"""XML at the platform's border: a hardened reader, our own safe writer, the cleaning of text that came in.

Python's own ElementTree reads the documents, wechatpy names the events; what they leave open is closed here: document
types, control characters, duplicate elements, wrong roots, odd depths. wechatpy's reply templates are not used: they
put text into CDATA unescaped.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

from wechatpy import parse_message

MAX_DEPTH: Final = 8
MAX_TEXT_CHARS: Final = 2000

# The root must come first: a DOCTYPE, an entity or a comment can then only stand where expat refuses them.
_ROOT = re.compile(r"\s*(?:<\?xml[^<>]{0,200}\?>\s*)?<xml[\s>/]")
# Characters XML 1.0 does not allow; the platform does send some of them inside texts and labels.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a text may not carry further: controls, bidirectional overrides, invisible marks, tags, replaced bytes.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff0-\uffff\U000e0000-\U000e007f]"
)
# Those of them that Python takes for printable.
_REPLACED = re.compile("[\ufff0-\uffff]")
_LINES = re.compile("\r\n?|[\u2028\u2029\x85]")


class MalformedXml(ValueError):
    """A document that is not one the platform sends; the message is a short reason in Chinese."""


def read_envelope(data: bytes) -> dict[str, Any]:
    """The elements under `<xml>`, unverified; raises MalformedXml."""
    fields = _content(_root(_document(data)), 0)
    if not isinstance(fields, dict):
        raise MalformedXml("XML 里没有内容")
    return fields


def read_fields(data: bytes) -> dict[str, str]:
    """One message or event as flat fields: nested names joined by dots, repeated items numbered from 0.

    `MsgType` is in lower case, an event's `Event` as wechatpy normalises it (`subscribe_scan` for a follow by
    QR code, its prefix taken off). Raises MalformedXml.
    """
    document = _document(data)
    raw = _content(_root(document), 0)
    if isinstance(raw, dict) and any(isinstance(value, list) for value in raw.values()):
        raise MalformedXml("XML 元素重复")
    kind = raw.get("MsgType") if isinstance(raw, dict) else None
    if not isinstance(kind, str):
        raise MalformedXml("缺少消息类型 MsgType")
    if kind.lower() == "event" or kind.lower().startswith("device_"):
        raw = _named(document)
    fields: dict[str, str] = {}
    _flatten("", raw, fields, 0)
    fields["MsgType"] = fields["MsgType"].lower()
    fields["Event"] = fields.get("Event", "").lower()
    return fields


def _root(document: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(document)  # noqa: S314 - `_document` lets no document type through
    except (ElementTree.ParseError, ValueError) as error:
        raise MalformedXml("不是合法的 XML") from error


def _content(element: ElementTree.Element, depth: int) -> Any:
    """What is in an element: a text (None where it is empty), or its elements by name; of one name, a list."""
    if depth > MAX_DEPTH:
        raise MalformedXml("XML 层次太深")
    if not len(element):
        return (element.text or "").strip() or None
    found: dict[str, Any] = {}
    for inner in element:
        value = _content(inner, depth + 1)
        if inner.tag in found:
            known = found[inner.tag]
            value = [*(known if isinstance(known, list) else [known]), value]
        found[inner.tag] = value
    return found


def _named(document: str) -> dict[str, Any]:
    """An event, with the name that wechatpy gives it. The ones it does not know carry nothing but this dictionary."""
    try:
        named: dict[str, Any] = parse_message(document)._data
    except (ExpatError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedXml("缺少事件类型 Event") from error
    return named


def write(fields: Mapping[str, str | int]) -> str:
    """A platform document: numbers bare, texts in CDATA that no text can leave."""
    body = "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{body}</xml>"


def clean_text(text: str, limit: int = MAX_TEXT_CHARS) -> str:
    """A veteran's text without anything invisible or steering, line ends as \\n, at most `limit` characters."""
    text = text[: 2 * limit]
    if not text.isprintable() or _REPLACED.search(text):
        text = _UNSEEN.sub("", _LINES.sub("\n", text))
    return text.strip()[:limit].rstrip()


def _document(data: bytes) -> str:
    # Broken UTF-8 inside a text (a halved emoji) must not cost the veteran his answer.
    text = _ILLEGAL.sub("", data.decode("utf-8", "replace"))
    if not _ROOT.match(text):
        raise MalformedXml("不是平台的 XML")
    return text


def _flatten(prefix: str, value: Any, into: dict[str, str], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise MalformedXml("XML 层次太深")
    if isinstance(value, dict):
        for name, inner in value.items():
            _flatten(f"{prefix}.{name}" if prefix else name, inner, into, depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _flatten(f"{prefix}.{number}", inner, into, depth + 1)
    else:
        into[prefix] = clean_text(value or "")


def _value(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    legal = value if value.isprintable() else _ILLEGAL.sub("", value)
    return "<![CDATA[" + legal.replace("]]>", "]]]]><![CDATA[>") + "]]>"
