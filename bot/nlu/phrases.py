"""Set phrases (phrases.toml): shifts, board, willingness to work, how one left the forces, whether one still works."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from bot.nlu.gates import Group, Pattern
from bot.nlu.lexicon import read_toml
from bot.nlu.reading import Reading
from bot.nlu.text import DATA

FILE = "phrases.toml"
# "不是不想上夜班" refuses nothing; "有夜班吗" is a question, not a wish.
_NEUTRAL = Pattern(
    r"(?:(?:原来|之前|刚才|前头|前面|上次|开始)(?:我)?(?:是)?说(?:的|过)?(?:是)?|不(?:强)?(?:要)?求(?:必须)?|不一定(?:要|得|非得?)?|不是(?:我们?|说)?|(?:谁|哪个)说(?:我|俺)?|没(?:有)?说(?:过)?|并非|不接受|不想要|拒绝|不考虑)$"
)
# What is wished for unless it is refused: 不要日结的, 兼职的不考虑.
_POSITIVE = frozenset({"夜班", "长白班", "双休", "单休", "日结", "兼职", "时间灵活"})
_REFUSED_BEFORE = Pattern(
    r"(?:不(?:想|要|干|做|考虑|接受|找|喜欢|愿意?|稀罕|用|必|需要?|求|图|指望|是非要?)?|用不着|别(?:给我|老)?(?:推|找|发|介绍)?|甭|莫|拒绝)(?:干|做|找|要|推|去)?$"
)
_REFUSED_AFTER = Pattern(r"(?:的)?(?:活|工作|那种)?(?:就|都|我|也)*(?:不(?:要|干|考虑|做|去|接受)|免谈|算了|别)")
# "把不上夜班去掉": a wish taken back is none.
_REMOVED = Pattern(
    r"(?:前头|前面|刚才|之前|上次|原先|开始)(?:我)?(?:说|填|选|讲)(?:的|过的?)?[^,?]{1,8}(?:作废|不算数?|取消|去掉|改了|收回|当我没说)|[^,?]{2,8}(?:那|这)(?:条|项|个要求)(?:给我|帮我|也|就)?(?:取掉|去掉|删掉|删了|划掉|撤掉|抹掉|拿掉|取消|不要了|作废)|(?:把|将)[^,?]{1,8}(?:去掉|删掉|划掉|取消|删了|撤了|不要了|改掉)"
)
# 包住去掉，改成包吃
_TAKEN_BACK = Pattern(
    r"(?:的)?(?:那)?(?:条|项|个)?(?:给我|帮我|也|就)?(?:去掉|划掉|删掉|删了|取消|作废|抹掉|拿掉|不要了|不用了)"
)
# 刚才说不上夜班，现在可以上了
_TURNED = {"不上夜班": "可上夜班", "不倒班": "可倒班", "不加班": "可加班", "不出差": "可出差"}
_TURNED_DOWN = {"可上夜班": "不上夜班", "夜班": "不上夜班", "可倒班": "不倒班", "可加班": "不加班", "可出差": "不出差"}
_NOW_CANNOT = Pattern(
    r"(?:的)?[,? ]*(?:但|不过|那)?(?:是)?(?:现在|如今|这会儿)(?:我|又|倒|身体)?(?:不(?:行|能|可以|想|干|成|中)|[上干熬倒加]不(?:了|动))(?:上|倒|加|干)?(?:班)?了?(?=[,? ]|$)"
)
# 不是不肯上夜班，是心脏受不了: wants to and cannot.
_CANNOT_BEAR = Pattern(
    r"(?:的)?,?(?:可|但|就|主要)?(?:是|我)?[^,?]{0,8}?(?:受不了|扛不住|吃不消|顶不住|熬不住|撑不住|不允许|不让(?!步)|跟不上|(?:没|要)人(?:接|管|看|带|照顾|照看|伺候)|没法(?:弄|接)|得(?:有人)?(?:接|看|带|照顾)|离不(?:开|了)|走不开|有病人|身体不行)"
)
_NOT_UNWILLING = Pattern(r"不是(?:我|俺)?不(?:想|肯|愿意?|乐意|能)?$")
# 不是不能出差，一个月一两回还行: not often, but yes.
_WITHIN_LIMITS = Pattern(
    r"(?:的)?,?(?!可|但)[^?]{0,14}?(?:还(?:行|可以|成|中|能)|可以|能接受|没问题|也(?:行|成|中|可以)|就(?:行|成|中|可以)|[一两几]?(?:回|次|趟|天)(?:行|成|可以))"
)
_WHO_SAYS = Pattern(r"(?:谁|哪个)说(?:我|俺)?$")
_NOW_CAN = Pattern(
    r"(?:的)?[,? ]*(?:但|不过|那)?(?:是)?现在(?:我|又|倒|也)?(?:可以|能|行|没问题)(?:上|倒|加|出|干)?(?:班|差)?了?(?=[,? ]|$)"
)
_DENIED = ("不是", "不算", "并非", "没有")
_ONLY_WITHOUT_OTHER = Pattern(r"(?:孩子|媳妇|老婆|儿子|女儿|对象|老公|他|她)(?:现在|目前|正|都|也|就)?$")


@lru_cache(maxsize=4)
def patterns(extra: Path | None = None) -> Mapping[str, Group[Pattern]]:
    """The lines by slot, each with the word it means; a bureau's own folder adds lines before ours."""
    tables = [read_toml(folder / FILE) for folder in (extra, DATA) if folder and (folder / FILE).is_file()]
    found: dict[str, list[Pattern]] = {}
    for table in tables:
        for slot, words in table.items():
            if isinstance(words, dict):
                lines = found.setdefault(slot, [])
                lines += [Pattern("|".join(fragments), means=word) for word, fragments in words.items()]
    return {slot: Group(*lines) for slot, lines in found.items()}


