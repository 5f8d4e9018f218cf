"""Job fairs count down by themselves: seven, three and one day before, to those who look for work.

The rule of the 军岗日 (the last Friday of every even month) makes its fair a fortnight ahead, at the place the office
has named for it; nobody is told of a fair that no office holds. Staff enter, change and call off fairs
(services/fair_edits.py), see each countdown among the broadcasts and can take it back.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

from models import broadcast as broadcasts_table
from models import notice as notices_table
from models.base import Session
from models.notice import Notice
from services import broadcasts
from services.broadcasts import Wish
from services.runtime import CHINA, Runtime
from services.texts import render

KIND: Final = "job_fair"
TITLE: Final = "军岗日退役军人专场招聘会"
OPENS_AT: Final = time(9, 0)
SEND_AT: Final = time(9, 30)
LAST_AT: Final = time(18, 0)
"""Later in the day nothing is announced: much of it would go the next morning."""
AHEAD: Final = timedelta(days=14)
COUNTDOWN: Final = (7, 3, 1)
AUDIENCE: Final = "群体=求职中"
WHO: Final = "定时任务"
_FRIDAY: Final = 4


def forces_day(day: date) -> date:
    """The next 军岗日 on or after a day."""
    year, month = day.year, day.month + day.month % 2
    while True:
        following = date(year + month // 12, month % 12 + 1, 1)
        last = following - timedelta(days=1)
        friday = last - timedelta(days=(last.weekday() - _FRIDAY) % 7)
        if friday >= day:
            return friday
        year, month = (year, month + 2) if month < 12 else (year + 1, 2)


def announce_due(rt: Runtime) -> int:
    """Enters the next 军岗日 when it is near, and writes the countdowns that have come due; how many of these."""
    if rt.now().time() >= LAST_AT:
        return 0
    with rt.transaction() as session:
        _enter(rt, session)
        fairs = [(one, due(one, rt.today())) for one in notices_table.notices_on(session, KIND, rt.today())]
    return sum(_announce(rt, fair, days) for fair, days in fairs if days)


def _enter(rt: Runtime, session: Session) -> None:
    today = rt.today()
    day = forces_day(today)
    fairs = notices_table.notices_on(session, KIND, today, with_cancelled=True)
    known = {one.starts_at.astimezone(CHINA).date() for one in fairs if one.starts_at is not None}
    if rt.office.fair_place and day - today <= AHEAD and day not in known:
        starts = datetime.combine(day, OPENS_AT, CHINA)
        session.add(Notice(kind=KIND, title=TITLE, place=rt.office.fair_place, starts_at=starts, until=day))


def due(fair: Notice, today: date) -> int:
    """The countdown a fair has reached, in days; 0 = none. After a stop of ours only the latest is made up for."""
    if fair.starts_at is None or not fair.place:
        return 0
    left = (fair.starts_at.astimezone(CHINA).date() - today).days
    return min((days for days in COUNTDOWN if 0 < left <= days), default=0)


def origin_of(fair: Notice, days: object = "") -> str:
    """What the countdowns of a fair are known by; without `days`, how all of them begin."""
    return f"fair:{fair.id}:{days}"


def wish_of(rt: Runtime, session: Session, fair: Notice, days: int) -> Wish:
    """The countdown as it would be written today."""
    assert fair.starts_at is not None
    starts = fair.starts_at.astimezone(CHINA)
    left = (starts.date() - rt.today()).days
    text = render(session, "fairs/countdown", fair=fair, starts=starts, left=left, office=rt.office)
    facts = {"title": fair.title, "place": fair.place, "time": f"{starts.year}年{starts.month}月{starts.day}日"}
    return Wish("fair", fair.audience or AUDIENCE, text, again=True, facts=facts, origin=origin_of(fair, days))


def _announce(rt: Runtime, fair: Notice, days: int) -> bool:
    with rt.reading() as session:
        if broadcasts_table.of_origin(session, origin_of(fair, days)) is not None:
            return False
        wish = wish_of(rt, session, fair, days)
    return broadcasts.announce(rt, wish, WHO, datetime.combine(rt.today(), SEND_AT, CHINA))
