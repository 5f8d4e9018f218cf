"""Who sends one refused request after another is turned away unread. In memory: a flood must not write anything.

An address from which a genuine request came lately is never turned away, whatever else comes from it: behind a proxy
the platform and a stranger may look alike.
"""

from datetime import datetime
from threading import Lock
from typing import Any, Final

REFUSALS_A_MINUTE: Final = 120
GENUINE_FOR_MINUTES: Final = 60
#: So many addresses are remembered; a flood of addresses forgets the oldest instead of filling the memory.
REMEMBERED: Final = 4096


class Throttle:
    """Refusals of this minute and the last genuine request, by address."""

    def __init__(self, limit: int = REFUSALS_A_MINUTE) -> None:
        self._limit = limit
        self._lock = Lock()
        self._refusals: dict[str, tuple[int, int]] = {}
        self._genuine: dict[str, int] = {}

    def is_shut(self, address: str, now: datetime) -> bool:
        """Whether this address is turned away at this moment."""
        minute = _minute(now)
        with self._lock:
            if minute - self._genuine.get(address, -GENUINE_FOR_MINUTES) < GENUINE_FOR_MINUTES:
                return False
            last, count = self._refusals.get(address, (0, 0))
            return last == minute and count >= self._limit

    def refused(self, address: str, now: datetime) -> int:
        """Notes a refusal; how many there were this minute."""
        minute = _minute(now)
        with self._lock:
            last, count = self._refusals.pop(address, (0, 0))
            count = count + 1 if last == minute else 1
            self._refusals[address] = (minute, count)
            _bound(self._refusals)
            return count

    def genuine(self, address: str, now: datetime) -> None:
        """Notes a request that was what it said."""
        with self._lock:
            self._genuine.pop(address, None)
            self._genuine[address] = _minute(now)
            _bound(self._genuine)


def _minute(now: datetime) -> int:
    return int(now.timestamp()) // 60


def _bound(known: dict[str, Any]) -> None:
    while len(known) > REMEMBERED:
        del known[next(iter(known))]
