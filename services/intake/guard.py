"""What a posting or a broadcast may not say: fees, fraud, discrimination, hooks, adverts, hidden contacts."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from services.intake.cells.text import CACHED, plain

#: Codes that keep a text from being taken or sent; the others are warnings for the clerk.
REFUSING: Final = frozenset({"illegal_fee", "suspicious"})


@dataclass(frozen=True, slots=True)
class Objection:
    """One passage that may not stand: the code of the rule and the words it was found in."""

    code: str
    words: str

    @property
    def refuses(self) -> bool:
        """Whether the text must not go out as it is."""
        return self.code in REFUSING


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str]
    innocent: re.Pattern[str]
    across: re.Pattern[str]


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    path = Path(__file__).resolve().parent / "data" / "guard.toml"
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        _Rule(
            rule["code"],
            _any(rule["patterns"]),
            _any(rule["unless"]),
            _any([rule["innocent"]] if "innocent" in rule else []),
            _any(rule.get("across", [])),
        )
        for rule in data["rule"]
    )


def _any(patterns: list[str]) -> re.Pattern[str]:
    """One pattern of many; one that never matches of none."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or r"(?!)")


def objections(texts: Iterable[str]) -> list[Objection]:
    """Every objection to these texts, one a rule; an empty list when they may stand.

    A passage is read with its own clause: “不收押金” takes the hit on 押金 back, another clause does not.
    """
    found: dict[str, Objection] = {}
    for text in texts:
        for objection in _objections(text):
            found.setdefault(objection.code, objection)
    return list(found.values())


@lru_cache(maxsize=CACHED)
def spread(*texts: str) -> tuple[Objection, ...]:
    """Objections that only show when several cells of a row are read together: 打字员 in one, 日结300 in the next."""
    whole = plain("，".join(texts))
    hits = [rule for rule in _rules() if rule.across.search(whole) and not rule.innocent.search(whole)]
    return tuple(Objection(rule.code, "，".join(texts).strip()) for rule in hits)


@lru_cache(maxsize=CACHED)
def _objections(text: str) -> tuple[Objection, ...]:
    found: dict[str, Objection] = {}
    whole = plain(text)
    for rule in _rules():
        if rule.across.search(whole) and not rule.innocent.search(whole):
            found.setdefault(rule.code, Objection(rule.code, text.strip()))
    for clause in re.split(r"[,，;；。!！\n\r]+", text):
        words = plain(clause)
        for rule in _rules():
            if rule.code not in found and _hit(rule, words):
                found[rule.code] = Objection(rule.code, clause.strip())
    return tuple(found.values())


def _hit(rule: _Rule, words: str) -> bool:
    return bool(rule.pattern.search(rule.unless.sub("#", words))) and not rule.innocent.search(words)
