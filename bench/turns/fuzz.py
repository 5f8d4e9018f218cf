"""Random and mutated messages through understanding, turn and texts: exceptions, times, memory.

    python bench/turns/fuzz.py 100000

Prints one line: messages, exceptions, longest text, median and 99th percentile of understanding and of the turn in
milliseconds, resident memory at a tenth of the way and at the end in MiB.
"""

import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.engine import step
from bot.events import ErasureRequested
from bot.nlu.understanding import understand
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
LETTERS = "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多"


def messages(rng: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        way = rng.random()
        if way < 0.3:
            text = rng.choice(PIECES)
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


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int) -> None:
    rng = random.Random(20261121)
    conversation = Conversation(consent=True, shown=SHOWN)
    heard_ms, turn_ms, faults, longest, early = [], [], 0, 0, 0.0
    for number, text in enumerate(messages(rng, count)):
        if number % 25 == 0:
            conversation = Conversation(consent=rng.choice((True, True, None)), shown=rng.choice(((), SHOWN)))
        begun = time.perf_counter()
        try:
            heard = understand(text, conversation.asked, NOW.date(), near=HOME, known=conversation.profile)
            understood = time.perf_counter()
            turn = step(conversation, heard, Inbound("k", "o", Kind.TEXT, NOW, text=text), NOW, HOME)
            texts = [render(one.key, office=Office(), **one.params) for one in turn.steps if isinstance(one, Reply)]
        except Exception as error:
            faults += 1
            print(f"{type(error).__name__}: {error!s:.200} on {text!r}", file=sys.stderr)
            continue
        heard_ms.append((understood - begun) * 1000)
        turn_ms.append((time.perf_counter() - begun) * 1000)
        longest = max([longest, *map(len, texts)])
        conversation = turn.conversation
        if any(isinstance(one, ErasureRequested) for one in turn.steps):
            conversation = Conversation(consent=True, shown=SHOWN)
        if number == count // 10:
            early = memory()
    print(
        f"messages={count} exceptions={faults} longest={longest} "
        f"understand_median={at(heard_ms, 50):.2f} understand_p99={at(heard_ms, 99):.2f} "
        f"turn_median={at(turn_ms, 50):.2f} turn_p99={at(turn_ms, 99):.2f} "
        f"memory_early={early:.0f} memory_end={memory():.0f}"
    )


def at(figures: list[float], per_cent: int) -> float:
    return sorted(figures)[len(figures) * per_cent // 100]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
