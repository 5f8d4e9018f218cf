"""Dates of publication and deadlines in any style, as ISO days."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from services.intake.cells.text import CACHED, arabic, plain

SERIAL_EPOCH: Final = date(1899, 12, 30)
_OPEN: Final = re.compile(r"长期|常年|招满|满员|招足|不限|随时|待定|全年|无限期|持续|另行|^至今$|^无$")
_CLOSED: Final = re.compile(r"已截止|已结束|已过期|已招满|已满|停招|已关闭|截止了")
_FULL: Final = re.compile(r"(\d{4}|\d{2})[年./-](\d{1,2})[月./-](\d{1,2})(?!\d)[日号]?")
_COMPACT: Final = re.compile(r"(?<!\d)(20\d{2})([01]\d)([0-3]\d)(?!\d)")
_MONTH_DAY: Final = re.compile(r"(?<![\d.])(\d{1,2})(?:月|[./-])(\d{1,2})(?![\d.])[日号]?")
_MONTH_PART: Final = re.compile(r"(?:(\d{4})[年./-])?(?<!\d)(\d{1,2})月(底|末|中旬|上旬|下旬|初|份)?(?!\d)")
_DAY_OF: Final = re.compile(r"[-至到](\d{1,2})[日号]")
_PART_DAY: Final = {"上旬": 10, "中旬": 20, "初": 10}


@dataclass(frozen=True, slots=True)
class Day:
    """A day, or None when it is open, closed or unreadable; `codes`: findings."""

    day: date | None
    codes: tuple[str, ...] = ()


@lru_cache(maxsize=CACHED)
def parse_deadline(text: str, as_of: date) -> Day:
    """Reads a deadline cell: the end of a range; no year = the year of `as_of`."""
    words = arabic(plain(text)).replace("元旦", "1月1日")
    words = re.sub(r"(\d{1,2}:\d{2}(:\d{2})?(\.\d+)?|[上下]午\d+[时点]?(?:前)?|\d+[时点](?=前|$)|24时)", "", words)
    if words in ("", "-", "/"):
        return Day(None)
    if _CLOSED.search(words):
        return Day(None, ("deadline_passed",))
    return _checked(_read(words, as_of), words, as_of)


@lru_cache(maxsize=CACHED)
def parse_published(text: str, as_of: date) -> Day:
    """Reads a publication cell: the first day named."""
    words = arabic(plain(text))
    if words in ("", "-", "/"):
        return Day(None)
    days = _days(words, as_of)
    return Day(days[0]) if days and days[0] is not None else Day(None, ("published_unparsed",))


def _checked(found: date | None, words: str, as_of: date) -> Day:
    if found is not None:
        return Day(found, ("deadline_passed",) if found < as_of else ())
    open_ended = _OPEN.search(words) and not re.search(r"\d+[月./-]\d", words)
    return Day(None, () if open_ended else ("deadline_unparsed",))


def _read(words: str, as_of: date) -> date | None:
    days = _days(words, as_of)
    return days[-1] if days else None


def _days(words: str, as_of: date) -> list[date | None]:
    """All days named, in order; None stands for an impossible one."""
    if re.fullmatch(r"[3-6]\d{4}(?:\.\d+)?", words):
        return [SERIAL_EPOCH + timedelta(days=int(float(words)))]
    words = re.sub(r"(?<=\d),(?=\d)", ".", words)
    words = re.sub(r"(20\d\d)年(?:底|末|年底)", r"\1年12月31日", words)
    words = re.sub(r"(?:今年|本年)底?", lambda found: "12月底" if found.group().endswith("底") else "", words)
    words = re.sub(r"^年(?:底|末|终)(?:前)?$", "12月底", words)
    words = re.sub(r"明年", f"{as_of.year + 1}年", words)
    words = re.sub(r"本月(?:底|末)|^月底前?$", f"{as_of.month}月底", words)
    spans: list[tuple[int, date | None]] = []
    for pattern, reader in ((_FULL, _from_full), (_COMPACT, _from_full), (_MONTH_DAY, None), (_MONTH_PART, None)):
        for found in pattern.finditer(words):
            year = spans[-1][1].year if spans and spans[-1][1] and spans[-1][0] < found.start() else as_of.year
            value = reader(found) if reader else _short(pattern, found, year)
            spans.append((found.start(), value))
        words = pattern.sub(lambda found: "#" * len(found.group()), words)
    ordered = [value for _, value in sorted(spans, key=lambda span: span[0])]
    return _last_day(words, _rolled(ordered, spans))


def _from_full(found: re.Match[str]) -> date | None:
    year = int(found[1])
    return _day(year + 2000 if year < 100 else year, int(found[2]), int(found[3]))


def _short(pattern: re.Pattern[str], found: re.Match[str], year: int) -> date | None:
    if pattern is _MONTH_DAY:
        return _day(year, int(found[1]), int(found[2]))
    year, month = int(found[1] or year), int(found[2])
    if not 1 <= month <= 12:
        return None
    return _day(year, month, _PART_DAY.get(found[3] or "", monthrange(year, month)[1]))


def _rolled(days: list[date | None], spans: list[tuple[int, date | None]]) -> list[date | None]:
    """A range over the turn of the year (12月20日-1月10日) ends in the next one."""
    if len(days) == 2 and days[0] and days[1] and days[1] < days[0] and len(spans) == 2:
        return [days[0], _day(days[1].year + 1, days[1].month, days[1].day)]
    return days


def _last_day(words: str, days: list[date | None]) -> list[date | None]:
    """12月1日-15日: the second day has the month of the first."""
    if len(days) == 1 and days[0] and (found := _DAY_OF.search(words)):
        return [*days, _day(days[0].year, days[0].month, int(found[1]))]
    return days


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
