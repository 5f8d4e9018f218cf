"""Pay: 5.5k-6.5k, 300/天, 6500左右, 2000+提成, 年薪12万, 底薪3000+提成月均6000, 3-5千, 面议."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.intake.cells.text import CACHED, arabic, plain

_NEGOTIABLE: Final = re.compile(r"面议|面谈|面洽|面商|协商|商议|可谈|详谈|详议|电议|议定|另议|待定|再议|洽谈|商定|^议$")
_AMOUNT: Final = r"(\d+(?:\.\d+)?)(千|k|万|w|百)?(\d(?![\d.]))?"
_PAY: Final = re.compile(
    rf"{_AMOUNT}(?:元|块钱?|rmb|￥|¥)?(?:左右|上下)?"
    rf"(?:(?:/|每)?(?:人)?(?:/|每)?(?:个)?(?:月|天|日|小时|时|年|h|d|m))?"
    rf"(?:\((?:含|税前|税后|保底|起)\))?(?:-|至|到|~)(?:[￥¥])?{_AMOUNT}"
)
_SINGLE: Final = re.compile(_AMOUNT)
_AROUND: Final = re.compile(r"(?:元|块钱?|/|每|个|月|天|日|小时|人)*(?:左右|上下|大概|约)")
_OPEN_AFTER: Final = re.compile(
    r"(?:元|块钱?|/|每|个|月|天|日|小时|年|人|k|\()*(?:起步|起薪|起|以上|及以上|打底|保底|\+(?!\w)|多|往上|不封顶)"
)
_OPEN_BEFORE: Final = re.compile(r"(?:不低于|不少于|至少|最低|保底|高于|>=|>|≥|超过|起薪)[￥¥]?$")
_TOP_AFTER: Final = re.compile(r"(?:元|块钱?|/|每|个|月|天|日|小时)*(?:以下|以内|封顶)")
_TOP_BEFORE: Final = re.compile(r"(?:不超过|最高可?达?|最多|高达|可达|上限|<=|≤)[￥¥]?$")
_UNIT_AFTER: Final = re.compile(
    r"^(?:元|块钱?|rmb|圆|左右|上下|起|以上|多|\(?税前\)?|\(?税后\)?)*(?:/|每|一|1|\()*(?:人|个)?(?:/|每|一)*"
    r"(小时|钟头|时|h|天|日|d|工(?!资|作|龄)|班|年|件|单|次|趟|票|亩|吨|平|条|双|个(?!月)|月|m(?!i))"
)
_UNIT_BEFORE: Final = re.compile(
    r"(时薪|每小时|小时工资|计时|日薪|日工资|日结|每天|每日|一天|年薪|年收入|年包|每年|一年|年总收入|年综合收入|月薪|每月|月)[^\d]{0,6}$"
)
_BASE: Final = re.compile(r"底薪|基本工资|基础工资|基薪|保底|固定工资|岗位工资|无责")
_AVERAGE: Final = re.compile(r"月均|平均|人均|综合|到手|月收入|总收入|实发|合计|月入|收入|综薪|月工资|税后")
_TRIAL: Final = re.compile(r"试用|实习|见习|学徒|培训期|试岗|入职前|适应期|前\d个月|第[1-3]个?月|学习期")
_REGULAR: Final = re.compile(r"转正|正式|定岗|满师|出师|后")
_EXTRA_BEFORE: Final = re.compile(
    r"(补贴|补助|津贴|餐补|房补|话补|车补|饭补|全勤奖?|奖金|绩效|提成|社保|公积金|加班费?|年终奖?|工龄奖?|工龄工资|住房|夜班费?|高温|"
    r"体检|保险|押金|交通|伙食|福利|红包|过节费?|生日|岗位补|培训费|服装费|保证金|报名费|费用?|费)[:为约每各]{0,3}[￥¥]?$"
)
_EXTRA_AFTER: Final = re.compile(
    r"^(?:元|块)?(?:/|每)?(?:个)?(?:月|天|日|年)?(?:的)?(?:\()?(补贴|补助|津贴|餐补|房补|话补|车补|饭补|全勤|奖金|绩效|提成|社保|公积金|加班|年终|"
    r"工龄|住房|夜班|高温|交通|伙食|福利|红包|过节|押金|保证金)"
)
_COMMISSION: Final = re.compile(
    r"(?:\+|加|外加|另加|另有|另|、|,|和|有|及|与)[^,;。]{0,8}?(?:提成|补贴|补助|津贴|餐补|房补|话补|车补|饭补|绩效|奖|全勤|加班费|计件|分红|佣金|业绩|抽成|效益)"
)
_SHARED: Final = re.compile(r"夫妻|两口子|夫妇|两人|双人|/对|每对|一对|俩人|2人(?:合|共|总|每|月|/|工资|\d{4})")
_THIRTEENTH: Final = re.compile(r"(?:[*×x]|共|\()?1[2-8](?:薪|个月工资|个月薪)\)?")
_NOT_PAY: Final = re.compile(
    r"\d+(?:\.\d+)?(?:-\d+)?(?:险|金(?!额)|薪|休|%|周?岁|个月(?!工)|小时工作|小时制|h制|班|倒|人(?!/|民|均)|名|点|:|年(?:以上)?(?:经验|工龄|驾龄|合同))"
    r"|每[天日月周]休?工?作?\d+(?:个)?(?:小时|天)|\d+小时/天|\d+天/月|月休\d+|做\d休\d|上\d休\d|\d+号|每月\d+[日号]|试用期?\d(?:-\d)?个?月"
)
_PIECE: Final = re.compile(
    r"^(?:按|多劳多得)?(?:计件|记件|提成)(?:制|工资|计酬|结算|算|薪资)?$|"
    r"\d+(?:\.\d+)?(?:-\d+(?:\.\d+)?)?(?:元|块)?(?:/|每|一)?(?:件|单|次|趟|票|亩|吨|平|条|双|个)"
)
_SCALE: Final = {"千": 1000.0, "k": 1000.0, "万": 10000.0, "w": 10000.0, "百": 100.0}
_UNITS: Final = {
    **dict.fromkeys(("小时", "钟头", "时", "h", "时薪", "每小时", "小时工资", "计时"), "hour"),
    **dict.fromkeys(("天", "日", "d", "工", "班", "日薪", "日工资", "日结", "每天", "每日", "一天"), "day"),
    **dict.fromkeys(("年", "年薪", "年收入", "年包", "每年", "一年", "年总收入", "年综合收入"), "year"),
    **dict.fromkeys(("月", "m", "月薪", "每月"), "month"),
    **dict.fromkeys(("件", "单", "次", "趟", "票", "亩", "吨", "平", "条", "双", "个"), "piece"),
}
# Where a figure is plainly out of line, per unit: below the first or above the second.
_LINE: Final = {"month": (1000, 40000), "day": (60, 1000), "hour": (8, 200)}


@dataclass(frozen=True, slots=True)
class Salary:
    """Pay in yuan per `unit` (month, day, hour); None = not stated. `note`: words the figures do not hold."""

    low: int | None = None
    high: int | None = None
    unit: str | None = None
    note: str | None = None
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What a header says of the figures below it: the unit of time, and the factor (千元 = 1000)."""

    unit: str | None = None
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class _Offer:
    low: float | None
    high: float | None
    unit: str | None
    start: int
    end: int
    label: str
    scaled: bool


