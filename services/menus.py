"""The account's menu: ours until the bureau makes its own; kept once the platform has taken it.

Everything behind it can also be typed or numbered. The bounds are the platform's (names in bytes, three by five).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from channels.base import ChannelError
from models.base import Session
from services import settings
from services.errors import ServiceError
from services.runtime import Runtime

NAME: Final = "menu"
MOST: Final = 3
MOST_BELOW: Final = 5
#: Bytes of a name by level, and as staff count: a Chinese character takes three, and what is longer is not shown whole.
NAME_BYTES: Final = (16, 60)
NAME_CHARS: Final = (4, 8)
URL_BYTES: Final = 1024
#: What an entry can do by itself; the keys are those of bot/flows/arrivals.py.
ACTIONS: Final = {"matches": "看岗位、登记找工作", "mine": "我的资料", "help": "帮助"}


class MenuRefused(ServiceError):
    """A menu the platform would not take, or did not; the message says what to change."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__("menu.refused", status, message)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: what it is called, and one of what it does, the page it opens, or the entries below it."""

    name: str
    action: str = ""
    url: str = ""
    below: tuple["Entry", ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the platform takes it, and as it is kept."""
        if self.below:
            return {"name": self.name, "sub_button": [one.to_json() for one in self.below]}
        if self.url:
            return {"type": "view", "name": self.name, "url": self.url}
        return {"type": "click", "name": self.name, "key": self.action}


OURS: Final = (Entry("找工作", "matches"), Entry("我的", "mine"), Entry("帮助", "help"))


def entry(button: dict[str, Any]) -> Entry:
    """An entry as the platform has it."""
    below = tuple(entry(one) for one in button.get("sub_button") or ())
    return Entry(str(button.get("name", "")), str(button.get("key", "")), str(button.get("url", "")), below)


def in_force(session: Session) -> tuple[Entry, ...]:
    """What the bureau has set, or ours."""
    kept = settings.value(session, NAME)
    return OURS if kept is None else tuple(entry(one) for one in kept)


def read(rt: Runtime) -> tuple[Entry, ...]:
    """The same outside a transaction."""
    kept = settings.read(rt, NAME)
    return OURS if kept is None else tuple(entry(one) for one in kept)


def on_account(rt: Runtime) -> tuple[str, str]:
    """What people see now in one line, and why the platform does not say so."""
    try:
        return words([entry(button) for button in rt.channel.menu()]), ""
    except ChannelError as error:
        return "", error.meaning


def publish(rt: Runtime) -> tuple[Entry, ...]:
    """Puts the menu in force on the account; raises ChannelError."""
    wanted = read(rt)
    rt.channel.publish_menu([one.to_json() for one in wanted])
    return wanted


def keep(rt: Runtime, wanted: Sequence[Entry], who: str) -> None:
    """Puts a menu on the account and keeps it. Raises MenuRefused."""
    _check(wanted)
    _publish(rt, wanted)
    with rt.transaction() as session:
        settings.keep(rt, session, who, NAME, [one.to_json() for one in wanted], "发布：" + words(wanted))


def take_back(rt: Runtime, change_id: int, who: str) -> None:
    """Puts the menu before the latest change on the account. Raises ServiceError."""
    with rt.transaction() as session:
        settings.take_back(rt, session, who, NAME, change_id)
        wanted = in_force(session)
    _publish(rt, wanted)


def _publish(rt: Runtime, wanted: Sequence[Entry]) -> None:
    try:
        rt.channel.publish_menu([one.to_json() for one in wanted])
    except ChannelError as error:
        said = f"微信没有收这份菜单：{error.meaning}。手机上还是原来的；照这个改好，再点一次“发布”。"
        raise MenuRefused(said, 409) from None


def words(entries: Sequence[Entry]) -> str:
    """A menu in one line."""
    return "、".join(f"{one.name}（{words(one.below)}）" if one.below else one.name for one in entries)


def _check(wanted: Sequence[Entry]) -> None:
    if not 1 <= len(wanted) <= MOST:
        raise MenuRefused(f"菜单要有 1 到 {MOST} 个。")
    for one in wanted:
        _check_entry(one, 0)
        if len(one.below) > MOST_BELOW:
            raise MenuRefused(f"“{one.name}”下面最多 {MOST_BELOW} 个。")
        for lower in one.below:
            _check_entry(lower, 1)


def _check_entry(one: Entry, level: int) -> None:
    if not one.name:
        raise MenuRefused("有一个菜单没有写名字。写上名字，或者把它改成“不要”。")
    if len(one.name) > NAME_CHARS[level] or len(one.name.encode()) > NAME_BYTES[level]:
        raise MenuRefused(f"“{one.name}”太长了，手机上显示不全，最多 {NAME_CHARS[level]} 个字。")
    if one.below:
        return
    if one.url:
        if not one.url.startswith("https://") or len(one.url.encode()) > URL_BYTES or " " in one.url:
            raise MenuRefused(f"“{one.name}”的网址要用 https:// 开头，中间没有空格。")
    elif one.action not in ACTIONS:
        raise MenuRefused(f"“{one.name}”还没有选点了做什么。要打开网页，就写上网址；要有下一级，就写下一级。")
