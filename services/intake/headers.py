"""Which column is which: headings recognised by wordings (data/headers.toml), learned ones, and likely parts."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from services.intake.cells.text import plain

BookName = Literal["posting", "veteran"]
_UNIT: Final = re.compile(r"\((?:单位:)?[^()]*\)|\[[^\]]*\]|【[^】]*】|:|\*|_|-|\"|'|“|”")
_JOINED: Final = re.compile(r"[/、及和与&+,，]")


@dataclass(frozen=True, slots=True)
class HeaderBook:
    """The wordings of one kind of table: exact words first, then how a heading ends, then parts in their order."""

    words: Mapping[str, str]
    parts: Sequence[tuple[str, str]]
    ends: Sequence[tuple[str, str]] = ()
    learned: Mapping[str, str] = field(default_factory=dict)

    def with_learned(self, learned: Mapping[str, str]) -> "HeaderBook":
        """The same book with mappings a clerk confirmed before; they win over everything."""
        return replace(self, learned={heading_key(heading): name for heading, name in learned.items()})

    @property
    def fields(self) -> set[str]:
        """Every field this book knows."""
        return set(self.words.values())

    def field_of(self, heading: str) -> str | None:
        """The field a heading names, or None."""
        full = heading_key(heading, units=True)
        bare = heading_key(heading)
        for form in (full, bare):
            if name := self.learned.get(form) or self.words.get(form):
                return name
        if not bare or len(bare) > 16 or re.search(r"\d{2,}", bare):
            return None
        ending = next((name for end, name in self.ends if bare.endswith(end)), None)
        return ending or next((name for part, name in self.parts if part in bare), None)

    def is_word(self, heading: str) -> bool:
        """Whether a heading is one of the wordings in full, not only by a part."""
        forms = (heading_key(heading, units=True), heading_key(heading))
        return any(form in self.words or form in self.learned for form in forms) or len(self.fields_of(heading)) > 1

    def fields_of(self, heading: str) -> tuple[str, ...]:
        """All fields a heading names: 学历/证书 names two."""
        whole = self.words.get(heading_key(heading, units=True)) or self.learned.get(heading_key(heading))
        pieces = [piece for piece in _JOINED.split(plain(heading)) if piece]
        if whole is None and len(pieces) > 1:
            named = dict.fromkeys(name for piece in pieces if (name := self.words.get(heading_key(piece))))
            if len(named) > 1:
                asked = re.search(r"(?:要求|条件)$", pieces[-1]) and "condition" in self.fields
                return (*named, "condition") if asked and "condition" not in named else tuple(named)
        name = whole or self.field_of(heading)
        return (name,) if name else ()


def heading_key(heading: str, *, units: bool = False) -> str:
    """A heading as it is compared: plain, without brackets, units and marks."""
    words = plain(heading)
    return re.sub(r"[:*\"'“”_]", "", words) if units else _UNIT.sub("", words)


@lru_cache(maxsize=4)
def book(name: BookName) -> HeaderBook:
    """The book of postings or of people."""
    data: dict[str, Any] = tomllib.loads(
        (Path(__file__).resolve().parent / "data" / "headers.toml").read_text(encoding="utf-8")
    )
    words = {heading_key(word, units=True): field for field, entry in data[name].items() for word in entry["words"]}
    parts = [(plain(part), field) for field, entry in data[name].items() for part in entry.get("parts", ())]
    ends = [(plain(end), field) for field, entry in data[name].items() for end in entry.get("ends", ())]
    return HeaderBook(words, parts, ends)