def measure(*headers: str) -> Measure:
    """Reads the unit of a header or title (“薪资（千元/月）”, “单位：元/天”); the first that states one wins."""
    unit, factor = None, 1.0
    for header in headers:
        words = plain(header)
        if factor == 1.0 and (found := re.search(r"千元|万元|\(k\)|\(千\)|\(万\)|\(w\)|k/月|[（(]k", words)):
            factor = 10000.0 if found.group()[0] == "万" or "万" in found.group() or "w" in found.group() else 1000.0
        if unit is None:
            unit = _header_unit(words)
    return Measure(unit, factor)


def _header_unit(words: str) -> str | None:
    if re.search(r"元/(?:天|日)|日薪|每天|日工资|元每天|元·天", words):
        return "day"
    if re.search(r"元/(?:小?时)|时薪|小时工资|每小时", words):
        return "hour"
    if re.search(r"元/年|年薪|每年|年收入", words):
        return "year"
    return "month" if re.search(r"元/月|月薪|每月|月工资|月收入|/月", words) else None


@lru_cache(maxsize=CACHED)
def parse(text: str, header: Measure = Measure()) -> Salary:
    """Reads a pay cell. `salary_unparseable` in `codes` rejects the row."""
    words = arabic(re.sub(r"一(?=天|日|个月|月|年|小时)", "每", plain(text)))
    words = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", words)
    words = re.sub(r"(\d)([千万])([1-9])百?(?!\d|[-千百万])", r"\1.\3\2", words)
    if words in ("", "-", "/", "无"):
        return Salary(codes=("salary_missing",))
    shared = ("salary_shared",) if _SHARED.search(words) else ()
    if re.fullmatch(r"20\d\d-\d{2}-\d{2}", words):  # Excel took 3-5 for a day
        return Salary(codes=("salary_unparseable",))
    # A letter among the digits (45OO) is a slip of the pen: no figure is guessed from it.
    offer = None if re.search(r"\d(?!rmb)[a-z](?<![kwhdm])", words) else _chosen(words)
    if offer is None:
        return _without_figure(text, words)
    return _finished(words, offer, header, shared)


