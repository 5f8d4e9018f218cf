"""Age windows: 18-45, 五十五岁以下, 男60女55, 女40以上男50以上, 35以下退役军人放宽至40, 1985年以后出生."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from services.intake.cells.text import CACHED, arabic, plain

_YEARS: Final = r"(?:周岁|岁)?"
_UPTO: Final = r"(?:\(含\)|含)?(?:及)?(?:以下|以内|以里|之内|之下|及下|内|封顶|止|为限)"
_FROM: Final = r"(?:\(含\)|含)?(?:及)?(?:以上|之上|起|往上|及上|\+)"
_NUMBER: Final = r"(?<![\d.])(\d{2})(?!\d)"
_RANGE: Final = re.compile(rf"{_NUMBER}{_YEARS}(?:-|至|到|及)(?:满)?(?<!\d)(\d{{2}})(?!\d)")
_MAX: Final = re.compile(
    rf"{_NUMBER}{_YEARS}{_UPTO}|(?:不超过|不高于|不大于|小于等于|小于|<=|<|≤|最大|最高|上限|至多|未满)"
    rf"{_NUMBER}|{_NUMBER}{_YEARS}$"
)
_MIN: Final = re.compile(
    rf"{_NUMBER}{_YEARS}{_FROM}|(?:年满|不低于|不小于|大于等于|大于|>=|>|≥|满|最小|最低|至少|下限){_NUMBER}"
)
_BORN: Final = re.compile(r"((?:19|20)\d{2})年?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:\(含\))?(?:及)?(?:以后|之后|后)(?:出生)?")
_VETERAN: Final = re.compile(r"(?:退役|退伍|复退|复转|转业|复员|军人|士兵|军官|老兵)")
_VETERAN_AGE: Final = re.compile(
    r"(?:退役|退伍|复退|复转|转业|复员|老兵)[^\d,;。]{0,20}?(?:放宽|延长|提高|可到|可至|到|至|为)?[^\d,;。]{0,4}(\d{1,2})"
    r"(?:周岁|岁)?"
)
_EXCEPTION: Final = re.compile(
    r"(?:退役|退伍|复退|转业|复员|老兵)[^,]{0,20}(?:放宽|延长|提高|可到|可至)[^,]{0,4}\d{1,2}"
)
#: 18≤年龄≤35, the word for age taken out.
_BETWEEN: Final = re.compile(r"(\d{2})(?:周岁|岁)?(?:≤|<=|<){1,2}(?=\d{2})")
_RELAXED: Final = re.compile(r"放宽|延长|提高|可到|可至")
_RELAX_BY: Final = re.compile(r"放宽(\d{1,2})(?:周岁|岁)?$|放宽(\d)(?:周岁|岁)")
_VAGUE: Final = re.compile(r"左右|上下|退休|中青年|青壮年|劳动年龄|出头|中年|[5-9]0后")
_CONTEXT: Final = re.compile(r"岁|年龄|出生")


@dataclass(frozen=True, slots=True)
class Ages:
    """An age window in full years, both ends included; None = not stated."""

    low: int | None = None
    high: int | None = None
    low_male: int | None = None
    low_female: int | None = None
    high_male: int | None = None
    high_female: int | None = None
    high_veteran: int | None = None
    sex: str | None = None
    codes: tuple[str, ...] = ()

    @property
    def is_stated(self) -> bool:
        """Whether any bound is known."""
        return any((self.low, self.high, self.low_male, self.low_female, self.high_male, self.high_female))


@lru_cache(maxsize=CACHED)
def parse(text: str, year: int) -> Ages:
    """Reads an age cell; `year` turns years of birth into ages."""
    words = re.sub(r"年龄:?|:", "", arabic(plain(text)))
    words = _BETWEEN.sub(r"\1-", ",".join(part for part in words.split(",") if "优先" not in part))
    if not words or not re.search(r"\d", words):
        return Ages(codes=("age_vague",) if _VAGUE.search(words) else ())
    if re.search(r"4050|40、?50人员", words):
        return Ages(low_female=40, low_male=50)
    ages, words = _veteran_part(words)
    if by_sex := _by_sex(words):
        return _finished(replace(by_sex, high_veteran=ages.high_veteran))
    low, high, codes = _window(words, year)
    sex = _one_sex(words)
    relaxed = ages.high_veteran
    if relaxed is not None and relaxed < 15:
        relaxed = high + relaxed if high else None
    return _finished(Ages(low, high, high_veteran=relaxed, sex=sex, codes=codes))


@lru_cache(maxsize=CACHED)
def find(text: str, year: int) -> Ages | None:
    """An age window inside free text (conditions, remarks); None when no clause speaks of age."""
    for clause in re.split(r"[;；。\n]+", text):
        words = arabic(plain(clause))
        if re.search(r"4050|40、?50人员", words):
            return Ages(low_female=40, low_male=50)
        if re.search(r"男[^,]{0,4}\d{2}\D{0,8}女[^,]{0,4}\d{2}|女[^,]{0,4}\d{2}\D{0,8}男[^,]{0,4}\d{2}", words):
            return parse(_age_words(words), year)
        parts = words.split(",")
        for index, part in enumerate(parts):
            spoken = _CONTEXT.search(part) and re.search(r"\d{2}", part) and not re.search(r"工龄|经验|驾龄", part)
            bare = re.fullmatch(r"[男女]?(?:\d{2}-\d{2}|\d{2}(?:以下|以内|以上))[男女]?", part)
            if spoken or bare:
                exception = parts[index + 1] if index + 1 < len(parts) and _EXCEPTION.search(parts[index + 1]) else ""
                return parse(_age_words(f"{part},{exception}" if exception else part), year)
    return None


def _age_words(words: str) -> str:
    return re.sub(r"(?:身高|体重|视力)[^,;]*", "", words)


def _veteran_part(words: str) -> tuple[Ages, str]:
    """The veterans' own upper end, and the words without that part."""
    if not (_VETERAN.search(words) and (found := _VETERAN_AGE.search(words))):
        return Ages(), words
    before = words[: found.start()]
    relaxed = _RELAXED.search(found.group()) and re.search(r"\d", words[found.end() :])
    if not (relaxed or re.search(r"\d", before)):  # 退役军人18-45: the window itself, not an exception to one
        return Ages(), words
    value = int(found[1])
    if by := _RELAX_BY.search(found.group()):
        value = int(by[1] or by[2])
    rest = re.sub(r"[,;、(可]+$", "", before) + re.sub(r"^[周岁以下)及内]+", "", words[found.end() :])
    return Ages(high_veteran=value), rest


