"""Skills a row asks for: 须会电焊 is a condition, 会用办公软件 or 熟悉叉车者优先 a wish."""

import re
from functools import lru_cache
from typing import Final

from bot.nlu import lexicon
from services.intake.cells.text import CACHED, clauses

_MUST: Final = re.compile(r"(?:必须|须|务必)(?:会|能|懂|熟练|掌握|熟悉|具备|精通)")
_MAY: Final = re.compile(r"会|能|熟练|精通|掌握|懂|熟悉|了解|有\S{0,6}(?:经验|基础|技能|特长)|优先")


@lru_cache(maxsize=CACHED)
def parse(texts: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Skills without which the work cannot be done, and skills that are welcome."""
    required: dict[str, None] = {}
    preferred: dict[str, None] = {}
    for text in texts:
        for clause in clauses(text):
            must, may = _MUST.search(clause), _MAY.search(clause)
            if not (must or may):
                continue
            # Whatever a program is for, who works with it works at a computer.
            named = (
                ["电脑办公"]
                if re.search(r"系统|软件", clause)
                else [word for mention in lexicon.load().find(clause) for word in mention.of("skill")]
            )
            target = required if must and "优先" not in clause else preferred
            target.update(dict.fromkeys(named))
    return tuple(required), tuple(skill for skill in preferred if skill not in required)
