"""Random and mutated messages through understanding, turn and texts: exceptions, times, memory.

    python bench/turns/fuzz.py 1000000 --processes 2 --record million.jsonl

Works in pieces of a thousand, each with a seed of its own. With `--record` every piece done is a line of that file, and
a run that was broken off goes on behind them. Prints a line at every tenth: messages, exceptions, longest text, median
and 99th percentile of understanding and of the turn in milliseconds of processor time, resident memory of the processes
in MiB, least and most of each tenth. Times are those of the processor, so that what else runs does not count.
"""

import argparse
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, timezone
from itertools import chain
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.engine import step
from bot.events import ErasureRequested
from bot.nlu import where
from bot.nlu.understanding import prepare, understand
from bot.types import Conversation, Inbound, Kind, Reply, Shown
from matching.taxonomy.place import Place
from services.rendering import render
from services.runtime import Office

NOW = datetime(2026, 11, 20, 9, tzinfo=timezone(timedelta(hours=8)))
HOME = Place("420600", ("湖北省", "襄阳市"))
SHOWN = (Shown("p-1", "园区保安", "示例公司 樊城区 保安"), Shown("p-2", "叉车工", "示例仓储 襄州区 叉车工"))
PIECES = (
    *("同意", "不同意", "1", "2", "9", "跳过", "随便", "返回", "取消", "人工", "退订", "删除我的信息", "确认", "没有"),
    *(
        "48",
        "四十八",
        "今年五十二岁",
        "樊城",
        "襄州那边",
        "绵阳安州",
        "市中区",
        "想干保安",
        "开货车",
        "啥都行",
        "仓管也行",
    ),
    *(
        "三千五",
        "五六千",
        "一天两百",
        "年薪十万",
        "初中",
        "大专",
        "有叉车证",
        "B2",
        "A1照",
        "当过汽车兵",
        "不上夜班",
        "包住",
    ),
    *(
        "第二个",
        "报名1",
        "报名",
        "推荐几个",
        "换一批",
        "工资多少",
        "在哪",
        "几点下班",
        "优待证怎么办",
        "有培训吗",
        "招聘会",
    ),
    *(
        "我要投诉",
        "欠我工资",
        "啥时候有信儿",
        "没解决",
        "不想活了",
        "我16岁",
        "我们公司招保安怎么发布",
        "给我弟弟找个活",
    ),
    *(
        "你他妈",
        "谢谢",
        "你好",
        "改工资",
        "继续",
        "13000000784",
        "990101198001010017",
        "300岁",
        "月薪99万",
        "不对，是43",
    ),
)
SEED, TALK, PIECE, TENTHS, STEPS = 20261121, 25, 1_000, 10, 100_000
SAMPLES = Path(__file__).resolve().parents[2] / "tests/unit/nlu/messages.jsonl"
LETTERS = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多"


def messages(rng: random.Random, count: int) -> Iterator[str]:
    samples = [json.loads(line)["text"] for line in SAMPLES.read_text("utf-8").splitlines()]
    for _ in range(count):
        way = rng.random()
        if way < 0.15:
            text = rng.choice(PIECES)
        elif way < 0.4:
            text = "".join(rng.choices(samples, k=rng.choice((1, 1, 1, 2))))
        elif way < 0.7:
            text = rng.choice(("，", "", " ", "。")).join(rng.choices(PIECES, k=rng.randint(2, 6)))
        elif way < 0.85:
            text = "".join(rng.choices(LETTERS, k=rng.randint(1, 60)))
        else:
            text = "".join(chr(rng.randrange(0x20, 0x2FFFF)) for _ in range(rng.randint(1, 80)))
        yield mutated(rng, text) if rng.random() < 0.5 else text


def mutated(rng: random.Random, text: str) -> str:
    letters = list(text)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(letters) + 1)
        way = rng.randrange(3)
        if way == 0 and letters:
            letters.pop(min(at, len(letters) - 1))
        elif way == 1:
            letters.insert(at, rng.choice(LETTERS))
        elif letters:
            letters[min(at, len(letters) - 1)] = chr(rng.randrange(0x20, 0x9FFF))
    return "".join(letters)


