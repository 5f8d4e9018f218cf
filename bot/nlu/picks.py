"""Which of the shown postings is meant: 第二个, 2号, 要 1 和 3, 前两个, 最后一个, 都要."""

import re
from typing import Final

from bot.nlu.gates import Group, Pattern
from bot.nlu.numerals import whole
from bot.nlu.reading import Reading

_N: Final = r"(?P<n>\d{1,2}|十[一二三四五六七八九]?|[一二两三四五六七八九])"
_THING: Final = r"(?:个|号|家|条|份|项|款|种|岗位?|职位|单位|处|张|行|位|那个|这个)"
_ORDINAL: Final = Pattern(
    rf"(?<!比)(?:第|上面第|刚才第|就第|老)(?:{_N}){_THING}?(?!年|次|天|季|期|线|代|产|食堂|人民|中学|医院|小学|中|批|届|职业|届|名|书记|责任|时间|师|军|集团|团|连|营|排|月|学历|二天|炮兵)"
)
_NUMBER: Final = Pattern(
    rf"(?<![\d.月百千几多])(?<!第){_N}(?:号(?!人|线|楼|院|店|以前|前|上班|去|报到|开始|来|之前|门|左右|的?晚)|#)(?:岗位?|那个|职位|家|单位)?"
)
_VERB: Final = Pattern(
    rf"(?:报名?|要|选|投|应聘|申请|看看?|想要|想报|就要|就|打开|点|查看|详情|了解|报个|给我报)(?:上|了|个|一?下|第|名)*[: ]*{_N}(?=[,? 、和跟]|$|号|吧|那个|个(?=$|[,? 吧和跟、])|的)(?!\d)"
)
_ONE: Final = Group(_ORDINAL, _NUMBER, _VERB)
_FIRST: Final = Pattern(
    r"(?P<f>前)(?P<n>\d|[两二三四五])(?:个|家|条|份|项)|头(?P<m>\d|[两二三])(?:个|家|条)|[头前](?P<few>[俩仨])|(?P<one>头一?(?:个|家|条|份)|打头(?:那|的)个?|最上面(?:那|的|一)?个?|最前面那个|开头那个|排第一的|首个)"
)
_LAST: Final = Pattern(
    r"最后(?:面)?(?:的)?(?:那|这)?(?:一)?(?:个(?!字)|家|条|份|岗位?|号|项)|末(?:尾|了)?(?:那|一)?个|倒数(?:第)?一(?:个|家|条)?|最(?:下面|底下|下头|底下头|后头|末尾|末了|下边|靠后)(?:那|的|一)*个?|最末(?:那|一)?个|压轴那个"
)
_ALL: Final = Pattern(
    r"(?:这?(?:几|三|两|五|四)个|全部?|统统|通通|所有(?:的)?)(?:我)?(?:都|全)?(?:要|报|投|选|申请|想去|想要|想报)|(?:我)?都(?:要(?!求|有)|报(?:名|上)?|投|选)|一起报|全报|全要|全选|全部$|全都?(?:给我|帮我|给俺)?(?:报|投|要(?!求)|申请)(?:上|名)?|(?:都|全)(?:给|帮)(?:我|俺)?(?:报|投)"
)
_LIST: Final = Pattern(
    r"(?:第)?(?:\d{1,2}|[一二两三四五六七八九十])(?:个|号|家|条)?(?:(?:,|、|和|跟|与|还有|以及|或者?|\.| |及|加|再加|&|/)+(?:第)?(?:\d{1,2}|[一二两三四五六七八九十])(?:个|号|家|条|份)?)*"
)
_DIGITS: Final = Pattern(r"\d{1,2}|十[一二三四五六七八九]?|[一二两三四五六七八九]")
_SEVERAL: Final = Pattern(
    r"(?<![\d.])(?P<ns>(?:第)?(?:\d|[一二三四五六七八九])(?:个|号)?(?:(?:,|、|和|跟|与|还有| )+(?:第)?(?:\d|[一二三四五六七八九])(?:个|号|家)?)+)(?:我|都|一起|全)*(?:给我|帮我)?(?:要(?!求)|报|投|选|想去|看看|申请)"
)
# 三五两个: the numbers, then how many they are.
_COUNTED: Final = Pattern(
    r"(?<![\d第])(?P<ns>[一二三四五六七八九]{2,3})(?:这|那)?(?P<k>[两俩三仨])(?:个|家|条|份)?(?=[,? ]|$|都|我|吧|要|报)"
)
_MORE: Final = Pattern(
    r"(?:和|跟|、|,|还有|与|以及|加|或者?| )+(?:第)?(?P<n>\d{1,2}|[一二三四五六七八九十])(?:个|号|家|条|份)?(?=[,? ]|$|都|吧|我|报|要|的)"
)
_PAIR: Final = str.maketrans("俩仨", "两三")
_REFUSED: Final = Pattern(r"(?:我|就|都|的|也)*(?:不(?:要(?!求)|去|考虑|想去|想要|看|感兴趣|喜欢|报)|别|pass|免了)")


