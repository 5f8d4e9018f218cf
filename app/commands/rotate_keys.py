"""`laobing rotate-keys`: everything that is sealed under the newest key."""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Which key is the newest, and the algorithm, are settings."""
    parser.add_argument("--who", default="命令行", metavar="姓名", help="记在谁名下（默认“命令行”）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the older keys are needed no more; 1 when something is left, with what to do."""
    from app.commands.opening import opened
    from services import rotation

    with opened() as rt:
        rotated = rotation.rotate(rt, args.who, lambda column, done: print(f"{column}：{done}"))
    print(f"重新加密 {rotated.sealed} 处，操作记录重新签名 {rotated.entries} 条。")
    if rotated.unopened:
        print(f"有 {rotated.unopened} 处用现有的钥匙解不开：把更早的钥匙加到 LAOBING_DATA_KEY 后面，再运行一次。")
    if rotated.fault:
        print("操作记录被改动过，没有重新签名，旧钥匙请留着。先运行 laobing audit verify 看是哪一条。")
    if rotated.is_done:
        print("完成。旧钥匙可以从 LAOBING_DATA_KEY 里去掉；旧备份还要用它打开，请把它和旧备份一起保管到旧备份到期。")
    return 0 if rotated.is_done else 1
