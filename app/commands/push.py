"""`laobing push`: plans a push for an audience and, unless it is only a trial, sends it; or says how far one is."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from services import broadcasts, planner, push_rules
from services.audiences import AudienceError
from services.broadcasts import BroadcastError, Wish
from services.planner import Plan
from services.runtime import Runtime
from services.topics import BROADCAST_TOPICS

_LISTED = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("--audience", metavar="规则", help="发给谁，例如 年龄=30-45 且 驾照=B2；所有人写 全部")
    parser.add_argument("--topic", metavar="类别", help=f"哪类推送：{'、'.join(BROADCAST_TOPICS)}")
    parser.add_argument("--text", metavar="文件", help="内容所在的文件；- 是标准输入")
    parser.add_argument("--dry-run", action="store_true", help="只看能到多少人、怎么到，不发")
    parser.add_argument("--again", action="store_true", help="一周内发过同样内容，仍要再发")
    parser.add_argument("--who", default="命令行", metavar="姓名", help="记在谁名下（默认“命令行”）")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON")
    for name, about in {"status": "看进度", "pause": "暂停", "resume": "继续", "cancel": "撤回"}.items():
        parser.add_argument(f"--{name}", type=int, metavar="编号", help=f"{about}一次推送")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was done, 2 when it was refused."""
    from app import bootstrap, migration, settings

    try:
        rt = bootstrap.build(settings.load())
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    migration.upgrade(rt.database)
    try:
        answer = _moved(rt, args) or _planned(rt, args)
    except (AudienceError, BroadcastError) as error:
        return _refused(error.message)
    except OSError:
        return _refused(f"打不开文件 {args.text}，请检查路径和权限。")
    finally:
        rt.database.dispose()
    print(json.dumps(answer, ensure_ascii=False) if args.json else _told(answer))
    return 0


def _refused(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _moved(rt: Runtime, args: argparse.Namespace) -> dict[str, Any] | None:
    """The answer to --status, --pause, --resume or --cancel; None when a push is to be made."""
    for name, act in {"pause": broadcasts.pause, "resume": broadcasts.resume, "cancel": broadcasts.cancel}.items():
        number = getattr(args, name)
        if number is not None:
            act(rt, number, args.who)
            return _status(rt, number)
    return _status(rt, args.status) if args.status is not None else None


def _status(rt: Runtime, number: int) -> dict[str, Any]:
    found = broadcasts.progress(rt, number)
    return {
        "id": number,
        "status": found.status,
        "stopped": found.stopped,
        "written": found.written,
        "open": found.open,
        "outcomes": found.outcomes,
        "means": found.means,
        "plan": found.plan,
        "people": list(broadcasts.outcomes(rt, number)),
    }


def _planned(rt: Runtime, args: argparse.Namespace) -> dict[str, Any]:
    if not (args.audience and args.topic and args.text):
        raise BroadcastError("missing", "要写 --audience 规则 --topic 类别 --text 文件，或 --status 编号。")
    text = sys.stdin.read() if args.text == "-" else Path(args.text).read_text(encoding="utf-8")
    wish = Wish(args.topic, args.audience, text, again=args.again)
    plan = broadcasts.preview(rt, wish)
    answer: dict[str, Any] = {"id": None, **plan.to_json(), "unreachable_people": _people(rt, plan)}
    starts = push_rules.read(rt).quiet.after(rt.now())
    answer["starts_at"] = starts.isoformat() if starts > rt.now() else None
    if not args.dry_run:
        answer["id"] = broadcasts.compose(rt, wish, args.who)
        broadcasts.confirm(rt, answer["id"], args.who)
        broadcasts.expand_due(rt)
    return answer


def _people(rt: Runtime, plan: Plan) -> list[dict[str, Any]]:
    """Who cannot be reached over the account, with the reason and the next step; names masked on a terminal."""
    rows = [(reason, number) for reason, numbers in plan.who.items() for number in numbers]
    named = planner.names(rt, [number for _, number in rows])
    return [
        {"person": number, "name": planner.masked(named[number]), "reason": reason, "next": planner.next_step(reason)}
        for reason, number in rows
    ]


def _told(answer: dict[str, Any]) -> str:
    return "\n".join(_told_status(answer) if "outcomes" in answer else _told_plan(answer))


def _told_plan(answer: dict[str, Any]) -> list[str]:
    lines = [f"共 {answer['people']} 人。"]
    lines += [f"  {planner.way_words(way)}：{count} 人" for way, count in answer["means"].items()]
    for reason, count in answer["unreachable"].items():
        said, step = planner.outcome_words(reason)
        lines.append(f"  发不到（{said}）：{count} 人" + (f"，{step}" if step else ""))
    people = answer["unreachable_people"]
    lines += [
        f"    {one['person']} {one['name']}：{planner.outcome_words(one['reason'])[0]}" for one in people[:_LISTED]
    ]
    if len(people) > _LISTED:
        lines.append(f"    还有 {len(people) - _LISTED} 人，加 --json 看全部。")
    number = answer["id"]
    if answer["starts_at"] is not None:
        lines.append(f"现在是安静时间，{answer['starts_at'][5:16].replace('T', ' ')} 开始送出。")
    lines.append(
        "只是预览，没有发。" if number is None else f"已开始发，编号 {number}。看进度：laobing push --status {number}"
    )
    return lines


def _told_status(answer: dict[str, Any]) -> list[str]:
    lines = [f"第 {answer['id']} 号：{answer['status']}，共 {answer['written']} 人，还有 {answer['open']} 人没有结果。"]
    lines += (
        [f"  微信说：{answer['stopped']}。处理好后：laobing push --resume {answer['id']}"] if answer["stopped"] else []
    )
    for outcome, count in sorted(answer["outcomes"].items(), key=lambda item: -item[1]):
        said, step = planner.outcome_words(outcome)
        lines.append(f"  {said}：{count} 人" + (f"（{step}）" if step else ""))
    return lines