@dataclass(slots=True)
class Tally:
    """What has been seen; times are counted in steps of a hundredth of a millisecond, so that it stays small."""

    piece: int = -1
    process: int = 0
    messages: int = 0
    faults: int = 0
    longest: int = 0
    memory: float = 0.0
    heard: Counter[int] = field(default_factory=Counter)
    turns: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Takes in what another piece has seen."""
        self.messages += other.messages
        self.faults += other.faults
        self.longest = max(self.longest, other.longest)
        self.heard += other.heard
        self.turns += other.turns


def memory() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def run(piece: int) -> Tally:
    """Plays one piece: always the same messages for the same number."""
    rng, tally = random.Random(SEED + piece), Tally(piece, os.getpid())
    conversation = Conversation(consent=True, shown=SHOWN)
    for number, text in enumerate(messages(rng, PIECE), 1):
        if number % TALK == 0:
            conversation = Conversation(consent=rng.choice((True, True, None)), shown=rng.choice(((), SHOWN)))
        conversation = one(conversation, text, tally)
    tally.memory = memory()
    return tally


def one(conversation: Conversation, text: str, tally: Tally) -> Conversation:
    """One message through the whole turn."""
    tally.messages += 1
    begun = time.process_time()
    try:
        heard = understand(
            text, conversation.asked, NOW.date(), near=HOME, known=where.first(conversation.profile.location)
        )
        understood = time.process_time()
        turn = step(conversation, heard, Inbound("k", "o", Kind.TEXT, NOW, text=text), NOW, HOME)
        texts = [render(one.key, office=Office(), **one.params) for one in turn.steps if isinstance(one, Reply)]
    except Exception as error:
        tally.faults += 1
        print(f"{type(error).__name__}: {error!s:.200} on {text!r}", file=sys.stderr)
        return conversation
    tally.heard[round((understood - begun) * STEPS)] += 1
    tally.turns[round((time.process_time() - begun) * STEPS)] += 1
    tally.longest = max([tally.longest, *map(len, texts)])
    if any(isinstance(step, ErasureRequested) for step in turn.steps):
        return Conversation(consent=True, shown=SHOWN)
    return turn.conversation


def recorded(file: Path | None) -> list[Tally]:
    """The pieces an earlier run has done."""
    lines = file.read_text("utf-8").splitlines() if file and file.exists() else []
    done = [Tally(**json.loads(line)) for line in lines]
    for tally in done:
        tally.heard = Counter({int(step): count for step, count in tally.heard.items()})
        tally.turns = Counter({int(step): count for step, count in tally.turns.items()})
    return done


def main(count: int, processes: int, record: Path | None) -> None:
    prepare()
    pieces, done = max(1, count // PIECE), recorded(record)
    left = sorted(set(range(pieces)) - {tally.piece for tally in done})
    total, tenths = Tally(), list[list[float]]()
    with Pool(processes) as pool:
        for number, tally in enumerate(chain(done, pool.imap_unordered(run, left)), 1):
            if record and number > len(done):
                with record.open("a", encoding="utf-8") as out:
                    out.write(json.dumps({each.name: getattr(tally, each.name) for each in fields(tally)}) + "\n")
            total.add(tally)
            if (number - 1) * TENTHS // pieces >= len(tenths):
                tenths.append([])
            tenths[-1].append(tally.memory)
            if number == pieces or number * TENTHS // pieces > (number - 1) * TENTHS // pieces:
                report(total, tenths)


def report(total: Tally, tenths: list[list[float]]) -> None:
    print(
        f"messages={total.messages} exceptions={total.faults} longest={total.longest} "
        f"understand_median={at(total.heard, 50):.2f} understand_p99={at(total.heard, 99):.2f} "
        f"turn_median={at(total.turns, 50):.2f} turn_p99={at(total.turns, 99):.2f} "
        f"memory={' '.join(f'{min(each):.0f}-{max(each):.0f}' for each in tenths)}",
        flush=True,
    )


def at(times: Counter[int], per_cent: int) -> float:
    """That share of the times, in milliseconds."""
    seen, wanted = 0, sum(times.values()) * per_cent / 100
    for step_of_time in sorted(times):
        seen += times[step_of_time]
        if seen >= wanted:
            return step_of_time / STEPS * 1000
    return 0.0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", type=int, nargs="?", default=10_000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--record", type=Path)
    asked = parser.parse_args()
    main(asked.messages, asked.processes, asked.record)
