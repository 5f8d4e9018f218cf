"""Cells that stand in each other's column: 绵阳市水务集团 under 岗位 and 抄表员 under 单位, pay under headcount."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from services.intake.cells import contacts, titles
from services.intake.cells.text import CACHED, arabic, plain

_OFFICE: Final = re.compile(
    r"(?:公司|集团|厂|局|所|医院|学院|学校|中学|小学|中心|合作社|酒店|宾馆|饭店|餐饮|超市|商场|银行|支行|政府|委员会|居委会|村委会|街道办?|办事处|大队|支队|总队|"
    r"服务部|经营部|门市部|事务所|研究院|研究所|幼儿园|养老院|敬老院|福利院|协会|联合会|基金会|工作室|商行|物流|科技|实业|股份|控股|传媒|药房|诊所|卫生院|残联|"
    r"公安|派出所|法院|检察院|人社局|管委会|项目部|总站|车站|高铁站|火车站|[农林牧菜果茶猪鸡牛渔养]场|[铝钢矿茶酒药渔牧果纸置纺木石粮米鞋服物商农]业|水厂|电厂|电站|民宿|客栈|山庄|农家乐|养殖场|驾校|[餐饭面]馆|(?:火锅|便利|专卖|药|门)店|工业园|产业园|园区|加油站)$"
)
_PAIRS: Final = (
    ("headcount", "age"),
    ("headcount", "salary"),
    ("age", "salary"),
    ("salary", "phone"),
    ("age", "phone"),
    ("headcount", "phone"),
    ("gender", "education"),
    ("gender", "age"),
    ("gender", "headcount"),
    ("education", "salary"),
    ("education", "age"),
    ("place", "phone"),
    ("deadline", "phone"),
    ("deadline", "salary"),
    ("education", "headcount"),
    ("employer", "phone"),
    ("title", "headcount"),
    ("title", "salary"),
    ("employer", "headcount"),
)
_FIGURES: Final = ("headcount", "salary", "age", "phone")
_BELONGS: Final = {
    "headcount": {"count"},
    "age": {"age"},
    "salary": {"pay"},
    "phone": {"phone"},
    "gender": {"gender"},
    "education": {"education"},
    "deadline": {"day"},
    "place": {"words"},
    "employer": {"words"},
    "title": {"words"},
}


@lru_cache(maxsize=CACHED)
def looks_like_office(name: str) -> bool:
    """Whether a name is plainly that of a firm or office."""
    return bool(_OFFICE.search(re.sub(r"\([^)]*\)$", "", plain(name))))


def looks_like_title(name: str) -> bool:
    """Whether a name is plainly that of a job."""
    return titles.parse(name).confidence >= 0.9 and not looks_like_office(name)


def names_a_trade(text: str) -> bool:
    """Whether a text most likely is that of a job."""
    return titles.parse(text).confidence >= 0.6 and not looks_like_office(text)


def swapped(values: Mapping[str, str]) -> tuple[str, str] | None:
    """The two fields whose cells are exchanged, or None. `values`: field -> cell, as it stands in its column."""
    employer, title = values.get("employer", ""), values.get("title", "")
    if employer and title and looks_like_office(title) and looks_like_title(employer):
        return "employer", "title"
    shapes = {name: shape(text) for name, text in values.items() if name in _BELONGS and text}
    for one, other in _PAIRS:
        first, second = shapes.get(one), shapes.get(other)
        if first in _BELONGS[other] and second in _BELONGS[one]:
            return one, other
    return _rotated(values)


def _rotated(values: Mapping[str, str]) -> tuple[str, str] | None:
    """A title of figures only, and a job's name under a column of figures: several cells stand one column off."""
    title = plain(values.get("title", ""))
    if not title or re.search(r"[一-鿿a-z]", title.replace("元", "")):
        return None
    return next((("title", name) for name in _FIGURES if names_a_trade(values.get(name, ""))), None)


@lru_cache(maxsize=CACHED)
def shape(text: str) -> str:
    """The only kind of field such a cell can be; `words` for anything that is no figure, `any` when unsure."""
    words = arabic(plain(text))
    if words in ("男", "女", "男女不限", "男女均可", "男/女"):
        return "gender"
    if contacts.phone_number(words):
        return "phone"
    if re.fullmatch(r"20\d\d[年./-]\d{1,2}[月./-]\d{1,2}日?", words):
        return "day"
    if re.fullmatch(r"(?:小学|初中|高中|中专|大专|本科|专科|硕士|研究生)(?:及)?(?:以上)?(?:学历)?", words):
        return "education"
    if re.search(r"周?岁", words) or re.fullmatch(r"(?:1[6-9]|[2-3]\d)-(?:[3-6]\d)", words):
        return "age"
    if re.fullmatch(r"[￥¥]?\d{4,5}(?:\.0+)?(?:元|-\d{4,5}元?)?(?:/月|每月|左右|以上)?", words) or "元" in words:
        return "pay"
    if re.fullmatch(r"\d{1,2}(?:人|名)|[1-9]|1[0-5]", words):
        return "count"
    return "words" if not re.search(r"\d", words) and re.search(r"[一-鿿]{2}", words) else "any"
