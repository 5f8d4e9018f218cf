"""The employers of the invented county and what they offer, on the terms such a place really has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from sandbox.county_rows import Row, firm_phone, happens, weighted

HEADERS: Final = (
    "序号", "用人单位", "招聘岗位", "招聘人数", "性别", "年龄", "学历", "工资待遇", "食宿", "工作地点", "证书/驾照",
    "班次", "联系人", "联系电话", "发布日期", "截止日期", "备注",
)  # fmt: skip
_OPEN_ENDED: Final = "长期"


@dataclass(frozen=True, slots=True)
class _Firm:
    """An invented employer: what kind of house it is, where it stands, whom to ask for."""

    name: str
    kind: str
    town: str
    contact: str
    phone: str


def generate(draw: Random, day: date, count: int, table: Mapping[str, Any], places: Mapping[str, Any]) -> list[Row]:
    """`count` postings, no two of one employer with the same title, county and pay; grouped by employer and numbered.

    A town does not make two postings of one: who compares terms knows places down to the county.
    """
    firms = _firms(draw, table, places)
    shares = _shares(firms, table)
    rows: dict[tuple[str, ...], Row] = {}
    # Everyone offers something; after that the kinds with more work offer more.
    queue = list(firms)
    while len(rows) < count:
        firm = queue.pop() if queue else draw.choices(firms, shares)[0]
        row = _posting(draw, day, firm, table, places)
        county = places["path"][-1] if row["工作地点"].startswith(places["path"][-1]) else row["工作地点"]
        rows.setdefault((row["用人单位"], row["招聘岗位"], county, row["工资待遇"]), row)
    ordered = sorted(rows.values(), key=lambda row: row["联系电话"])
    for number, row in enumerate(ordered, start=1):
        row["序号"] = str(number)
    return ordered


def _firms(draw: Random, table: Mapping[str, Any], places: Mapping[str, Any]) -> list[_Firm]:
    firms: list[_Firm] = []
    for kind, spec in table["kinds"].items():
        stems = draw.sample(table["stems"], spec["firms"])
        for stem in stems:
            town = draw.choice([name for name, _, _ in places["towns"]])
            home = "绵阳" if "prefecture" in spec["reach"] and happens(draw, 35, 100) else "三台"
            name = spec["name"].format(place=home, stem=stem) + "（示例）"
            firms.append(_Firm(name, kind, town, draw.choice(table["contacts"]), firm_phone(101 + len(firms))))
    return firms


def _shares(firms: list[_Firm], table: Mapping[str, Any]) -> list[float]:
    return [table["kinds"][firm.kind]["share"] / table["kinds"][firm.kind]["firms"] for firm in firms]


def _posting(draw: Random, day: date, firm: _Firm, table: Mapping[str, Any], places: Mapping[str, Any]) -> Row:
    kind = table["kinds"][firm.kind]
    trade = table["trades"][weighted(draw, kind["trades"])]
    reach = weighted(draw, kind["reach"])
    published = day - timedelta(days=min(int(draw.expovariate(1 / 14)), 60))
    least, most = trade["heads"]
    return {
        "序号": "",
        "用人单位": firm.name,
        "招聘岗位": draw.choice(trade["titles"]),
        "招聘人数": str(draw.randint(least, most)),
        "性别": "男" if trade.get("men") and happens(draw, 60, 100) else "不限",
        "年龄": draw.choice(trade["age"]),
        "学历": draw.choice(trade["school"]),
        "工资待遇": _pay(draw, trade["pay"], table["pay_factor"].get(reach, 1.0)),
        "食宿": _board(draw, trade["board"], reach),
        "工作地点": _place(draw, firm, reach, places),
        "证书/驾照": draw.choice(trade["papers"]),
        "班次": draw.choice(trade["shift"]),
        "联系人": firm.contact,
        "联系电话": firm.phone,
        "发布日期": published.isoformat(),
        "截止日期": _deadline(draw, day),
        "备注": draw.choice(trade["notes"]),
    }


def _pay(draw: Random, span: list[int], factor: float) -> str:
    """A range within the trade's span, in steps of 100; now and then one figure, as for posts paid by rule."""
    low, high = (round(figure * factor / 100) * 100 for figure in span)
    if high - low < 400:
        return str(draw.choice((span[0], span[1])))
    start = draw.randrange(low, (low + high) // 2 + 1, 100)
    end = min(high, start + draw.choice((500, 800, 1000, 1500, 2000)))
    return str(start) if happens(draw, 7, 100) or end <= start else f"{start}-{end}"


def _board(draw: Random, choices: list[str], reach: str) -> str:
    """Firms far from home house their people; that is why anyone goes."""
    if reach in ("capital", "coast"):
        return draw.choice(("包吃住", "包吃住", "包住"))
    return draw.choice(choices)


def _place(draw: Random, firm: _Firm, reach: str, places: Mapping[str, Any]) -> str:
    county = places["path"][-1]
    if reach == "town":
        public = firm.kind in ("public", "safety", "security", "logistics")
        town = draw.choice([name for name, _, _ in places["towns"]]) if public else firm.town
        return f"{county}{town}"
    return str(draw.choice(places["places"][reach]))


def _deadline(draw: Random, day: date) -> str:
    """Most run for weeks, some close within days (the expiry of the coming days must have something to do)."""
    if happens(draw, 10, 100):
        return _OPEN_ENDED
    days = draw.randrange(7) if happens(draw, 12, 100) else draw.randrange(7, 75)
    return (day + timedelta(days=days)).isoformat()
