"""The one access token of the account: shared by all processes, fetched by one at a time, never hammered for."""

from collections.abc import Callable
from threading import Lock
from typing import Final

from channels.base import Action, ChannelError, TokenStore

# The platform renews a stable token five minutes before its end, and both work in between.
MARGIN_SECONDS: Final = 120
# How long a token is used before the store is asked again.
LOOK_AGAIN_SECONDS: Final = 30.0
# How long a refused credential is not tried again: only a person can mend it.
REFUSAL_REST_SECONDS: Final = 60.0

Fetch = Callable[[], tuple[str, int]]


class TokenKeeper:
    """Hands out the current token and renews a stale one, one fetch at a time.

    `fetch` returns a token and the seconds it is good for, or raises ChannelError; `seconds` is a clock that only
    ever moves forward.
    """

    def __init__(self, store: TokenStore, fetch: Fetch, seconds: Callable[[], float]) -> None:
        self._store = store
        self._fetch = fetch
        self._seconds = seconds
        self._one_thread = Lock()
        self._cached: tuple[str, float] | None = None
        self._refusal: tuple[ChannelError, float] | None = None

    def current(self) -> str:
        """A token that should work; raises ChannelError."""
        cached = self._cached
        if cached and cached[1] > self._seconds():
            return cached[0]
        return self._remember(self._store.get() or self.renew(""))

    def renew(self, stale: str) -> str:
        """A token other than `stale`, fetched unless another thread or process has just done so."""
        with self._one_thread:
            if self._cached and self._cached[0] != stale and self._cached[1] > self._seconds():
                return self._cached[0]
            with self._store.held() as held:
                token = held.value()
                if token is None or token == stale:
                    token, life = self._fetch_once()
                    held.renew(token, max(life - MARGIN_SECONDS, 1))
            return self._remember(token)

    def _remember(self, token: str) -> str:
        self._cached = token, self._seconds() + LOOK_AGAIN_SECONDS
        return token

    def _fetch_once(self) -> tuple[str, int]:
        if self._refusal and self._refusal[1] > self._seconds():
            raise self._refusal[0]
        try:
            fetched = self._fetch()
        except ChannelError as error:
            if error.action is Action.ALERT:
                self._refusal = error, self._seconds() + REFUSAL_REST_SECONDS
            raise
        self._refusal = None
        return fetched
