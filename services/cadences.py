"""The bureau's cadence of follow-ups: on which days each side is asked, at what hour, how long silence may last."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from models import cadence as cadence_table
from models.base import Session
from models.cadence import Cadence
from services import push_rules, settings, workdays
from services.errors import ServiceError
from services.runtime import Runtime

NAME: Final = "cadence"
LAST_DAY: Final = 365
MOST_STEPS: Final = 6
FIRST_HOUR: Final = 9
LAST_HOUR: Final = 20


class CadenceRefused(ServiceError):
    """Numbers that make no cadence; `message` says which and what to enter."""

    def __init__(self, message: str) -> None:
        super().__init__("cadence.refused", 400, message)


@dataclass(frozen=True, slots=True)
class Pace:
    """The cadence in force. Steps are days after the start, ascending; the first one asks for the facts."""

    veteran_steps: tuple[int, ...] = (7, 30, 90)
    employer_steps: tuple[int, ...] = (7, 30, 90)
    ask_hour: int = 9
    silence_days: int = 3

    @property
    def ask_at(self) -> time:
        """The hour of the day at which questions go out."""
        return time(self.ask_hour)

    @property
    def silence(self) -> timedelta:
        """How long an answer is waited for before a person is asked again, or called."""
        return timedelta(days=self.silence_days)


def pace(session: Session) -> Pace:
    """The bureau's own cadence, or the default one."""
    row = cadence_table.cadence(session)
    if row is None:
        return Pace()
    return Pace(tuple(row.veteran_steps), tuple(row.employer_steps), row.ask_hour, row.silence_days)


def set_pace(rt: Runtime, pace: Pace, who: str) -> None:
    """Puts another cadence in force for placements from now on; what is planned stays. Raises CadenceRefused."""
    for steps in (pace.veteran_steps, pace.employer_steps):
        if not 0 < len(steps) <= MOST_STEPS or list(steps) != sorted(set(steps)):
            raise CadenceRefused(f"请填 1 到 {MOST_STEPS} 个天数，从小到大，不要重复，比如 7、30、90。")
        if steps[0] < 1 or steps[-1] > LAST_DAY:
            raise CadenceRefused(f"天数要在 1 到 {LAST_DAY} 之间。")
    if not FIRST_HOUR <= pace.ask_hour <= LAST_HOUR:
        raise CadenceRefused("发问的钟点要在 9 点到 20 点之间，早晚不打扰。")
    if not 1 <= pace.silence_days <= 14:
        raise CadenceRefused("等回答的天数要在 1 到 14 之间。")
    with rt.transaction() as session:
        _keep(rt, session, pace, who)
        settings.keep(rt, session, who, NAME, asdict(pace), _words(pace))


def take_back(rt: Runtime, change_id: int, who: str) -> None:
    """Puts back the cadence before the one in force. Raises ServiceError."""
    with rt.transaction() as session:
        value = settings.take_back(rt, session, who, NAME, change_id)
        _keep(rt, session, Pace() if value is None else Pace(**{**value, **_steps(value)}), who)


def _steps(value: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value[name]) for name in ("veteran_steps", "employer_steps")}


def _keep(rt: Runtime, session: Session, pace: Pace, who: str) -> None:
    row = cadence_table.cadence(session) or Cadence(id=1)
    row.veteran_steps, row.employer_steps = list(pace.veteran_steps), list(pace.employer_steps)
    row.ask_hour, row.silence_days = pace.ask_hour, pace.silence_days
    row.changed_at, row.changed_by = rt.now(), who
    session.add(row)


def _words(pace: Pace) -> str:
    veteran, employer = ("、".join(map(str, steps)) for steps in (pace.veteran_steps, pace.employer_steps))
    return (
        f"问老兵：第 {veteran} 天；问单位：第 {employer} 天；{pace.ask_hour} 点问，{pace.silence_days} 天没回再问一次"
    )


def may_ask(rt: Runtime, now: datetime) -> bool:
    """Whether people may be asked at this moment: a workday (make-up days too), outside the quiet hours."""
    return workdays.is_workday(now.date()) and not push_rules.read(rt).quiet.hold(now)
