"""Board, shift and kind of work: 管午饭, 住值班室, 三班轮换, 21:00-7:00, 农忙, 日结."""

import re
from functools import lru_cache
from typing import Final

from services.intake.cells.text import CACHED, plain

_BOTH: Final = re.compile(
    r"(?:包|管|供|免费|提供|含|全)吃(?:包|管|供|、|和|及|\+)?住|吃住(?:全?包|免费|全免|均包|都包)|包食宿|食宿(?:全?包|全免|免费|由)|提供(?:免费)?食宿|免(?:费)?食宿|(?:包|管)(?:吃喝|三餐|一?[日天]三餐)?[、,+/和]?(?:包|管|提供)?(?:吃)?住.{0,2}(?:吃|餐|饭)|"
    r"(?:包|管|提供)(?:工作)?(?:餐|饭|吃)\w{0,2}[、,+/和及]?(?:包|管|提供|有)?(?:住|宿)|供食宿|食宿$|^有食宿|包吃包住|提供吃住|[两二三]餐一宿|^吃住$|包一?[日天]?[一二两三]餐.{0,3}(?:住|宿)"
)
_LODGING: Final = re.compile(
    r"(?:包|管|供|免费|提供|有|含|可|安排|住)(?:员工|集体|单身|职工|免费|单间|空调)*(?:住(?!房公|房补|宿补|房津)宿?|宿舍|宿(?!补)|公寓)|宿舍免费|(?:集体|员工|职工|单身|公司|单位)(?:宿舍|公寓)|夫妻房|住(?:值班室|宿舍|厂|校|岗亭|单位|公司)|(?:^|[,、+/;])(?:住宿|宿舍)(?:$|[,、+/;])|住宿(?:免费|由)"
)
_MEAL: Final = re.compile(
    r"(?:包|管|供|免费|提供|有|含)(?:一|两|二|三|1|2|3|早|中|午|晚|工作|员工)*(?:吃|餐(?!补)|饭(?!补)|伙食(?!补)|膳|食(?!宿)堂?)|管?(?:一|两|二|三|1|2|3)(?:顿|餐)饭?|一日三餐|工作餐|员工餐|[早午中晚]餐(?!补)|[早午中晚]饭(?!补)|食堂|^包?[一二两三]餐|免费餐"
)
_MEAL_MONEY: Final = re.compile(
    r"(?:餐|饭|伙食|用餐|误餐|生活|就餐|膳食|食宿|吃饭)费?(?:补贴|补助|补|津贴)|餐费补|有餐补|餐贴"
)
_NO_MEAL: Final = re.compile(
    r"(?:不(?:包|管|提供|供|含)|无|没有)(?:工作)?(?:吃|餐|饭|伙食)(?!住|宿)|(?:吃|餐|饭|伙食)(?:费)?自理|食堂\(?(?:自费|收费)"
)
_NO_LODGING: Final = re.compile(
    r"(?:不(?:包|管|提供|供|含)|无|没有)(?:住|宿)|不住宿|(?:住|住宿|宿)(?:费)?(?:自理|自己解决)|住宿自行"
)
_NOTHING: Final = re.compile(
    r"^(?:无|没有|否|不|不管|不含|x|×|/|-|自理|不包|不提供|不解决|均?无)$|(?:食宿|吃住)(?:均|都|费用|全)?(?:自理|不包|不提供|不管|不含|自行|无)|不(?:包|管|提供|含|供)(?:食宿|吃住|吃、?住)|无食宿|补贴|补助"
)

_NIGHT_HOURS: Final = re.compile(
    r"(?<!\d)(?:1[89]|2[0-3])(?::|点|时)\d{0,2}-(?:次日|第二天|凌晨|早上?|翌日)?0?[3-9](?::|点|时)|"
    r"凌晨[0-5](?::|点|时)|晚上?(?:[6-9]|1[0-2])(?::|点|时)\d{0,2}-?(?:到|至)?(?:次日|第二天|凌晨|早上?|翌日)"
)
_SHIFTS: Final = (
    ("备勤", r"备勤|备战|驻勤|驻队|24小时(?:值守|待命|备)|战备|值守备|住队"),
    (
        "白班",
        r"早晚班轮换|轮流值夜每月|^(?:长|常|正常|全)?白班|(?:长|常|纯|正常)白班|只上白班|不上夜班|无夜班|没有夜班|不倒班|无需倒班|不用倒班",
    ),
    (
        "弹性",
        r"弹性|时间自由|自由安排|时间灵活|灵活安排|单班可对班|可单班|长途|跨省|跑外省|不定时|自主安排|不坐班|跟船",
    ),
    (
        "倒班",
        r"倒班|轮班|班倒|三班|四班|两班|二班|班轮换|轮流|翻班|班次轮|上[一二三1-3]休[一二三1-3]|上\d+休\d+|做\d+休\d+小时|上24|24休48|值夜班|含夜班|有夜班|夜间值班|白夜|昼夜|早中晚|早晚班|运转班|[两三四]运转|12小时[两二]班|轮流值班|昼夜值班",
    ),
    ("夜班", r"夜班|夜间|大夜|通宵|晚班"),
    ("白班", r"白班|白天|早班|行政班|朝九晚[五六]|双休|日班|正常班|单休"),
)
_SHIFT_PATTERNS: Final = tuple((name, re.compile(pattern)) for name, pattern in _SHIFTS)

