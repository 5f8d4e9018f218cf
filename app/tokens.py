"""The one access token of the account in its database row: all processes share it, one at a time renews it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from models import operation as operations_table
from models.base import Database
from models.sealed import Keyring

COLUMN: Final = "channel_token.value"
LEASE: Final = timedelta(seconds=15)
LOOK_AGAIN_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True)
class TokenRow:
    """`channels.base.TokenStore` over the ChannelToken row.

    Goes by the machine's clock, not the demo's: the token's life is the platform's. Holding is a lease, not an open
    transaction, since the platform is asked meanwhile and SQLite has only one writer.
    """

    database: Database
    keyring: Keyring
    app_id: str

    def get(self) -> str | None:
        """The kept token, if it is still good."""
        with self.database.session(writes=False) as session:
            row = operations_table.token_of(session, self.app_id)
        is_good = row is not None and row.value and row.expires_at > datetime.now(UTC)
        return self.keyring.open(COLUMN, row.value) if row is not None and is_good else None

    @contextmanager
    def held(self) -> Iterator["Held"]:
        """Waits for the lease, at most until the one before has run out; gives it back at the end."""
        while not self._lease(datetime.now(UTC) + LEASE):
            time.sleep(LOOK_AGAIN_SECONDS)
        try:
            yield Held(self)
        finally:
            self._lease(None)

    def _lease(self, until: datetime | None) -> bool:
        with self.database.session(alone=False) as session:
            done = operations_table.lease_token(session, self.app_id, until, datetime.now(UTC))
            session.commit()
        return done

    def keep(self, token: str, seconds: int) -> None:
        """Keeps a token that is good for so many seconds."""
        sealed = self.keyring.seal(COLUMN, token)
        with self.database.session(alone=False) as session:
            expires_at = datetime.now(UTC) + timedelta(seconds=seconds)
            operations_table.keep_token(session, self.app_id, sealed, expires_at)
            session.commit()


@dataclass(frozen=True, slots=True)
class Held:
    """The token while this process holds its lease."""

    row: TokenRow

    def value(self) -> str | None:
        """The token as it stands now, if it is good."""
        return self.row.get()

    def renew(self, token: str, seconds: int) -> None:
        """Keeps a new token that is good for so many seconds."""
        self.row.keep(token, seconds)
