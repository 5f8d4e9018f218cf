"""Reads from the source of a pattern which pieces any text it matches must hold; gates.py asks for them.

A piece is a character, or two that stand side by side: 退伍 shuts out many more texts than 退 and 伍 do. A pattern may be
met in several ways (甲|乙), each with what a text must hold for it.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise
from typing import Final

MOST_CHARS: Final = 90  # a set wider than this shuts out too little to be worth the asking
PAIRS_A_CHAR: Final = 8  # so many pairs shut out about as little as one character
MOST_PAIRED: Final = 12  # a class of more characters is not told out in pairs
MOST_SETS: Final = 3
STRONG: Final = 2  # a set so narrow shuts out enough by itself
Chars = tuple[str, ...]  # a set of pieces, each once and in order: equal sets are equal
Way = tuple[Chars, ...]

# Characters that stand for themselves, escapes, classes, the openings of groups, repetitions.
TOKEN: Final = re.compile(
    r"[^\\\[\](){}|*+?.^$]+(?![*+?{])|\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\d+|.)|\[\^?\]?(?:\\.|[^\]\\])*\]"
    r"|\(\?P=\w+\)|\(\?(?:P<\w+>|<?[=!]|[:>])|\(\?|[*+?][+?]?|\{(?:\d+(?:,\d*)?|,\d*)\}[+?]?|.",
    re.DOTALL,
)
_OPENS: Final = re.compile(r"\((?:$|\?(?:P<|<?=|:|>))")
_OPTIONAL: Final = re.compile(r"[*?]|\{0|\{,")
_IN_CLASS: Final = re.compile(
    r"(\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|.)(?:-(\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|\\.|[^\]]))?", re.DOTALL
)
_DIGITS: Final = "0123456789"  # the text is in half width (NFKC): no other digits reach a rule
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


def ways(source: str, flags: int = 0) -> tuple[Way, ...]:
    """In any text the pattern matches stands of each set of one of these ways a piece."""
    found = [narrowest(sets) for sets in _alternatives_of(source, flags)]
    if len(found) == 1 or not all(found):
        return (found[0],) if len(found) == 1 else ((),)
    strong = [way[0] for way in found if len(way) == 1 or _width(way[0]) <= STRONG]
    alike = ((_set(chain.from_iterable(strong)),),) if strong else ()
    return (*alike, *(way for way in found if way[0] not in strong))


def needs(source: str, flags: int = 0) -> Way:
    """The sets that all ways have in common."""
    return narrowest(_of_branches(_alternatives_of(source, flags)))


def narrowest(sets: Iterable[Chars]) -> Way:
    """Of all these sets those that shut out most."""
    return tuple(sorted(dict.fromkeys(sets), key=_width)[:MOST_SETS])


def _alternatives_of(source: str, flags: int) -> list[list[Chars]]:
    if flags & (re.IGNORECASE | re.VERBOSE):
        return [[]]
    tokens = TOKEN.findall(source)
    branches, end = _alternatives(tokens, 0)
    return branches if end == len(tokens) else [[]]


def _alternatives(tokens: list[str], at: int) -> tuple[list[list[Chars]], int]:
    """Reads up to the bracket that closes: what is needed for each alternative, and where to go on."""
    branches: list[list[Chars]] = [[]]
    before: Chars = ()  # the characters one of which stands right before, where that is known
    while at < len(tokens):
        piece = tokens[at]
        at += 1
        if piece == ")":
            return branches, at
        if piece == "|":
            branches.append([])
            before = ()
            continue
        found: list[Chars] = []
        first = last = Chars()
        if piece[0] == "(" and piece[:4] != "(?P=":
            inner, at = _alternatives(tokens, at)
            found = _of_branches(inner) if _OPENS.match(piece) else []
        elif piece[0] in "[\\":
            chars = _of_class(piece) if piece[0] == "[" else _set(_escaped(piece) or "")
            found = [chars] if chars else []
            first = last = chars if len(chars) <= MOST_PAIRED else ()
        elif piece[0] not in ".^$(":
            found = [(one + other,) for one, other in pairwise(piece)] or [(piece,)]
            first, last = (piece[0],), (piece[-1],)
        repeated = tokens[at] if at < len(tokens) else ""
        if repeated and repeated[0] in "*+?{" and repeated != "{":
            if _OPTIONAL.match(repeated):
                found, first, last = [], (), ()
            at += 1
        if before and first:
            found.append(_set(one + other for one in before for other in first))
        before = last
        branches[-1] += found
    return branches, at


def _width(pieces: Chars) -> int:
    """How little a set shuts out: pairs are rarer than characters."""
    pairs = sum(map(len, pieces)) - len(pieces)
    return (len(pieces) - pairs) * PAIRS_A_CHAR + pairs


def _of_branches(branches: list[list[Chars]]) -> list[Chars]:
    """What all branches need alike, and one set for the rest of them: of each branch the smallest."""
    if len(branches) == 1:
        return branches[0]
    common = [one for one in branches[0] if all(one in branch for branch in branches[1:])]
    rests = [[one for one in branch if one not in common] for branch in branches]
    if not all(rests):
        return common
    pieces = _set(piece for sets in rests for piece in min(sets, key=_width))
    return [*common, pieces] if _width(pieces) <= MOST_CHARS * PAIRS_A_CHAR else common


def _set(pieces: Iterable[str]) -> Chars:
    return tuple(sorted(set(pieces)))


def _of_class(token: str) -> Chars:
    """The characters of a class; none where they are too many to name."""
    if token[1] == "^":
        return ()
    chars = ""
    for part in _in_class(token[1:-1]):
        if part is None or len(chars) > MOST_CHARS:
            return ()
        chars += part
    return _set(chars) if len(chars) <= MOST_CHARS else ()


def _in_class(inner: str) -> Iterator[str | None]:
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
            low, high = ord(one), ord(other)
            yield "".join(map(chr, range(low, high + 1))) if high - low < MOST_CHARS else None


def _one(piece: str) -> str | None:
    return _escaped(piece) if piece[0] == "\\" else piece


def _escaped(token: str) -> str | None:
    """The characters an escape stands for; None when they are too many to name, or none at all."""
    letter = token[1]
    if letter in "ux" and len(token) > 2:
        return chr(int(token[2:], 16))
    if letter == "d":
        return _DIGITS
    if letter in _CONTROLS:
        return _CONTROLS[letter]
    return None if letter.isalnum() else letter
