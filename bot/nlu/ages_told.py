"""Ages told by way of something else: a spouse's age, a child's, the year of the animal, two bounds."""

import re
from typing import Final

from bot.nlu.ages import full_year, store
from bot.nlu.gates import Group, Pattern
from bot.nlu.numerals import DIGIT, digit, whole
from bot.nlu.reading import Reading

_TENS: Final = r"[1-7]\d|[二三四五六七]?十[一二三四五六七八九]?"
_KIN: Final = (
    r"(?:我|俺)?(?:家)?(?:那口子|媳妇|老婆|爱人|对象|老公|老伴|男人|孩他[爸妈爹娘]|孩子(?:他)?[爸妈爹娘]|"
    r"大?哥哥?|[大小二三]?[弟姐妹]|弟弟|姐姐|妹妹|战友|她|他)"
)
_CHILD: Final = r"(?:大|二|小)?(?:儿子|闺女|女儿|小子|丫头|姑娘|孩子|娃儿?|小孩|崽|老大|老二|伢子?|囡囡?|千金|双胞胎|儿|(?<=[儿有生养大二小])女)"
_BY: Final = r"(?P<by>[一二两俩三仨四五六七八九十]|\d{1,2})(?:来|多)?岁"
_DIFFERENCE: Final = Group(
    Pattern(rf"(?:我|俺|本人)?比{_KIN}(?P<more>大|小|长){_BY}"),
    Pattern(rf"(?:我|俺|本人)(?P<more>大|小|长){_KIN}{_BY}"),
    Pattern(rf"{_KIN}?(?:比(?:我|俺)|(?:大|小)(?=(?:我|俺)))(?P<less>大|小)?(?:我|俺)?{_BY}"),
)
_THEIRS: Final = Pattern(
    rf"{_KIN}(?:今年|都|也|是|已经|刚|属.|的|现在|满|,)*(?:(?P<n>{_TENS})(?:周?岁|了|的人)?(?![年千百万块])|(?P<y>(?:19)?[5-9]\d|[五六七八九][{DIGIT}])年?(?:的|生的?|生人|出生的?)(?!兵))"
)
_CHILDS: Final = Pattern(
    rf"{_CHILD}(?:今年|都|也|已经|刚|满|有|虚岁|周岁|快)*(?P<n>\d{{1,2}}|[一二三四]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:周?岁|了)?(?![年千百万块个])"
)
_WHEN_BORN: Final = Pattern(
    rf"(?:我|俺)(?:是)?(?P<n>{_TENS})(?:岁)?(?:那年|上|时候?|的时候|就|才|当的?|时)*(?:有了?(?:的|他|她|娃|孩|这)|(?:生|得|添|养|抱)(?:了|的|下)?(?:他|她|娃|孩|这|儿|闺|小|老))"
)
_CYCLE: Final = Group(
    Pattern(r"第?(?P<n>[二三四五六2-6])(?:个|轮|回|次|遭)本命年"),
    Pattern(r"本命年[^?]{0,6}第(?P<n>[二三四五六2-6])(?:个|轮|回|次|遭)了?"),
    Pattern(r"(?:属.|本命年)[^?]{0,10}?(?P<n>[二三四五六])轮(?:了|整|刚过|,|$)"),
)
_BOUNDS: Final = Group(
    Pattern(rf"比(?P<low>{_TENS})(?:岁)?(?:要|还)?大[,、 ]*(?:又|但|可)?比(?P<high>{_TENS})(?:岁)?(?:要|还)?小"),
    Pattern(rf"(?P<low>{_TENS})(?:岁)?(?:往上|以上|朝上|开外|向上)[,、 ]*(?P<high>{_TENS})(?:岁)?(?:往下|以下|不到|还没到|朝下|向下|以内)"),
    Pattern(rf"(?P<low>{_TENS})(?:岁)?(?:到|至|-|和|跟|与)(?P<high>{_TENS})(?:岁)?(?:之间|中间|当间)"),
)  # fmt: skip
_BIRTHDAY_THEN: Final = Pattern(
    rf"(?P<when>今年|去年|前年|大前年)(?:我|俺|刚|才|就|已经)*(?:过|满|做|办|摆)(?:了|的|完)*(?P<n>{_TENS})(?:岁|周岁|大|整)*(?:的)?(?:寿|生日|岁|酒)"
)
_AGO: Final = {"今年": 0, "去年": 1, "前年": 2, "大前年": 3}
CYCLE: Final = 12


READ: Final = Group(*_CYCLE.members, *_BOUNDS.members, _BIRTHDAY_THEN, *_DIFFERENCE.members, _WHEN_BORN, _CHILDS)


def read_told(reading: Reading) -> None:
    """Takes ages that must be worked out; before all others, who would take the other person's age for his."""
    if not reading.gate.lets(READ):
        return
    for _, match in reading.matches_of(_CYCLE):
        born = reading.today.year - CYCLE * digit(match["n"])
        if "本命年" in reading.text and "birth_year" not in reading.values:
            reading.put("birth_year", born, "本命年", match[0])
        reading.take(*match.span())
    for _, match in reading.matches_of(_BOUNDS):
        low, high = whole(match["low"]) or 0, whole(match["high"]) or 0
        if 0 < high - low <= CYCLE:
            store(reading, (low + high) // 2, "两头夹着", match, True)
    for match in reading.matches(_BIRTHDAY_THEN):
        store(reading, (whole(match["n"]) or 0) + _AGO[match["when"]], "那年几岁", match, True)
    _beside_kin(reading)
    _beside_child(reading)


def _beside_kin(reading: Reading) -> None:
    """俺比媳妇大三岁，她四十一 = 44."""
    for _, match in reading.matches_of(_DIFFERENCE):
        reading.take(*match.span())
        word = match.groupdict().get("more") or _turned(match)
        years = (whole(match["by"]) or 0) * (-1 if word == "小" else 1)
        theirs = next(reading.matches(_THEIRS), None)
        if theirs is None:
            continue
        if theirs["y"] and (born := full_year(theirs["y"], reading.today.year)):
            reading.put("birth_year", born - years, "比家里人大小", match[0])
            reading.take(*theirs.span())
        elif theirs["n"]:
            store(reading, (whole(theirs["n"]) or 0) + years, "比家里人大小", theirs, False)


def _turned(match: re.Match[str]) -> str:
    """他比我大 makes me the younger."""
    said = match["less"] or ("大" if "大" in match[0] else "小")
    return "小" if said == "大" else "大"


def _beside_child(reading: Reading) -> None:
    """小子今年二十二，我二十四上有的他 = 46."""
    born, child = next(reading.matches(_WHEN_BORN), None), next(reading.matches(_CHILDS), None)
    if born and child and born.end() != child.end():
        reading.take(*child.span())
        store(reading, (whole(child["n"]) or 0) + (whole(born["n"]) or 0), "孩子几岁", born, True)
    elif child:
        reading.take(*child.span())
