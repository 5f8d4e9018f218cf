"""What was understood of one message: the result type of the whole room `bot.nlu`."""

from dataclasses import dataclass
from typing import NamedTuple

from bot.slots import NOTHING, Slots


class Evidence(NamedTuple):
    """Why a slot holds what it holds: the rule, the lexicon entry it used, and the words it was read from."""

    slot: str
    value: str
    rule: str
    entry: str
    words: str


class Doubt(NamedTuple):
    """A value that must be confirmed before it is stored (300岁, 月薪99万, a likely misspelling)."""

    slot: str
    value: str
    why: str


@dataclass(frozen=True)
class Heard:
    """One message understood.

    `corrects`: the message takes back something said before (“不对，43”), so its values replace instead of add.
    `adds`: it widens what was said (“帮厨也行”). `about_other`: it speaks for another person.
    `abusive`: it holds abuse; the rest is still read. `unread`: words no rule accounted for, personal data left out.
    `approximate`: slots whose value is the middle of a range ("四十出头"): good for ranking, to be asked before a limit.
    """

    intent: str
    slots: Slots = NOTHING
    corrects: bool = False
    adds: bool = False
    about_other: bool = False
    abusive: bool = False
    doubts: tuple[Doubt, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    unread: tuple[str, ...] = ()
    approximate: tuple[str, ...] = ()
