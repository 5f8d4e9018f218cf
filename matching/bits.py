"""Canonical words as bits of whole numbers, for the columns of the engine."""

from collections.abc import Iterable, Mapping
from typing import Final

from matching.taxonomy import codes

CATEGORY: Final = {word: bit for bit, word in enumerate(codes.JOB_CATEGORIES)}
SKILL: Final = {word: bit for bit, word in enumerate(codes.SKILLS)}
CERTIFICATE: Final = {word: bit for bit, word in enumerate(codes.CERTIFICATES)}
LICENCE: Final = {word: bit for bit, word in enumerate(codes.LICENCES)}
TRADE: Final = {word: bit for bit, word in enumerate(codes.MILITARY_TRADES)}
BOARD: Final = {word: place for place, word in enumerate(codes.BOARDS, 1)}
SHIFT: Final = {word: place for place, word in enumerate(codes.SHIFTS, 1)}

# A column is one 64-bit word; the tables check this, so that a longer word list fails at import, not in a ranking.
assert max(map(len, (CATEGORY, SKILL, CERTIFICATE, LICENCE, TRADE))) <= 64


def mask(words: Iterable[str], bits: Mapping[str, int]) -> int:
    """The words as one number; words outside the list are left out."""
    total = 0
    for word in words:
        if word in bits:
            total |= 1 << bits[word]
    return total
