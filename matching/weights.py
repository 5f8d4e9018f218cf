"""The weight table (data/weights.toml), read once, as plain numbers; no logic."""

from typing import Any, Final

from matching.taxonomy.tables import table

_TABLE: Final[dict[str, Any]] = table("weights")

VERSION: Final[str] = _TABLE["version"]
GRADE_STEP: Final[int] = _TABLE["grade_step"]
TRADE: Final[dict[str, int]] = _TABLE["trade"]
PLACE: Final[dict[str, int]] = _TABLE["place"]
DEDUCT: Final[dict[str, Any]] = _TABLE["deduct"]
PAY: Final[dict[str, Any]] = _TABLE["pay"]
BOARD: Final[dict[str, dict[str, int]]] = _TABLE["board"]
SHIFT: Final[dict[str, dict[str, int]]] = _TABLE["shift"]
SHIFT_KINDS: Final[dict[str, str]] = _TABLE["shift_kinds"]
POSTING: Final[dict[str, Any]] = _TABLE["posting"]
PERSON: Final[dict[str, int]] = _TABLE["person"]

#: The most points any posting can have within its grade.
MOST_POINTS: Final[int] = (
    max(TRADE["first"], TRADE["also"], TRADE["close"], TRADE["usable"])
    + max(TRADE["learnt"], TRADE["military"])
    + max(PLACE[name] for name in PLACE if not name.startswith("km_"))
    + max(PAY["most"], PAY["above"][0][1] + PAY["floor"])
    + max(points for row in BOARD.values() for points in [0, *row.values()])
    + max(points for row in SHIFT.values() for points in [0, *row.values()])
    + POSTING["veteran_priority"]
    + POSTING["fresh"][0][1]
    + POSTING["verified"]
    + POSTING["health"]
    + POSTING["fair"]
    + PERSON["schooling_above"]
    + PERSON["age_lift"]
)
