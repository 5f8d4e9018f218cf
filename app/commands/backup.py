"""`laobing backup`: the whole county in one sealed file; any number of services may run on meanwhile."""

import argparse
import sys
from pathlib import Path

from app import settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("--folder", type=Path, default=Path("var/backups"), help="放在哪个文件夹（默认 var/backups）")
    parser.add_argument("--keep", type=int, default=14, help="留最新的几份（默认 14）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes one backup and says what is in it."""
    if args.keep < 1:
        print("--keep 至少是 1。", file=sys.stderr)
        return 2
    try:
        config = settings.load()
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    from app import bootstrap, migration
    from services import backups

    rt = bootstrap.build(config)
    try:
        saved = backups.save(rt, args.folder, migration.upgrade, keep=args.keep)
    except (OSError, backups.NotSaved, backups.BadBackup) as error:
        print(f"没有备份成：{error}。看磁盘还有没有地方、文件夹能不能写，再运行一次。", file=sys.stderr)
        return 1
    finally:
        rt.database.dispose()
    rows = sum(one.rows for one in saved.figures)
    print(f"备份好了：{saved.path}（{saved.bytes / 1e6:.1f} MB，{len(saved.figures)} 张表，{rows} 行）。")
    print("它用 LAOBING_DATA_KEY 加了密：请把这个文件拷到另一台机器，钥匙另外保管；没有钥匙谁也打不开。")
    return 0
