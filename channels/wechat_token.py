"""The one access token of the account: shared by all processes, fetched by one at a time, never hammered for."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, Protocol

from channels.base import Action, ChannelError

# The platform renews a stable token five minutes before its end, and both work in between.
MARGIN: Final = timedelta(minutes=2)
# How long a refused credential is not tried again: only a person can mend it.
REFUSAL_REST: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and the moment it ends (aware). Its text never shows in a representation."""

    value: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Token(…, expires_at={self.expires_at.isoformat()})"


class TokenStore(Protocol):
    """Where the token lives, the same for all processes (app/bootstrap.py: the ChannelToken row)."""

    def get(self) -> Token | None:
        """The token last kept, however old."""
        ...

    def set(self, token: Token) -> None:
        """Keeps a token."""
        ...

    def lock(self) -> AbstractContextManager[None]:
        """Held by one process at a time while it looks whether to fetch, fetches and keeps."""
        ...


class TokenKeeper:
    """Hands out the current token and renews a stale one, one fetch at a time."""

    def __init__(self, store: TokenStore, fetch: Callable[[], Token], clock: Callable[[], datetime]) -> None:
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._one_thread = Lock()
        self._cached: Token | None = None
        self._refusal: tuple[datetime, ChannelError] | None = None

    def current(self) -> str:
        """A token that should work; raises ChannelError."""
        token = self._cached
        return token.value if token and self._is_fresh(token) else self.renew("")

    def renew(self, stale: str) -> str:
        """A token other than `stale`, fetched unless another thread or process has just done so."""
        with self._one_thread:
            if self._cached and self._cached.value != stale and self._is_fresh(self._cached):
                return self._cached.value
            with self._store.lock():
                token = self._store.get()
                if token is None or token.value == stale or not self._is_fresh(token):
                    token = self._fetch_once()
                    self._store.set(token)
            self._cached = token
            return token.value

    def _is_fresh(self, token: Token) -> bool:
        return token.expires_at - MARGIN > self._clock()

    def _fetch_once(self) -> Token:
        if self._refusal and self._refusal[0] > self._clock():
            raise self._refusal[1]
        try:
            token = self._fetch()
        except ChannelError as error:
            if error.action is Action.ALERT:
                self._refusal = (self._clock() + REFUSAL_REST, error)
            raise
        self._refusal = None
        return token
