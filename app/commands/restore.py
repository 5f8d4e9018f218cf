"""`laobing restore`: an empty database filled from a backup, on SQLite or PostgreSQL whatever it was made on."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from app import settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("file", type=Path, help="laobing backup 写的文件")
    parser.add_argument("--replace", action="store_true", help="SQLite：现在的数据库先改名放在旁边，再恢复")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restores and proves it; an existing SQLite file is put aside, never overwritten."""
    try:
        config = settings.load()
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    if not args.file.is_file():
        print(f"找不到 {args.file}。", file=sys.stderr)
        return 2
    if args.replace and not config.database_url.startswith("sqlite:///"):
        print(
            "--replace 只用于 SQLite。PostgreSQL 请新建一个空库，写进 LAOBING_DATABASE_URL，再恢复。", file=sys.stderr
        )
        return 2
    from app import bootstrap, migration
    from models.sealed import SealError
    from models.transfer import NotEmpty, NotEqual
    from services import backups

    if args.replace:
        _put_aside(Path(config.database_url.removeprefix("sqlite:///")))
    rt = bootstrap.build(config)
    try:
        figures = backups.restore(rt, args.file, rt.database, migration.upgrade)
    except NotEmpty as error:
        print(
            f"这个数据库里已经有数据（{error}），没有动它。SQLite 加 --replace；PostgreSQL 换一个空库。",
            file=sys.stderr,
        )
        return 1
    except (SealError, backups.BadBackup, NotEqual) as error:
        print(f"恢复不了：{error}。看文件是不是完整、LAOBING_DATA_KEY 是不是备份时的那把。", file=sys.stderr)
        return 1
    finally:
        rt.database.dispose()
    rows = sum(one.rows for one in figures)
    print(
        f"恢复好了：{len(figures)} 张表，{rows} 行，逐表核对过，与备份一致。现在可以启动服务，再运行 laobing doctor。"
    )
    return 0


def _put_aside(database: Path) -> None:
    """The three files of a SQLite database get another name together."""
    stamp = f"{datetime.now():%Y%m%d-%H%M%S}"  # noqa: DTZ005 - a file's name, read by whoever stands at this machine
    for tail in ("", "-wal", "-shm"):
        file = database.with_name(database.name + tail)
        if file.exists():
            aside = database.with_name(f"{database.stem}-before-{stamp}{database.suffix}{tail}")
            file.rename(aside)
            if not tail:
                print(f"原来的数据库改名为 {aside}。")
