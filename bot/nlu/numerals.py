"""Numbers as people write them: 三十五, 一万二, 五六千, 4.5k, 二一年; and back into Chinese words."""

from typing import Final

from bot.nlu.gates import Pattern

DIGITS: Final[dict[str, int]] = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
    "幺": 1,
}
SMALL_UNITS: Final[dict[str, int]] = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
TENS: Final[dict[str, int]] = {"廿": 20, "卅": 30, "卌": 40}

DIGIT: Final = "零〇一二两俩仨三四五六七八九幺壹贰叁肆伍陆柒捌玖"
YUAN: Final = r"(?:块钱?|元|圆|人民币|rmb|大洋|块)?"
# One number in any spelling; `value` reads what this matches.
NUMBER: Final = (
    rf"(?:\d+(?:\.\d+)?[万千百kw]?(?:(?<=[万千百kw])[\d{DIGIT}](?![\d.{DIGIT}十百千万kw]))?"
    rf"|[{DIGIT}]{{2,}}(?![{DIGIT}十百千万拾佰仟])"
    rf"|(?=[{DIGIT}十百千万拾佰仟廿卅卌])(?:[{DIGIT}]?[十拾]?[{DIGIT}]?万)?(?:[{DIGIT}]?[千仟])?零?(?:[{DIGIT}]?[百佰])?零?"
    rf"(?:[{DIGIT}]?[十拾]|[廿卅卌])?[{DIGIT}]?)"
)
_ARABIC: Final = Pattern(rf"(\d+(?:\.\d+)?)([万千百kw]?)([\d{DIGIT}]?)$")
_ARABIC_UNIT: Final[dict[str, int]] = {"": 1, "百": 100, "千": 1000, "k": 1000, "万": 10000, "w": 10000}


def value(words: str) -> float | None:
    """The number these words spell, or None: "一万二" = 12000, "三千八" = 3800, "二一" = 21, "4.5k" = 4500."""
    match = _ARABIC.match(words)
    if match:
        unit = _ARABIC_UNIT[match[2]]
        tail = match[3]
        if tail and unit == 1:
            return None
        return float(match[1]) * unit + (digit(tail) * unit // 10 if tail else 0)
    if not words or any(char not in _CHINESE for char in words):
        return None
    if all(char in DIGITS for char in words):
        return float("".join(str(DIGITS[char]) for char in words)) if len(words) < 9 else None
    return _spelled(words)


def whole(words: str) -> int | None:
    """`value` as an integer; None when it is no whole number."""
    number = value(words)
    return int(number) if number is not None and number == int(number) else None


def digit(char: str) -> int:
    """One digit, Arabic or Chinese."""
    return int(char) if char.isdecimal() and char.isascii() else DIGITS[char]


def _spelled(words: str) -> float | None:
    head, sep, tail = words.partition("万")
    if sep:
        if "万" in tail:
            return None
        high = _below_wan(head)[0] if head else 1
        if not tail:
            return high * 10000.0
        if len(tail) == 1 and tail in DIGITS:  # 一万二
            return high * 10000.0 + DIGITS[tail] * 1000
        return high * 10000.0 + _below_wan(tail)[0]
    return float(_below_wan(words)[0])


def _below_wan(words: str) -> tuple[int, int]:
    """A number under ten thousand and its last unit; a bare last digit counts the next lower unit (三千八)."""
    total, last_unit, pending, zero = 0, 1, -1, False
    for char in words:
        if char in TENS:
            total, pending, last_unit = total + TENS[char], -1, 10
        elif char in SMALL_UNITS:
            last_unit = SMALL_UNITS[char]
            total += (pending if pending >= 0 else 1) * last_unit
            pending = -1
        else:
            zero = zero or DIGITS[char] == 0
            pending = DIGITS[char] if pending <= 0 else pending * 10 + DIGITS[char]
    if pending > 0:
        total += pending * (last_unit // 10 if last_unit >= 100 and not zero and pending < 10 else 1)
    return total, last_unit


def in_words(number: int) -> str:
    """A whole number from 0 to 99,999,999 in Chinese words, as one says it: 12000 = "一万二千"."""
    if number == 0:
        return "零"
    high, low = divmod(number, 10000)
    words = f"{in_words(high)}万" if high else ""
    gap = bool(high) and low < 1000
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        part, low = divmod(low, unit)
        if part:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[part] + name
            gap = False
        else:
            gap = bool(words)
    return words[1:] if words.startswith("一十") else words


_CHINESE: Final = frozenset(DIGIT) | frozenset(SMALL_UNITS) - {"k"} | frozenset(TENS) | {"万"}
