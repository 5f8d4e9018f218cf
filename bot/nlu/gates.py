"""The patterns of the rules, and a cheap test before one is tried: which pieces a text must hold for it to match.

Most of our patterns speak of things most messages do not mention. To see by one operation on numbers that none of 退伍,
退役 and 复员 can stand in a message costs a fiftieth of searching it, and a pattern no message has needed yet is not even
compiled: half of the start used to go into that. The answer is only ever "cannot" or "try it".

Every way in which a pattern can be met (needs.py) has a number and, among the bits of all, three places: one for each set
of pieces it needs. A `Gate` knows which of them its text serves; whether a whole group of patterns is shut out is then one
operation, too.
"""

import functools
import itertools
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Protocol, TypeVar

from bot.nlu.needs import MOST_SETS, Way, needs, ways

_USES: Final = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")


class _Finds(Protocol):
    def __call__(self, text: str, start: int = ..., end: int = ..., /) -> re.Match[str] | None: ...


class _FindsAll(Protocol):
    def __call__(self, text: str, start: int = ..., end: int = ..., /) -> Iterator[re.Match[str]]: ...


class Gated:
    """What can be tried on a text. `mask`: its bits among those of all, given when it is first asked for."""

    __slots__ = ("mask",)
    mask: int

    def ways(self) -> tuple[Way, ...]:
        """The ways in which a text may match."""
        raise NotImplementedError

    def __getattr__(self, name: str) -> Any:
        """Asked only for what is not there yet."""
        if name != "mask":
            raise AttributeError(name)
        self.mask = _take_in(self.ways())
        return self.mask


class Pattern(Gated):
    """A regular expression that is compiled when it is first tried. `means`: what it stands for, where it is one of many."""

    __slots__ = ("flags", "means", "pattern", *_USES)
    search: _Finds
    match: _Finds
    fullmatch: _Finds
    finditer: _FindsAll
    findall: Callable[[str], list[Any]]
    sub: Callable[[str | Callable[[re.Match[str]], str], str], str]
    split: Callable[..., list[str | Any]]

    def __init__(self, pattern: str, flags: int = 0, *, means: str = "") -> None:
        self.pattern, self.flags, self.means = pattern, flags, means

    def ways(self) -> tuple[Way, ...]:
        """See `Gated`."""
        return ways(self.pattern, self.flags)

    def needs(self) -> Way:
        """The sets that all ways have in common."""
        return needs(self.pattern, self.flags)

    def __getattr__(self, name: str) -> Any:
        """Asked only for what is not there yet: fills in all uses at once, so that later ones cost nothing."""
        if name not in _USES:
            return super().__getattr__(name)
        compiled = re.compile(self.pattern, self.flags)
        for use in _USES:
            setattr(self, use, getattr(compiled, use))
        return getattr(compiled, name)


_G = TypeVar("_G", bound=Gated)
_FEW: Final = 8


class Group(Gated, Generic[_G]):
    """Several of them, asked for in one: its mask is that of all its members. `parts`: the same, a few at a time."""

    __slots__ = ("members", "parts")

    def __init__(self, *members: _G) -> None:
        self.members = members
        few = [members[at : at + _FEW] for at in range(0, len(members), _FEW)]
        self.parts = [Group(*part) for part in few] if len(few) > 1 else [self]

    def __getattr__(self, name: str) -> Any:
        """See `Gated`."""
        if name != "mask":
            raise AttributeError(name)
        self.mask = functools.reduce(operator.or_, (one.mask for one in self.members), 0)
        return self.mask


@dataclass(frozen=True, slots=True)
class _Known:
    """What every way needs; patterns come in as they are first asked for, from any thread.

    Never changed: whoever takes a pattern in puts a wider one in its place. Should two do so at once, what one of the two
    needs is lost and counts as served (`free`: the places no text has to serve, those of the next numbers among them); no
    number is given twice, so no text is ever held against a pattern wrongly.
    """

    needed: int = 0
    free: int = 0
    of_piece: Mapping[str, int] = field(default_factory=dict)


_AT_ONCE: Final = 256  # so many ways may be taken in at the same moment, by several threads
_numbers: Final = itertools.count()
_known = _Known()


def _take_in(ways: tuple[Way, ...]) -> int:
    """Gives the next numbers to these ways: their mask."""
    global _known  # one assignment is one step, for every thread
    known, mask = _known, 0
    needed, of_piece = known.needed, dict(known.of_piece)
    for sets in ways:
        bit = 1 << MOST_SETS * next(_numbers)
        mask |= bit
        for place, pieces in enumerate(sets):
            needed |= bit << place
            for piece in pieces:
                of_piece[piece] = of_piece.get(piece, 0) | bit << place
    every = (mask << MOST_SETS * _AT_ONCE) - 1 | known.free | needed
    _known = _Known(needed, every & ~needed, of_piece)
    return mask


class Gate:
    """Which patterns a text may match at all."""

    __slots__ = ("_known", "_open", "_pieces")

    def __init__(self, text: str) -> None:
        self._pieces = {*text, *map(operator.add, text, text[1:])}
        self._look()

    def _look(self) -> None:
        """Finds out whose sets are all served."""
        self._known = known = _known
        found = filter(None, map(known.of_piece.get, self._pieces))
        served = functools.reduce(operator.or_, found, known.free)
        self._open = served & served >> 1 & served >> 2

    def lets(self, gated: Gated) -> bool:
        """Whether the text can hold a match; of a group: of any of it."""
        mask = gated.mask
        if self._known is not _known:
            self._look()
        return self._open & mask != 0

    def those(self, group: Group[_G]) -> Sequence[_G]:
        """Those of a group that may match."""
        mask = group.mask
        if self._known is not _known:
            self._look()
        found = self._open & mask
        if not found:
            return ()
        return [one for part in group.parts if part.mask & found for one in part.members if one.mask & found]
