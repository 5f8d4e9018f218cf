"""`laobing export-person`: a copy of everything that is kept of one person."""

import argparse
import sys
from pathlib import Path

from app.commands.arguments import row_number


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("veteran", type=row_number, metavar="编号", help="人员编号")
    parser.add_argument(
        "--out", type=Path, metavar="文件", help="存成文件；.html 是给本人看的网页，其余是 JSON；不给就写到屏幕"
    )
    parser.add_argument("--who", default="命令行", metavar="姓名", help="记在谁名下（默认“命令行”）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the copy was written; 1 with the reason when not."""
    from app.commands.opening import opened
    from services import person_export
    from services.errors import ServiceError

    try:
        with opened() as rt:
            kept = person_export.collect(rt, args.veteran, args.who)
            is_page = args.out is not None and args.out.suffix in (".html", ".htm")
            copy = person_export.to_html(rt, kept) if is_page else person_export.to_json(kept)
            if args.out is None:
                print(copy)
            else:
                args.out.touch(mode=0o600)
                args.out.write_text(copy, encoding="utf-8")
                print(f"已存到 {args.out}。里面有完整的个人信息，只交给本人，用完就删。")
    except ServiceError as error:
        print(error.message, file=sys.stderr)
        return 1
    except OSError:
        print(f"写不了文件 {args.out}，请换一个位置。", file=sys.stderr)
        return 1
    return 0
