"""The `laobing` command: one verb a module in app/commands, loaded only when it is called."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

VERBS: Final[dict[str, str]] = {
    "understand": "读懂一批消息，输出意图和要素（JSON 行）",
    "match": "为一批求职者排岗位，说明理由（JSON 行）",
    "talk": "在终端里与机器人对话，或回放一份对话脚本",
    "chat": "在终端里跟机器人说话，岗位是虚构的县的",
    "import-postings": "导入岗位表（xlsx、xls、csv）",
    "import-veterans": "导入退役军人台账（xlsx、xls、csv）",
    "push": "按规则给一批人推送：先看怎么到、谁到不了，再发；查进度",
    "card": "打印一个人的就业服务卡（一人一卡，A4 网页）",
    "staff": "工作台的账号：建、列出、重置密码、停用",
    "demo": "一条命令跑起来：虚构的县、模拟微信、网页与定时任务",
    "serve": "启动网页服务（微信回调、页面）",
    "scheduler": "启动定时任务进程",
    "worker": "启动发送进程（可以开几个）",
    "migrate": "把数据库升级到最新结构",
    "backup": "备份整个数据库到一个加密文件",
    "restore": "从备份恢复到一个空数据库",
    "move": "把数据库搬到另一个（SQLite 到 PostgreSQL），逐表核对",
    "menu": "把菜单（工作台里设的，没设过就是找工作、我的、帮助）发布到公众号",
    "keygen": "生成一套新的密钥",
    "audit": "查操作记录：核对有没有被改动，列出谁看过谁",
    "erase": "按本人要求删除一个人的信息",
    "scrub": "PostgreSQL：重写表文件，删掉的内容不留在磁盘上（每周夜里跑）",
    "export-person": "导出一个人的全部信息（给本人的副本）",
    "rotate-keys": "换钥匙或换算法以后，把已加密的内容全部用新钥匙重新加密",
    "doctor": "逐项检查一套真实部署，说明怎么修",
    "lexicon": "检查词库和代码表",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one verb; returns its exit status (2 for a call that cannot be understood)."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="laobing", description="老兵上岗：退役军人就业服务")
    verbs = parser.add_subparsers(dest="verb", metavar="命令", required=True)
    # Only the module of the verb asked for is imported: numpy and the lexicons cost a third of a second.
    for verb, about in VERBS.items():
        sub = verbs.add_parser(verb, help=about, description=about)
        if words[:1] == [verb]:
            import_module("app.commands." + verb.replace("-", "_")).configure(sub)
    return _run(parser.parse_args(words))


def _run(args: argparse.Namespace) -> int:
    try:
        status: int = args.run(args)
    except Exception as error:
        from app.settings import SettingsError  # loaded late as every verb's modules are; long ago if it was raised

        if not isinstance(error, SettingsError):
            raise
        print(error, file=sys.stderr)
        return 1
    return status


if __name__ == "__main__":
    sys.exit(main())
