"""What the people of the year say: to a follow-up, to the answer to their case, to a greeting, on the phone.

Whatever they do follows from the seed and from what it is about. What they said is kept, to be found again in the rows.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from channels.base import Outbound

COMPLAINTS: Final = ("工资拖欠两个月没发", "天天加班不给加班费", "一直没交社保", "没签合同")
GAP_LINE: Final = "在岗，3分，工资少给500，别的都好"


@dataclass
class Mouths:
    """Everybody's answers. `complaints`: what was said of troubles and when a case was not settled, by person."""

    seed: int
    complaints: Counter[tuple[str, str]] = field(default_factory=Counter)
    phone_gaps: Counter[int] = field(default_factory=Counter)
    reopened: int = 0
    taps: int = 0
    gaps: int = 0
    _todo: dict[str, list[tuple[str, tuple[str, ...]]]] = field(default_factory=dict)
    _silent: set[str] = field(default_factory=set)
    _said: int = 0

    def chance(self, *about: object) -> float:
        """A number of 0..1 that belongs to these words for ever."""
        return random.Random(f"{self.seed}:{':'.join(map(str, about))}").random()

    def count_said(self) -> int:
        """The number of the next message."""
        self._said += 1
        return self._said

    def fall_silent(self, openid: str) -> None:
        """The person does not follow any more."""
        self._silent.add(openid)

    def hear(self, outbound: Outbound, about: Callable[[int], tuple[int, int]]) -> None:
        """Decides what the person will say to this message, when they next look at their phone."""
        kind, _, rest = outbound.key.partition(":")
        said: tuple[str, ...] = ()
        if kind == "followup":
            said = self._to_follow_up(*about(int(rest.partition(":")[0])), is_repeat=rest.endswith("repeat"))
        elif kind == "case" and ":resolved:" in outbound.key:
            luck = self.chance("accepts", outbound.recipient, outbound.key.split(":")[3])
            said = ("1",) if luck < 0.6 else ("2",) if luck < 0.75 else ()
        elif kind == "heartbeat" and self.chance("heartbeat", outbound.key) < 0.5:
            said = (str(1 + int(self.chance("tap", outbound.key) * 3)),)
        if said:
            self._todo.setdefault(outbound.recipient, []).append((kind, said))

    def _to_follow_up(self, placement_id: int, step: int, *, is_repeat: bool) -> tuple[str, ...]:
        luck = self.chance("answer", placement_id, step)
        if luck < 0.25 and not (is_repeat and luck < 0.1):
            return ()  # never answers, or only when asked again
        fate = self.chance("fate", placement_id, step)
        if fate < 0.08:
            return "2", "2"
        if fate < 0.2:
            return (COMPLAINTS[int(self.chance("words", placement_id, step) * len(COMPLAINTS))],)
        if fate < 0.23:
            return "1", "2", "1"  # not content; it is the pay
        facts = ("2" if self.chance("gap", placement_id) < 0.12 else "1",) if step == 7 else ()
        return "1", "4", *facts

    def answers(self) -> list[tuple[str, str]]:
        """What is said now, and by whom. Who has read two questions answers the one about a case in words."""
        todo, self._todo = self._todo, {}
        said = []
        for openid, heard in todo.items():
            if openid in self._silent:
                continue
            for kind, texts in sorted(heard):
                if kind == "case" and len(heard) > 1:
                    texts = ({"1": "解决了", "2": "没解决"}[texts[0]],)
                self._count(openid, kind, texts)
                said += [(openid, text) for text in texts]
        return said

    def _count(self, openid: str, kind: str, texts: tuple[str, ...]) -> None:
        first = texts[0]
        if kind == "heartbeat":
            self.taps += 1
        elif kind == "case" and first in ("2", "没解决"):
            self.complaints[openid, first] += 1
            self.reopened += 1
        elif kind == "followup" and first in COMPLAINTS:
            self.complaints[openid, first] += 1
        elif texts == ("1", "2", "1"):
            self.complaints[openid, "2"] += 1
        elif texts == ("1", "4", "2"):
            self.complaints[openid, "和当初说的不一样：工资"] += 1
            self.gaps += 1

    def on_the_phone(self, placement_id: int, step: int, side: str) -> str | None:
        """The line a clerk types after the call; None: nobody takes it, ever."""
        luck = self.chance("call", placement_id, step, side)
        if luck < 0.05:
            return None
        if side == "employer":
            return "在岗，4分，工资按合同发"
        if luck < 0.1:
            return "走了，太累"
        return GAP_LINE if luck < 0.15 and step == 7 else "在岗，4分，都一样"

    def note_call(self, placement_id: int, *, has_gap: bool) -> None:
        """A call was written down."""
        if has_gap:
            self.phone_gaps[placement_id] += 1
