"""The people of the invented county: ages, service, trades, papers, schooling and wishes that hang together."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from sandbox.county_rows import Row, happens, id_number, person_phone, weighted

HEADERS: Final = (
    "姓名", "性别", "身份证号", "联系电话", "乡镇", "村(社区)", "出生年月", "学历", "入伍年份", "退役年份",
    "退役方式", "部队专业", "技能", "证书", "驾照", "就业状况", "求职意向", "期望月薪", "备注",
)  # fmt: skip
# Up to and including 1999 conscripts served longer; from then on two years.
_REFORM_YEAR: Final = 1999
# Before the settlement rules of 2011 those who left early were 复员; afterwards they are 自主就业.
_SELF_PLACED_SINCE: Final = 2011
_MONTHLY_PENSION_SINCE: Final = 2021


@dataclass(frozen=True, slots=True)
class _Service:
    """Years in uniform; empty for a spouse."""

    enlisted: int
    left: int
    trade: str


def generate(draw: Random, day: date, count: int, table: Mapping[str, Any], places: Mapping[str, Any]) -> list[Row]:
    """`count` veterans, then the spouses among their households; names, numbers and dates are all invented."""
    persons = _Persons(draw, day, table, places)
    rows = [persons.veteran() for _ in range(count)]
    rows += [persons.spouse() for _ in range(count * table["spouses_per_1000"] // 1000)]
    return rows


class _Persons:
    """Draws one person after the other and hands out identity numbers and phones only once."""

    def __init__(self, draw: Random, day: date, table: Mapping[str, Any], places: Mapping[str, Any]) -> None:
        self._draw, self._day, self._table, self._places = draw, day, table, places
        self._surnames: list[str] = [name for name in table["surnames"] if not name.isspace()]
        self._births: Counter[tuple[date, bool]] = Counter()
        self._phones = list(range(10_000))
        draw.shuffle(self._phones)

    def veteran(self) -> Row:
        """A veteran's row."""
        male = not happens(self._draw, self._table["women_per_1000"], 1000)
        born = self._birthday()
        service = self._service(born, male)
        skills, papers, licences = self._papers_of(service.trade, born)
        row = self._frame(born, male) | {
            "入伍年份": str(service.enlisted),
            "退役年份": str(service.left),
            "退役方式": self._settlement(service),
            "部队专业": service.trade,
            "技能": "、".join(skills),
            "证书": "、".join(papers),
            "驾照": "、".join(licences),
        }
        self._add_wishes(row, skills, licences)
        row["备注"] = self._note(row["就业状况"])
        return row

    def spouse(self) -> Row:
        """A serving soldier's or veteran's wife or husband: no service of their own."""
        male = happens(self._draw, 5, 100)
        born = self._birthday(youngest=24, oldest=50)
        row = self._frame(born, male) | dict.fromkeys(HEADERS[8:12], "")
        row |= {"技能": weighted(self._draw, {"": 6, "电脑办公": 3, "服务接待": 3, "流水线": 3, "销售": 2, "财务": 1})}
        row |= {"证书": "会计证" if row["技能"] == "财务" else "", "驾照": "C1" if happens(self._draw, 35, 100) else ""}
        row["就业状况"] = weighted(self._draw, {"待业": 60, "在职": 40})
        wish = weighted(self._draw, {"文员": 4, "客服": 3, "普工": 4, "服务员": 3, "销售": 2, "护理员": 1})
        row["求职意向"], row["期望月薪"] = wish, str(self._draw.randrange(2500, 4001, 500))
        row["备注"] = "随军家属"
        return row

    def _frame(self, born: date, male: bool) -> Row:
        """What every row has: who, where, schooling."""
        draw = self._draw
        town = weighted(draw, {name: share for name, _, share in self._places["towns"]})
        in_town = happens(draw, 45 if town in ("潼川镇", "北坝镇") else 15, 100)
        serial = self._births[born, male]
        self._births[born, male] += 1
        return {
            "姓名": self._name(born, male),
            "性别": "男" if male else "女",
            "身份证号": id_number(self._places["id_prefix"], born, serial, male),
            "联系电话": person_phone(self._phones.pop()),
            "乡镇": town,
            "村(社区)": draw.choice(self._places["communities" if in_town else "villages"]),
            "出生年月": f"{born:%Y-%m}",
            "学历": weighted(draw, self._table["education"][_generation(born)]),
        }

    def _name(self, born: date, male: bool) -> str:
        characters = self._table["women"] if not male else self._table[f"men_{_generation(born)}"]
        given = "".join(self._draw.choices(characters, k=self._draw.choices((1, 2), (22, 78))[0]))
        return self._draw.choice(self._surnames) + given

    def _birthday(self, youngest: int = 22, oldest: int = 62) -> date:
        """A birthday that makes the person `youngest` to `oldest` full years old on the day."""
        bands = [band for band in self._table["ages"] if band[0] >= youngest - 2 and band[1] <= oldest + 5]
        first, last, _ = self._draw.choices(bands, [band[2] for band in bands])[0]
        age = self._draw.randint(max(first, youngest), min(last, oldest))
        # 28 February stands in for the 29th, so that the age is right in every year.
        birthday: date = self._day.replace(year=self._day.year - age, day=min(self._day.day, 28))
        return birthday - timedelta(days=self._draw.randrange(360))

    def _service(self, born: date, male: bool) -> _Service:
        enlisted = born.year + self._draw.choices((18, 19, 20, 21, 22), (34, 30, 18, 10, 8))[0]
        enlisted = min(enlisted, self._day.year - 2)
        lengths = self._table["service"]["before_1999" if enlisted < _REFORM_YEAR else "later"]
        possible = {years: weight for years, weight in lengths.items() if enlisted + int(years) <= self._day.year}
        left = enlisted + int(weighted(self._draw, possible or {"2": 1}))
        return _Service(enlisted, left, weighted(self._draw, self._table["trades" if male else "women_trades"]))

    def _settlement(self, service: _Service) -> str:
        """How such a person would have left, by the rules of the year: length of service and date decide."""
        years = service.left - service.enlisted
        if years >= 16:
            later = {"逐月领取退役金": 7, "安置工作": 3}
            return weighted(self._draw, later if service.left >= _MONTHLY_PENSION_SINCE else {"转业": 6, "自主择业": 4})
        if years >= 12:
            return "安置工作"
        return "自主就业" if service.left >= _SELF_PLACED_SINCE else "复员"

    def _papers_of(self, trade: str, born: date) -> tuple[list[str], list[str], list[str]]:
        """Skills, certificates and licences: from the military trade, then from work since."""
        leaves = self._table["trade_leaves"].get(trade, {"skills": [], "papers": {}, "licences": {}})
        skills = list(leaves["skills"])
        papers = [paper for paper, chance in leaves["papers"].items() if happens(self._draw, chance, 100)]
        licences = [weighted(self._draw, self._table["licences"])]
        licences += [name for name, chance in leaves["licences"].items() if happens(self._draw, chance, 100)][:1]
        for skill, chance in self._table["civil_skills"].items():
            if happens(self._draw, chance, 1000):
                skills.append(skill)
                wanted = self._table["civil_papers"].get(skill, {})
                papers += [paper for paper, odds in wanted.items() if happens(self._draw, odds, 100)]
        if happens(self._draw, 55 if born.year > 1965 else 30, 100):
            papers.append("优待证")
        best = sorted({licence for licence in licences if licence})
        # A higher class covers C1 and C2: offices write down the highest only.
        if any(licence in ("A1", "A2", "B2") for licence in best):
            best = [licence for licence in best if licence not in ("C1", "C2")]
        return list(dict.fromkeys(skills)), list(dict.fromkeys(papers)), best

    def _add_wishes(self, row: Row, skills: list[str], licences: list[str]) -> None:
        """Job status, and for those who look for work what they want and for how much a month."""
        draw, generation = self._draw, _generation(date.fromisoformat(f"{row['出生年月']}-01"))
        status = weighted(draw, self._table["status"]["before_1975" if generation == "before_1975" else "later"])
        row |= {"就业状况": status, "求职意向": "", "期望月薪": ""}
        looks = {"待业": 94, "在职": 22, "暂不求职": 0}[status]
        if not happens(draw, looks, 100):
            return
        by_skill = [self._table["skill_wishes"][skill] for skill in skills if skill in self._table["skill_wishes"]]
        by_skill = [wish for wish in by_skill if wish["category"] != "驾驶员" or set(licences) & {"A1", "A2", "B2"}]
        general = self._wishes_at(self._day.year - int(row["出生年月"][:4]), licences)
        second = weighted(draw, {name: wish["weight"] for name, wish in general.items()})
        first = {"category": second, **general[second]}
        if by_skill and happens(draw, 70, 100):
            first = draw.choice(by_skill)
        wishes = [first["category"]] + ([second] if happens(draw, 40, 100) else [])
        row["求职意向"] = "、".join(dict.fromkeys(wishes))
        if happens(draw, 88, 100):
            row["期望月薪"] = str(draw.randrange(first["pay"][0], first["pay"][1] + 1, 500))

    def _wishes_at(self, age: int, licences: list[str]) -> dict[str, Any]:
        """The wishes people of that age have; without a licence nobody asks to drive."""
        return {
            name: wish
            for name, wish in self._table["wishes"].items()
            if wish["ages"][0] <= age <= wish["ages"][1] and (licences or not wish.get("drives"))
        }

    def _note(self, status: str) -> str:
        notes, draw = self._table["notes"], self._draw
        parts: list[str] = []
        if happens(draw, notes["disability_per_1000"], 1000):
            parts.append(f"残疾{draw.choice(notes['disability_grades'])}")
        if status == "待业" and happens(draw, notes["hardship_per_1000"] * 3, 1000):
            parts.append("就业困难人员")
        if status != "暂不求职" and happens(draw, notes["wishes_per_1000"], 1000):
            parts.append(draw.choice(notes["wishes"]))
        return "，".join(parts)


def _generation(born: date) -> str:
    """The key under which names, schooling and status of an age group stand in the table."""
    if born.year < 1975:
        return "before_1975"
    return "before_1990" if born.year < 1990 else "later"
