"""Facts a posting may ask for that no question of ours asks: sex, height, certified hardship; for the dialogue only."""

import re
from typing import Any, Final

from bot.changed import changed
from bot.nlu.gates import Gate, Group, Pattern
from bot.nlu.heard import Heard

_SAYING: Final = frozenset({"find_job", "update_profile", "show_matches", "unknown"})
_DIGITS: Final = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"两": 2}
_METRES: Final = Pattern(
    r"(?:1|一)(?:米|m)([5-9五六七八九])([0-9零一二三四五六七八九])?(?!\d)"
    r"|1\.([5-9])(\d)?(?:米|m)"
    r"|(?:身高|个子|个头)(?:是|有|大概|差不多)?1\.([5-9])(\d)?"
)
_CENTIMETRES: Final = Pattern(r"(?:身高|个子|个头)(?:是|有|大概|差不多)?(1[4-9]\d)|(?<!\d)(1[4-9]\d)(?:cm|厘米|公分)")
_SEX: Final = Pattern(
    r"^(男|女)(?:的|性)?(?:[,、。;]|$)|[,、。;](男|女)(?:的|性)?(?:[,、。;]|$)|性别:?(男|女)"
    r"|(?:我|本人)是?(?:个|名|位)?(男|女)(?:的|兵|同志|性|人|老兵|退役)|(?:是|退役|退伍|老)(女)兵|(女)(?:退役|退伍)军人"
)
_OTHERS_SEX: Final = Pattern(r"(?:招|要|收|限|只|不)(?:男|女)|(?:男|女)的?(?:要|收|招|能|可以|行)(?:不|吗|么)")
_HARDSHIP: Final = Pattern(
    r"(?:就业)?困难(?:人员|对象|群体|户)?.{0,4}(?:认定|证)|(?:认定|评)(?:了|过|为|成|上)?.{0,4}(?:就业)?困难"
)
_ASKS: Final = Pattern(r"怎么|咋|如何|哪里|吗|么$|能不能|可以不|条件|想(?:办|申请|认定)|要(?:办|申请)|啥|什么|多久|\?")
_NOT: Final = Pattern(r"(?:没|未|不)(?:有|得|去)?(?:办|认定|评|就业|困难|申请|做|搞)|不是")


_READ: Final = Group(_METRES, _CENTIMETRES, _SEX, _HARDSHIP)


def added(heard: Heard, text: str, gate: Gate) -> Heard:
    """The message understood, with these three facts where it states them of the person who writes.

    `text` as cues read it (no comma is left in full width there), with its gate.
    """
    if heard.intent not in _SAYING or heard.about_other or not gate.lets(_READ):
        return heard
    facts: dict[str, Any] = {"height_cm": _height(text), "gender": _sex(text), "hardship_certified": _hardship(text)}
    told = {name: value for name, value in facts.items() if value is not None and getattr(heard.slots, name) is None}
    if not told:
        return heard
    intent = "update_profile" if heard.intent == "unknown" else heard.intent
    return changed(heard, intent=intent, slots=changed(heard.slots, **told))


def _height(text: str) -> int | None:
    found = _METRES.search(text)
    if found:
        tens, ones = next(
            pair for pair in ((found[1], found[2]), (found[3], found[4]), (found[5], found[6])) if pair[0]
        )
        return 100 + 10 * _digit(tens) + (_digit(ones) if ones else 0)
    whole = _CENTIMETRES.search(text)
    return int(whole[1] or whole[2]) if whole else None


def _digit(word: str) -> int:
    return int(word) if word.isdecimal() else _DIGITS[word]


def _sex(text: str) -> str | None:
    found = None if _OTHERS_SEX.search(text) else _SEX.search(text)
    return next(group for group in found.groups() if group) if found else None


def _hardship(text: str) -> bool | None:
    for clause in re.split(r"[,。;、!?]", text):
        if _HARDSHIP.search(clause) and not _ASKS.search(clause):
            return _NOT.search(clause) is None
    return None
