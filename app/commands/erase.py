"""`laobing erase`: deletes one person, asked for at the counter or on paper."""

import argparse
import sys

from app.commands.arguments import row_number


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("veteran", type=row_number, metavar="编号", help="人员编号")
    parser.add_argument(
        "--ledger", action="store_true", help="连台账里的这一行也删（默认只删微信里的一切，台账按规定留着）"
    )
    parser.add_argument("--who", default="命令行", metavar="姓名", help="记在谁名下（默认“命令行”）")
    parser.add_argument("--yes", action="store_true", help="不再确认")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it is done; 1 when it was refused or not confirmed."""
    from app.commands.opening import opened
    from services import erasure
    from services.errors import ServiceError

    try:
        with opened() as rt:
            if not args.yes and input(f"删除编号 {args.veteran} 的信息，删了找不回来。确认请输入编号：").strip() != str(
                args.veteran
            ):
                print("没有删除。", file=sys.stderr)
                return 1
            done = erasure.erase_person(rt, args.veteran, args.who, ledger=args.ledger)
    except ServiceError as error:
        print(error.message, file=sys.stderr)
        return 1
    print(f"已删除编号 {done.veteran_id} 的信息{'，台账里的一行也删了' if done.ledger else ''}。统计数字不变。")
    if done.cases_open:
        print(f"有 {done.cases_open} 件诉求还在办，内容等办结后自动删除。")
    print("以前的备份里还有，随备份到期消失；如果从旧备份恢复，请再删一次。")
    return 0
