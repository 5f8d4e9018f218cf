"""`laobing understand`: reads messages as JSON lines and says what was understood, as JSON lines."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.nlu.heard import Heard
from bot.nlu.understanding import understand
from bot.slots import Slots

# What else the conversation keeps of a person is no part of what this command promises to print.
INTERNAL: Final = ("gender", "hardship_certified", "height_cm", "accept_scope")
CHINA: Final = timedelta(hours=8)


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("file", nargs="?", default="-", metavar="文件", help="消息文件（JSON 行），- 为标准输入")
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, metavar="日期", help="以哪一天为准")
    parser.add_argument("--explain", action="store_true", help="写出每个要素的规则和词条")
    parser.add_argument("--lexicon", type=Path, default=None, metavar="文件夹", help="本局自己的词库文件夹")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Answers every line with one line; the exit status is 1 when some could not be read."""
    today = args.as_of or (datetime.now(UTC) + CHINA).date()
    status = 0
    for line in _lines(args.file):
        answer = _answer(line, today, args.explain, args.lexicon)
        status = status or int("error" in answer)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
    return status


def _lines(file: str) -> Iterator[bytes]:
    source: Iterable[bytes] = sys.stdin.buffer if file == "-" else Path(file).read_bytes().split(b"\n")
    return (line for line in source if line.strip())


def _answer(line: bytes, today: date, explain: bool, lexicon: Path | None) -> dict[str, Any]:
    try:
        message = json.loads(line.decode("utf-8-sig"))
    except ValueError:
        message = None
    if not isinstance(message, dict) or "id" not in message:
        return {"id": None, "error": "这一行不是带 id 和 text 的 JSON 对象"}
    key, text, asked = message["id"], message.get("text"), message.get("asked")
    if not isinstance(text, str) or not isinstance(asked, str | None):
        return {"id": key, "error": "text 要是文字，asked 要是文字或不写"}
    heard = understand(text, asked, today, extra=lexicon)
    answer = {"id": key, "intent": heard.intent, "slots": visible(heard.slots).to_json(), "reply": ""}
    return answer | explanation(heard) if explain else answer


def visible(slots: Slots) -> Slots:
    """The slots of the contract only."""
    return slots.without(*INTERNAL)


def explanation(heard: Heard) -> dict[str, Any]:
    """Why every slot holds what it holds, what is in doubt, and what was not read."""
    return {
        "why": [
            {"slot": one.slot, "value": one.value, "rule": one.rule, "entry": one.entry, "words": one.words}
            for one in heard.evidence
        ],
        "doubts": [{"slot": one.slot, "value": one.value, "why": one.why} for one in heard.doubts],
        "unread": list(heard.unread),
    }
