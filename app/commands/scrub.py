"""`laobing scrub`: takes what was deleted out of the files of a PostgreSQL; run weekly, at night."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.set_defaults(run=run)


def run(_args: argparse.Namespace) -> int:
    """0 when every table was written anew, or there is nothing to do."""
    from app.commands.opening import opened

    with opened() as rt:
        rt.database.scrub()
        tables = rt.database.rewrite()
    if tables:
        print(f"重写了 {len(tables)} 张表，以前删掉的内容不在数据库文件里了。备份和归档日志里的，随它们到期。")
    else:
        print("这套装的是 SQLite，删除时当场覆盖，不用再做什么。")
    return 0
