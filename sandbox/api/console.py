"""What an account sets up: the custom menu with the platform's shape rules, and QR codes with a scene."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from sandbox.api.endpoint import MENU, OK, SERVICE, Answer, Call, Endpoint
from sandbox.refusal import Refusal

_ENTRIES: Final = 3
_SUB_ENTRIES: Final = 5
_KEY_BYTES: Final = 128
_URL_BYTES: Final = 1024
_TYPES: Final = {
    "click": "key",
    "view": "url",
    "miniprogram": "url",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "media_id": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}
# errcodes for entries of the first and of the second level: count, type, name, key, url
_CODES: Final = ((40016, 40017, 40018, 40019, 40020), (40023, 40024, 40025, 40026, 40027))
_NAME_BYTES: Final = (16, 60)
_PERMANENT: Final = 100_000
_LONGEST_CODE: Final = 2_592_000


def _check_buttons(buttons: object, level: int) -> list[dict[str, Any]]:
    wrong_count, wrong_type, wrong_name, _, _ = _CODES[level]
    most = (_ENTRIES, _SUB_ENTRIES)[level]
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise Refusal(wrong_count)
    checked: list[dict[str, Any]] = []
    for button in buttons:
        name = button.get("name") if isinstance(button, dict) else None
        if not isinstance(name, str) or not 1 <= len(name.encode()) <= _NAME_BYTES[level]:
            raise Refusal(wrong_name)
        if level == 0 and button.get("sub_button"):
            checked.append({"name": name, "sub_button": _check_buttons(button["sub_button"], 1)})
            continue
        if button.get("type") not in _TYPES:
            raise Refusal(wrong_type)
        checked.append(_check_action(button, level))
    return checked


def _check_action(button: Mapping[str, Any], level: int) -> dict[str, Any]:
    field = _TYPES[button["type"]]
    value = button.get(field)
    limit, code = (_URL_BYTES, _CODES[level][4]) if field == "url" else (_KEY_BYTES, _CODES[level][3])
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= limit:
        raise Refusal(code)
    if field == "url" and not value.startswith(("http://", "https://")):
        raise Refusal((40055, 40054)[level])
    return {"type": button["type"], "name": button["name"], field: value}


def _create(call: Call) -> Answer:
    call.world.account.menu = {"button": _check_buttons(call.body.get("button"), 0)}
    return dict(OK)


def _get(call: Call) -> Answer:
    if call.world.account.menu is None:
        raise Refusal(46003)
    return {"menu": call.world.account.menu}


def _delete(call: Call) -> Answer:
    call.world.account.menu = None
    return dict(OK)


def _code(call: Call) -> Answer:
    name = call.text("action_name")
    info = call.body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise Refusal(40053)
    value = scene.get("scene_str") if name.endswith("_STR_SCENE") else scene.get("scene_id")
    if not _is_scene(name, value):
        raise Refusal(40053)
    codes = call.world.account.codes
    if len(codes) >= _PERMANENT:
        raise Refusal(45029)
    ticket = "gQ" + secrets.token_urlsafe(60)
    answer: Answer = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{ticket[:24]}"}
    if name.startswith("QR_LIMIT"):
        until = None
    else:
        seconds = call.body.get("expire_seconds", 60)
        if not isinstance(seconds, int) or not 1 <= seconds <= _LONGEST_CODE:
            raise Refusal(40053)
        answer["expire_seconds"] = seconds
        until = call.world.now().timestamp() + seconds
    codes[ticket] = {"scene": str(value), "until": until}
    return answer


def _is_scene(name: str, value: object) -> bool:
    if name in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        return isinstance(value, str) and 1 <= len(value) <= 64
    if name == "QR_SCENE":
        return isinstance(value, int) and 0 < value < 2**32
    return name == "QR_LIMIT_SCENE" and isinstance(value, int) and 1 <= value <= _PERMANENT


ENDPOINTS: Final = {
    "cgi-bin/menu/create": Endpoint(_create, accounts=MENU, daily=1000),
    "cgi-bin/menu/get": Endpoint(_get, "GET", MENU, daily=10_000),
    "cgi-bin/menu/delete": Endpoint(_delete, "GET", MENU, daily=1000),
    "cgi-bin/qrcode/create": Endpoint(_code, accounts=SERVICE, daily=100_000),
}
