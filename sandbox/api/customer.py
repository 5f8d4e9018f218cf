"""Customer messages: message/custom/send with its windows, and the typing sign."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sandbox.api.endpoint import OK, VERIFIED, Answer, Call, Endpoint
from sandbox.people import Person
from sandbox.refusal import Refusal

_TEXT_BYTES: Final = 2048
_MENU_ITEMS: Final = 10
_TYPING_AFTER: Final = timedelta(seconds=30)
_MEDIA: Final = {"image", "voice", "video", "mpnews", "music", "wxcard", "mpnewsarticle", "miniprogrampage"}

Content = dict[str, Any]


def _send(call: Call) -> Answer:
    kind = call.text("msgtype")
    reader = _READERS.get(kind)
    if reader is None and kind not in _MEDIA:
        raise Refusal(40008)
    content = reader(call, _part(call.body, kind)) if reader else _media(call, kind)
    person = call.follower(call.body.get("touser"), gone=45015)
    _weather(call, person)
    person.window.spend(call.world.now())
    call.world.show(person, "account", via="customer", **content)
    return dict(OK)


def _weather(call: Call, person: Person) -> None:
    for kind, code in (("window", 45015), ("quota", 45047), ("refused", 48002)):
        if call.world.sky.strikes(kind, person.openid):
            raise Refusal(code, is_excused=True)


def _part(body: dict[str, Any], kind: str) -> dict[str, Any]:
    part = body.get(kind)
    if not isinstance(part, dict):
        raise Refusal(40035, kind)
    return part


def _string(part: dict[str, Any], name: str) -> str:
    value = part.get(name, "")
    return value if isinstance(value, str) else ""


def _text(call: Call, part: dict[str, Any]) -> Content:
    text = _string(part, "content")
    if not text.strip():
        raise Refusal(44004)
    if len(text.encode()) > _TEXT_BYTES:
        raise Refusal(45002)
    return {"kind": "text", "text": text}


def _menu(call: Call, part: dict[str, Any]) -> Content:
    if call.world.settings.account_kind != "service-verified":
        raise Refusal(40200)
    items = part.get("list")
    if not isinstance(items, list) or not items or not all(isinstance(one, dict) for one in items):
        raise Refusal(40035, "msgmenu.list")
    if len(items) > _MENU_ITEMS:
        raise Refusal(45098)
    if sum(len(_string(one, "content").encode()) for one in items) > _TEXT_BYTES:
        raise Refusal(45099)
    return {
        "kind": "menu",
        "text": _string(part, "head_content"),
        "tail": _string(part, "tail_content"),
        "items": [{"id": str(one.get("id", "")), "text": _string(one, "content")} for one in items],
    }


def _news(call: Call, part: dict[str, Any]) -> Content:
    articles = part.get("articles")
    if not isinstance(articles, list) or len(articles) != 1 or not isinstance(articles[0], dict):
        raise Refusal(45008)
    one = articles[0]
    keys = {"title": "title", "description": "description", "url": "url", "picture": "picurl"}
    return {"kind": "news", "items": [{name: _string(one, key) for name, key in keys.items()}]}


def _media(call: Call, kind: str) -> Content:
    part = _part(call.body, kind)
    media_id = part.get("media_id")
    if media_id is not None and media_id not in call.world.account.media:
        raise Refusal(40007)
    return {"kind": "media", "text": kind, "title": _string(part, "title")}


def _typing(call: Call) -> Answer:
    if call.text("command") not in ("Typing", "CancelTyping"):
        raise Refusal(45072)
    person = call.follower(call.body.get("touser"))
    now = call.world.now()
    if person.spoke_at is None or now - person.spoke_at > _TYPING_AFTER:
        raise Refusal(45080)
    return dict(OK)


_READERS: Final[dict[str, Callable[[Call, dict[str, Any]], Content]]] = {
    "text": _text,
    "msgmenu": _menu,
    "news": _news,
}

ENDPOINTS: Final = {
    "cgi-bin/message/custom/send": Endpoint(_send, accounts=VERIFIED),
    "cgi-bin/message/custom/typing": Endpoint(_typing, accounts=VERIFIED),
}
