"""Policy notices: whom an entry of the library concerns, as an audience rule, and the draft of a notice to them."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

from models.policy import Policy
from services import broadcasts, policy_edits
from services.broadcasts import BroadcastError, Wish
from services.runtime import Runtime

_TABLE: Final = Path(__file__).resolve().parent / "data" / "policy_audiences.toml"
_AGE: Final = re.compile(r"(\d{2})\s*周?岁(?:及)?以(上|下)")


@lru_cache(maxsize=1)
def _groups() -> dict[str, list[str]]:
    groups: dict[str, list[str]] = tomllib.loads(_TABLE.read_text(encoding="utf-8"))["group"]
    return groups


def audience_of(policy: Policy) -> str:
    """The rule for whom it concerns by its own words (“谁能办”); everybody where they name no group we know."""
    groups = [group for group, words in _groups().items() if any(word in policy.audience for word in words)]
    terms = [f"群体={'/'.join(groups)}"] if groups else []
    terms += [f"年龄={years}以{side}" for years, side in _AGE.findall(policy.audience)[:1]]
    return " 且 ".join(terms) or "全部"


def draft(rt: Runtime, policy_id: int, who: str) -> int:
    """Makes a draft of a notice of this policy; its number. Nothing is sent before staff confirm the plan.

    Raises BroadcastError for an entry that is no longer told or is a sample, PolicyRefused where there is none.
    """
    policy = policy_edits.find(rt, policy_id)
    if policy.is_sample:
        raise BroadcastError("sample", "这条是示例，不是本县的文件，不能发通知。请先改成本县的政策。")
    if policy_edits.state(policy, rt.today()) == "retired":
        raise BroadcastError("retired", "这条政策已经停用，不能发通知。")
    return broadcasts.compose(rt, Wish("policy", audience_of(policy), policy_edits.message(rt, policy)), who)
