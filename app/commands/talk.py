"""`laobing talk`: a conversation in the terminal, or a dialogue script played through the whole product."""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from app.stage import FAULTS, Stage, fault
from bot.types import Inbound, Kind
from services import conversations, outbox
from services.runtime import CHINA, Runtime

Row = dict[str, Any]

_SPEAKER: Final = "terminal"
_FOLLOW: Final = "/关注"


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the verb."""
    parser.add_argument("--script", type=Path, help="对话脚本（每行一个 JSON）；不给就在终端里聊")
    parser.add_argument("--postings", type=Path, help="岗位文件（每行一个 JSON）")
    parser.add_argument("--as-of", type=date.fromisoformat, default=None, help="哪一天（默认今天，北京时间）")
    parser.add_argument("--region", default="", help="本局所在县区或市的代码（默认看岗位多在哪里）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Plays the script, a line a turn; or talks. 0 when every line was processed."""
    rows = list(_rows(args.postings)) if args.postings else []
    day = args.as_of or datetime.now(CHINA).date()
    with tempfile.TemporaryDirectory(prefix="laobing-talk-") as folder:
        stage = Stage(Path(folder), rows, datetime.combine(day, time(9, 0), CHINA), args.region)
        return play(stage, args.script) if args.script else chat(stage)


def play(stage: Stage, script: Path) -> int:
    """Every dialogue of the file on a database of its own, in the order of the file."""
    faults = 0
    for number, dialogue in enumerate(_rows(script), 1):
        try:
            for line in stage.play(dialogue, number):
                faults += "error" in line
                _write(line)
        except FAULTS as error:
            faults += 1
            _write({"dialogue_id": dialogue.get("id"), "turn": 0, "error": fault(error)})
    return 1 if faults else 0


def chat(stage: Stage, prepare: Callable[[Runtime], object] | None = None) -> int:
    """Talks in the terminal until the input ends; `prepare` fills the database first."""
    rt, clock, recorder = stage.open("chat")
    if prepare is not None:
        prepare(rt)
    begun = datetime.now(CHINA)
    print("（直接打字，回车发送，Ctrl-D 结束）")
    for number, text in enumerate(_typed()):
        clock.moment = stage.now + (datetime.now(CHINA) - begun)
        follows = text == _FOLLOW
        kind = Kind.SUBSCRIBE if follows else Kind.TEXT
        inbound = Inbound(f"{_SPEAKER}:{number}", _SPEAKER, kind, rt.now(), text="" if follows else text)
        print(conversations.receive(rt, inbound).text or "（没有回复）")
        while outbox.deliver_due(rt):
            pass
        for outbound in recorder.take():
            print(outbound.text)
    rt.database.dispose()
    return 0


def _typed() -> Iterator[str]:
    """The newcomer follows first, then types."""
    yield _FOLLOW
    while True:
        try:
            yield input("您：")
        except EOFError:
            print()
            return


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if line.strip():
                row = json.loads(line)
                yield row if isinstance(row, dict) else {}


def _write(line: Row) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)
