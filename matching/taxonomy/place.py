"""A place of the administrative divisions, as it stands in slots, postings and outputs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A province, city or county: six-digit `adcode` and the names from the province down."""

    adcode: str
    path: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the division itself, e.g. 安州区."""
        return self.path[-1]

    def to_json(self) -> dict[str, Any]:
        """`{"adcode": "510705", "path": ["四川省", "绵阳市", "安州区"]}`."""
        return {"adcode": self.adcode, "path": list(self.path)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Place":
        """The reverse of `to_json`."""
        return cls(str(value["adcode"]), tuple(value["path"]))


@dataclass(frozen=True, slots=True)
class AmbiguousPlace:
    """A name that several divisions bear: the veteran has to say which; nothing is committed."""

    name: str
    candidates: tuple[Place, ...]

    def to_json(self) -> dict[str, Any]:
        """The value form of an ambiguous `location` slot."""
        return {
            "ambiguous": True,
            "name": self.name,
            "candidates": [place.to_json() for place in self.candidates],
        }
