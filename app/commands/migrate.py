"""`laobing migrate`: the database to the newest structure."""

import argparse
import sys

from app import migration, settings
from models.base import Database


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments: which database is a setting."""
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """Upgrades and says which step the database stands at now."""
    try:
        database = Database(settings.load_database_url())
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    before = migration.current(database)
    migration.upgrade(database)
    after = migration.current(database)
    print(f"数据库已是最新（{after}）。" if before == after else f"数据库已升级：{before or '空'} → {after}。")
    database.dispose()
    return 0
