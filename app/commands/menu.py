"""`laobing menu`: puts our menu on the account."""

import argparse
import sys

from app import settings
from channels.base import ChannelError


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Publishes and says so; 1 with the platform's reason when it refuses."""
    from app import bootstrap, menu

    try:
        config = settings.load()
        menu.publish(config, bootstrap.build(config))
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    except ChannelError as error:
        print(f"菜单没有发布：{error.meaning}（{error.code}）", file=sys.stderr)
        return 1
    print("菜单已发布：找工作、我的、帮助。手机上重新打开公众号就能看到。")
    return 0
