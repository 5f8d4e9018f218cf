"""How fast one process sends what nobody asked for, so that those who are talking are answered meanwhile.

A bucket of permits that fills steadily. A claim may overdraw it, and the next waits until that is made up for: on
average it is the rate that was set, and a claim stays one transaction for many messages.
"""

import threading
import time
from collections.abc import Callable
from typing import Final

SAVED_SECONDS: Final = 2.0
"""What is not used is kept so long: the scheduler looks every two seconds."""


class PushRate:
    """So many messages a second at most; 0: as fast as they go. Threads may share one; `seconds` is a forward clock."""

    def __init__(self, per_second: int = 0, seconds: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._seconds = per_second, seconds
        self._permits, self._filled_at = per_second * SAVED_SECONDS, seconds()
        self._lock = threading.Lock()

    def is_spent(self) -> bool:
        """Whether nothing more of the kind is to be claimed at this moment."""
        if not self._per_second:
            return False
        with self._lock:
            now = self._seconds()
            filled = self._permits + (now - self._filled_at) * self._per_second
            self._permits, self._filled_at = min(filled, self._per_second * SAVED_SECONDS), now
            return self._permits < 1

    def spend(self, messages: int) -> None:
        """So many were claimed for sending."""
        with self._lock:
            self._permits -= messages
