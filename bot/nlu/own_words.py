"""Words a bureau taught the bot while it runs: each with its kind and what it means."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from bot.nlu.places_cues import Hit
from bot.nlu.places_names import How

PLACE: Final = "place"


class OwnWord(NamedTuple):
    """One taught word. `kind`: that of the lexicon (job, skill, certificate, trade) or a place; `means`: its canonical
    word, or a place's code.
    """

    kind: str
    means: str
    name: str


OwnWords = tuple[OwnWord, ...]


def places_in(chars: str, own: OwnWords) -> Iterable[Hit]:
    """Where a taught name of a place stands in a cleaned text."""
    for word in own:
        at = chars.find(word.name) if word.kind == PLACE else -1
        while at >= 0:
            end = at + len(word.name)
            yield Hit(at, end, word.name, (word.means,), How.COLLOQUIAL)
            at = chars.find(word.name, end)
