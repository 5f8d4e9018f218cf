"""Wished pay in CNY per month: 五六千, 6k-8k, 三千八, 年薪12到15万, 一天260, 不低于四千, 3字头."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.nlu.gates import Pattern
from bot.nlu.money_other import is_other_money
from bot.nlu.numerals import DIGIT, NUMBER, YUAN, digit, value
from bot.nlu.reading import Reading

DAYS, HOURS, MONTHS = 26, 8, 12
LOWEST, HIGHEST, LIKELY = 800, 100_000, 60_000
FEW = 20  # a range of so few is meant in thousands

_UNIT: Final = "千万kw百"
_TO: Final = r"(?:-+|到|至|~|、|或者?|,(?=\d|[一二两三四五六七八九]千)|,?再?到)"
_LESS: Final = r"(?:以下|以内|之内|封顶|顶天|内)"
_DAY: Final = Pattern(
    r"(?:日结|现结|一个?班(?!组|长|子)|每个?班|一个台班|一个?夜班|一天|每天|日薪|一日|天薪|按天|日工资|一个工|每日|/天|一天到手|天工|一天能?(?:挣|给|拿|到))"
)
_HOUR: Final = Pattern(r"(?:一(?:个)?小时|每(?:个)?小时|时薪|一个钟头?|一钟头|钟点|按小时|/小时|/时|每个?钟|小时工)")
_YEARLY: Final = Pattern(
    r"(?:年薪|一年(?!级)(?:下来|能|到手|挣|拿|有|最少|至少|给|收入|总共|起码)*|年收入|全年|每年|年入|一年到头|年包|/年|年收)"
)
_MONTHLY: Final = Pattern(r"(?:月薪|月工资|每月|一(?:个)?月|月入|月收入|月到手|个月|/月|月钱|按月|月)")
_MEASURE: Final = rf"(?![{_UNIT}]?(?:多?(?:个(?!月|钱)|人|号|米|公里|里路|里地|平|字|次|斤|吨|只|头|亩|公斤|年|岁|分|名|家|台|条|本|户|度|点|票|张|件|单|节|位|辆|匹|袋|批|趟|期|层|楼|吋|寸|页|小时|天|月份|号码|电话|cc|%|多个|多人)))"

_AMOUNT: Final = Pattern(
    rf"(?P<a>{NUMBER})(?P<ma>多|来|几|把|出头|好几)?(?P<ua>块钱?|元)?{_TO}(?P<b>{NUMBER})(?P<mb>多)?{YUAN}{_MEASURE}"
    rf"|(?P<x>[一二两俩三四五六七八九])(?P<y>[一二两三仨四五六七八九])(?P<u>[千万百])(?P<mu>多|来)?{YUAN}{_MEASURE}"
    rf"|(?P<th>[一二两三四五六七八九])千(?P<h1>[一二三四五六七八九])(?P<h2>[一二三四五六七八九])(?![十百千万\d年]){YUAN}"
    rf"|(?P<wan>万儿?八千|万把(?:块|来块|儿)?|小一万|上万|过万|破万|万(?:元|块)?(?:以上|起|左右|上下|往上)|五位数|五个数(?!字)|大几千|几千块?|好几千)"
    rf"|(?P<head>[2-9{DIGIT}])字(?:头|开头|打头)"
    rf"|(?P<n>{NUMBER})(?P<m>多点儿?|多|来|几百|好几|大几|出头|把|挂零)?(?P<un>块钱?|元|[块圆]|来块|大洋)?{_MEASURE}"
)
_PREFIX_MIN: Final = Pattern(
    r"(?:不低于|不少于|不能低于|不能少于|至少|最低|最少|起码|起步|起价|底薪|起薪|少说|怎么也得|得有|得要|要有|没有|没|低于|少于|不到|保底|不下|最起码|好歹|咋也得|咋也要|怎么着也得|别低于|别少于|底线|要得|超过|大于|高于|过|上|必须|要)(?:得|也|要|是|给|到|有|个|能|月薪|工资|一个月|每月|在|月|:|拿|开)*$"
)
_NOT_UNDER: Final = Pattern(r"(?:没有?|低于|少于|不到|不够|不满)(?:个|到|给)?$")
_PREFIX_MAX: Final = Pattern(r"(?:不超过|最多|顶多|不高于|最高|封顶)(?:是|给|也就|就|能)*$")
_SUFFIX_MIN: Final = Pattern(
    rf"^{YUAN}(?:[一每]个?月|月|/月|税后|到手|/天|一天)?(?:就|也|是|的|都|,)?(?:以上|起(?!码)|起步|打底|往上|朝上|保底|起底|开外|向上|是底线|是底|托底|最少|之上|为底|打个底|垫底|及以上|不能少|不能再少|不能再低|低了不|少了不|不到的?(?:话)?(?:我|就|都)*(?:算了|免谈|不(?!错)|别|免|拉倒)|以下的?(?:不|别|免|就别|都别|莫))"
)
_SUFFIX_MAX: Final = Pattern(rf"^{YUAN}(?:/月)?{_LESS}(?!的?(?:不|别|免|都别|就别|莫|我不))")
_ABOUT: Final = Pattern(
    rf"^{YUAN}(?:一个月|每月|/月|月)?(?:的样子|左右|上下|前后|差不多|样子|那样|大概|附近|浮动|光景|边上)"
)
_ABOUT_BEFORE: Final = Pattern(r"(?:大概|差不多|大约|约|估计|左右)(?:要|给|有|在|是|个)*$")
_REJECTED: Final = Pattern(
    rf"^{YUAN}(?:的)?(?:来)?(?:养不活|养不起|不够花|糊弄|打发|忽悠|哄|就别|别|不看|不谈|不行|不考虑|就算了|不要|不干|免谈|太少|太低|不够|以下的?(?:不|别))"
)

# 别给我推三千以下的: what is refused below is the floor.
_NONE_BELOW: Final = Pattern(
    r"(?:别|甭|莫|不要|不用|休)(?:再)?(?:给|跟)?(?:我|俺)?(?:推|发|介绍|找|看|提|安排|说)?(?:那些|那种|什么|啥|些|个|工资|月薪|钱)*$"
)
_FOBBED_OFF: Final = Pattern(r"(?:别|甭|莫|不要)(?:拿|用|写|填|按|算|说|给我整|给我弄)(?:个|那种|什么|啥)*$")

# 实在不行五千五也中: the floor under what was said before.
_AT_WORST: Final = Pattern(
    r"(?:实在不行|不行的话|再不行|大不了|哪怕|退一步|最差|最次|少点|低点|降(?:一降|一?点|些|降)|让(?:一让|一?点|一步))(?:,|的话|就|给)*$"
)
_NOT_QUITE: Final = Pattern(r"(?<!能)(?<!别)(?:不到|不足|不满)$")
_OR_NOT: Final = Pattern(rf"^{YUAN}(?:的)?(?:我|就|都|可)*(?:不|别|甭|莫|免)")
_ALL_TOLD: Final = Pattern(r"加起来|到手|总共|拢共|综合|全下来")
_CUE: Final = Pattern(
    r"工资|薪|待遇|钱|收入|挣|到手|税后|税前|底薪|月入|拿|给到|开到|开给|期望|报酬|月|块|元|管吃|给|要求|要|五险"
)


@dataclass(frozen=True, slots=True)
class _Pay:
    """One amount as written: ends in CNY of its own period, and where it stands."""

    low: float | None
    high: float | None
    start: int
    end: int
    sure: bool


def read_pay(reading: Reading) -> None:
    """Takes the wished pay; amounts that are something else are left alone."""
    text = reading.text
    wished: _Pay | None = None
    for pay in _amounts(reading):
        before, after = text[: pay.start], text[pay.end :]
        if is_other_money(text, before, after):
            reading.take(pay.start, pay.end)
            continue
        if not pay.sure and not _has_cue(reading, pay):
            continue
        reading.take(pay.start, pay.end)
        if _LEFT_OUT.search(before[-6:] + text[pay.start : pay.end]):
            continue
        if (_REJECTED.match(after) or _FOBBED_OFF.search(before)) and not (
            _SUFFIX_MAX.match(after) or _SUFFIX_MIN.match(after) or _NOT_UNDER.search(before)
        ):
            continue
        if wished is None:
            wished = pay
        elif wished.high is None and pay.low and wished.low and pay.low > wished.low and _adjacent(text, wished, pay):
            wished = _Pay(wished.low, pay.low, wished.start, pay.end, True)
        elif _SUFFIX_MIN.match(after) and pay.low and pay.low > (wished.low or 0) and pay.start == wished.end:
            wished = pay  # 两千多三千不到的就算了
        elif wished.high is None and _is_ceiling(before) and not _is_ceiling(text[: wished.start]):
            wished = _Pay(wished.low, pay.low, wished.start, pay.end, True)  # 最低4500最高6000
        elif _NOT_QUITE.search(before) and not _OR_NOT.match(after) and (pay.low or 0) > (wished.low or 0):
            wished = _Pay(wished.low, pay.low, wished.start, pay.end, True)  # 三千多不到四千
        elif re.search(r"按|改|不对|应该|算", before[-6:]) or (
            _is_floor(before) and not _is_floor(text[: wished.start]) and (pay.low or 0) > (wished.low or 0)
        ):
            wished = pay
        elif _ALL_TOLD.search(before[-8:]) and (pay.low or 0) > (wished.low or 0):
            wished = pay  # 底薪两千八，加起来得有四千五
        elif _AT_WORST.search(before) and (pay.low or 0) < (wished.low or 0):
            wished = _Pay(pay.low, wished.high if wished.high != -1 else wished.low, pay.start, pay.end, True)
        elif _is_floor(before) and (_is_ceiling(text[: wished.start]) or (pay.low or 0) < (wished.low or 0)):
            wished = _Pay(pay.low, wished.low, pay.start, pay.end, True)
    if wished is not None:
        _store(reading, _mended(reading, wished))


# 工资打成六千了，后头少了个八百; 多打了一个零.
_LEFT_OUT: Final = Pattern(
    r"(?:后头|后面|末尾|尾巴|尾数|后边)?(?:少|漏|落|掉)(?:了|打|写|填|敲)+(?:个|一个)?(?P<n>[一二两三四五六七八九\d])百"
)
_A_NOUGHT: Final = Pattern(r"(?P<how>多|少|漏)(?:打|写|填|敲|按|加|了)+(?:个|一个)?(?:零|0|〇)")


def _mended(reading: Reading, pay: _Pay) -> _Pay:
    """The amount with the slip put right that he tells of."""
    low, high = pay.low, pay.high
    if low and low % 1000 == 0 and (left := _LEFT_OUT.search(reading.text)):
        return _Pay(low + digit(left["n"]) * 100, None, pay.start, pay.end, True)
    if low and (nought := _A_NOUGHT.search(reading.text)):
        low = low / 10 if nought["how"] == "多" else low * 10
        return _Pay(low, high, pay.start, pay.end, True)
    return pay


def _is_floor(before: str) -> bool:
    return bool(_PREFIX_MIN.search(before) or _NOT_UNDER.search(before))


def _is_ceiling(before: str) -> bool:
    return bool(_PREFIX_MAX.search(before))


def _amounts(reading: Reading) -> Iterator[_Pay]:
    for match in reading.matches(_AMOUNT):
        pay = _pay(match)
        if pay is not None:
            yield pay


def _pay(match: re.Match[str]) -> _Pay | None:
    start, end = match.span()
    if match["head"]:
        return _Pay(digit(match["head"]) * 1000.0, None, start, end, True)
    if match["th"]:
        thousand, low, high = digit(match["th"]) * 1000, digit(match["h1"]) * 100, digit(match["h2"]) * 100
        return _Pay(thousand + low, thousand + high, start, end, True) if high == low + 100 else None
    if match["wan"]:
        return _loose(match["wan"], start, end)
    if match["x"]:
        low, high = digit(match["x"]), digit(match["y"])
        unit = {"百": 100, "千": 1000, "万": 10000}[match["u"]]
        return _Pay(low * unit, high * unit, start, end, unit > 100) if high == low + 1 else None
    if match["a"]:
        return _range(match, start, end)
    number = value(match["n"])
    if number is None or (len(match["n"]) == 1 and not match["n"].isdecimal()):
        return None  # 改一下: a single 一 is no amount
    if match["m"] in ("来", "几百", "多", "多点", "多点儿", "好几", "大几", "把", "出头"):
        return _Pay(number, -1.0, start, end, _has_unit(match["n"]))
    return _Pay(number, None, start, end, _has_unit(match["n"]) or bool(match["un"]))


def _loose(words: str, start: int, end: int) -> _Pay | None:
    if words in ("大几千", "几千", "几千块", "好几千"):
        return None
    if words.startswith("万") and "八千" in words:
        return _Pay(8000, 10000, start, end, True)
    return _Pay(9000.0 if words == "小一万" else 10000.0, None, start, end, True)


def _has_unit(words: str) -> bool:
    """Whether the number names thousands itself, or is four digits long (3500)."""
    if any(char in words for char in "千万kw仟"):
        return True
    return words.isdecimal() and len(words) in (4, 5) and int(words) % 50 == 0 and not 1940 <= int(words) <= 2030


def _range(match: re.Match[str], start: int, end: int) -> _Pay | None:
    low, high = value(match["a"]), value(match["b"])
    if low is None or high is None:
        return None
    if low > high and "," in match[0] and _has_unit(match["a"]) and _has_unit(match["b"]):
        return _Pay(low, None, start, match.end("a"), True)  # 最少五千,四千太少
    unit = next((char for char in match["b"] if char in _UNIT), "")
    if unit and not any(char in _UNIT for char in match["a"]) and low < 100:
        low *= {"千": 1000, "k": 1000, "万": 10000, "w": 10000, "百": 100}[unit]
    if any(char in "千k" for char in match["a"]) and high < 20:
        high *= 1000  # 5千到6
    sure = _has_unit(match["a"]) or _has_unit(match["b"])
    return _Pay(min(low, high), max(low, high), start, end, sure)


def _adjacent(text: str, one: _Pay, two: _Pay) -> bool:
    """两千八三千都行: two amounts side by side are a range."""
    return text[one.end : two.start].strip(" ,、") in ("", "或", "或者", "到", "块", "块钱")


_OF_PAY: Final = Pattern("工资|薪|一个月|每月|月入|到手|待遇|打底|收入|保底")
_WANTED: Final = Pattern(r"(?:要|得|想要|最少|至少|起码|最低)(?:给|有|个|拿)?$")


def _has_cue(reading: Reading, pay: _Pay) -> bool:
    """An amount without a unit counts only beside a word of pay, or as the answer to the question of pay."""
    if reading.asked == "salary":
        return True
    near = reading.text[max(0, pay.start - 8) : pay.start] + "|" + reading.text[pay.end : pay.end + 5]
    if _WANTED.search(reading.text[: pay.start]) and _DAY.search(reading.text):
        return True
    return bool(_DAY.search(near) or _HOUR.search(near) or _OF_PAY.search(near))


def _store(reading: Reading, pay: _Pay) -> None:
    text = reading.text
    before, after = text[: pay.start], text[pay.end :]
    near = before[-10:] + "|" + after[:6]
    scale, period = _period(near, text, pay)
    if reading.asked == "salary" and pay.low and pay.high and 2 <= pay.low < pay.high <= FEW and scale == 1:
        pay = _Pay(pay.low * 1000, pay.high * 1000, pay.start, pay.end, True)  # 5到7: nobody means yuan
    if reading.asked == "salary" and pay.low is not None and pay.low < 100 and not pay.sure and scale == 1:
        reading.doubt("salary_min", _small(pay.low), "是不是说每月这么多元")
        return
    low, high = _ends(pay, before, after)
    low = round(low * scale) if low is not None else None
    high = round(high * scale) if high is not None else None
    _check_and_put(reading, low, high, f"工资·{period}", text[pay.start : pay.end])


def _small(number: float) -> int:
    """What a small bare number may mean: 5 = 5000, 40 = 4000."""
    return int(number * 1000) if number < 20 else int(number * 100)


def _period(near: str, text: str, pay: _Pay) -> tuple[float, str]:
    low = pay.low or pay.high or 0
    if _HOUR.search(near) and low < 300:
        return HOURS * DAYS, "时薪"
    if _DAY.search(near) and low < 3000:
        return DAYS, "日薪"
    if low < LOWEST and _DAY.search(text):
        return DAYS, "日薪"  # 一天五六百也有人给，我要三百五
    if _YEARLY.search(near):
        return 1 / MONTHS, "年薪"
    if low >= 25_000 and not _MONTHLY.search(near) and "年" in near:
        return 1 / MONTHS, "年薪"
    return 1, "月薪"


def _ends(pay: _Pay, before: str, after: str) -> tuple[float | None, float | None]:
    low, high = pay.low, pay.high
    if high == -1:
        return low, None
    if low is not None and high is None:
        if _SUFFIX_MAX.match(after) and _NONE_BELOW.search(before):
            return low, None
        if _PREFIX_MAX.search(before) or _SUFFIX_MAX.match(after):
            return None, low
        if _PREFIX_MIN.search(before) or _SUFFIX_MIN.match(after) or _NOT_UNDER.search(before):
            return low, None
        if _ABOUT.match(after) or _ABOUT_BEFORE.search(before):
            return low * 0.9, low * 1.1
    return low, high


def _check_and_put(reading: Reading, low: int | None, high: int | None, rule: str, words: str) -> None:
    for slot, amount in (("salary_min", low), ("salary_max", high)):
        if amount is not None and not LOWEST <= amount <= LIKELY:
            why = "工资数目不像是真的" if amount > HIGHEST or amount < LOWEST // 4 else "工资数目不常见，要核对"
            reading.doubt(slot, amount, why)
            return
    if low is not None:
        reading.put("salary_min", low, rule, words)
    if high is not None:
        reading.put("salary_max", high, rule, words)
