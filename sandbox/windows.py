"""The service window of one person: how many customer messages may still be sent, and until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.refusal import Refusal

# The platform's numbers since its notice of 2023-06-12: a message of the person's own opens 5 in 48
# hours; tapping a
# menu, following or scanning opens 3 in one minute.
TYPED_COUNT: Final = 5
TYPED_SPAN: Final = timedelta(hours=48)
TAP_COUNT: Final = 3
TAP_SPAN: Final = timedelta(minutes=1)


@dataclass(slots=True)
class _Grant:
    left: int = 0
    until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        return self.until is not None and now < self.until


_CLOSED: Final = _Grant()  # never open, so never spent from: one for all


class ServiceWindow:
    """Two grants that never mix: the strictest reading of the platform's rule (a tap does not refill the 48 hours)."""

    __slots__ = ("_tap", "_typed")

    def __init__(self) -> None:
        self._typed = self._tap = _CLOSED

    def typed(self, now: datetime) -> None:
        """The person wrote, spoke or sent something."""
        self._typed = _Grant(TYPED_COUNT, now + TYPED_SPAN)

    def tapped(self, now: datetime) -> None:
        """The person tapped a menu (the account's or one in a message), followed, or scanned."""
        self._tap = _Grant(TAP_COUNT, now + TAP_SPAN)

    def close(self) -> None:
        """Nothing may be sent any more (the person left)."""
        self._typed = self._tap = _CLOSED

    def spend(self, now: datetime) -> None:
        """Takes one message; raises 45015 when no window is open, 45047 when what was open is used up."""
        grants = [grant for grant in (self._tap, self._typed) if grant.is_open(now)]
        if not grants:
            raise Refusal(45015)
        for grant in grants:
            if grant.left:
                grant.left -= 1
                return
        raise Refusal(45047)

    def left(self, now: datetime) -> int:
        """How many messages may be sent at this moment."""
        return sum(grant.left for grant in (self._tap, self._typed) if grant.is_open(now))
