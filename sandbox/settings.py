"""What a sandbox must be told: whose account it plays, how it signs, where the product listens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

Mode = Literal["plain", "compatible", "secure"]
MODES: Final = ("plain", "compatible", "secure")
ACCOUNTS: Final = (
    "service-verified",
    "service-unverified",
    "subscription-verified",
    "subscription-unverified",
)
_KEY_CHARS: Final = 43  # EncodingAESKey as the console gives it: Base64 of 32 bytes without its "="


def system_clock() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """The account's secrets (the same the product is given) and the stand-in's own habits.

    `clock` is the moment the product lives in. `advance`, when given, moves that very clock, so that
    product and
    stand-in jump together; without it only the stand-in's own time jumps. `answer_seconds` and
    `redeliveries` are
    the platform's: five seconds to answer, then up to three more deliveries of the same message.
    """

    app_id: str
    app_secret: str
    token: str
    aes_key: str
    mode: Mode
    callback_url: str
    clock: Callable[[], datetime] = system_clock
    advance: Callable[[timedelta], None] | None = None
    account_name: str = "退役军人就业服务"
    account_kind: str = "service-verified"
    answer_seconds: float = 5.0
    redeliveries: int = 3
    pause_seconds: float = 1.0

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"mode must be one of {', '.join(MODES)}")
        if self.account_kind not in ACCOUNTS:
            raise ValueError(f"account_kind must be one of {', '.join(ACCOUNTS)}")
        if self.mode != "plain" and len(self.aes_key) != _KEY_CHARS:
            raise ValueError(f"aes_key must have {_KEY_CHARS} characters in mode {self.mode}")
        if not self.callback_url.startswith(("http://", "https://")):
            raise ValueError("callback_url must start with http:// or https://")
