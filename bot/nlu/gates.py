"""A cheap test before a pattern is tried: which characters a text must hold for the pattern to match at all.

Most of our patterns speak of things most messages do not mention. To see by one set operation that none of 退伍, 退役
and 复员 can stand in a message costs a twentieth of searching it. The answer is only ever "cannot" or "try it".
"""

import re
from re import _parser  # type: ignore[attr-defined]
from typing import Any, Final

MOST_CHARS: Final = 90  # a set wider than this shuts out too little to be worth the asking
MOST_SETS: Final = 3
Needs = tuple[frozenset[str], ...]


_known: dict[int, Needs] = {}
_kept: list[re.Pattern[str]] = []  # so that no other pattern can come to have the same id


def may_match(pattern: re.Pattern[str], chars: frozenset[str]) -> bool:
    """Whether a text of these characters can hold a match."""
    known = _known.get(id(pattern))
    if known is None:
        known = _known[id(pattern)] = needs(pattern)
        _kept.append(pattern)
    return True not in map(chars.isdisjoint, known)


def needs(pattern: re.Pattern[str]) -> Needs:
    """Sets of characters; of each set one must be in any text the pattern matches."""
    if pattern.flags & re.IGNORECASE:
        return ()
    found = sorted(set(_of_sequence(_parser.parse(pattern.pattern, pattern.flags))), key=len)
    return tuple(found[:MOST_SETS])


def _of_sequence(items: Any) -> list[frozenset[str]]:
    return [one for op, value in items for one in _of_item(str(op), value)]


def _of_item(op: str, value: Any) -> list[frozenset[str]]:
    """The sets one part of a pattern needs; none when it can match without any certain character."""
    match op:
        case "LITERAL":
            return [frozenset(chr(value))]
        case "IN":
            return _of_class(value)
        case "SUBPATTERN":
            return _of_sequence(value[-1])
        case "ASSERT":
            return _of_sequence(value[1])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _of_sequence(value[2]) if value[0] else []
        case "ATOMIC_GROUP":
            return _of_sequence(value)
        case "BRANCH":
            return _of_branches(value[1])
        case _:
            return []


def _of_class(items: Any) -> list[frozenset[str]]:
    chars: set[str] = set()
    for op, value in items:
        if str(op) == "LITERAL":
            chars.add(chr(value))
        elif str(op) == "RANGE" and value[1] - value[0] < MOST_CHARS:
            chars.update(map(chr, range(value[0], value[1] + 1)))
        elif str(op) == "CATEGORY" and str(value) == "CATEGORY_DIGIT":
            chars.update("0123456789")  # the text is in half width (NFKC): no other digits reach a rule
        else:
            return []
    return [frozenset(chars)] if len(chars) <= MOST_CHARS else []


def _of_branches(branches: Any) -> list[frozenset[str]]:
    """One set for all branches together: of each branch the smallest."""
    chars: set[str] = set()
    for branch in branches:
        sets = _of_sequence(branch)
        if not sets:
            return []
        chars |= min(sets, key=len)
    return [frozenset(chars)] if len(chars) <= MOST_CHARS else []
