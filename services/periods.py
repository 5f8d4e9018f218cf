"""Months and quarters as reports know them: their names, their days, and when they are closed."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from models.report import Span
from services.errors import ServiceError
from services.runtime import CHINA, Runtime

#: A period is closed this many days after it has ended: so long its rows may still be completed.
CLOSES_AFTER: Final = timedelta(days=5)
MONTHS: Final = 13
QUARTERS: Final = 5
_NAME: Final = re.compile(r"(20\d\d)-(?:(0[1-9]|1[0-2])|Q([1-4]))")


class UnknownPeriod(ServiceError):
    """Not the name of a month or quarter."""

    def __init__(self) -> None:
        super().__init__("periods.unknown", 404, "没有这个时段。请从列表里选一个月或一个季度。")


@dataclass(frozen=True, slots=True)
class Period:
    """A month ("2026-11") or a quarter ("2026-Q4"), from `first` to before `last`."""

    name: str
    label: str
    first: date
    last: date

    @property
    def closes_on(self) -> date:
        """From which day its figures do not change any more."""
        return self.last + CLOSES_AFTER


def month_of(day: date) -> Period:
    """The month a day lies in."""
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", f"{first.year}年{first.month}月", first, _later(first, 1))


def quarter_of(day: date) -> Period:
    """The quarter a day lies in."""
    number = (day.month - 1) // 3
    first = date(day.year, 3 * number + 1, 1)
    return Period(f"{day.year}-Q{number + 1}", f"{day.year}年第{number + 1}季度", first, _later(first, 3))


def named(name: str) -> Period:
    """The period of that name; raises UnknownPeriod."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise UnknownPeriod
    year, month, quarter = found.groups()
    return month_of(date(int(year), int(month), 1)) if month else quarter_of(date(int(year), 3 * int(quarter), 1))


def before(period: Period) -> Period:
    """The month before a month, the quarter before a quarter."""
    day = period.first - timedelta(days=1)
    return quarter_of(day) if "Q" in period.name else month_of(day)


def latest(day: date) -> tuple[Period, ...]:
    """The periods to choose from, the running ones first: months, then quarters."""
    months, quarters = [month_of(day)], [quarter_of(day)]
    while len(months) < MONTHS:
        months.append(before(months[-1]))
    while len(quarters) < QUARTERS:
        quarters.append(before(quarters[-1]))
    return (*months, *quarters)


def span(rt: Runtime, period: Period) -> Span:
    """The days and moments of a period; a running one ends now."""
    now = rt.now()
    start, end = (datetime.combine(day, time(), CHINA) for day in (period.first, period.last))
    return Span(start, min(end, now), period.first, min(period.last, now.date() + timedelta(days=1)))


def _later(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
