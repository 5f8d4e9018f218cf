"""What every channel is to us: something that sends one outbound message and says how it went."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Means(StrEnum):
    """The lawful ways to reach a person."""

    CUSTOMER_MESSAGE = "customer_message"
    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"
    MASS = "mass"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message to one person. `key` is ours and unique: the platform's idempotency key where it offers one."""

    key: str
    recipient: str
    means: Means
    text: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform took the message; `message_id` is its own number for it, where it gives one."""

    message_id: str = ""


class Action(StrEnum):
    """What to do about a refusal, whatever code the platform gave it (channels/data/errcodes.toml)."""

    RETRY = "retry"
    REFRESH = "refresh"
    QUOTA = "quota"
    DROP = "drop"
    UNFOLLOWED = "unfollowed"
    REFUSED = "refused"
    WINDOW = "window"
    ALERT = "alert"
    OK = "ok"


class ChannelError(Exception):
    """The only thing a channel raises: the platform refused, or could not be reached.

    `code` is the platform's errcode (0 = no answer), `permanent` whether trying again can help,
    `retry_after` the least wait in seconds before another try, `action` what the refusal asks for,
    `uncertain` whether the platform may have taken the message although no answer came.
    """

    def __init__(
        self,
        code: int,
        meaning: str,
        *,
        permanent: bool,
        retry_after: float = 0.0,
        action: Action = Action.DROP,
        uncertain: bool = False,
    ) -> None:
        super().__init__(f"{code}: {meaning}")
        self.code = code
        self.meaning = meaning
        self.permanent = permanent
        self.retry_after = retry_after
        self.action = action
        self.uncertain = uncertain


class Channel(Protocol):
    """A way to reach people; knows no tables."""

    def send(self, outbound: Outbound) -> Receipt:
        """Sends one message; raises `ChannelError`."""
        ...

    def send_mass(self, openids: Sequence[str], text: str, key: str) -> Receipt:
        """One text to many as one job, where the account may; the same key is the same job. Raises `ChannelError`."""
        ...

    def strangers(self, openids: Sequence[str]) -> set[str]:
        """Those of these identities that do not follow the account or are none of it. Raises `ChannelError`."""
        ...

    def scene_code(self, scene: str) -> str:
        """What a lasting QR code must say for its scan to tell us this scene. Raises `ChannelError`."""
        ...

    def menu(self) -> Sequence[dict[str, Any]]:
        """The account's menu as it stands, in the platform's form; empty = none. Raises `ChannelError`."""
        ...

    def publish_menu(self, buttons: Sequence[Mapping[str, Any]]) -> None:
        """Replaces the account's menu. Raises `ChannelError`."""
        ...


class HeldToken(Protocol):
    """The shared access token while one process holds it to renew it."""

    def value(self) -> str | None:
        """The token as it stands now: another process may just have renewed it. None = there is none that is good."""
        ...

    def renew(self, token: str, seconds: int) -> None:
        """Keeps a new token that is good for so many seconds."""
        ...


class TokenStore(Protocol):
    """Where the one access token of an account is kept for all processes."""

    def get(self) -> str | None:
        """The kept token, if it is still good; never waits."""
        ...

    def held(self) -> AbstractContextManager[HeldToken]:
        """Holds the token: others who want to renew it wait, then find the new one."""
        ...
