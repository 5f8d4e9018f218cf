"""Fairs as the office enters, changes and calls them off; countdowns under way are taken back and made anew."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from models import broadcast as broadcasts_table
from models import notice as notices_table
from models.broadcast import Broadcast, BroadcastStatus
from models.notice import Notice
from services import audiences, audit, broadcasts, fairs
from services.errors import ServiceError
from services.runtime import CHINA, Runtime

FARTHEST: Final = timedelta(days=366)
_ENDED: Final = (BroadcastStatus.DONE, BroadcastStatus.CANCELLED)


class FairRefused(ServiceError):
    """A fair that cannot be kept like this; `message` says in Chinese what to do."""

    def __init__(self, message: str) -> None:
        super().__init__("fair")
        self.message = message


@dataclass(frozen=True, slots=True)
class FairWish:
    """What staff fill in. `audience`: a rule as for a broadcast; `text`: what else people should know."""

    title: str
    place: str
    day: date
    opens: time
    audience: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Countdown:
    """One announcement of a fair: so many days before, on which day, and the broadcast it became."""

    days: int
    day: date
    broadcast: Broadcast | None


def upcoming(rt: Runtime) -> list[tuple[Notice, list[Countdown]]]:
    """The fairs still to come, the next first, each with its countdowns."""
    with rt.reading() as session:
        found = notices_table.notices_on(session, fairs.KIND, rt.today())
        made = {one.id: broadcasts_table.of_origins(session, fairs.origin_of(one)) for one in found}
    return [(one, _countdowns(one, made[one.id], rt.today())) for one in found]


def _countdowns(fair: Notice, made: list[Broadcast], today: date) -> list[Countdown]:
    """Those that were made and those still to come; of what a late entry missed only the latest is made up for."""
    if fair.starts_at is None or not fair.place:
        return []
    day, known = fair.starts_at.astimezone(CHINA).date(), {one.origin: one for one in made}
    found = [
        Countdown(days, day - timedelta(days=days), known.get(fairs.origin_of(fair, days))) for days in fairs.COUNTDOWN
    ]
    reached = fairs.due(fair, today)
    return [one for one in found if one.broadcast or one.day > today or one.days == reached]


def keep(rt: Runtime, wish: FairWish, who: str, fair_id: int | None = None) -> int:
    """Enters a fair, or changes one; its number. Raises FairRefused, AudienceError or BroadcastError."""
    if not rt.today() <= wish.day <= rt.today() + FARTHEST:
        raise FairRefused("日子要在今天到一年以内，请看看年月日填对没有。")
    audiences.parse(wish.audience)
    columns = {
        "title": wish.title,
        "place": wish.place,
        "text": wish.text,
        "audience": wish.audience,
        "starts_at": datetime.combine(wish.day, wish.opens, CHINA),
        "until": wish.day,
    }
    with rt.reading() as session:
        broadcasts.check(fairs.wish_of(rt, session, Notice(kind=fairs.KIND, **columns), max(fairs.COUNTDOWN)))
    if fair_id is not None:
        _take_back(rt, fair_id, who)
    with rt.transaction() as session:
        fair = Notice(kind=fairs.KIND) if fair_id is None else _open(notices_table.notice_by_id(session, fair_id))
        for name, value in columns.items():
            setattr(fair, name, value)
        session.add(fair)
        session.flush()  # its number is the answer
        for one in broadcasts_table.of_origins(session, fairs.origin_of(fair)):
            if one.status == BroadcastStatus.CANCELLED:
                one.origin = None  # its day's countdown is made anew, with what holds now
        audit.note(rt, session, who, "fair.enter" if fair_id is None else "fair.change", f"notice:{fair.id}")
        return fair.id


def call_off(rt: Runtime, fair_id: int, who: str) -> int:
    """It is not held: no more countdowns. How many were told of it already (they need a word). Raises FairRefused."""
    _take_back(rt, fair_id, who)
    with rt.transaction() as session:
        fair = _open(notices_table.notice_by_id(session, fair_id))
        fair.cancelled_at = rt.now()
        audit.note(rt, session, who, "fair.call_off", f"notice:{fair.id}")
        made = broadcasts_table.of_origins(session, fairs.origin_of(fair))
        return sum(one.expanded_at is not None or one.cursor > 0 for one in made)


def _take_back(rt: Runtime, fair_id: int, who: str) -> None:
    """What of its countdowns has not gone out. First, and under its name, so that none is written with the old facts
    before the change stands.
    """
    with rt.reading() as session:
        fair = _open(notices_table.notice_by_id(session, fair_id))
        live = [
            one.id for one in broadcasts_table.of_origins(session, fairs.origin_of(fair)) if one.status not in _ENDED
        ]
    for number in live:
        broadcasts.cancel(rt, number, who)


def _open(fair: Notice | None) -> Notice:
    if fair is None or fair.kind != fairs.KIND or fair.cancelled_at is not None:
        raise FairRefused("没有这场招聘会，或者已经取消了。请回到招聘会页面看看。")
    return fair
