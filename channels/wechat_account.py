"""What an official account can do by its kind, and what staff are told it cannot (channels/data/accounts.toml)."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

_TABLE: Final = Path(__file__).parent / "data" / "accounts.toml"


class AccountKind(StrEnum):
    """Service or subscription account, verified or not."""

    SUBSCRIPTION_UNVERIFIED = "subscription-unverified"
    SUBSCRIPTION_VERIFIED = "subscription-verified"
    SERVICE_UNVERIFIED = "service-unverified"
    SERVICE_VERIFIED = "service-verified"


class Capability(StrEnum):
    """What the platform grants by kind of account."""

    CUSTOMER_MESSAGE = "customer_message"
    MENU_MESSAGE = "menu_message"
    MASS = "mass"
    MASS_BY_PERSON = "mass_by_person"
    TEMPLATE = "template"
    SUBSCRIPTION = "subscription"
    USER_INFO = "user_info"
    POSITION = "position"
    SCENE_CODE = "scene_code"
    MENU = "menu"
    PERSONAL_MENU = "personal_menu"
    PUBLISH = "publish"
    WEB_IDENTITY = "web_identity"


@dataclass(frozen=True, slots=True)
class Account:
    """One kind of account."""

    kind: AccountKind

    @property
    def name(self) -> str:
        """The kind in Chinese."""
        return str(_table()["names"][self.kind])

    def can(self, capability: Capability) -> bool:
        """Whether the platform grants it to this kind."""
        return self.kind in _table()["capability"][capability]["accounts"]

    def lack(self, capability: Capability) -> str:
        """What staff are told when this kind does not have it."""
        return str(_table()["capability"][capability]["lack"])

    def cannot(self) -> tuple[str, ...]:
        """Plain statements of everything this kind of account cannot do."""
        return tuple(self.lack(capability) for capability in Capability if not self.can(capability))


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))
