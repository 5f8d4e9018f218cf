"""What a posting or a broadcast may not say: fees, fraud, discrimination, hooks, adverts, hidden contacts."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from services.intake.cells.text import plain

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
    unless: re.Pattern[str] | None


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    path = Path(__file__).resolve().parent / "data" / "guard.toml"
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(
        _Rule(
            rule["code"],
            re.compile("|".join(f"(?:{pattern})" for pattern in rule["patterns"])),
            re.compile("|".join(rule["unless"])) if rule["unless"] else None,
        )
        for rule in data["rule"]
    )


def objections(texts: Iterable[str]) -> list[Objection]:
    """Every objection to these texts, one a rule; an empty list when they may stand.

    A passage is read with its own clause: “不收押金” takes the hit on 押金 back, another clause does not.
    """
    found: dict[str, Objection] = {}
    for text in texts:
        for clause in re.split(r"[,，;；。!！\n\r]+", text):
            words = plain(clause)
            for rule in _rules():
                if rule.code not in found and _hit(rule, words):
                    found[rule.code] = Objection(rule.code, clause.strip())
    return list(found.values())


def _hit(rule: _Rule, words: str) -> bool:
    if rule.unless is not None:
        words = rule.unless.sub("#", words)
    return bool(rule.pattern.search(words))
