"""`laobing move`: a county that outgrew one file goes to PostgreSQL, all or nothing, proven equal table by table."""

import argparse
import sys

from app import settings


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("--to", required=True, help="新数据库的地址，例如 postgresql://用户:密码@主机/库名")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Copies every row, reads it back and compares; prints a line per table."""
    try:
        source_url, target_url = settings.load_database_url(), settings.database_url(args.to)
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    if source_url == target_url:
        print("--to 就是现在的数据库，不用搬。", file=sys.stderr)
        return 2
    from app import migration
    from models.base import Database
    from models.transfer import NotEmpty, NotEqual, copy

    source, target = Database(source_url), Database(target_url)
    try:
        if migration.current(source) != migration.head():
            print("现在的数据库不是最新结构：先运行 laobing migrate。", file=sys.stderr)
            return 1
        migration.upgrade(target)
        figures = copy(source, target)
    except NotEmpty as error:
        print(f"新数据库里已经有数据（{error}），没有动它。请用一个空库。", file=sys.stderr)
        return 1
    except NotEqual as error:
        print(f"读回来的与原来的不一样（{error}），什么也没有留下。请停掉所有服务再搬。", file=sys.stderr)
        return 1
    finally:
        source.dispose()
        target.dispose()
    for one in figures:
        print(f"{one.table:<24}{one.rows:>10}  {one.digest}")
    print("搬好了：每张表的行数和内容摘要都一致。把 LAOBING_DATABASE_URL 改成新地址，再启动服务。")
    return 0
