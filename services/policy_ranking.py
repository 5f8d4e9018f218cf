"""Which policy a question is about: pure, over plain words and a synonym file; says so when it cannot tell."""

import re
import tomllib
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from bot.nlu.places_sound import syllables

WORDS: Final = Path(__file__).resolve().parent / "data" / "policy_words.toml"
# A question must carry this much of a policy's subject, and this much more than of any other's, to be answered.
LEAST_SCORE: Final = 1.9
LEAST_LEAD: Final = 0.4
_STRONG, _MEDIUM, _WEAK = 2.0, 1.2, 0.7
_CLAUSE: Final = re.compile(r"[，。；！？、,.;!?\s]+")
_ASKS: Final = re.compile(
    r"[吗么不没嘛]$|怎|咋|啥|什么|多少|几|哪|谁|能不|能否|可以|有没|是不是|要不要|想|如何|好久|为何"
)
# A misspelt form is only sought from this length on: shorter ones sound like too many other words.
_SHORTEST_BY_SOUND: Final = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """What ranking needs of a policy: its key and the topics it is found by."""

    key: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A policy and how much of the question speaks for it, with the concepts that did."""

    key: str
    score: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The synonym file: forms (longest first) to concepts, the places of the forms that begin with a sign, weights, and
    the words that call for a person.
    """

    forms: tuple[tuple[str, frozenset[str]], ...]
    begun: dict[str, tuple[int, ...]]
    concepts: frozenset[str]
    weights: dict[str, float]
    personal: tuple[str, ...]
    elsewhere: tuple[str, ...]
    posting: tuple[str, ...]


@lru_cache(maxsize=1)
def words() -> Words:
    """The synonym file, read once."""
    table: dict[str, Any] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    meanings: dict[str, set[str]] = {}
    for concept, forms in table["concepts"].items():
        for form in forms:
            meanings.setdefault(plain(form), set()).add(concept)
    weights = dict.fromkeys(table["weights"]["medium"], _MEDIUM) | dict.fromkeys(table["weights"]["weak"], _WEAK)
    longest_first = sorted(meanings, key=lambda form: (-len(form), form))
    begun: dict[str, tuple[int, ...]] = {}
    for place, form in enumerate(longest_first):
        begun[form[0]] = (*begun.get(form[0], ()), place)
    return Words(
        tuple((form, frozenset(meanings[form])) for form in longest_first),
        begun,
        frozenset(table["concepts"]),
        weights,
        tuple(table["personal"]["words"]),
        tuple(table["elsewhere"]["words"]),
        tuple(table["posting"]["words"]),
    )


def plain(text: str) -> str:
    """Half width, lower case; whatever is neither letter nor digit parts the words like a blank."""
    return "".join(sign if sign.isalnum() else " " for sign in unicodedata.normalize("NFKC", text).lower())


def rank(question: str, entries: Sequence[Entry]) -> list[Ranked]:
    """Every policy the question speaks of, the likeliest first; ties in the order of the keys."""
    text, lexicon = plain(question), words()
    found = concepts(text)
    ranked = []
    for entry in entries:
        parts = map(_parts, entry.topics)
        present = {part for topic in parts if all(_stands_in(part, text, found) for part in topic) for part in topic}
        if present:
            score = sum(lexicon.weights.get(part, _STRONG) for part in sorted(present))
            ranked.append(Ranked(entry.key, score, tuple(sorted(present))))
    return sorted(ranked, key=lambda hit: (-hit.score, hit.key))


def best(question: str, entries: Sequence[Entry]) -> Ranked | None:
    """The one policy the question is plainly about, or None: then a person answers.

    None also for questions about someone's own file or about a posting, and for subjects that no entry names. Where
    a story names several policies, the clauses that ask decide.
    """
    text, lexicon = plain(question), words()
    if any(word in text for word in (*lexicon.personal, *lexicon.posting)):
        return None
    named = {part for entry in entries for topic in entry.topics for part in _parts(topic)}
    if any(word in text and word not in named for word in lexicon.elsewhere):
        return None
    hits = rank(text, entries)
    found = _plainly(hits)
    if found is not None or not hits:
        return found
    asked = [_plainly(rank(clause, entries)) for clause in _CLAUSE.split(question) if _ASKS.search(clause)]
    named_once = {hit.key: hit for hit in asked if hit is not None}
    return next(iter(named_once.values())) if len(named_once) == 1 else None


@lru_cache(maxsize=4096)
def _parts(topic: str) -> tuple[str, ...]:
    """The words that must all be there."""
    return tuple(topic.split("+"))


def _plainly(hits: list[Ranked]) -> Ranked | None:
    """The first, if it says enough and clearly more than the second."""
    if not hits or hits[0].score < LEAST_SCORE:
        return None
    if len(hits) > 1 and hits[0].score - hits[1].score < LEAST_LEAD:
        return None
    return hits[0]


def is_asking(text: str) -> bool:
    """Whether some clause asks something, by its particles and question words."""
    return any(_ASKS.search(clause) for clause in _CLAUSE.split(text))


def concepts(text: str) -> set[str]:
    """The concepts named in a text already made plain: longest forms first, then forms that only sound alike."""
    found: set[str] = set()
    lexicon, rest, unexplained = words(), text, text
    for place in sorted(place for sign in set(text) for place in lexicon.begun.get(sign, ())):
        form, meanings = lexicon.forms[place]
        if form in rest:
            found |= meanings
            # What a longer form has taken cannot mean something shorter as well; the gap keeps neighbours apart.
            rest = rest.replace(form, " ")
            if not meanings <= lexicon.weights.keys():
                unexplained = unexplained.replace(form, " ")
    return found | _misspelt(unexplained)


def _stands_in(part: str, text: str, found: Container[str]) -> bool:
    """Whether the text names the concept, or, for a word that is no concept of the file, holds it as it is."""
    return part in found or (part not in words().concepts and part in text)


def _misspelt(rest: str) -> set[str]:
    """Concepts of forms written with other characters of the same sound, as keyboards offer them."""
    found: set[str] = set()
    for piece in rest.split():
        if len(piece) < _SHORTEST_BY_SOUND:
            continue
        sounds = _sounds(piece)
        for spoken, meanings in _by_sound():
            if spoken in sounds:
                found |= meanings
    return found


def _sounds(text: str) -> str:
    """The syllables, each between blanks, so that one text's sounds lie in another's only at syllable borders."""
    return f" {' '.join(syllables(text))} "


@lru_cache(maxsize=1)
def _by_sound() -> tuple[tuple[str, frozenset[str]], ...]:
    """The sounds of strong concepts' forms; weak words are not worth a guess."""
    lexicon = words()
    return tuple(
        (_sounds(form), strong)
        for form, meanings in lexicon.forms
        if len(form) >= _SHORTEST_BY_SOUND
        and (strong := frozenset(concept for concept in meanings if concept not in lexicon.weights))
    )
