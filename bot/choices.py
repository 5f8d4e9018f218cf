"""Answers by number: a message that is nothing but numbers ("2", "选②", "第三个", "1、4") as a tuple of them."""

import re
import unicodedata
from typing import Final

from bot.nlu.gates import Pattern

_DIGITS: Final = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_NUMBER: Final = r"(?:\d{1,6}|[一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九])"
# One piece a turn and no piece the beginning of another that could go on alone: a long row of digits costs no more time
# than its length. (A pattern that may split a row in many ways tries them all.)
_NOTHING_ELSE: Final = Pattern(
    r"(?:我|就|选择?|要|回复?|答案?|发|看|点|按|填|是|号|第|个|条|项|家|吧|的|了|哈|呢|呗|那|这|,|、|。|\.|!|~|\(|\)|\s|和|跟|与|及|还有|;|/|\+|&"
    r"|[\d零〇一二两三四五六七八九十])+"
)
_MOST: Final = 40


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a message that holds nothing else, in order, each once; () when it holds other words."""
    plain = unicodedata.normalize("NFKC", text.strip())
    if not plain or len(plain) > _MOST or not _NOTHING_ELSE.fullmatch(plain):
        return ()
    return tuple(dict.fromkeys(_value(found) for found in re.findall(_NUMBER, plain)))


def _value(word: str) -> int:
    if word.isdecimal():
        return int(word)
    if "十" in word:
        tens, ones = word.split("十")
        return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)
    return _DIGITS[word]
