"""What the notice of 2026 asks of every posting that goes out: what is missing, by name, with the mend.

《关于规范网络平台招聘类信息发布的通知》: the employer, head-count, requirements, content, place, basic pay, a day to
which it is valid, and the source where it was taken over from elsewhere. A limit that is not stated is no limit, so
requirements are never missing; validity comes with the verification.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from matching.facts import PostingFacts


@dataclass(frozen=True, slots=True)
class Stated:
    """What a posting states, whether it has a row yet or not."""

    employer: str
    facts: PostingFacts
    address: str = ""
    contact: str | None = None
    phone: str | None = None
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing: its name and what to do."""

    name: str
    mend: str


def _has_place(one: Stated) -> bool:
    return one.facts.location is not None or bool(one.address.strip())


def _has_pay(one: Stated) -> bool:
    return one.facts.month_min is not None or one.facts.month_max is not None


_ASKED: Final[tuple[tuple[Gap, Callable[[Stated], Any]], ...]] = (
    (Gap("用人单位", "请写单位全称。"), lambda one: one.employer.strip()),
    (Gap("联系电话", "请写能打通的电话。"), lambda one: one.phone),
    (Gap("招聘人数", "请问清招几个人，写数字。"), lambda one: one.facts.headcount),
    (Gap("工作内容", "请在备注里写一句做什么。"), lambda one: one.facts.job_categories or one.note.strip()),
    (Gap("工作地点", "请写到区县。"), _has_place),
    (Gap("基本工资", "请问清每月（每天）多少钱，不能只写“面议”。"), _has_pay),
    (Gap("来源", "请写这条信息从哪里来。"), lambda one: one.source.strip()),
)


def gaps(one: Stated) -> tuple[Gap, ...]:
    """Everything missing, in the order of the notice; empty when the posting may go out."""
    return tuple(gap for gap, stated in _ASKED if not stated(one))


def told(missing: tuple[Gap, ...]) -> str:
    """The gaps as one sentence for the clerk."""
    return "".join(f"缺“{gap.name}”：{gap.mend}" for gap in missing)
