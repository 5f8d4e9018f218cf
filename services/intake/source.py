"""A file as it was handed in: its name, its bytes, its digest."""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

NAME_CHARS: Final = 120


@dataclass(frozen=True, slots=True)
class Source:
    """A file to take in. `name` is for people and for the record; what it is is told by its bytes."""

    name: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes: the same file again has the same."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def short_name(self) -> str:
        """The bare file name, short enough for a column."""
        seen = "".join(one for one in self.name if one.isprintable())
        return PurePath(seen.replace("\\", "/")).name[-NAME_CHARS:]
