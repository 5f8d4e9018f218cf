"""`laobing menu`: puts the menu on the account: ours, or the one set in the console."""

import argparse
import sys

from app import settings
from channels.base import ChannelError


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Publishes and says so; 1 with the platform's reason when it refuses."""
    from app import bootstrap
    from services import menus

    try:
        published = menus.publish(bootstrap.build(settings.load()))
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    except ChannelError as error:
        print(f"菜单没有发布：{error.meaning}（{error.code}）", file=sys.stderr)
        return 1
    print(f"菜单已发布：{menus.words(published)}。手机上重新打开公众号就能看到。")
    return 0
