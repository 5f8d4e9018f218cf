"""Occupations: nearness to each other, what shows that one was learnt, and what a military trade leads to."""

from collections.abc import Iterable
from functools import cache
from typing import Final

from matching.taxonomy.tables import table

NEARNESS: Final[dict[str, dict[str, int]]] = table("nearness")["nearness"]
OCCUPATIONS: Final[dict[str, dict[str, list[str]]]] = table("occupations")["occupations"]
TRADES: Final[dict[str, dict[str, dict[str, str]]]] = table("military")["trades"]


def nearness(wanted: str, offered: str) -> int:
    """2 = close, 1 = usable, 0 = neither, read from what is wanted to what is offered."""
    return NEARNESS.get(wanted, {}).get(offered, 0)


def is_skilled(category: str) -> bool:
    """Whether nobody can start in it unlearnt (cook, electrician …)."""
    return bool(OCCUPATIONS.get(category, {}).get("skilled"))


@cache
def signs(category: str) -> frozenset[str]:
    """The skills, certificates and licence classes each of which shows that the occupation was learnt."""
    row = OCCUPATIONS.get(category, {})
    return frozenset([*row.get("skills", ()), *row.get("certificates", ()), *row.get("licences", ())])


def trade_reason(trades: Iterable[str], category: str) -> str | None:
    """Why a military trade helps in an occupation, in the veteran's words; nothing when it does not."""
    for trade in trades:
        if reason := TRADES.get(trade, {}).get("posts", {}).get(category):
            return reason
    return None


def trade_posts(trades: Iterable[str]) -> dict[str, str]:
    """Civilian occupations that military trades lead to, each with its reason."""
    posts: dict[str, str] = {}
    for trade in trades:
        for category, reason in TRADES.get(trade, {}).get("posts", {}).items():
            posts.setdefault(category, reason)
    return posts
