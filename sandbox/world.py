"""Everything the stand-in remembers, behind one lock: people, clock, weather, tokens, menu, tags, notices, traffic."""

import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sandbox.mass import MassBook
from sandbox.notices import Notices
from sandbox.people import People, Person
from sandbox.settings import SandboxSettings
from sandbox.tokens import TokenDesk
from sandbox.traffic import Traffic
from sandbox.weather import Sky

CHINA: Final = ZoneInfo("Asia/Shanghai")
_DECADE: Final = timedelta(days=3660)


class Clock:
    """The stand-in's time: the product's clock, plus what was jumped here if the product's own cannot be moved."""

    def __init__(self, settings: SandboxSettings) -> None:
        self._settings = settings
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The moment on this clock, in China time."""
        return (self._settings.clock() + self._ahead).astimezone(CHINA)

    def stamp(self) -> int:
        """Seconds for signing: the product's own clock, or a jump here would look to it like a replay."""
        return int(self._settings.clock().timestamp())

    def jump(self, by: timedelta) -> None:
        """Moves on; raises ValueError backwards or beyond ten years."""
        if not timedelta() < by <= _DECADE:
            raise ValueError("只能往后跳，最多十年")
        if self._settings.advance is not None:
            self._settings.advance(by)
        else:
            self._ahead += by


@dataclass(slots=True)
class Account:
    """What the product has set up at the platform: menu, tags, scene codes, uploaded files."""

    menu: dict[str, Any] | None = None
    tags: dict[int, str] = field(default_factory=lambda: {2: "星标组"})
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)


class World:
    """The whole state. Whoever reads or changes it holds `lock`; nobody sleeps or calls out while holding it."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.lock = threading.RLock()
        self.account_id = "gh_" + settings.app_id[-12:].lower()
        # Numbers go on across restarts: a product that kept its database must not take a new message for an old one.
        self._numbers = itertools.count(time.time_ns() >> 10)
        self._seen = itertools.count(1)
        # The courier puts itself here: carries an event to the product, or runs a piece of work, in the background.
        self.send_event: Callable[[str, dict[str, Any]], None] = lambda openid, event: None
        self.in_background: Callable[[Callable[[], None]], None] = lambda work: work()
        self.clock = Clock(settings)
        self.tokens = TokenDesk()
        self.account = Account()
        self.reset()

    def reset(self) -> None:
        """Begins anew: nobody follows, nothing was said. Menu, tags, codes and the time stay."""
        with self.lock:
            self.people = People(self.settings.app_id)
            self.sky = Sky()
            self.traffic = Traffic()
            self.notices = Notices()
            self.mass = MassBook()
            self.daily: Counter[tuple[str, str]] = Counter()
            self.held: list[Callable[[], list[dict[str, Any]]]] = []

    def now(self) -> datetime:
        """The stand-in's moment, in China time."""
        return self.clock.now()

    def number(self) -> int:
        """A fresh message number, never given twice."""
        return next(self._numbers)

    def show(self, person: Person, side: str, kind: str, **content: Any) -> dict[str, Any]:
        """Puts one entry on the person's screen. `side`: me, account, or system."""
        with self.lock:
            entry = {
                "id": next(self._seen),
                "at": self.now().isoformat(timespec="seconds"),
                "side": side,
                "kind": kind,
                **content,
            }
            person.show(entry)
            return entry

    def spend_daily(self, name: str, most: int) -> bool:
        """Counts one call of `name` today; False once there were `most`."""
        key = (self.now().date().isoformat(), name)
        if self.daily[key] >= most:
            return False
        self.daily[key] += 1
        return True
