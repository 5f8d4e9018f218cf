"""Access tokens as the platform hands them out: the stable one, and the old kind that each call replaces."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sandbox.refusal import Refusal

LIFE: Final = timedelta(seconds=7200)
HANDOVER: Final = timedelta(minutes=5)  # the old token still works so long after its successor was handed out
_FORCED_A_DAY: Final = 20
_FORCED_APART: Final = timedelta(seconds=30)
_MOST_REMEMBERED: Final = 4000


@dataclass(slots=True)
class _Token:
    value: str
    until: datetime


class TokenDesk:
    """Which tokens were issued, which are valid until when."""

    def __init__(self) -> None:
        self._valid: dict[str, datetime] = {}
        self._stable: _Token | None = None
        self._plain: _Token | None = None
        self._forced: list[datetime] = []
        self.issued = 0

    def stable(self, now: datetime, *, force: bool = False) -> tuple[str, int]:
        """The stable token and its seconds left (≥ 300); the same to everyone until five minutes before its end."""
        if force:
            self._force(now)
        if self._stable is None or now >= self._stable.until - HANDOVER:
            self._stable = self._issue(now)
        return self._stable.value, int((self._stable.until - now).total_seconds())

    def plain(self, now: datetime) -> tuple[str, int]:
        """A fresh token of the old kind; the one before works five minutes more."""
        if self._plain is not None:
            self._valid[self._plain.value] = min(self._plain.until, now + HANDOVER)
        self._plain = self._issue(now)
        return self._plain.value, int(LIFE.total_seconds())

    def check(self, value: str, now: datetime) -> None:
        """Raises 41001, 40014, 40001 or 42001 for a token that does not open the door."""
        if not value:
            raise Refusal(41001)
        until = self._valid.get(value)
        if until is None:
            raise Refusal(40014 if len(value) < 20 else 40001)
        if now >= until:
            raise Refusal(42001)

    def expire(self, now: datetime) -> None:
        """All tokens end now (the weather button): the next call gets 42001, asking anew helps."""
        self._valid = dict.fromkeys(self._valid, now)
        self._stable = self._plain = None

    def _force(self, now: datetime) -> None:
        today = [at for at in self._forced if at.date() == now.date()]
        if len(today) >= _FORCED_A_DAY or (today and now - today[-1] < _FORCED_APART):
            raise Refusal(45009)
        self._forced = [*today, now]
        if self._stable is not None:
            self._valid.pop(self._stable.value, None)
            self._stable = None

    def _issue(self, now: datetime) -> _Token:
        self.issued += 1
        token = _Token("SBX_" + secrets.token_urlsafe(96), now + LIFE)
        self._valid[token.value] = token.until
        while len(self._valid) > _MOST_REMEMBERED:
            self._valid.pop(next(iter(self._valid)))
        return token