def _without_figure(text: str, words: str) -> Salary:
    note = text.strip()
    if _NEGOTIABLE.search(words):
        return Salary(note=note, codes=("salary_negotiable",))
    if _PIECE.search(words):
        return Salary(note=note, codes=("salary_piece_rate",))
    return Salary(codes=("salary_unparseable",))


def _offers(words: str) -> list[_Offer]:
    """Every figure of the text that is pay, in order."""
    hidden = _NOT_PAY.sub(lambda found: "#" * len(found.group()), words)
    hidden = _THIRTEENTH.sub(lambda found: "#" * len(found.group()), hidden)
    offers: list[_Offer] = []
    position = 0
    while found := (_PAY.search(hidden, position) or _SINGLE.search(hidden, position)):
        single = _SINGLE.search(hidden, position)
        if single and single.start() < found.start():
            found = single
        position = found.end()
        offer = _offer(hidden, found, offers[-1].end if offers else 0)
        if offer:
            offers.append(offer)
            position = max(position, offer.end)
    return offers


def _offer(words: str, found: re.Match[str], since: int) -> _Offer | None:
    before, after = words[since : found.start()], words[found.end() :]
    if _EXTRA_BEFORE.search(before) or (_EXTRA_AFTER.search(after) and not _BASE.search(before)):
        return None
    groups = found.groups()
    low = _scaled(groups[0], groups[1], groups[2])
    high: float | None = low
    scaled = bool(groups[1])
    if len(groups) > 3:
        low, high, scaled = _span(groups)
    bounded_low, bounded_high, end = _bounds(before, after, low, high)
    unit = _unit(before, words[found.start() :], found.end() - found.start())
    label = re.split(r"[,;。(+]", before)[-1]
    return _Offer(bounded_low, bounded_high, unit, found.start(), found.end() + end, label, scaled)


def _span(groups: tuple[str | None, ...]) -> tuple[float, float, bool]:
    high = _scaled(groups[3], groups[4], groups[5])
    low = _scaled(groups[0], groups[1], groups[2])
    if groups[4] and not groups[1] and low < float(groups[3] or 0):  # 3-5千
        low *= _SCALE[groups[4]]
    elif groups[4] and not groups[1] and low < 100 and low * _SCALE[groups[4]] > high:  # 9-1.2万
        low *= 1000.0
    elif groups[1] and not groups[4] and high < 100:  # 5k-6
        high *= _SCALE[groups[1]]
    return low, high, bool(groups[1] or groups[4])


