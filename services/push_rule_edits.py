"""Changing the rules for messages sent unasked: what the bureau may set, in words, with undo."""

from datetime import time
from typing import Final

from services import allowances, push_rules, settings
from services.errors import ServiceError
from services.push_rules import PushRules
from services.runtime import Runtime

BEGIN_BETWEEN: Final = (time(18), time(22))
END_BETWEEN: Final = (time(6, 30), time(10))
#: How often new postings go: as the page offers it, and in words.
RHYTHMS: Final = {(1, False): "每天最多一次", (7, False): "每周一次", (1, True): "只在特别合适时，每天最多一次"}


class RulesRefused(ServiceError):
    """Rules nobody would want; the message says what to enter."""

    def __init__(self, message: str) -> None:
        super().__init__("push_rules.refused", 400, message)


def most(rt: Runtime) -> int:
    """The most pushes a week the bureau may set."""
    return allowances.number(allowances.PUSH_WEEK, rt.today()).value


def keep(rt: Runtime, rules: PushRules, who: str) -> None:
    """Puts these rules in force. Raises RulesRefused."""
    if rules.cap is None or not 1 <= rules.cap <= most(rt):
        raise RulesRefused(f"一周最多几条，请填 1 到 {most(rt)}。再多，老兵会嫌烦，不看了。")
    quiet = rules.quiet
    if not BEGIN_BETWEEN[0] <= quiet.begin <= BEGIN_BETWEEN[1]:
        raise RulesRefused("晚上几点起不发，请填 18:00 到 22:00 之间的时间。")
    if not END_BETWEEN[0] <= quiet.end <= END_BETWEEN[1]:
        raise RulesRefused("早上几点起可以发，请填 6:30 到 10:00 之间的时间。")
    if (rules.every_days, rules.only_excellent) not in RHYTHMS:
        raise RulesRefused("多久推一次，请从列表里选一个。")
    with rt.transaction() as session:
        before = push_rules.latest(session)
        note = _difference(
            before if before.cap else PushRules(before.quiet, before.every_days, before.only_excellent, most(rt)), rules
        )
        if not note:
            raise RulesRefused("没有改动。")
        settings.keep(rt, session, who, push_rules.NAME, rules.to_json(), note)


def _difference(before: PushRules, after: PushRules) -> str:
    parts = []
    if before.quiet != after.quiet:
        parts.append(f"{after.quiet.begin:%H:%M} 到第二天 {after.quiet.end:%H:%M} 不发")
    if (before.every_days, before.only_excellent) != (after.every_days, after.only_excellent):
        parts.append(f"没选过的人：{RHYTHMS[after.every_days, after.only_excellent]}")
    if before.cap != after.cap:
        parts.append(f"一人一周最多收 {after.cap} 条推送")
    return "；".join(parts)


def take_back(rt: Runtime, change_id: int, who: str) -> None:
    """Puts back the rules before those in force. Raises ServiceError."""
    with rt.transaction() as session:
        settings.take_back(rt, session, who, push_rules.NAME, change_id)
