"""`laobing staff`: the accounts of the console, from the machine it runs on: add, list, reset, disable."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.runtime import Runtime


def configure(parser: argparse.ArgumentParser) -> None:
    """The four things one can do."""
    actions = parser.add_subparsers(dest="action", metavar="做什么", required=True)
    add = actions.add_parser("add", help="建一个账号，显示它的一次性密码")
    add.add_argument("sign_in", metavar="登录名", help="小写字母和数字，例如 wangfang")
    add.add_argument("--name", required=True, metavar="姓名")
    add.add_argument("--role", required=True, choices=["clerk", "bureau", "admin", "leader"], help="角色")
    add.add_argument("--station", default="", metavar="单位", help="服务站的名称；不填就是本局")
    actions.add_parser("list", help="列出所有账号")
    reset = actions.add_parser("reset", help="换一个一次性密码，第二道验证也重开")
    reset.add_argument("sign_in", metavar="登录名")
    disable = actions.add_parser("disable", help="停用一个账号，马上下线")
    disable.add_argument("sign_in", metavar="登录名")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was done; 1 with the reason."""
    from app import bootstrap, migration, settings
    from services.errors import ServiceError

    try:
        config = settings.load()
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    rt = bootstrap.build(config)
    migration.upgrade(rt.database)
    try:
        for line in _done(rt, args):
            print(line)
    except ServiceError as error:
        print(error.message, file=sys.stderr)
        return 1
    finally:
        rt.database.dispose()
    return 0


WHO = "命令行"


def _done(rt: "Runtime", args: argparse.Namespace) -> list[str]:
    from models.account import Role
    from services import accounts, stations

    if args.action == "list":
        return _listed(rt)
    if args.action == "disable":
        accounts.disable(rt, args.sign_in, WHO)
        return [f"{args.sign_in} 已停用。"]
    if args.action == "reset":
        password = accounts.reset(rt, args.sign_in, WHO)
    else:
        node_id = stations.find(rt, args.station)
        new = accounts.NewAccount(args.sign_in, args.name, Role(args.role), node_id)
        password = accounts.create(rt, new, WHO)
    return [f"登录名  {args.sign_in}", f"一次性密码  {password}", "只显示这一回。登录后要换成自己的密码。"]


def _listed(rt: "Runtime") -> list[str]:
    from services import accounts

    found = accounts.listed(rt)
    lines = [f"{one.sign_in}\t{one.name}\t{one.role}\t{one.station}\t{one.state}" for one in found]
    return lines or ["还没有账号。建第一个：laobing staff add 登录名 --name 姓名 --role admin"]
