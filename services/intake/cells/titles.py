"""From a job title to canonical categories: 叉车司机 → 叉车工, 武装押运员 → 押运员 and 保安."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from bot.nlu import lexicon
from services.intake.cells.text import plain

OTHER: Final = "其他"
_DATA: Final[dict[str, Any]] = tomllib.loads(
    (Path(__file__).resolve().parent.parent / "data" / "titles.toml").read_text(encoding="utf-8")
)
_RANKS: Final = tuple(sorted(_DATA["ranks"], key=len, reverse=True))
_LEADING: Final = tuple(_DATA["leading"])
_VAGUE: Final = frozenset(map(plain, _DATA["vague"]))
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    plain(word): tuple(categories.split("+")) for categories, words in _DATA["titles"].items() for word in words
}
_LONGEST: Final = max(map(len, _WORDS))
_BRACKETS: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_TAIL: Final = re.compile(
    r"(?:若干|\d+)(?:名|人)?$|(?:岗位?|人员|职位|师傅)$|[abcdn][1-6](?:以上)?$|^[abcd][1-6](?:类|证|照)?(?=[一-鿿]{2})"
)


@dataclass(frozen=True, slots=True)
class Trade:
    """The categories of a title, best first, and how sure that is (0 = none found, 1 = the very word)."""

    categories: tuple[str, ...]
    confidence: float

    @property
    def first(self) -> str:
        """The one category of a list that has room for one; 其他 when none was found."""
        return self.categories[0] if self.categories else OTHER


@lru_cache(maxsize=8192)
def parse(title: str) -> Trade:
    """Reads a title; several trades parted by / or 、 are all taken."""
    words = plain(title)
    if exact := _WORDS.get(words):
        return _trade(exact, 1.0)
    parts = [part for part in re.split(r"[/、|+&,，]|兼(?!职)|及|和(?!面)|或", _BRACKETS.sub("", words)) if part]
    found = [trade for trade in map(_one, parts) if trade.categories]
    if not found:
        inside = "".join(re.findall(r"[(\[【]([^)\]】]*)", words))
        return _one(inside) if inside else Trade((), 0.0)
    categories = dict.fromkeys(category for trade in found for category in trade.categories)
    if set(categories) == {"公益性岗位"}:  # 公益性岗位（乡村保洁）: the bracket says which
        categories |= dict.fromkeys(_one("".join(re.findall(r"[(\[【]([^)\]】]*)", words))).categories)
    return Trade(tuple(categories)[:3], found[0].confidence)


def _one(words: str) -> Trade:
    whole, words = words, _TAIL.sub("", words) or words
    if exact := _WORDS.get(words):
        return _trade(exact, 1.0)
    bare = words
    for rank in _RANKS:
        if bare.endswith(rank) or bare.startswith(rank):
            bare = bare.replace(rank, "", 1)
    found = _last(bare) or _last(words) or _last(whole)
    if not found:
        return _spoken(words)
    categories, sure = found
    if categories == ("公益性岗位",) and (beside := _last(re.sub(r"公益性?(?:岗位?)?", "", words))):
        categories = (*categories, *beside[0])  # 社区保洁公益性岗位
    if any(rank in words for rank in _LEADING) and "管理岗" not in categories:
        categories = (*categories, "管理岗")
    return _trade(categories, sure)


def _spoken(words: str) -> Trade:
    """By the everyday words veterans use for jobs, where the titles of employers know none."""
    jobs = [mention.of("job") for mention in lexicon.load().find(words) if mention.of("job")]
    if jobs:
        return Trade(jobs[-1], 0.6)
    # A worker of a kind we have no word for: most likely somebody at a machine.
    return Trade(("普工",), 0.4) if len(words) > 1 and words.endswith("工") else Trade((), 0.0)


def _trade(categories: tuple[str, ...], confidence: float) -> Trade:
    return Trade(() if categories == (OTHER,) else categories, confidence)


def _last(words: str) -> tuple[tuple[str, ...], float] | None:
    """The known word that ends last (the head of a Chinese compound stands at its end), the longest of those."""
    for end in range(len(words), 0, -1):
        for start in range(max(0, end - _LONGEST), end):
            word = words[start:end]
            if len(word) > 1 and word in _WORDS:
                if longer := _over(words, start, end):
                    return _WORDS[longer], 0.9
                if word in _VAGUE and (before := _last(words[:start])):
                    return before[0], 0.7
                return _WORDS[word], 0.9 if end == len(words) else 0.7
    return None


def _over(words: str, start: int, end: int) -> str | None:
    """A longer known word that ends inside the last one: 装载机 in 装载机手, though 机手 is one too."""
    found = [
        words[first:last]
        for last in range(end - 1, start, -1)
        for first in range(max(0, last - _LONGEST), start)
        if last - first > end - start and words[first:last] in _WORDS
    ]
    return max(found, key=len, default=None)
