"""The text as the place finder reads it: simplified, half width, without spaces, each character with its position."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).resolve().parent.parent / "data"


@lru_cache(maxsize=1)
def _simplified() -> dict[str, str]:
    lines = (DATA / "places_traditional.txt").read_text(encoding="utf-8").splitlines()
    return {old: line[0] for line in lines if not line.startswith("#") for old in line[2:]}


@dataclass(frozen=True, slots=True)
class Text:
    """The cleaned characters and, for each, where it stood."""

    chars: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Positions in the text as it was sent, of cleaned characters `start` up to `end`."""
        return self.at[start], self.at[end - 1] + 1


@lru_cache(maxsize=4096)
def _clean(char: str) -> str:
    if "！" <= char <= "～":
        char = chr(ord(char) - 0xFEE0)
    return _simplified().get(char, char.lower() if char.isascii() else char)


def read(text: str) -> Text:
    """Clean a text. Spaces between Chinese characters go; one stays between Latin words."""
    chars: list[str] = []
    at: list[int] = []
    for position, char in enumerate(text):
        if char.isspace():
            before_latin = bool(chars) and chars[-1].isascii() and chars[-1].isalnum()
            if before_latin and text[position + 1 : position + 2].isascii():
                chars.append(" ")
                at.append(position)
            continue
        chars.append(_clean(char))
        at.append(position)
    return Text("".join(chars), tuple(at))
