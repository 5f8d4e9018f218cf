"""The patterns of the rules, and a cheap test before one is tried: which pieces a text must hold for it to match.

Most of our patterns speak of things most messages do not mention. To see by one operation on numbers that none of 退伍,
退役 and 复员 can stand in a message costs a fiftieth of searching it, and a pattern no message has needed yet is not even
compiled: half of the start used to go into that. The answer is only ever "cannot" or "try it".

All sets of pieces that a pattern needs (needs.py) are numbered, one bit each. A `Gate` knows which of them its text
cannot serve, and compares bits.
"""

import functools
import itertools
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from bot.nlu.needs import Chars, needs

_USES: Final = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
UNREAD: Final = -1  # all bits: whatever a text lacks, it has to be looked at


class _Finds(Protocol):
    def __call__(self, text: str, start: int = ..., end: int = ..., /) -> re.Match[str] | None: ...


class _FindsAll(Protocol):
    def __call__(self, text: str, start: int = ..., end: int = ..., /) -> Iterator[re.Match[str]]: ...


class Gated(Protocol):
    """What can be tried on a text; `bits` are the sets it needs, once they are numbered."""

    bits: int

    def needs(self) -> tuple[Chars, ...]:
        """The sets of pieces of each of which a text must hold one."""


class Pattern:
    """A regular expression that is compiled when it is first tried. `means`: what it stands for, where it is one of many."""

    __slots__ = ("bits", "flags", "means", "pattern", *_USES)
    search: _Finds
    match: _Finds
    fullmatch: _Finds
    finditer: _FindsAll
    findall: Callable[[str], list[Any]]
    sub: Callable[[str | Callable[[re.Match[str]], str], str], str]
    split: Callable[..., list[str | Any]]

    def __init__(self, pattern: str, flags: int = 0, *, means: str = "") -> None:
        self.pattern, self.flags, self.means = pattern, flags, means
        self.bits = UNREAD

    def needs(self) -> tuple[Chars, ...]:
        """See `Gated`."""
        return needs(self.pattern, self.flags)

    def __getattr__(self, name: str) -> Any:
        """Asked only for what is not there yet: fills in all uses at once, so that later ones cost nothing."""
        if name not in _USES:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        for use in _USES:
            setattr(self, use, getattr(compiled, use))
        return getattr(compiled, name)


@dataclass(frozen=True, slots=True)
class _Known:
    """All sets that any pattern needs, each a bit; patterns come in as they are first used, from any thread.

    Never changed: whoever takes a pattern in puts a wider one in its place. Should two do so at once, the sets of one of
    the two are lost and count as served; no number is given twice, so no text is ever held against a pattern wrongly.
    """

    all: int = 1  # the first bit no text can serve: a text always lacks something of a pattern not read yet
    of_piece: Mapping[str, int] = field(default_factory=dict)
    of_set: Mapping[Chars, int] = field(default_factory=dict)


_numbers: Final = itertools.count(1)
_known = _Known()


def _take_in(gated: Gated) -> None:
    global _known  # one assignment is one step, for every thread
    known, needed = _known, gated.needs()
    of_set, of_piece = dict(known.of_set), dict(known.of_piece)
    for pieces in needed:
        if pieces not in of_set:
            of_set[pieces] = 1 << next(_numbers)
            for piece in pieces:
                of_piece[piece] = of_piece.get(piece, 0) | of_set[pieces]
    bits = functools.reduce(operator.or_, map(of_set.__getitem__, needed), 0)
    _known = _Known(known.all | bits, of_piece, of_set)
    gated.bits = bits


def _missing(pieces: Iterable[str]) -> int:
    """The sets none of whose pieces is among these, as bits."""
    known = _known
    bits_of, served = known.of_piece.get, 0
    for piece in pieces:
        if bits := bits_of(piece):
            served |= bits
    return known.all & ~served


_G = TypeVar("_G", bound=Gated)


class Gate:
    """Which patterns a text may match at all."""

    __slots__ = ("_lacks", "_pieces")

    def __init__(self, text: str) -> None:
        self._pieces = {*text, *map(operator.add, text, text[1:])}
        self._lacks = _missing(self._pieces)

    def lets(self, gated: Gated) -> bool:
        """Whether the text can hold a match."""
        return not gated.bits & self._lacks or (gated.bits == UNREAD and self._lets_new(gated))

    def those(self, listed: Iterable[_G]) -> list[_G]:
        """Those of many that may match: at a fraction of the cost of asking for one after the other."""
        lacks = self._lacks
        return [one for one in listed if not one.bits & lacks or (one.bits == UNREAD and self._lets_new(one))]

    def _lets_new(self, gated: Gated) -> bool:
        _take_in(gated)
        self._lacks = _missing(self._pieces)
        return not gated.bits & self._lacks
