"""All patterns of the rules, for the tests that look at each of them."""

import importlib
import itertools
import pkgutil
import re
from collections.abc import Iterator

import bot
from bot import cues
from bot.nlu import intents, lexicon, phrases, text
from bot.nlu.gates import Group, Pattern


def patterns() -> Iterator[Pattern | re.Pattern[str]]:
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        named = [*vars(importlib.import_module(module.name)).values()]
        yield from (one for one in named if isinstance(one, Pattern | re.Pattern))
        yield from itertools.chain.from_iterable(one.members for one in named if isinstance(one, Group))
    yield from itertools.chain.from_iterable(group.members for group in cues._GROUPS.values())
    for block in intents.blocks().members:
        yield from block.parts
        yield from [block.none] if block.none else []
    yield from itertools.chain.from_iterable(lines.members for lines in phrases.patterns().values())
    yield from lexicon.cues().values()
    yield from {form.pattern for forms in text._spellings().values() for form in forms}
