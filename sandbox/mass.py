"""Mass sends: the jobs, their idempotency keys, and the month's and day's quotas."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sandbox.people import Person
from sandbox.refusal import Refusal

PER_PERSON_A_MONTH: Final = 4
TO_ALL_A_MONTH: Final = 4
TO_ALL_A_DAY: Final = 1
CALLS_A_DAY: Final = 100
CALLS_A_MINUTE: Final = 60
KEY_MEMORY: Final = timedelta(hours=24)
_KEY_BYTES: Final = 64


@dataclass(slots=True)
class MassJob:
    """One accepted mass send; `status` as mass/get names it."""

    msg_id: int
    to_all: bool
    status: str = "SENDING"
    total: int = 0
    sent: int = 0
    failed: int = 0


@dataclass(slots=True)
class MassBook:
    """Everything counted about mass sends."""

    jobs: dict[int, MassJob] = field(default_factory=dict)
    speed: int = 0
    _keys: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    _spent: Counter[str] = field(default_factory=Counter)

    def refuse_repeat(self, client_id: str, now: datetime) -> None:
        """Raises 45065 with the first message's number for a key already accepted, 45067 for one too long."""
        if len(client_id.encode()) > _KEY_BYTES:
            raise Refusal(45067)
        found = self._keys.get(client_id) if client_id else None
        if found is None or now - found[0] >= KEY_MEMORY:
            return
        raise Refusal(45065, extra={"msg_id": found[1]})

    def charge(self, now: datetime, *, to_all: bool, one_a_day: bool) -> None:
        """Takes one call from the quotas; raises 45011 (minute), 45009 (calls a day) or 45028 (sends to
        all, a day's only).
        """
        minute, day, month = (now.strftime(form) for form in ("%Y%m%d%H%M", "%Y%m%d", "%Y%m"))
        if self._spent[minute] >= CALLS_A_MINUTE:
            raise Refusal(45011)
        if self._spent[day] >= CALLS_A_DAY:
            raise Refusal(45009)
        if one_a_day and self._spent["any" + day] >= 1:
            raise Refusal(45028)
        if to_all and (self._spent["all" + day] >= TO_ALL_A_DAY or self._spent["all" + month] >= TO_ALL_A_MONTH):
            raise Refusal(45028)
        self._spent.update([minute, day])
        if one_a_day:
            self._spent["any" + day] += 1
        if to_all:
            self._spent.update(["all" + day, "all" + month])

    def accept(self, msg_id: int, client_id: str, now: datetime, *, to_all: bool) -> MassJob:
        """Enters a job under its key."""
        job = self.jobs[msg_id] = MassJob(msg_id, to_all)
        if client_id:
            self._keys[client_id] = (now, msg_id)
        return job


def reach(person: Person, now: datetime) -> bool:
    """Counts one mass message for the person; False when the month's four are used up (the platform drops
    it silently).
    """
    month = now.strftime("%Y%m")
    if person.mass_months.get(month, 0) >= PER_PERSON_A_MONTH:
        return False
    person.mass_months[month] = person.mass_months.get(month, 0) + 1
    return True
