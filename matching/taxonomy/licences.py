"""Driving licence classes: which one includes which, and which one to take next (data/licences.toml)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from matching.taxonomy.codes import LICENCES
from matching.taxonomy.tables import table

CLASSES: Final[dict[str, dict[str, Any]]] = table("licences")["classes"]


@lru_cache(maxsize=4096)
def covered(held: frozenset[str]) -> frozenset[str]:
    """The classes whose work may be done with these: the held ones and all they include."""
    return held.union(*(CLASSES[one]["covers"] for one in held if one in CLASSES))


def satisfies(held: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether one of the wanted classes is held or included."""
    return not covered(frozenset(held)).isdisjoint(wanted)


def next_class(held: Iterable[str], wanted: Iterable[str]) -> str | None:
    """The wanted class that takes the least time and can be taken from what is held; nothing when none can."""
    mine = frozenset(held)
    open_now = [one for one in wanted if one in CLASSES and _can_take(one, mine)]
    return min(open_now, key=lambda one: (CLASSES[one]["months"], LICENCES.index(one)), default=None)


def _can_take(wanted: str, held: frozenset[str]) -> bool:
    before = CLASSES[wanted]["from"]
    return not before or not held.isdisjoint(before)
