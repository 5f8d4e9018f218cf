"""What the bureau has set for messages sent unasked: quiet hours, how often, how many a week; ours until it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final

from models.base import Session
from services import settings
from services.runtime import CHINA, Runtime

NAME: Final = "push_rules"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours, in China, in which nothing goes out that nobody asked for: from the evening until the morning."""

    begin: time = time(20, 30)
    end: time = time(8, 30)

    def hold(self, moment: datetime) -> bool:
        """Whether they hold at this moment."""
        return not self.end <= moment.astimezone(CHINA).time() < self.begin

    def after(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours it falls in."""
        if not self.hold(moment):
            return moment
        is_morning = moment.astimezone(CHINA).time() < self.end
        return self.next_morning(moment - timedelta(days=1) if is_morning else moment)

    def next_morning(self, moment: datetime) -> datetime:
        """The end of the coming day's quiet hours."""
        tomorrow = moment.astimezone(CHINA) + timedelta(days=1)
        return tomorrow.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class PushRules:
    """The rules in force. `every_days`, `only_excellent`: how often new postings go to whoever has not said so
    themselves; `cap`: pushes a person gets a week, None = our number.
    """

    quiet: QuietHours = QuietHours()
    every_days: int = 1
    only_excellent: bool = False
    cap: int | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "quiet": [f"{self.quiet.begin:%H:%M}", f"{self.quiet.end:%H:%M}"],
            "every_days": self.every_days,
            "only_excellent": self.only_excellent,
            "cap": self.cap,
        }


def in_force(session: Session) -> PushRules:
    """The rules at this moment."""
    return _rules(settings.value(session, NAME))


def latest(session: Session) -> PushRules:
    """The same as its rows say, for whoever changes them (`settings.latest`)."""
    return _rules(settings.latest(session, NAME))


def read(rt: Runtime) -> PushRules:
    """The same outside a transaction."""
    return _rules(settings.read(rt, NAME))


def quiet_hours(session: Session) -> QuietHours:
    """The quiet hours at this moment."""
    return in_force(session).quiet


def _rules(kept: Mapping[str, Any] | None) -> PushRules:
    if kept is None:
        return PushRules()
    begin, end = map(time.fromisoformat, kept["quiet"])
    return PushRules(QuietHours(begin, end), kept["every_days"], kept["only_excellent"], kept["cap"])
