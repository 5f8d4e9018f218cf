"""Licences and certificates a row asks for: A2、从业资格证, C1满三年, N1叉车证, 厨师证优先 (asks for nothing)."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from services.intake.cells.text import CACHED, plain

_DATA: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).resolve().parent.parent / "data" / "papers.toml").read_text(encoding="utf-8")
)
_KNOWN: Final = tuple((entry["name"], re.compile("|".join(entry["patterns"]))) for entry in _DATA["certificate"])
_WISHED: Final = re.compile(r"优先|优先考虑|者佳|更佳|为佳|加分")
# Who comes first says nothing about the papers named before it: B1、退役军人优先.
_PEOPLE: Final = r"(?:退役|退伍|复员|转业|军人|军属|士兵|老兵|党员|本地|户籍|脱贫|困难|低保)"
_PEOPLE_FIRST: Final = re.compile(
    rf"\([^()]*{_PEOPLE}[^()]*优先[^()]*\)|(?:^|[、/])[^、/()]*{_PEOPLE}[^、/()]*优先[^、/()]*"
)
_HELPED: Final = re.compile(
    r"(?:协助|帮助|可?代|统一|公司|单位|企业|免费|入职后|上岗后|录用后|提供|包)[^,;。]{0,6}(?:办理?|考取?|培训|取得|取证|考证|报考)|可后补|可补办|后补|无证可学|可培训"
)
_CLASS: Final = re.compile(r"(?:(?<![a-z0-9])|(?<=[abc][1-6]))([abc][1-6])(?![0-9])")
_LETTERS: Final = re.compile(r"(?<![a-z0-9])([abc])(?:、|/|或)?([abc])?(?:类|级)?(?:照|本|类驾|驾照|驾驶证|型驾)")
_MOTOR: Final = re.compile(r"摩托(?:车)?(?:驾?(?:照|驾驶证|证|本))?|(?<![a-z0-9])([def])(?:照|证|本|类驾照|驾照)")
_LONE: Final = re.compile(r"(?:^|[、/])([def])(?=$|[、/])")
_TRUCK: Final = re.compile(r"大(?:货车|车)(?:驾)?(?:照|本|驾驶证)|大客(?:车)?(?:驾)?(?:照|本|驾驶证)")
_DRIVING: Final = re.compile(r"驾(?:照|驶证|证|驶执照)|行驶证")
_OTHER: Final = re.compile(
    r"(?:注册|一级|中级|高级|助理)[一-鿿]{2,8}师(?!证|资|执|职)|[一-鿿a-z0-9()]{2,18}?(?:资格证书?|上岗证|操作证|执业证书?|职业资格证书?|证书|许可证|执照|职称|证)(?![件明实券据劵监照])"
)
_ALONE: Final = rf"(?:需|须|持|有|要求|必须|具有|具备)*{_OTHER.pattern}(?:上岗|者)?"
_NO_PAPER: Final = re.compile(
    r"身份证|毕业证|学历证|学位证|驾驶证|驾照|驾证|行驶证|户口|证明|证件|保证|认证|考证|就业困难|无需|无须|凭证|辞职|离职|居住证|暂住证|结婚|四证|相关证|有证|持证|无证|相应证|等证|验证|无犯罪"
)
_SPLIT: Final = re.compile(r"[,，;；。、\n\r+]+|以及|及(?!以)|和|与|并(?=持)")
# Codes of vehicle classes that the certificate patterns share with houses and lots (A1栋).
_NOT_CLASS: Final = re.compile(r"[abc][1-6](?:栋|座|幢|区|楼|厂|线|级|纸|号|组|岗)")


@dataclass(frozen=True, slots=True)
class Papers:
    """What must be held: any one of `licences`, all of `certificates`, and `others` as written."""

    licences: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    driving: bool = False


@lru_cache(maxsize=CACHED)
def parse(texts: tuple[str, ...]) -> Papers:
    """Reads requirement cells; what is only preferred, or got with the employer's help, is not asked for."""
    licences: dict[str, None] = {}
    certificates: dict[str, None] = {}
    others: dict[str, None] = {}
    driving = False
    for text in texts:
        for clause in re.split(r"[,，;；。\n\r]+", text):
            words = plain(clause).replace("高低压", "高压电工证、低压").replace("高、低压", "高压电工证、低压")
            words = _PEOPLE_FIRST.sub("", words)
            if not words or _WISHED.search(words) or _HELPED.search(words):
                continue
            licences.update(dict.fromkeys(_licences(words)))
            driving = driving or bool(_DRIVING.search(words))
            for part in filter(None, _SPLIT.split(words)):
                known, rest = _certificates(part)
                certificates.update(dict.fromkeys(known))
                others.update(dict.fromkeys(_others(rest)))
    return Papers(tuple(licences), tuple(certificates), tuple(others), driving)


@lru_cache(maxsize=CACHED)
def others_alone(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Certificates outside the list in remarks: only clauses that are nothing but such a name (锅炉证, 需持锅炉证)."""
    parts = [part for text in texts for part in map(plain, re.split(r"[,，;；。\n\r]+", text)) if part]
    asked = [part for part in parts if not _WISHED.search(part) and not _HELPED.search(part)]
    alone = [rest for part in asked for _, rest in [_certificates(part)] if re.fullmatch(_ALONE, rest)]
    return tuple(dict.fromkeys(name for part in alone for name in _others(part)))


@lru_cache(maxsize=CACHED)
def licences_in_title(title: str) -> tuple[str, ...]:
    """Licence classes named by a title (货运司机A2, B2驾驶员)."""
    words = plain(title)
    return (
        _licences(words)
        if re.search(r"司机|驾驶|货车|客车|开车|押运|配送|送货|牵引|罐车|吊车|救护车|校车|公交", words)
        else ()
    )


def _licences(words: str) -> tuple[str, ...]:
    words = _NOT_CLASS.sub("", words)
    found = [code.upper() for code in _CLASS.findall(words)]
    for pair in _LETTERS.finditer(words):
        for letter in filter(None, pair.groups()):
            found += {"a": ["A1", "A2"], "b": ["B1", "B2"], "c": ["C1"]}[letter]
    found += [letter.upper() for letter in _LONE.findall(words)]
    if motor := _MOTOR.search(words):
        found += [motor[1].upper()] if motor[1] else ["D", "E"]
    if not found and (truck := _TRUCK.search(words)):
        found += ["A1"] if "客" in truck.group() else ["B2"]
    return tuple(dict.fromkeys(found))


def _certificates(part: str) -> tuple[list[str], str]:
    found = []
    for name, pattern in _KNOWN:
        if pattern.search(part):
            found.append(name)
            part = pattern.sub(" ", part)
    return found, part


def _others(part: str) -> list[str]:
    names = []
    for found in _OTHER.finditer(part):
        name = re.sub(r"^(?:需|须|持有?|具有|具备|有|要求|必须|取得|及|或|和|提供|的|并|应)+", "", found.group())
        if not _NO_PAPER.search(name) and len(name) > 2:
            names.append(name)
    return names
