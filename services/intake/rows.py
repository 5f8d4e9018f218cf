"""A sheet as read: rows of cell texts with their numbers in the file."""

from dataclasses import dataclass, field
from typing import Final

MAX_CELL_CHARS: Final = 8000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file (from 1) and its cells as texts; a number cell has no `.0`."""

    record: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. `lossy`: (record, column) of number cells whose digits are lost. `name` is empty for a CSV file."""

    name: str
    rows: list[Row]
    lossy: frozenset[tuple[int, int]] = field(default_factory=frozenset)


def trimmed(cells: list[str]) -> tuple[str, ...]:
    """The cells without the blank ones at the end."""
    while cells and not cells[-1].strip():
        cells.pop()
    return tuple(cells)