def read_picks(reading: Reading) -> None:
    """Fills `pick`; 第二项不对 to a question of right or wrong picks nothing."""
    if reading.asked in ("confirm", "consent"):
        return
    for match in reading.matches(_LAST):
        _take(reading, ("last",), match)
    for match in reading.matches(_FIRST):
        if _REFUSED.match(reading.text, match.end()):
            reading.take(*match.span())
            continue
        count = 1 if match["one"] else whole(match["n"] or match["m"] or match["few"]) or 1
        _take(reading, tuple(range(1, count + 1)), match)
    for match in reading.matches(_COUNTED) if reading.asked == "pick" else ():
        if len(match["ns"]) == whole(match["k"].translate(_PAIR)):
            _take(reading, tuple(number for char in match["ns"] if (number := whole(char))), match)
    for match in reading.matches(_SEVERAL):
        numbers = tuple(number for words in _DIGITS.findall(match["ns"]) if (number := whole(words)) and number <= 20)
        _take(reading, numbers, match)
    for pattern, match in reading.matches_of(_ONE):
        if pattern is _VERB and reading.asked in ("age", "salary", "discharge_year", "service_years", "phone"):
            continue
        number = whole(match["n"])
        if number is None or number > 20:
            continue
        _take_list(reading, number, match)
    if reading.asked == "pick":
        _answer(reading)
    elif "pick" not in reading.values:
        for match in reading.matches(_ALL):
            if match[0] not in ("都要", "都报", "全部", "都选", "都投"):
                _take(reading, ("all",), match)


def _take_list(reading: Reading, number: int, match: re.Match[str]) -> None:
    """第二个和第三个: the numbers joined to the first; none of them when they are refused."""
    numbers, at = [number], match.end()
    while more := _MORE.match(reading.text, at):
        numbers.append(whole(more["n"]) or 0)
        at = more.end()
    if _REFUSED.match(reading.text, at):
        reading.take(match.start(), at)
        return
    reading.add("pick", tuple(numbers), "选岗位", reading.text[match.start() : at])
    reading.take(match.start(), at)


def _answer(reading: Reading) -> None:
    for match in reading.matches(_ALL):
        _take(reading, ("all",), match)
    if "pick" in reading.values:
        return
    if re.fullmatch(r"都(?:行|可以|想去|成|看看|去|中)?|全部?|三个都(?:行|可以)", reading.text):
        reading.add("pick", ("all",), "都要", reading.text)
        return
    listed = _LIST.fullmatch(
        re.sub(
            r"^(?:我|就|要|选|报|名|看|想|那|去|点|号|嗯|好|,)+|(?:吧|呗|号|个|那个|都|可以|行|,|看看|要|想|试试)+$",
            "",
            reading.text,
        )
    )
    if listed:
        numbers = tuple(number for words in _DIGITS.findall(listed[0]) if (number := whole(words)) and number <= 20)
        if numbers:
            reading.add("pick", numbers, "答编号", reading.text)
            reading.take(0, len(reading.text))


def _take(reading: Reading, picked: tuple[int | str, ...], match: re.Match[str]) -> None:
    reading.add("pick", picked, "选岗位", match[0])
    reading.take(*match.span())
