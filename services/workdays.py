"""Chinese workdays: holidays and make-up days where the published calendar knows them, weekends beyond it."""

from datetime import date, timedelta

import chinese_calendar


def is_workday(day: date) -> bool:
    """Whether offices are open. Years whose holidays are not published yet (the library refuses them) go by weekend."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def add_workdays(day: date, count: int) -> date:
    """The day `count` workdays after `day`; 0 gives the day itself."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def workday_on_or_before(day: date) -> date:
    """The day itself, or the last workday before it."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def workday_on_or_after(day: date) -> date:
    """The day itself, or the first workday after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day
