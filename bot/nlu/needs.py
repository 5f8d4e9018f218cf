"""Reads from the source of a pattern which characters any text it matches must hold; gates.py asks for them."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

MOST_CHARS: Final = 90  # a set wider than this shuts out too little to be worth the asking
MOST_SETS: Final = 4
Chars = str  # a set of characters, each once and in order: equal sets are equal texts

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


def needs(source: str, flags: int = 0) -> tuple[Chars, ...]:
    """Sets of characters; of each set one must be in any text the pattern matches."""
    if flags & (re.IGNORECASE | re.VERBOSE):
        return ()
    tokens = TOKEN.findall(source)
    sets, end = _alternatives(tokens, 0)
    return tuple(sorted(dict.fromkeys(sets), key=len)[:MOST_SETS]) if end == len(tokens) else ()


def _alternatives(tokens: list[str], at: int) -> tuple[list[Chars], int]:
    """Reads up to the bracket that closes: what is needed, and where to go on."""
    branches: list[list[Chars]] = [[]]
    while at < len(tokens):
        piece = tokens[at]
        at += 1
        if piece == ")":
            return _of_branches(branches), at
        if piece == "|":
            branches.append([])
            continue
        found: list[Chars] = []
        if piece[0] == "(" and piece[:4] != "(?P=":
            found, at = _alternatives(tokens, at)
            found = found if _OPENS.match(piece) else []
        elif piece[0] == "[":
            found = _of_class(piece)
        elif piece[0] == "\\":
            found = [chars] if (chars := _escaped(piece)) else []
        elif piece[0] not in ".^$(":
            found = list(piece)
        repeated = tokens[at] if at < len(tokens) else ""
        if repeated and repeated[0] in "*+?{" and repeated != "{":
            found = [] if _OPTIONAL.match(repeated) else found
            at += 1
        branches[-1] += found
    return _of_branches(branches), at


def _of_branches(branches: list[list[Chars]]) -> list[Chars]:
    """What all branches need alike, and one set for the rest of them: of each branch the smallest."""
    if len(branches) == 1:
        return branches[0]
    common = [one for one in branches[0] if all(one in branch for branch in branches[1:])]
    rests = [[one for one in branch if one not in common] for branch in branches]
    if not all(rests):
        return common
    chars = _set("".join(min(sets, key=len) for sets in rests))
    return [*common, chars] if len(chars) <= MOST_CHARS else common


def _set(chars: Iterable[str]) -> Chars:
    return "".join(sorted(set(chars)))


def _of_class(token: str) -> list[Chars]:
    if token[1] == "^":
        return []
    chars = ""
    for part in _in_class(token[1:-1]):
        if part is None or len(chars) > MOST_CHARS:
            return []
        chars += part
    return [_set(chars)] if len(chars) <= MOST_CHARS else []


def _in_class(inner: str) -> Iterator[Chars | None]:
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


def _one(piece: str) -> Chars | None:
    return _escaped(piece) if piece[0] == "\\" else piece


def _escaped(token: str) -> Chars | None:
    """The characters an escape stands for; None when they are too many to name, or none at all."""
    letter = token[1]
    if letter in "ux" and len(token) > 2:
        return chr(int(token[2:], 16))
    if letter == "d":
        return _DIGITS
    if letter in _CONTROLS:
        return _CONTROLS[letter]
    return None if letter.isalnum() else letter
