"""`laobing card`: one person's card as a page to print."""

import argparse
import sys
from pathlib import Path

from app.commands.arguments import row_number


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("veteran", type=row_number, metavar="编号", help="台账编号")
    parser.add_argument("--out", type=Path, metavar="文件", help="存成网页文件（.html）；不给就写到屏幕")
    parser.add_argument("--reveal", action="store_true", help="显示完整的电话和身份证号（会留下记录）")
    parser.add_argument("--who", default="命令行", metavar="姓名", help="记在谁名下（默认“命令行”）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when the card was written; 1 with the reason when there is no such person or no way to write the file."""
    from app.commands.opening import opened
    from services import cards
    from services.errors import ServiceError

    try:
        with opened() as rt:
            page = cards.to_html(cards.card(rt, args.veteran, args.who, reveal=args.reveal))
            if args.out is None:
                print(page)
            else:
                args.out.write_text(page, encoding="utf-8")
                print(f"已存到 {args.out}，用浏览器打开即可打印（A4 一页）。")
    except ServiceError as error:
        print(error.message, file=sys.stderr)
        return 1
    except OSError:
        print(f"写不了文件 {args.out}，请换一个位置。", file=sys.stderr)
        return 1
    return 0
