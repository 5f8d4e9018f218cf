"""The kinds of message there are: how urgent, what carries them, how long they are worth sending."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from channels.base import Means
from models.delivery import Lane


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of message. `answers`: it answers what the person did, so stops, quiet hours and consent do not hold it.

    `fallback`: what carries it, filled for the topic's purpose, when no service window is open; None = nothing may.
    Template messages are for news of what a person did themselves; what they subscribed to goes as a notice.
    `name`: as staff read it.
    """

    name: str
    lane: Lane
    answers: bool
    fallback: Means | None
    lasts: timedelta
    purpose: str = ""


TOPICS: Final[Mapping[str, Topic]] = {
    "conversation": Topic("对话", Lane.CHAT, answers=True, fallback=None, lasts=timedelta(hours=48)),
    "agent": Topic(
        "人工回复", Lane.CHAT, answers=True, fallback=Means.TEMPLATE, lasts=timedelta(hours=48), purpose="case"
    ),
    "application": Topic("报名进度", Lane.CARE, answers=True, fallback=Means.TEMPLATE, lasts=timedelta(days=7)),
    "case": Topic("诉求办理", Lane.CARE, answers=True, fallback=Means.TEMPLATE, lasts=timedelta(days=7)),
    "follow_up": Topic("上岗回访", Lane.CARE, answers=False, fallback=Means.TEMPLATE, lasts=timedelta(days=3)),
    "reminder": Topic("提醒", Lane.CARE, answers=False, fallback=Means.TEMPLATE, lasts=timedelta(days=7)),
    "matches": Topic("合适的岗位", Lane.BULK, answers=False, fallback=Means.SUBSCRIPTION, lasts=timedelta(days=2)),
    "policy": Topic("政策通知", Lane.BULK, answers=False, fallback=Means.SUBSCRIPTION, lasts=timedelta(days=7)),
    "fair": Topic("招聘会", Lane.BULK, answers=False, fallback=Means.SUBSCRIPTION, lasts=timedelta(days=7)),
    "heartbeat": Topic("问候", Lane.BULK, answers=False, fallback=Means.SUBSCRIPTION, lasts=timedelta(days=7)),
    "broadcast": Topic("通知", Lane.BULK, answers=False, fallback=None, lasts=timedelta(days=7)),
}
BROADCAST_TOPICS: Final = tuple(name for name, topic in TOPICS.items() if topic.lane is Lane.BULK)
ANSWERS: Final = frozenset(name for name, topic in TOPICS.items() if topic.answers)
ANSWERING_LANES: Final = frozenset(TOPICS[name].lane for name in ANSWERS)
