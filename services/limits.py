"""How often one address, and everybody together, may try something: counters in rows, shared by all processes.

Only what a stranger can do without knowing anything is counted here: tries to sign in, links that open nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from models import allowance as allowances_table
from services.errors import ServiceError
from services.runtime import CHINA, Runtime

WINDOW_MINUTES: Final = 10


@dataclass(frozen=True, slots=True)
class Limit:
    """How many in ten minutes: from one address, and from all of them."""

    each: int
    all: int


#: An office signs in from one address; a stranger with many addresses is stopped by the second number.
LIMITS: Final = {"sign-in": Limit(60, 600), "link": Limit(30, 1000)}


class TooOften(ServiceError):
    """The limit is used up for these ten minutes."""

    def __init__(self) -> None:
        super().__init__("limits.too_often", 429, f"操作太频繁，请过 {WINDOW_MINUTES} 分钟再试。急事请打电话给我们。")


def check(rt: Runtime, what: str, address: str) -> None:
    """Raises TooOften when the limit is used up; counts nothing."""
    limit, names = LIMITS[what], _names(rt, what, address)
    with rt.reading() as session:
        used = allowances_table.used(session, names, _window(rt.now()))
    if used.get(names[0], 0) >= limit.each or used.get(names[1], 0) >= limit.all:
        raise TooOften


def count(rt: Runtime, what: str, address: str) -> None:
    """One more try."""
    limit, now = LIMITS[what], rt.now()
    with rt.transaction() as session:
        for name, most in zip(_names(rt, what, address), (limit.each, limit.all), strict=True):
            allowances_table.count_up(session, [name], _window(now), most, now)


def _names(rt: Runtime, what: str, address: str) -> list[str]:
    # Where somebody is, is personal: the row holds a keyed digest of it, and goes with the other counters.
    return [f"{what}:{rt.keyring.digest('limit.address', address)[8:40]}", f"{what}:all"]


def _window(now: datetime) -> str:
    """The ten minutes as the counter's period, e.g. 261127-0950."""
    moment = now.astimezone(CHINA)
    return f"{moment:%y%m%d-%H}{moment.minute // WINDOW_MINUTES}0"
