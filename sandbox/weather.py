"""The platform's bad days, switched on by hand or by a test: rules that every delivery and call asks."""

import hashlib
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

# What the page offers, in the users' words: weather for messages to the product, and for its calls of the API.
PUSH_KINDS: Final[dict[str, str]] = {
    "triple": "同一条消息送三遍",
    "late": "送达变慢",
    "shuffle": "打乱顺序",
}
API_KINDS: Final[dict[str, str]] = {
    "slow": "接口变慢",
    "busy": "系统繁忙（-1）",
    "expired": "令牌失效（一次）",
    "deaf": "收下了但不答话（超时）",
    "window": "窗口已关（45015）",
    "quota": "额度用完",
    "refused": "用户拒收",
    "gone": "悄悄取消关注",
    "guard": "群发没人确认",
    "error": "指定错误码",
}
KINDS: Final = {**PUSH_KINDS, **API_KINDS}
_SECONDS: Final = {"late": 4.0, "slow": 2.0, "deaf": 20.0}
_ONCE: Final = {"expired"}
_BY_PERSON: Final = {"refused", "gone"}
_MOST_SECONDS: Final = 60.0


@dataclass(slots=True)
class Weather:
    """One rule.

    `rate` is the share of calls it hits (for refused and gone: of people, always the same ones), `times` how often
    more (None: until switched off), `after` how many calls it lets pass first, `seconds` the length of the slow kinds;
    `path` and `code` are for errors on demand.
    """

    kind: str
    rate: float = 1.0
    times: int | None = None
    seconds: float = 0.0
    path: str = ""
    code: int = -1
    after: int = 0


class Sky:
    """All rules now in force. Its dice are seeded: the same calls in the same order meet the same weather."""

    def __init__(self, seed: int = 20261121) -> None:
        self._rules: dict[tuple[str, str], Weather] = {}
        self._dice = random.Random(seed)

    def set(self, wish: Mapping[str, Any]) -> Weather:
        """Switches a rule on from its JSON form; raises ValueError in words for a person."""
        kind = str(wish.get("kind", ""))
        if kind not in KINDS:
            raise ValueError(f"没有这种天气：{kind}")
        try:
            rule = Weather(
                kind,
                rate=float(wish.get("rate", 1.0)),
                times=_times(kind, wish.get("times")),
                seconds=float(wish.get("seconds", _SECONDS.get(kind, 0.0))),
                path=str(wish.get("path", "")),
                code=int(wish.get("code", -1)),
                after=int(wish.get("after", 0)),
            )
        except (TypeError, ValueError) as error:
            raise ValueError("rate、times、seconds、code、after 要是数字") from error
        if not 0 <= rule.rate <= 1 or not 0 <= rule.seconds <= _MOST_SECONDS:
            raise ValueError(f"rate 在 0 到 1 之间，seconds 在 0 到 {_MOST_SECONDS:.0f} 之间")
        self._rules[kind, rule.path] = rule
        return rule

    def clear(self, kind: str = "") -> None:
        """Switches one kind off, or all."""
        self._rules = {key: rule for key, rule in self._rules.items() if kind and key[0] != kind}

    def strikes(self, kind: str, openid: str = "") -> Weather | None:
        """The rule of this kind if it hits now (and uses up one of its times)."""
        rule = self._rules.get((kind, ""))
        return rule if rule is not None and self._hits(rule, openid) else None

    def error_for(self, path: str) -> int | None:
        """The errcode ordered for this API path, longest path first."""
        orders = [rule for (kind, prefix), rule in self._rules.items() if kind == "error" and path.startswith(prefix)]
        for rule in sorted(orders, key=lambda one: -len(one.path)):
            if self._hits(rule, ""):
                return rule.code
        return None

    def _hits(self, rule: Weather, openid: str) -> bool:
        if rule.times == 0:
            return False
        if rule.after > 0:
            rule.after -= 1
            return False
        if rule.kind in _BY_PERSON:
            draw = int.from_bytes(hashlib.sha256(f"{rule.kind}{openid}".encode()).digest()[:4]) / 2**32
        else:
            draw = self._dice.random()
        if draw >= rule.rate:
            return False
        if rule.times is not None:
            rule.times -= 1
        return True

    def view(self) -> list[dict[str, Any]]:
        """The rules in force, in JSON form."""
        return [asdict(rule) for rule in self._rules.values() if rule.times != 0]


def _times(kind: str, wished: Any) -> int | None:
    if wished is not None:
        return int(wished)
    return 1 if kind in _ONCE else None