_WORK_TYPES: Final = (
    ("公益性岗位", r"公益性?岗|公岗|公益性"),
    (
        "季节性",
        r"季节|农忙|旺季|采摘季|采收季|春耕|秋收|三夏|双抢|防火期|寒假工|暑假工|假期工|榨季|采茶|(?:摘|采)(?:果|茶|棉|花椒)",
    ),
    ("兼职", r"兼职|钟点|小时工|非全日制|半日制|半天班|计时工"),
    ("灵活", r"灵活|日结|临时|零工|短期工|短工|短期|时间自由|众包|自由安排|按单|临工|不坐班"),
    ("全职", r"全职|全日制|正式|合同制|劳务派遣|长期工|固定工|项目制|编制|外包"),
)
_TYPE_PATTERNS: Final = tuple((name, re.compile(pattern)) for name, pattern in _WORK_TYPES)


@lru_cache(maxsize=CACHED)
def board(text: str) -> str | None:
    """One of 包吃住 包住 包吃 餐补 不提供 for a cell about board and lodging; None when it says nothing."""
    words = plain(text)
    if not words:
        return None
    if re.fullmatch(r"是|有|√|y(?:es)?|提供|包|都包|全包", words):
        return "包吃住"
    found = _stated(words)
    return found if found or not _NOTHING.search(words) else "不提供"


@lru_cache(maxsize=CACHED)
def board_inside(texts: tuple[str, ...]) -> str | None:
    """Board stated inside free text; silence and refusals about other things say nothing."""
    for text in texts:
        words = plain(text)
        if found := _stated(words):
            return found
        if re.search(r"(?:食宿|吃住)(?:费用|均|都)?自理|不(?:包|提供|含|管)(?:食宿|吃住)|无食宿", words):
            return "不提供"
    return None


def _stated(words: str) -> str | None:
    if re.search(
        r"不(?:包|管|提供|含|供)(?:食宿|吃住)|(?:食宿|吃住)(?:费用|均|都|全)?(?:自理|不包|不管|不含|不提供|自行)|无食宿|食宿费?补",
        words,
    ):
        return "餐补" if re.search(r"食宿费?补|餐补", words) else None
    meal_refused, lodging_refused = bool(_NO_MEAL.search(words)), bool(_NO_LODGING.search(words))
    rest = _NO_LODGING.sub(" ", _NO_MEAL.sub(" ", words))
    if not meal_refused and not lodging_refused and _BOTH.search(_MEAL_MONEY.sub(" ", rest)):
        return "包吃住"
    lodging = bool(_LODGING.search(rest))
    money = bool(_MEAL_MONEY.search(rest))
    meal = bool(_MEAL.search(_MEAL_MONEY.sub(" ", rest)))
    if meal and lodging:
        return "包吃住"
    return "包住" if lodging else "包吃" if meal else "餐补" if money else None


@lru_cache(maxsize=CACHED)
def shift(texts: tuple[str, ...]) -> str | None:
    """One of 白班 倒班 夜班 弹性 备勤; None when nothing is said of it."""
    words = " ".join(map(plain, texts))
    if _NIGHT_HOURS.search(words):
        return "夜班"
    return next((name for name, pattern in _SHIFT_PATTERNS if any(map(pattern.search, words.split()))), None)


@lru_cache(maxsize=CACHED)
def work_type(texts: tuple[str, ...]) -> str | None:
    """One of 全职 兼职 灵活 季节性 公益性岗位; None when nothing is said of it."""
    words = " ".join(map(plain, texts))
    if re.search(r"(?:全职|长期)[^兼]{0,3}兼职|兼职[^全]{0,3}全职|长期[^短]{0,2}短期", words):
        return "灵活" if re.search(r"灵活|时间自由|自由安排|弹性|众包|按单", words) else "全职"
    return next((name for name, pattern in _TYPE_PATTERNS if pattern.search(words)), None)
