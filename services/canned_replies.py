"""Replies staff send often: ours until the bureau writes its own; the blanks are filled from the person's card."""

import string
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from models.base import Session
from services import settings
from services.errors import ServiceError
from services.runtime import Runtime

NAME: Final = "replies"
MOST: Final = 12
TITLE_CHARS: Final = 8
TEXT_CHARS: Final = 300
#: What may stand in braces, and what it becomes.
BLANKS: Final = {"name": "姓名", "station": "服务站", "phone": "电话", "hours": "上班时间"}
_OURS: Final = Path(__file__).resolve().parent / "data" / "canned_replies.toml"
#: Title and text.
Reply = tuple[str, str]


class ReplyRefused(ServiceError):
    """Words that make no reply; the message says what to write."""

    def __init__(self, message: str) -> None:
        super().__init__("replies.refused", 400, message)


@lru_cache(maxsize=1)
def ours() -> tuple[Reply, ...]:
    """The replies as delivered."""
    kept = tomllib.loads(_OURS.read_text(encoding="utf-8"))
    return tuple((kept["titles"][key], text) for key, text in kept["replies"].items())


def in_force(session: Session) -> tuple[Reply, ...]:
    """The bureau's own replies, or ours."""
    return _replies(settings.value(session, NAME))


def _replies(kept: Sequence[Reply] | None) -> tuple[Reply, ...]:
    return ours() if kept is None else tuple((title, text) for title, text in kept)


def listed(rt: Runtime) -> tuple[Reply, ...]:
    """The replies in force."""
    with rt.reading() as session:
        return in_force(session)


def filled(rt: Runtime, replies: Sequence[Reply], name: str, station: str) -> tuple[tuple[str, str, str], ...]:
    """Number, title and text of each, filled for this person."""
    facts = {"name": name, "station": station, "phone": rt.office.phone or station, "hours": rt.office.hours}
    return tuple((str(number), title, text.format_map(facts)) for number, (title, text) in enumerate(replies))


def keep(rt: Runtime, replies: Sequence[Reply], who: str) -> None:
    """Puts these replies in force. Raises ReplyRefused."""
    wanted = [(title.strip(), text.strip()) for title, text in replies if title.strip() or text.strip()]
    if not wanted or len(wanted) > MOST:
        raise ReplyRefused(f"常用回复要有 1 到 {MOST} 条。")
    for title, text in wanted:
        _check(title, text)
    with rt.transaction() as session:
        before = _replies(settings.latest(session, NAME))
        if tuple(wanted) == before:
            raise ReplyRefused("没有改动。")
        settings.keep(rt, session, who, NAME, [list(one) for one in wanted], _difference(before, wanted))


def _check(title: str, text: str) -> None:
    if not title or len(title) > TITLE_CHARS:
        raise ReplyRefused(f"每条要有一个名字，最多 {TITLE_CHARS} 个字：{title or text[:10]}")
    if not text or len(text) > TEXT_CHARS:
        raise ReplyRefused(f"“{title}”的内容要有 1 到 {TEXT_CHARS} 个字。")
    blanks = "、".join(f"{{{name}}}" for name in BLANKS)
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        raise ReplyRefused(f"“{title}”里的大括号不成对。大括号里只能写：{blanks}。") from None
    for _, name, form, conversion in parts:
        if name is not None and (name not in BLANKS or form or conversion):
            raise ReplyRefused(f"“{title}”里的 {{{name}}} 不认识。大括号里只能写：{blanks}。")


def _difference(before: Sequence[Reply], after: Sequence[Reply]) -> str:
    old, new = dict(before), dict(after)
    added = [title for title in new if title not in old]
    gone = [title for title in old if title not in new]
    changed = [title for title in new if title in old and old[title] != new[title]]
    parts = (("增加", added), ("改了", changed), ("去掉", gone))
    return "；".join(f"{word}{'、'.join(titles)}" for word, titles in parts if titles) or "换了顺序"


def take_back(rt: Runtime, change_id: int, who: str) -> None:
    """Puts back the replies before those in force. Raises ServiceError."""
    with rt.transaction() as session:
        settings.take_back(rt, session, who, NAME, change_id)
