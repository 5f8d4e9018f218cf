"""The text as the place finder reads it: simplified, half width, without spaces, each character with its position."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from string import ascii_uppercase
from typing import Final

DATA: Final = Path(__file__).resolve().parent.parent / "data"


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    """What characters are read as: full width as half, traditional as simplified, capitals small."""
    wide = map(chr, range(ord("！"), ord("～") + 1))
    lines = (DATA / "places_traditional.txt").read_text(encoding="utf-8").splitlines()
    return {
        **{ord(char): char.lower() for char in ascii_uppercase},
        **{ord(char): chr(ord(char) - 0xFEE0).lower() for char in wide},
        **{ord(old): line[0] for line in lines if not line.startswith("#") for old in line[2:]},
    }


@dataclass(slots=True)
class Text:
    """The cleaned characters and, for each, where it stood; `pairs`: any two that stand side by side."""

    chars: str
    at: Sequence[int]
    pairs: Sequence[str] = field(init=False)

    def __post_init__(self) -> None:
        self.pairs = [*map(operator.add, self.chars, self.chars[1:])]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Positions in the text as it was sent, of cleaned characters `start` up to `end`."""
        return self.at[start], self.at[end - 1] + 1


def read(text: str) -> Text:
    """Clean a text. Spaces between Chinese characters go; one stays between Latin words."""
    cleaned = text.translate(_table())
    if text.split() == [text]:
        return Text(cleaned, range(len(text)))
    chars: list[str] = []
    at: list[int] = []
    for position, char in enumerate(cleaned):
        if char.isspace():
            before_latin = bool(chars) and chars[-1].isascii() and chars[-1].isalnum()
            if before_latin and text[position + 1 : position + 2].isascii():
                chars.append(" ")
                at.append(position)
            continue
        chars.append(char)
        at.append(position)
    return Text("".join(chars), at)
