"""XML as it travels: pushes as the platform writes them, the product's answers read as strictly as it reads them."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.crypto import Sealer, SealError, is_signed, signature
from sandbox.settings import Mode

_TEXT_BYTES: Final = 2048  # the platform's ceiling for a text
_KINDS: Final = {"text", "image", "voice", "video", "music", "news", "transfer_customer_service"}
# One article for an answer to a person's own message, up to eight after an event (the platform's rule of 2018-10-12).
_ARTICLES_EVENT: Final = 8

Field = str | int | float | Mapping[str, Any] | list[Any]


class BadAnswer(ValueError):
    """The product's answer is one for which the real platform shows its own line of regret."""


@dataclass(frozen=True, slots=True)
class Passive:
    """A passive reply, read: `kind` is its MsgType, `items` its articles (title, description, url, picture)."""

    kind: str
    text: str = ""
    items: tuple[Mapping[str, str], ...] = ()


def write(fields: Mapping[str, Field]) -> str:
    """The platform's XML: strings in CDATA, numbers bare, a list under its element as repeated children."""
    return "<xml>" + _children(fields) + "</xml>"


def _children(fields: Mapping[str, Field]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Field) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if isinstance(value, Mapping):
        return f"<{name}>{_children(value)}</{name}>"
    if isinstance(value, str):
        return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
    return f"<{name}>{value}</{name}>"


def parse(raw: str) -> dict[str, ET.Element]:
    """The elements under `<xml>`; raises `BadAnswer` for anything else, document types and doubled
    elements included.
    """
    if "<!DOCTYPE" in raw or "<!ENTITY" in raw:
        raise BadAnswer("XML 里不许有 DOCTYPE")
    try:
        root = ET.fromstring(raw)  # noqa: S314 -- document types and entities are refused just above
    except ET.ParseError as error:
        raise BadAnswer(f"不是完整的 XML：{error}") from error
    if root.tag != "xml":
        raise BadAnswer("XML 的根不是 <xml>")
    names = [child.tag for child in root]
    if len(names) != len(set(names)):
        raise BadAnswer("XML 里有重复的元素")
    return {child.tag: child for child in root}


class Reader:
    """Reads the product's answers to pushes, in one mode, for one account."""

    def __init__(self, mode: Mode, token: str, sealer: Sealer | None, account: str) -> None:
        self._mode = mode
        self._token = token
        self._sealer = sealer
        self._account = account

    def read(self, body: bytes, openid: str, *, to_event: bool) -> tuple[Passive | None, str]:
        """The reply (None for `success` or nothing) and its clear XML; raises `BadAnswer`."""
        try:
            raw = body.decode()
        except UnicodeDecodeError as error:
            raise BadAnswer("回复不是 UTF-8") from error
        if raw.strip() in ("", "success"):
            return None, raw
        clear = self._unseal(raw)
        elements = parse(clear)
        if _text(elements, "ToUserName") != openid or _text(elements, "FromUserName") != self._account:
            raise BadAnswer("收发双方没有对调，或不是这个人")
        if not _text(elements, "CreateTime").isdigit():
            raise BadAnswer("CreateTime 不是整数")
        return _passive(elements, to_event=to_event), clear

    def _unseal(self, raw: str) -> str:
        elements = parse(raw)
        if "Encrypt" not in elements:
            if self._mode == "secure":
                raise BadAnswer("安全模式下回复必须加密")
            return raw
        if self._sealer is None or self._mode == "plain":
            raise BadAnswer("明文模式下不能回加密的内容")
        sealed, stamp, nonce = (_text(elements, name) for name in ("Encrypt", "TimeStamp", "Nonce"))
        if not is_signed(_text(elements, "MsgSignature"), self._token, stamp, nonce, sealed):
            raise BadAnswer("回复的 MsgSignature 不对")
        try:
            return self._sealer.open(sealed)
        except SealError as error:
            raise BadAnswer(str(error)) from error


def _text(elements: Mapping[str, ET.Element], name: str) -> str:
    found = elements.get(name)
    return (found.text or "").strip() if found is not None else ""


def _passive(elements: Mapping[str, ET.Element], *, to_event: bool) -> Passive:
    kind = _text(elements, "MsgType")
    if kind not in _KINDS:
        raise BadAnswer(f"MsgType 不认识：{kind or '空'}")
    if kind == "text":
        content = elements.get("Content")
        text = (content.text or "") if content is not None else ""
        if not text.strip():
            raise BadAnswer("文字回复是空的")
        if len(text.encode()) > _TEXT_BYTES:
            raise BadAnswer(f"文字超过 {_TEXT_BYTES} 字节")
        return Passive(kind, text)
    if kind == "news":
        return Passive(kind, items=_articles(elements, to_event=to_event))
    if kind != "transfer_customer_service" and not elements.keys() & {"Image", "Voice", "Video", "Music"}:
        raise BadAnswer(f"{kind} 缺少内容")
    return Passive(kind)


def _articles(elements: Mapping[str, ET.Element], *, to_event: bool) -> tuple[Mapping[str, str], ...]:
    holder = elements.get("Articles")
    items = list(holder) if holder is not None else []
    if not 1 <= len(items) <= (_ARTICLES_EVENT if to_event else 1) or _text(elements, "ArticleCount") != str(
        len(items)
    ):
        raise BadAnswer("图文条数不对")
    wanted = {"title": "Title", "description": "Description", "url": "Url", "picture": "PicUrl"}
    return tuple({key: item.findtext(tag, "").strip() for key, tag in wanted.items()} for item in items)


@dataclass(frozen=True, slots=True)
class Push:
    """One delivery of a message to the product: the query string's pairs and the body."""

    query: Mapping[str, str]
    body: str


def push(
    fields: Mapping[str, Field], mode: Mode, token: str, sealer: Sealer | None, stamp_nonce: tuple[int, str]
) -> Push:
    """Signs (and in the modes that do, seals) one message as the platform delivers it."""
    stamp, nonce = str(stamp_nonce[0]), stamp_nonce[1]
    clear = write(fields)
    query = {
        "signature": signature(token, stamp, nonce),
        "timestamp": stamp,
        "nonce": nonce,
        "openid": str(fields["FromUserName"]),
    }
    if mode == "plain" or sealer is None:
        return Push(query, clear)
    sealed = sealer.seal(clear)
    query |= {"encrypt_type": "aes", "msg_signature": signature(token, stamp, nonce, sealed)}
    outer: dict[str, Field] = {"ToUserName": fields["ToUserName"], "Encrypt": sealed}
    return Push(query, write({**fields, "Encrypt": sealed} if mode == "compatible" else outer))
