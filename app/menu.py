"""The account's menu: three entries a veteran understands. Everything behind them can also be typed or numbered."""

from collections.abc import Mapping, Sequence
from typing import Final

from app import bootstrap
from app.settings import Settings
from channels.wechat_admin import WeChatAdmin
from services.runtime import Runtime

# The keys are those of bot/flows/arrivals.py.
MENU: Final[Sequence[Mapping[str, str]]] = (
    {"type": "click", "name": "找工作", "key": "matches"},
    {"type": "click", "name": "我的", "key": "mine"},
    {"type": "click", "name": "帮助", "key": "help"},
)


def publish(config: Settings, rt: Runtime) -> None:
    """Puts the menu on the account; raises ChannelError."""
    WeChatAdmin(bootstrap.channel(config, rt.database).api).publish_menu(MENU)
