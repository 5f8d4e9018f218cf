"""The monthly spot check (抽查): a seeded random sample per station, a call to each, an error rate with its margin."""

import math
import random
from dataclasses import dataclass
from typing import Final

from models import heartbeat as heartbeats_table
from models.heartbeat import SpotCheck
from models.veteran import Veteran
from services import confirmations
from services.errors import ServiceError
from services.masking import staff_words
from services.runtime import Runtime

SHARE: Final = 0.05
AT_LEAST: Final = 5
RESULTS: Final = {"right": "全部属实", "wrong": "有误", "unreached": "没联系上"}
FIELDS: Final = {
    "phone": "电话",
    "employment_status": "就业状况",
    "employer": "单位",
    "wish": "求职意愿",
    "address": "住址",
}
Z: Final = 1.959964
"""The normal quantile of a 95 % interval."""


class SpotCheckRefused(ServiceError):
    """A result that is none; `message` says what to enter."""

    def __init__(self, message: str) -> None:
        super().__init__("spot_checks.refused", 400, message)


@dataclass(frozen=True, slots=True)
class Rate:
    """An error rate with both its numbers and its margin (Wilson, 95 %). `reached`: the rows that were checked."""

    node_id: int | None
    drawn: int
    reached: int
    wrong: int
    low: float
    high: float

    @property
    def rate(self) -> float | None:
        """Wrong rows among those reached; None while nobody was."""
        return self.wrong / self.reached if self.reached else None


def sample(seed: str, people: list[int]) -> list[int]:
    """The rows drawn by a seed: the same for everybody who draws again, in the order of drawing."""
    count = min(len(people), max(AT_LEAST, math.ceil(len(people) * SHARE)))
    return random.Random(seed).sample(sorted(people), count)


def draw(rt: Runtime, month: str, salt: str) -> int:
    """Draws the month's sample of every station, once; how many rows were drawn now.

    The seed is the month, the station and a salt that is chosen when it is drawn, so that nobody can know beforehand
    who will be called, and everybody can check afterwards that it was chance.
    """
    with rt.transaction() as session:
        if heartbeats_table.spot_checks(session, month):
            return 0
        drawn = 0
        for node_id, people in heartbeats_table.people_by_station(session).items():
            seed = f"{month}:{node_id or 0}:{salt}"
            for veteran_id in sample(seed, people):
                row = SpotCheck(
                    month=month, node_id=node_id, veteran_id=veteran_id, seed=seed, drawn_at=rt.now(), wrong=[]
                )
                session.add(row)
                drawn += 1
        return drawn


def record(rt: Runtime, check_id: int, result: str, wrong: list[str], note: str, who: str) -> None:
    """What the call found. Who was reached has confirmed their row. Raises ServiceError."""
    if result not in RESULTS:
        raise SpotCheckRefused("请选核查结果。")
    if (result == "wrong") != bool(wrong) or not set(wrong) <= set(FIELDS):
        raise SpotCheckRefused("选“有误”时请勾出哪几项不对；没有不对的，请选“全部属实”。")
    with rt.transaction() as session:
        check = heartbeats_table.spot_check_by_id(session, check_id)
        if check is None:
            raise ServiceError("spot_checks.unknown", 404, "没有这一条抽查。")
        if check.result in ("right", "wrong"):
            raise SpotCheckRefused(f"这一条 {check.checked_by} 已经核查过了。")
        veteran = session.get(Veteran, check.veteran_id)
        note = staff_words(rt.keyring, veteran, note)
        check.result, check.wrong, check.note = result, wrong, note.strip()[:200]
        check.checked_at, check.checked_by = rt.now(), who
        if veteran is not None and result != "unreached":
            confirmations.confirm(session, veteran, "phone", who, rt.now(), "抽查")


def rates(checks: list[SpotCheck]) -> list[Rate]:
    """The error rate of every station among these rows, in the order of stations."""
    stations: dict[int | None, list[SpotCheck]] = {}
    for check in checks:
        stations.setdefault(check.node_id, []).append(check)
    found = []
    for node_id, rows in stations.items():
        reached = sum(row.result in ("right", "wrong") for row in rows)
        wrong = sum(row.result == "wrong" for row in rows)
        low, high = wilson(wrong, reached)
        found.append(Rate(node_id, len(rows), reached, wrong, low, high))
    return found


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's rule, which holds for few rows and for none or all of them too."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)