def _scaled(number: str | None, scale: str | None, tail: str | None) -> float:
    value = float(number or 0)
    if not scale:
        return float(f"{number}{tail}") if tail else value
    return value * _SCALE[scale] + (int(tail) * _SCALE[scale] / 10 if tail else 0)


def _bounds(before: str, after: str, low: float, high: float | None) -> tuple[float | None, float | None, int]:
    """Open ends by the words around a figure, and how many characters after it they take."""
    if found := _AROUND.match(after):
        return low, high, found.end()
    if (found := _OPEN_AFTER.match(after)) or _OPEN_BEFORE.search(before):
        return low, (high if high != low else None), found.end() if found else 0
    if low == high and ((found := _TOP_AFTER.match(after)) or _TOP_BEFORE.search(before)):
        return None, high, found.end() if found else 0
    return low, high, 0


def _unit(before: str, rest: str, length: int) -> str | None:
    if found := _UNIT_AFTER.match(rest[length:]):
        return _UNITS[found[1]]
    inside = re.search(r"(?:/|每)(月|天|日|小时|年)", rest[:length])
    if inside:
        return _UNITS[inside[1]]
    return _UNITS[found[1]] if (found := _UNIT_BEFORE.search(before)) else None


def _chosen(words: str) -> _Offer | None:
    """The figure that says what one gets: an average beats a base, the regular pay beats the trial pay."""
    offers = [offer for offer in _offers(words) if offer.unit != "piece"]
    if not offers:
        return None
    for wanted, unwanted in ((_AVERAGE, _BASE), (_REGULAR, _TRIAL)):
        named = [offer for offer in offers if wanted.search(offer.label) and not unwanted.search(offer.label)]
        if named and len(offers) > 1:
            return named[0]
    steady = [offer for offer in offers if not _TRIAL.search(offer.label)]
    return (steady or offers)[0]


def _finished(words: str, offer: _Offer, header: Measure, shared: tuple[str, ...]) -> Salary:
    unit = offer.unit or header.unit or "month"
    low, high = offer.low, offer.high
    # 200元/天 under “万元/年”, 5000 under “千元”: the cell states its own measure.
    own = offer.scaled or (offer.unit and offer.unit != header.unit) or re.match(r"元|块", words[offer.end :])
    factor = 1.0 if own or max(low or 0, high or 0) >= 1000 else header.factor
    codes = shared
    if unit == "year":
        factor, unit, codes = factor / 12, "month", (*codes, "salary_from_year")
    low, high = (None if value is None else value * factor for value in (low, high))
    commission = not _AVERAGE.search(offer.label) and _COMMISSION.search(words[offer.end :])
    if commission or (_BASE.search(offer.label) and low == high):
        high = None
    if low is not None and high is not None and low > high:
        low, high, codes = high, low, (*codes, "salary_swapped")
    codes = (*codes, *_out_of_line(low, high, unit))
    figures = [None if value is None else int(value + 0.5) for value in (low, high)]
    return Salary(figures[0], figures[1], unit, _note(words, offer), codes)


def _out_of_line(low: float | None, high: float | None, unit: str) -> tuple[str, ...]:
    floor, ceiling = _LINE[unit]
    known = [value for value in (low, high) if value is not None]
    if not known:
        return ()
    wide = low is not None and high is not None and high > 5 * max(low, 1)
    return ("salary_outlier",) if wide or min(known) < floor or max(known) > ceiling else ()


def _note(words: str, offer: _Offer) -> str | None:
    rest = f"{words[: offer.start]} {words[offer.end :]}"
    rest = re.sub(r"^(?:元|块)?(?:/|每)?(?:个)?(?:月|天|日|小时|时|年)(?!间)", "", rest.strip())
    parts = [re.sub(r"^[元/+·:,，;。、()]+|[:,，;。、()+]+$", "", part) for part in rest.split(" ")]
    kept = [
        part
        for part in parts
        if re.search(r"[一-鿿]", re.sub(r"元|月薪?|薪|每|工资|薪资|薪酬|待遇|约|人民币|起|左右", "", part))
    ]
    return "，".join(kept) or None
