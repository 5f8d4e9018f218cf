"""The people who hold the phone: invented veterans, what the platform knows of each, and what their screen shows."""

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sandbox.windows import ServiceWindow

_SCREEN: Final = 400  # messages kept per person
_EXTRA: Final = 100_000  # most people added besides the cast


def openid_of(app_id: str, person_id: str) -> str:
    """The person's openid under this account: 28 characters, the same after every restart."""
    digest = hashlib.sha256(f"{app_id}/{person_id}".encode()).hexdigest()
    return "o" + digest[:27]


@dataclass(slots=True)
class Person:
    """One person and the platform's record of them."""

    id: str
    openid: str
    name: str
    about: str = ""
    sayings: tuple[str, ...] = ()
    is_following: bool = False
    is_blocked: bool = False
    followed_at: datetime | None = None
    follow_scene: str = "ADD_SCENE_SEARCH"
    scene: str = ""
    remark: str = ""
    tags: list[int] = field(default_factory=list)
    window: ServiceWindow = field(default_factory=ServiceWindow)
    consents: dict[str, int] = field(default_factory=dict)
    mass_months: dict[str, int] = field(default_factory=dict)
    spoke_at: datetime | None = None
    last_message: dict[str, Any] | None = None
    screen: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_forgotten(self) -> bool:
        """Did nothing since the start: whatever a product still knows of them is from before, and was lost here."""
        return not self.screen and not self.is_following

    def show(self, entry: dict[str, Any]) -> None:
        """Puts an entry on the screen; the oldest leave when there are too many."""
        self.screen.append(entry)
        if len(self.screen) > _SCREEN:
            del self.screen[: _SCREEN // 4]


class People:
    """Everyone, by their short id and by openid."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id
        self._by_id: dict[str, Person] = {}
        self._by_openid: dict[str, Person] = {}
        self._added = 0
        with (Path(__file__).parent / "data" / "people.toml").open("rb") as file:
            for row in tomllib.load(file)["person"]:
                self._take(row["id"], row["name"], row["about"], tuple(row["sayings"]))

    def _take(self, person_id: str, name: str, about: str = "", sayings: tuple[str, ...] = ()) -> Person:
        person = Person(person_id, openid_of(self._app_id, person_id), name, about, sayings)
        self._by_id[person.id] = self._by_openid[person.openid] = person
        return person

    def add(self, count: int, now: datetime) -> list[Person]:
        """So many more nameless followers, for pushes to many; ids `p000001`, `p000002`, …; raises
        ValueError past the bound.
        """
        start = self._added
        if count < 1 or start + count > _EXTRA:
            raise ValueError(f"人数要在 1 到 {_EXTRA - start} 之间")
        fresh = []
        for number in range(start + 1, start + count + 1):
            person = self._take(f"p{number:06d}", f"关注者{number}")
            person.is_following, person.followed_at = True, now
            fresh.append(person)
        self._added += count
        return fresh

    def of_id(self, person_id: str) -> Person | None:
        """The person with this short id."""
        return self._by_id.get(person_id)

    def of_openid(self, openid: object) -> Person | None:
        """The person with this openid."""
        return self._by_openid.get(openid) if isinstance(openid, str) else None

    def cast(self) -> list[Person]:
        """The invented people with a name and a story, in the order of the file."""
        return [one for one in self._by_id.values() if one.sayings]

    def everyone(self) -> list[Person]:
        """All people, the cast first."""
        return list(self._by_id.values())

    def followers(self) -> list[Person]:
        """Those who follow now, in the order they were made."""
        return [one for one in self._by_id.values() if one.is_following]