def _by_sex(words: str) -> Ages | None:
    male = re.search(r"男(?:性|士|工|职工|同志)?[^\d男女]{0,5}(\d{2}(?:周?岁)?-)?(\d{2})(?:周?岁)?([^男女\d]*)", words)
    female = re.search(
        r"女(?:性|士|工|职工|同志)?[^\d男女]{0,5}(\d{2}(?:周?岁)?-)?(\d{2})(?:周?岁)?([^男女\d]*)", words
    )
    if not (male and female):
        return None
    common = re.match(r"(\d{2})(?:周?岁)?(?:以上|-|至|到|,)", words)
    if "以上" in male[3] + female[3] and not male[1] and not female[1]:
        return Ages(low_male=int(male[2]), low_female=int(female[2]), sex="不限")
    lows = [int(found[1][:2]) for found in (male, female) if found[1]]
    low = lows[0] if lows and len(set(lows)) == 1 else (int(common[1]) if common else None)
    if len(set(lows)) == 2:
        return Ages(None, None, lows[0], lows[1], int(male[2]), int(female[2]), sex="不限")
    return Ages(low, None, high_male=int(male[2]), high_female=int(female[2]), sex="不限")


def _one_sex(words: str) -> str | None:
    sexes = set(re.findall(r"[男女]", words))
    if len(sexes) == 1 and not re.search(r"优先|不限|均可|放宽", words):
        return str(sexes.pop())
    return None


def _window(words: str, year: int) -> tuple[int | None, int | None, tuple[str, ...]]:
    if found := _RANGE.search(words):
        first, second = int(found[1]), int(found[2])
        codes = ("age_swapped",) if first > second else ()
        return min(first, second), max(first, second), codes
    if _VAGUE.search(words):
        return None, None, ("age_vague",)
    if found := _BORN.search(words):
        return None, year - int(found[1]), ()
    low = next((int(value) for found in [_MIN.search(words)] if found for value in found.groups() if value), None)
    if low is not None and re.fullmatch(rf"\D*{low}\D*", words):  # >18 alone
        return low, None, ()
    high = next((int(value) for found in [_MAX.search(words)] if found for value in found.groups() if value), None)
    if low is None and high is None and (found := re.search(_NUMBER, words)):
        high = int(found[1])
    return low, high, ()


def _finished(ages: Ages) -> Ages:
    lows = [age for age in (ages.low, ages.low_male, ages.low_female) if age is not None]
    return replace(ages, codes=(*ages.codes, "age_under_18")) if any(age < 18 for age in lows) else ages
