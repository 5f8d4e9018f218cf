"""XML at the platform's border: a hardened reader, our own safe writer, the cleaning of text that came in.

wechatpy reads the documents; what it leaves open is closed here: document types, control characters,
duplicate elements, wrong roots, odd depths. Its reply templates are not used: they put text into CDATA unescaped.
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


def read_envelope(data: bytes) -> dict[str, str]:
    """The elements under `<xml>`, unverified; raises MalformedXml."""
    try:
        root = ElementTree.fromstring(_document(data))  # noqa: S314 - `_document` lets no document type through
    except (ElementTree.ParseError, ValueError) as error:
        raise MalformedXml("不是合法的 XML") from error
    if not len(root):
        raise MalformedXml("XML 里没有内容")
    # In compatible mode some events have elements with more in them; none of those is one we compare.
    fields: dict[str, str] = {}
    for element in root:
        if element.tag in fields:
            raise MalformedXml("XML 元素重复")
        fields[element.tag] = (element.text or "").strip()
    return fields


def read_fields(data: bytes) -> dict[str, str]:
    """One message or event as flat fields: nested names joined by dots, repeated items numbered from 0.

    `MsgType` is in lower case, an event's `Event` as wechatpy normalises it (`subscribe_scan` for a follow by
    QR code, its prefix taken off). Raises MalformedXml.
    """
    document = _document(data)
    try:
        message = parse_message(document)
    except (ExpatError, ValueError) as error:
        raise MalformedXml("不是合法的 XML") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise MalformedXml("缺少消息类型 MsgType") from error
    if message is None:
        raise MalformedXml("消息是空的")
    # Events unknown to wechatpy carry nothing but this raw dictionary; it is read for all of them.
    raw = message._data
    if any(isinstance(value, list) for value in raw.values()):
        raise MalformedXml("XML 元素重复")
    fields: dict[str, str] = {}
    _flatten("", raw, fields, 0)
    fields["MsgType"] = fields["MsgType"].lower()
    fields["Event"] = fields.get("Event", "").lower()
    return fields


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
