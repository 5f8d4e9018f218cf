"""What every API call has in common: the endpoint's terms, the call as received, the account kinds that may."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.people import Person
from sandbox.refusal import Refusal
from sandbox.world import World

Answer = dict[str, Any]
OK: Final[Answer] = {"errcode": 0, "errmsg": "ok"}

VERIFIED: Final = frozenset({"service-verified", "subscription-verified"})
SERVICE: Final = frozenset({"service-verified"})
MENU: Final = VERIFIED | {"service-unverified"}
ANYONE: Final = MENU | {"subscription-unverified"}


@dataclass(frozen=True, slots=True)
class Call:
    """One request: where it came from in the world, its query and its JSON body."""

    world: World
    query: dict[str, str]
    body: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string of the body; empty when it is missing or not a string."""
        value = self.body.get(name, "")
        return value if isinstance(value, str) else ""

    def follower(self, openid: object, gone: int = 43004) -> Person:
        """The person of this openid; raises 40003 for an unknown one, `gone` for one who does not follow, 43019 for one
        on the account's blacklist.
        """
        person = self.world.people.of_openid(openid)
        if person is None:
            raise Refusal(40003)
        if self.world.sky.strikes("gone", person.openid):
            raise Refusal(gone, is_excused=True)
        if not person.is_following:
            raise Refusal(gone, is_excused=person.is_forgotten)
        if person.is_blocked:
            raise Refusal(43019)
        return person


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the API: what runs, by which method, for whom, how often a day, and whether a token is needed."""

    run: Callable[[Call], Answer]
    method: str = "POST"
    accounts: frozenset[str] = ANYONE
    daily: int = 500_000
    needs_token: bool = True
