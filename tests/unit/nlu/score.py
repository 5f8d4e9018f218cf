"""Judges what was understood of the labelled messages beside it, by the rules of the data README, section 3."""

import json
from pathlib import Path
from typing import Any

MESSAGES = [json.loads(line) for line in (Path(__file__).parent / "messages.jsonl").read_text("utf-8").splitlines()]
LICENCE_SKILLS = {"驾驶", "大车驾驶", "客车驾驶"}
IMPLIED = {
    "叉车证": {"叉车"}, "电工证": {"电工"}, "高压电工证": {"电工"}, "焊工证": {"焊接"}, "汽车兵": {"驾驶", "大车驾驶"},
    "炊事": {"烹饪"}, "警卫": {"安保"}, "给养": {"仓库管理"}, "保安员证": {"安保"}, "卫生员": {"急救护理"},
}  # fmt: skip


def wrong(message: dict[str, Any], intent: str, slots: dict[str, Any]) -> list[str]:
    """What differs from the label: slots wanted and not right, slots unwanted, the intent."""
    expect, allow = dict(message["expect"]), message.get("allow", {})
    wanted_intent = expect.pop("intent", None)
    found = [slot for slot, spec in expect.items() if not _right(slot, spec, allow.get(slot), slots.get(slot), message)]
    found += [slot for slot in slots if slot not in expect and not _free(slot, slots, message)]
    if wanted_intent is not None and not _meets(wanted_intent, intent):
        found.append("intent")
    return found


def _right(slot: str, spec: Any, allowed: Any, value: Any, message: dict[str, Any]) -> bool:
    if isinstance(value, list) and isinstance(spec, list) and not _is_places(spec):
        extra = set(allowed if isinstance(allowed, list) else ())
        if slot == "skills":
            extra |= _implied(message)
        return set(spec) <= set(value) <= set(spec) | extra
    return _meets(spec, value) or (allowed is not None and _meets(allowed, value))


def _meets(spec: Any, value: Any) -> bool:
    if isinstance(spec, dict) and "any_of" in spec:
        return any(_meets(one, value) for one in spec["any_of"])
    if isinstance(spec, dict) and "between" in spec:
        return isinstance(value, int) and spec["between"][0] <= value <= spec["between"][1]
    if _is_places(spec) or _is_places(value):
        return _codes(spec) == _codes(value)
    return spec == value


def _is_places(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _codes(value: Any) -> set[str]:
    return {one["adcode"] for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)}


def _implied(message: dict[str, Any]) -> set[str]:
    sides = (message["expect"], message.get("allow", {}))
    named = {word for side in sides for key in ("certificates", "military_trade") for word in _words(side.get(key))}
    skills = {skill for word in named for skill in IMPLIED.get(word, ())}
    return skills | (LICENCE_SKILLS if any(side.get("licences") for side in sides) else set())


def _words(spec: Any) -> list[str]:
    if isinstance(spec, dict):
        return [word for form in spec.get("any_of", ()) for word in form or ()]
    return spec or []


def _free(slot: str, slots: dict[str, Any], message: dict[str, Any]) -> bool:
    allow, value = message.get("allow", {}), slots[slot]
    if slot in allow and (_meets(allow[slot], value) or (isinstance(value, list) and set(value) <= set(allow[slot]))):
        return True
    if slot in ("age", "birth_year"):
        return bool({"age", "birth_year"} & (message["expect"].keys() | allow.keys()))
    return slot == "skills" and set(value) <= _implied(message)
