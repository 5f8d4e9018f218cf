"""Audiences: a small language in which staff say whom a broadcast is for, and the people it names.

    年龄=30-45 且 驾照=B2/A2        age=30-45 and licences=B2/A2
    站点=城关 且 非 群体=已就业      沉默>30天      全部

A rule is terms joined by 且 (and); several values of one term are alternatives; 非 (not) turns a term round.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bot.slots import Slots
from models import addressee
from models.addressee import Person
from models.base import Session
from services import veterans
from services.errors import ServiceError
from services.runtime import CHINA, Runtime

PAGE: Final = 500


class AudienceError(ServiceError):
    """A rule that cannot be understood; `message` says in Chinese where and what to write instead."""

    def __init__(self, message: str) -> None:
        super().__init__("audience")
        self.message = message


Test = Callable[[Person, date], bool]


@dataclass(frozen=True, slots=True)
class Audience:
    """A rule that was understood."""

    rule: str
    tests: tuple[Test, ...]

    def holds(self, person: Person, day: date) -> bool:
        """Whether the rule names this person on that day."""
        return all(test(person, day) for test in self.tests)


FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "station": ("站点", "服务站", "station"),
    "region": ("地区", "意向地", "region", "place"),
    "village": ("村", "村社区", "village"),
    "job_categories": ("岗位", "工种", "意向岗位", "job", "jobs", "job_categories", "trades"),
    "skills": ("技能", "skill", "skills"),
    "certificates": ("证书", "certificate", "certificates"),
    "licences": ("驾照", "licence", "licences"),
    "age": ("年龄", "age", "ages"),
    "silent": ("沉默", "没说话", "silent", "silent_days"),
    "group": ("群体", "group", "groups"),
    "number": ("编号", "number", "numbers"),
}
_NAMES: Final = {word: field for field, words in FIELDS.items() for word in words}
EVERYBODY: Final = frozenset({"全部", "所有人", "全体", "all", "everyone"})
_SPLIT: Final = re.compile(r"\s*(?:并且|且|&&|&|\band\b|[;；\n])\s*", re.IGNORECASE)
_TERM: Final = re.compile(
    r"(?P<not>非|不是|not\s)?\s*(?P<name>[a-z_\u4e00-\u9fff]+?)\s*(?P<sign>>=|<=|!=|[≥≤＞＜＝=:：><])\s*(?P<value>.+)",
    re.IGNORECASE,
)
_ALTERNATIVES: Final = re.compile(r"\s*(?:[/|、,，]|或|\bor\b)\s*", re.IGNORECASE)
_RANGE: Final = re.compile(r"(\d{1,3})\s*(?:-|~|到|至|—|–)\s*(\d{1,3})\s*岁?")
_ONE: Final = re.compile(r"(\d{1,4})\s*(?:岁|天|日|days?)?(以上|以下)?", re.IGNORECASE)
_SIGNS: Final = {"≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "＝": "=", ":": "=", "：": "="}


def parse(rule: str) -> Audience:
    """The rule understood; raises AudienceError."""
    text = rule.strip()
    if not text:
        raise AudienceError("还没有写发给谁。要发给所有人，请写“全部”。")
    if text.lower() in EVERYBODY:
        return Audience(text, ())
    return Audience(text, tuple(_test(term) for term in _SPLIT.split(text) if term))


def _test(term: str) -> Test:
    found = _TERM.fullmatch(term.strip())
    field = _NAMES.get(found["name"].lower()) if found else None
    if found is None or field is None:
        known = "、".join(words[0] for words in FIELDS.values())
        raise AudienceError(f"看不懂“{term}”。写成 名称=值，名称可以是：{known}；要发给所有人请写“全部”。")
    sign = _SIGNS.get(found["sign"], found["sign"])
    values = [value for value in _ALTERNATIVES.split(found["value"].strip().strip("“”\"'")) if value]
    if field in {"age", "silent"}:
        test = _age_test(sign, values) if field == "age" else _silent_test(sign, values)
    elif sign in {"=", "!="}:
        test = _group_test(values) if field == "group" else _word_test(field, values)
    else:
        raise AudienceError(f"“{term}”里不能用 {sign}，请写成 名称=值。")
    is_turned = bool(found["not"]) != (sign == "!=")
    return (lambda person, day: not test(person, day)) if is_turned else test


def _bounds(sign: str, value: str, what: str) -> tuple[int, int]:
    between = _RANGE.fullmatch(value)
    if between and sign in {"=", "!="}:
        return int(between[1]), int(between[2])
    one = _ONE.fullmatch(value)
    if one is None:
        raise AudienceError(f"{what}“{value}”看不懂，请写成 30-45、>=30 或 30以上。")
    number, kind = int(one[1]), {"以上": ">=", "以下": "<="}.get(one[2] or "", sign)
    low = {">=": number, ">": number + 1, "=": number, "!=": number}.get(kind, 0)
    high = {"<=": number, "<": number - 1, "=": number, "!=": number}.get(kind, 10_000)
    return low, high


def _age_test(sign: str, values: list[str]) -> Test:
    bounds = [_bounds(sign, value, "年龄") for value in values]

    def test(person: Person, day: date) -> bool:
        age = _age(person, day)
        return age is not None and any(low <= age <= high for low, high in bounds)

    return test


def _age(person: Person, day: date) -> int | None:
    born = person.birth_on
    if born is not None:
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return veterans.age_on(Slots.from_json(person.profile), person.age_stated_on, day).age


def _silent_test(sign: str, values: list[str]) -> Test:
    low, _ = _bounds(">" if sign == "=" else sign, values[0], "沉默天数")
    return lambda person, day: (
        person.talked_at is None or day - person.talked_at.astimezone(CHINA).date() >= timedelta(days=low)
    )


def _word_test(field: str, values: list[str]) -> Test:
    def test(person: Person, _day: date) -> bool:
        if field == "number":
            return str(person.veteran_id) in values
        if field in {"station", "village"}:
            return any(value in getattr(person, field) for value in values)
        if field == "region":
            places = _places(person.profile)
            return any(value in place for value in values for place in places)
        held = person.profile.get(field) or []
        return any(value.upper() == one.upper() for value in values for one in held)

    return test


def _places(profile: Mapping[str, object]) -> list[str]:
    """The names of the places a person wants to work in, from the county down."""
    said = profile.get("location")
    rows = said if isinstance(said, list) else [said]
    return ["".join(str(part) for part in row.values() if part) for row in rows if isinstance(row, dict)]


_AT_WORK: Final = frozenset({"已就业", "在职", "已上岗", "在岗"})
_GROUPS: Final[Mapping[str, Callable[[Person], bool]]] = {
    "已关注": lambda person: person.following,
    "未关注": lambda person: not person.following,
    "台账": lambda person: person.in_ledger,
    "残疾": lambda person: bool(person.profile.get("disability")),
    "困难": lambda person: bool(person.profile.get("hardship_certified")),
    "已就业": lambda person: person.profile.get("employment_status") in _AT_WORK,
    "求职中": lambda person: (
        bool(person.profile)
        and person.profile.get("willingness") != "暂不求职"
        and person.profile.get("employment_status") not in _AT_WORK
    ),
    "暂不求职": lambda person: person.profile.get("willingness") == "暂不求职",
}
_GROUP_WORDS: Final = {
    "followers": "已关注",
    "unfollowed": "未关注",
    "ledger": "台账",
    "disabled": "残疾",
    "hardship": "困难",
    "employed": "已就业",
    "seeking": "求职中",
    "not_seeking": "暂不求职",
}


def _group_test(values: list[str]) -> Test:
    names = [_GROUP_WORDS.get(value.lower(), value) for value in values]
    for name in names:
        if name not in _GROUPS:
            raise AudienceError(f"没有“{name}”这个群体。可以写：{'、'.join(_GROUPS)}。")
    return lambda person, _day: any(_GROUPS[name](person) for name in names)


def pages(session: Session, audience: Audience, day: date, after: int = 0) -> Iterator[tuple[int, list[int]]]:
    """The people of an audience, page by page: the number the page ends at, and those of it whom the rule names."""
    while people := addressee.people_after(session, after, PAGE):
        after = people[-1].veteran_id
        yield after, [person.veteran_id for person in people if audience.holds(person, day)]


def count(rt: Runtime, rule: str) -> int:
    """How many people a rule names now; raises AudienceError."""
    audience = parse(rule)
    with rt.reading() as session:
        return sum(len(ids) for _, ids in pages(session, audience, rt.today()))
