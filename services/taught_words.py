"""Words the bureau taught the bot: checked as our own lists are, in force for the next message, removable."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from bot.nlu import check, places_names
from bot.nlu.lexicon import load
from bot.nlu.own_words import PLACE, OwnWord, OwnWords
from bot.nlu.unread import is_filler
from matching.taxonomy import codes, regions
from models import unread as unread_table
from models.base import Session
from services import settings
from services.errors import ServiceError
from services.runtime import Runtime

NAME: Final = "words"
COLUMN: Final = "unread_word.word"
"""What an unread word is sealed as."""
MOST: Final = 500
KINDS: Final = {"job": "岗位", "skill": "技能", "certificate": "证书", "trade": "部队专业", PLACE: "地名"}
_CANONICAL: Final = {
    "job": codes.JOB_CATEGORIES,
    "skill": codes.SKILLS,
    "certificate": codes.CERTIFICATES,
    "trade": codes.MILITARY_TRADES,
}
_WORD: Final = re.compile(r"[\u4e00-\u9fffa-z0-9]{2,8}")


class WordRefused(ServiceError):
    """A word that cannot be taught; the message says why and what to write."""

    def __init__(self, message: str) -> None:
        super().__init__("words.refused", 400, message)


@dataclass(frozen=True, slots=True)
class Taught:
    """What was taught and what was set aside, as it is kept."""

    words: OwnWords = ()
    aside: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"words": [list(word) for word in self.words], "aside": list(self.aside)}


def in_force(session: Session) -> OwnWords:
    """The taught words, for understanding a message."""
    return _taught(settings.value(session, NAME)).words


def read(rt: Runtime) -> OwnWords:
    """The same outside a transaction."""
    return _taught(settings.read(rt, NAME)).words


def settled(session: Session) -> set[str]:
    """Words nobody need be asked about: taught, or set aside."""
    kept = _taught(settings.value(session, NAME))
    return {*kept.aside, *(word.name for word in kept.words)}


def _taught(kept: Mapping[str, Any] | None) -> Taught:
    if kept is None:
        return Taught()
    return Taught(tuple(OwnWord(*one) for one in kept["words"]), tuple(kept["aside"]))


@lru_cache(maxsize=1)
def targets() -> Mapping[str, tuple[str, str]]:
    """What a word may mean, as staff pick it: 保安（岗位）; places are written out instead."""
    return {
        f"{canonical}（{KINDS[kind]}）": (kind, canonical) for kind, words in _CANONICAL.items() for canonical in words
    }


def meaning(word: OwnWord) -> str:
    """What a taught word means, in words."""
    if word.kind == PLACE:
        place = regions.get(word.means)
        return f"{''.join(place.path) if place else word.means}（{KINDS[PLACE]}）"
    return f"{word.means}（{KINDS[word.kind]}）"


def teach(rt: Runtime, name: str, target: str, who: str) -> OwnWord:
    """From now on this word means that. Raises WordRefused."""
    name = "".join(name.split()).lower()
    if not _WORD.fullmatch(name):
        raise WordRefused("要教的词写 2 到 8 个字，不要标点和空格。")
    word = OwnWord(*_meant("".join(target.split())), name)
    _check(word)
    with rt.transaction() as session:
        kept = _taught(settings.latest(session, NAME))
        if any(one.name == name for one in kept.words):
            raise WordRefused(f"“{name}”已经教过了。要改，先把它去掉，再教一次。")
        if len(kept.words) >= MOST:
            raise WordRefused(f"已经教了 {MOST} 个词，满了。先去掉用不着的。")
        now = Taught((*kept.words, word), tuple(one for one in kept.aside if one != name))
        settings.keep(rt, session, who, NAME, now.to_json(), f"教：“{name}”就是{meaning(word)}")
        unread_table.forget_words(session, rt.keyring.digests(COLUMN, name))
    return word


def _meant(target: str) -> tuple[str, str]:
    known = targets()
    if target in known:
        return known[target]
    bare = [found for found in known.values() if found[1] == target]
    if len(bare) == 1:
        return bare[0]
    if len(bare) > 1:
        choices = "、".join(f"{target}（{KINDS[kind]}）" for kind, _ in bare)
        raise WordRefused(f"“{target}”有几种意思，请选一个：{choices}。")
    places = places_names.by_tail(target.removesuffix(f"（{KINDS[PLACE]}）"))
    if len(places) == 1:
        return PLACE, places[0]
    if places:
        raise WordRefused(f"叫“{target}”的地方不止一个，请连上一级写全，例如 四川省绵阳市涪城区。")
    raise WordRefused("“就是什么”请从列表里选；是地名的，写它的全称，例如 绵阳市涪城区。")


def _check(word: OwnWord) -> None:
    """The rules of `laobing lexicon check`, and what only matters for one word by itself."""
    if word.kind != PLACE:
        for problem in check.check_word(*word):
            raise WordRefused(f"{problem.message}。{problem.mend}。")
    if is_filler(word.name):
        raise WordRefused(f"“{word.name}”太常见，教了会到处认错。写全一点，例如前后多带一个字。")
    lexicon = load()
    if word.name in lexicon.names:
        known = "、".join(f"{one}（{KINDS[kind]}）" for kind, all_ in lexicon.names[word.name].items() for one in all_)
        raise WordRefused(f"“{word.name}”机器人已经认得，是{known}，不用教。")
    if word.name in places_names.names().by_word:
        raise WordRefused(f"“{word.name}”机器人已经认得，是地名，不用教。")
    if word.name in lexicon.stops:
        raise WordRefused(f"“{word.name}”里的字另有意思，教了会认错。换一个说法。")


def remove(rt: Runtime, name: str, who: str) -> None:
    """A taught word is forgotten. Raises WordRefused."""
    with rt.transaction() as session:
        kept = _taught(settings.latest(session, NAME))
        left = tuple(one for one in kept.words if one.name != name)
        if len(left) == len(kept.words):
            raise WordRefused(f"“{name}”已经去掉了。")
        settings.keep(rt, session, who, NAME, Taught(left, kept.aside).to_json(), f"去掉：“{name}”")


def set_aside(rt: Runtime, name: str, who: str) -> None:
    """An unread word is not worth teaching; it is shown no more."""
    with rt.transaction() as session:
        kept = _taught(settings.latest(session, NAME))
        aside = (*(one for one in kept.aside if one != name), name)[-MOST:]
        settings.keep(rt, session, who, NAME, Taught(kept.words, aside).to_json(), f"不用教：“{name}”")
        unread_table.forget_words(session, rt.keyring.digests(COLUMN, name))


def listed(rt: Runtime) -> list[tuple[str, str]]:
    """The taught words, the newest first, each with what it means."""
    return [(word.name, meaning(word)) for word in reversed(read(rt))]


def take_back(rt: Runtime, change_id: int, who: str) -> None:
    """Puts back the words before the latest change. Raises ServiceError."""
    with rt.transaction() as session:
        settings.take_back(rt, session, who, NAME, change_id)