def read_shifts(reading: Reading, extra: Path | None) -> None:
    """Takes all wishes about hours and distance."""
    for match in reading.matches(_REMOVED):
        reading.take(*match.span())
    for line, match in reading.matches_of(patterns(extra)["shift_wish"]):
        word = line.means
        reading.take(*match.span())
        before = reading.text[: match.start()]
        if word in _TURNED and (_WHO_SAYS.search(before) or _NOW_CAN.match(reading.text, match.end())):
            reading.add("shift_wish", (_TURNED[word],), "改了主意", match[0], word)
        elif word in _TURNED_DOWN and (
            _NOW_CANNOT.match(reading.text, match.end())
            or (_NOT_UNWILLING.search(before) and _CANNOT_BEAR.match(reading.text, match.end()))
        ):
            reading.add("shift_wish", (_TURNED_DOWN[word],), "改了主意", match[0], word)
        elif (
            before.endswith(("不是", "不是我", "不是俺"))
            and word in _TURNED
            and _CANNOT_BEAR.match(reading.text, match.end())
        ):
            reading.add("shift_wish", (word,), "想而不能", match[0], word)
        elif before.endswith("不是") and word in _TURNED and _WITHIN_LIMITS.match(reading.text, match.end()):
            reading.add("shift_wish", (_TURNED[word],), "不是不肯", match[0], word)
        elif not _is_neutral(reading, match) and not (word in _POSITIVE and _is_refused(reading, match)):
            reading.add("shift_wish", (word,), "班次说法", match[0], word)
    _one_of(reading, "不上夜班", "可上夜班")
    _one_of(reading, "可上夜班", "夜班")
    _one_of(reading, "可倒班", "不倒班")


def read_one(reading: Reading, slot: str, extra: Path | None) -> None:
    """Takes the first phrase that fills a slot of one value."""
    for line, match in reading.matches_of(patterns(extra)[slot]):
        if _TAKEN_BACK.match(reading.text, match.end()):
            continue
        if not _is_neutral(reading, match) and not _ONLY_WITHOUT_OTHER.search(reading.text[: match.start()]):
            reading.put(slot, line.means, "说法", match[0], line.means)
            reading.take(*match.span())
            return


def read_word(reading: Reading, slot: str, extra: Path | None) -> None:
    """Fills a slot from a phrase even where another rule has read the words ("2018年转业" is also the year)."""
    for line in reading.gate.those(patterns(extra)[slot]):
        for match in line.finditer(reading.text):
            if reading.text[: match.start()].endswith(_DENIED):
                continue  # 是退役不是转业
            reading.put(slot, line.means, "说法", match[0], line.means)
            reading.take(*match.span())
            return


def _is_neutral(reading: Reading, match: re.Match[str]) -> bool:
    return bool(_NEUTRAL.search(reading.text[: match.start()]))


def _is_refused(reading: Reading, match: re.Match[str]) -> bool:
    before, after = reading.text[: match.start()], reading.text[match.end() :]
    return bool(_REFUSED_BEFORE.search(before) or _REFUSED_AFTER.match(after))


def _one_of(reading: Reading, first: str, second: str) -> None:
    """Of two phrases that exclude each other the first stays."""
    said = reading.values.get("shift_wish", ())
    if first in said and second in said:
        reading.values["shift_wish"] = tuple(word for word in said if word != second)
