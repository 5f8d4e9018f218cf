"""A cheap test before a pattern is tried: which characters a text must hold for the pattern to match at all.

Most of our patterns speak of things most messages do not mention. To see by one operation on numbers that none of 退伍,
退役 and 复员 can stand in a message costs a fiftieth of searching it. The answer is only ever "cannot" or "try it".

`needs` reads the pattern: from each part that must match it takes the characters of which one must be there. All such
sets are numbered, one bit each: `missing` says for a text which of them it cannot serve, `may_match` compares bits.
"""

import functools
import itertools
import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

MOST_CHARS: Final = 90  # a set wider than this shuts out too little to be worth the asking
MOST_SETS: Final = 4
Needs = tuple[frozenset[str], ...]

# Characters that stand for themselves, escapes, classes, the openings of groups, repetitions.
_TOKEN: Final = re.compile(
    r"[^\\\[\](){}|*+?.^$]+(?![*+?{])|\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\d+|.)|\[\^?\]?(?:\\.|[^\]\\])*\]"
    r"|\(\?P=\w+\)|\(\?(?:P<\w+>|<?[=!]|[:>])|\(\?|[*+?][+?]?|\{(?:\d+(?:,\d*)?|,\d*)\}[+?]?|.",
    re.DOTALL,
)
_OPENS: Final = re.compile(r"\((?:$|\?(?:P<|<?=|:|>))")
_OPTIONAL: Final = re.compile(r"[*?]|\{0|\{,")
_IN_CLASS: Final = re.compile(
    r"(\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|.)(?:-(\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|[^\]]))?", re.DOTALL
)
_DIGITS: Final = frozenset("0123456789")  # the text is in half width (NFKC): no other digits reach a rule
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


@dataclass(frozen=True, slots=True)
class _Known:
    """All sets that any pattern needs, each a bit; patterns come in as they are first used, from any thread.

    Never changed: whoever takes a pattern in puts a wider one in its place. Should two do so at once, one of the two
    patterns is taken in again at its next use; its number is not given twice, so no text is ever held against it wrongly.
    """

    all: int = 0
    of_char: Mapping[str, int] = field(default_factory=dict)
    of_set: Mapping[frozenset[str], int] = field(default_factory=dict)
    of_pattern: Mapping[int, int] = field(default_factory=dict)
    kept: tuple[re.Pattern[str], ...] = ()  # so that no other pattern can come to have the same id


_numbers: Final = itertools.count()
_known = _Known()


def _take_in(pattern: re.Pattern[str]) -> int:
    global _known  # one assignment is one step, for every thread
    known, needed = _known, needs(pattern)
    of_set, of_char = dict(known.of_set), dict(known.of_char)
    for chars in needed:
        if chars not in of_set:
            of_set[chars] = 1 << next(_numbers)
            for char in chars:
                of_char[char] = of_char.get(char, 0) | of_set[chars]
    bits = functools.reduce(operator.or_, map(of_set.__getitem__, needed), 0)
    of_pattern = {**known.of_pattern, id(pattern): bits}
    _known = _Known(known.all | bits, of_char, of_set, of_pattern, (*known.kept, pattern))
    return bits


def missing(chars: Iterable[str]) -> int:
    """The sets none of whose characters is among these, as bits; sets taken in later count as served."""
    known = _known
    served = 0
    for char in chars:
        served |= known.of_char.get(char, 0)
    return known.all & ~served


def may_match(pattern: re.Pattern[str], lacks: int) -> bool:
    """Whether a text that lacks these sets can hold a match."""
    bits = _known.of_pattern.get(id(pattern))
    return not (_take_in(pattern) if bits is None else bits) & lacks


def needs(pattern: re.Pattern[str]) -> Needs:
    """Sets of characters; of each set one must be in any text the pattern matches."""
    if pattern.flags & (re.IGNORECASE | re.VERBOSE):
        return ()
    sets, end = _alternatives(_TOKEN.findall(pattern.pattern), 0)
    return tuple(sorted(dict.fromkeys(sets), key=len)[:MOST_SETS]) if end < 0 else ()


def _alternatives(tokens: list[str], at: int) -> tuple[list[frozenset[str]], int]:
    """Reads up to the bracket that closes: what is needed, and where to go on (-1 at the end of the pattern)."""
    branches: list[list[frozenset[str]]] = [[]]
    while at < len(tokens):
        piece = tokens[at]
        at += 1
        if piece == ")":
            return _of_branches(branches), at
        if piece == "|":
            branches.append([])
            continue
        found: list[frozenset[str]] = []
        if piece[0] == "(" and piece[:4] != "(?P=":
            found, at = _alternatives(tokens, at)
            found = found if _OPENS.match(piece) else []
        elif piece[0] == "[":
            found = _of_class(piece)
        elif piece[0] == "\\":
            found = [chars] if (chars := _escaped(piece)) else []
        elif piece[0] not in ".^$(":
            found = list(map(frozenset, piece))
        repeated = tokens[at] if at < len(tokens) else ""
        if repeated and repeated[0] in "*+?{" and repeated != "{":
            found = [] if _OPTIONAL.match(repeated) else found
            at += 1
        branches[-1] += found
    return _of_branches(branches), -1


def _of_branches(branches: list[list[frozenset[str]]]) -> list[frozenset[str]]:
    """What all branches need alike, and one set for the rest of them: of each branch the smallest."""
    if len(branches) == 1:
        return branches[0]
    common = [one for one in branches[0] if all(one in branch for branch in branches[1:])]
    rests = [[one for one in branch if one not in common] for branch in branches]
    if not all(rests):
        return common
    chars = frozenset[str]().union(*(min(sets, key=len) for sets in rests))
    return [*common, chars] if len(chars) <= MOST_CHARS else common


def _of_class(token: str) -> list[frozenset[str]]:
    if token[1] == "^":
        return []
    chars: set[str] = set()
    for part in _in_class(token[1:-1]):
        if part is None or len(chars) > MOST_CHARS:
            return []
        chars |= part
    return [frozenset(chars)] if len(chars) <= MOST_CHARS else []


def _in_class(inner: str) -> Iterator[frozenset[str] | None]:
    """The characters of each piece of a class; None for one that is no list of characters."""
    for first, last in _IN_CLASS.findall(inner):
        one, other = _one(first), _one(last) if last else None
        if one is None or len(one) > 1:
            yield one if not last else None
        elif not last:
            yield one
        elif other is None or len(other) > 1:
            yield None
        else:
            low, high = ord(min(one)), ord(min(other))
            yield frozenset(map(chr, range(low, high + 1))) if high - low < MOST_CHARS else None


def _one(piece: str) -> frozenset[str] | None:
    return _escaped(piece) if piece[0] == "\\" else frozenset(piece)


def _escaped(token: str) -> frozenset[str] | None:
    """The characters an escape stands for; None when they are too many to name, or none at all."""
    letter = token[1]
    if letter in "ux" and len(token) > 2:
        return frozenset(chr(int(token[2:], 16)))
    if letter == "d":
        return _DIGITS
    if letter in _CONTROLS:
        return frozenset(_CONTROLS[letter])
    return None if letter.isalnum() else frozenset(letter)
