"""What a person does with the phone, turned into the platform's messages: write, speak, tap, follow, scan, agree."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.courier import Courier
from sandbox.notices import agree
from sandbox.people import Person
from sandbox.wire import Field
from sandbox.world import World

_TEXT_CHARS: Final = 2000
_MEDIA_KEPT: Final = 200
_AMR: Final = b"#!AMR\n"

Wish = Mapping[str, Any]


class Impossible(ValueError):
    """The person cannot do that on a real phone either; the words are shown to whoever plays."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act: the message it sends, what the screen shows, its line in a script (None where scripts have none)."""

    content: Mapping[str, Field]
    shown: Mapping[str, Any]
    turn: Mapping[str, Any] | None = None
    opens: str = ""


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, in which world, with what wish; `base` is the outside address of the stand-in."""

    world: World
    person: Person
    wish: Wish
    base: str

    def text(self, name: str, otherwise: str = "") -> str:
        """A string of the wish, without surrounding blanks."""
        value = self.wish.get(name, otherwise)
        return value.strip() if isinstance(value, str) else otherwise

    def media(self, kind: str, data: bytes) -> str:
        """Keeps a file as the platform keeps temporary media; returns its id."""
        media_id = secrets.token_urlsafe(48)
        kept = self.world.account.media
        kept[media_id] = (kind, data)
        while len(kept) > _MEDIA_KEPT:
            kept.pop(next(iter(kept)))
        return media_id


def _text(act: Act) -> Step:
    text = act.wish.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Impossible("还没有写内容")
    if len(text) > _TEXT_CHARS:
        raise Impossible(f"一条消息最多 {_TEXT_CHARS} 字")
    _typed(act)
    shown = {"kind": "text", "text": text}
    return Step({"MsgType": "text", "Content": text}, shown, {"type": "text", "text": text})


def _voice(act: Act) -> Step:
    heard = act.text("recognition")
    _typed(act)
    content: dict[str, Field] = {
        "MsgType": "voice",
        "MediaId": act.media("audio/amr", _AMR),
        "Format": "amr",
        "Recognition": heard,
    }
    turn = {"type": "voice"} | ({"recognition": heard} if heard else {})
    return Step(content, {"kind": "voice", "text": heard}, turn)


def _image(act: Act) -> Step:
    _typed(act)
    media_id = act.media("image/png", b"")
    content = {"MsgType": "image", "PicUrl": f"{act.base}static/photo.png", "MediaId": media_id}
    about = act.text("description", "一张照片")
    return Step(content, {"kind": "image", "text": about}, {"type": "image", "description": about})


def _video(act: Act) -> Step:
    _typed(act)
    thumb = act.media("image/png", b"")
    content = {"MsgType": "video", "MediaId": act.media("video/mp4", b""), "ThumbMediaId": thumb}
    about = act.text("description", "一段视频")
    return Step(content, {"kind": "video", "text": about}, {"type": "video", "description": about})


def _link(act: Act) -> Step:
    _typed(act)
    title, url = act.text("title", "一篇文章"), act.text("url", "https://example.invalid/")
    content = {"MsgType": "link", "Title": title, "Description": act.text("description"), "Url": url}
    return Step(content, {"kind": "link", "text": title}, {"type": "link", "description": title})


def _location(act: Act) -> Step:
    lat, lon = act.wish.get("lat"), act.wish.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        raise Impossible("纬度、经度要是数字")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Impossible("纬度在 ±90、经度在 ±180 之内")
    label = act.text("label")
    _typed(act)
    content: dict[str, Field] = {
        "MsgType": "location",
        "Location_X": f"{lat:.6f}",
        "Location_Y": f"{lon:.6f}",
        "Scale": 15,
        "Label": label,
    }
    shown = {"kind": "location", "text": label or f"{lat:.4f}, {lon:.4f}"}
    return Step(content, shown, {"type": "location", "lat": lat, "lon": lon, "label": label})


def _follow(act: Act) -> Step:
    if act.person.is_following:
        raise Impossible("已经关注了")
    return _start_following(act, "", "ADD_SCENE_SEARCH")


def _start_following(act: Act, scene: str, how: str) -> Step:
    person, now = act.person, act.world.now()
    person.is_following, person.followed_at = True, now
    person.follow_scene, person.scene = how, scene
    person.window.tapped(now)
    content: dict[str, Field] = {
        "MsgType": "event",
        "Event": "subscribe",
        "EventKey": f"qrscene_{scene}" if scene else "",
    }
    words = "你扫码关注了公众号" if scene else "你关注了公众号"
    turn = {"type": "event", "event": "subscribe"} | ({"scene": scene} if scene else {})
    if scene:
        content["Ticket"] = _ticket(act, scene)
    return Step(content, {"side": "system", "kind": "note", "text": words}, turn)


def _unfollow(act: Act) -> Step:
    if not act.person.is_following:
        raise Impossible("现在没有关注")
    act.person.is_following = False
    act.person.window.close()
    content = {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""}
    shown = {"side": "system", "kind": "note", "text": "你取消了关注"}
    return Step(content, shown, {"type": "event", "event": "unsubscribe"})


def _scan(act: Act) -> Step:
    scene = act.text("scene")
    if not scene:
        raise Impossible("没有选要扫的码")
    if not act.person.is_following:
        return _start_following(act, scene, "ADD_SCENE_QR_CODE")
    act.person.window.tapped(act.world.now())
    content = {"MsgType": "event", "Event": "SCAN", "EventKey": scene, "Ticket": _ticket(act, scene)}
    shown = {"side": "system", "kind": "note", "text": "你扫了公众号的二维码"}
    return Step(content, shown, {"type": "event", "event": "scan", "scene": scene})


def _ticket(act: Act, scene: str) -> str:
    codes = act.world.account.codes
    return next((ticket for ticket, code in codes.items() if code["scene"] == scene), "gQ" + "0" * 60)


def _tap(act: Act) -> Step:
    button = _button(act)
    kind, name = button["type"], button["name"]
    note = {"side": "system", "kind": "note", "text": f"你点了菜单“{name}”"}
    if kind == "view":
        content = {"MsgType": "event", "Event": "VIEW", "EventKey": button["url"], "MenuId": "0"}
        return Step(content, note, {"type": "event", "event": "view", "key": button["url"]}, opens=button["url"])
    if kind not in ("click", "scancode_push", "scancode_waitmsg"):
        raise Impossible("这个模拟里还不能用这种菜单")
    act.person.window.tapped(act.world.now())
    event = "CLICK" if kind == "click" else kind
    content = {"MsgType": "event", "Event": event, "EventKey": button["key"]}
    return Step(content, note, {"type": "event", "event": "click", "key": button["key"]})


def _button(act: Act) -> dict[str, Any]:
    """The menu entry the wish points to: `path` is [entry] or [entry, sub-entry], from zero."""
    menu, path = act.world.account.menu, act.wish.get("path")
    try:
        if menu is None or not isinstance(path, list):
            raise IndexError
        button: dict[str, Any] = menu["button"][path[0]]
        if len(path) > 1:
            button = button["sub_button"][path[1]]
    except (IndexError, KeyError, TypeError):
        raise Impossible("菜单里没有这一项") from None
    if "type" not in button:
        raise Impossible("这一项下面还有小项，请点小项")
    return button


def _choose(act: Act) -> Step:
    """Taps an item of a menu message: arrives as text, but opens only the one-minute window."""
    text = act.text("text")
    if not text:
        raise Impossible("没有选哪一项")
    act.person.window.tapped(act.world.now())
    act.person.spoke_at = act.world.now()
    content = {"MsgType": "text", "Content": text, "bizmsgmenuid": act.text("item")}
    return Step(content, {"kind": "text", "text": text}, {"type": "text", "text": text})


def _consent(act: Act) -> Step:
    template = act.world.notices.templates.get(act.text("template"))
    if template is None or template.kind == "template":
        raise Impossible("没有这个订阅通知")
    accepts = act.wish.get("accept") is True
    if accepts:
        agree(act.person, template)
    elif template.id in act.person.consents:
        del act.person.consents[template.id]
    status = "accept" if accepts else "reject"
    item = {"TemplateId": template.id, "SubscribeStatusString": status, "PopupScene": "1"}
    content: dict[str, Field] = {
        "MsgType": "event",
        "Event": "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent": {"List": item},
    }
    words = f"你{'同意' if accepts else '拒绝'}接收“{template.title}”"
    return Step(content, {"side": "system", "kind": "note", "text": words})


def _typed(act: Act) -> None:
    now = act.world.now()
    act.person.window.typed(now)
    act.person.spoke_at = now


_ACTS: Final[dict[str, Callable[[Act], Step]]] = {
    "text": _text,
    "voice": _voice,
    "image": _image,
    "video": _video,
    "link": _link,
    "location": _location,
    "follow": _follow,
    "unfollow": _unfollow,
    "scan": _scan,
    "tap": _tap,
    "choose": _choose,
    "consent": _consent,
}
_WITHOUT_FOLLOWING: Final = {"follow", "scan", "consent"}


def perform(courier: Courier, act: Act) -> dict[str, Any]:
    """Does one act and waits for its answer: `{message, replies, opens, held}`; raises `Impossible`."""
    kind = act.text("type")
    if kind not in _ACTS:
        raise Impossible(f"不认识的动作：{kind or '空'}")
    world, person = act.world, act.person
    with world.lock:
        if not person.is_following and kind not in _WITHOUT_FOLLOWING:
            raise Impossible("还没有关注公众号，先点“关注”")
        step = _ACTS[kind](act)
        shown = {"side": "me", **step.shown}
        if step.turn is not None:
            shown["turn"] = {"actor": "user", "msg": dict(step.turn)}
        entry = world.show(person, shown.pop("side"), shown.pop("kind"), **shown)
        held = _hold(courier, act, step)
    if held:
        return {"message": entry, "replies": [], "opens": step.opens, "held": True}
    replies = courier.carry(person, courier.message(person, step.content))
    for release in take_held(world):
        replies += release()
    return {"message": entry, "replies": replies, "opens": step.opens, "held": False}


def _hold(courier: Courier, act: Act, step: Step) -> bool:
    """Keeps a message back until the next one has gone, when the weather shuffles."""
    world = act.world
    if world.held or world.sky.strikes("shuffle") is None:
        return False
    fields = courier.message(act.person, step.content)
    world.held.append(lambda: courier.carry(act.person, fields))
    return True


def take_held(world: World) -> list[Callable[[], list[dict[str, Any]]]]:
    """The deliveries held back, taken out; the caller runs them without the lock."""
    with world.lock:
        waiting, world.held = world.held, []
        return waiting
