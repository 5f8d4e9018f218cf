"""What the bureau changes in the policy library: add, edit, retire. What an answer must name is refused by name."""

import re
import secrets
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Final

from models.base import Session
from models.policy import Policy, policies_by_key, policies_in_force
from services import audit, policies, policy_ranking
from services.errors import ServiceError
from services.runtime import Runtime
from services.texts import render

#: What every policy must name, and how to mend it where it does not.
MENDS: Final = {
    "title": "标题：写大家平时的叫法，例如“优待证怎么办”。",
    "text": "内容：用大白话写清楚能办什么。",
    "audience": "谁能办：写清楚哪些人可以办。",
    "papers": "带什么：写要带的证件、材料；不用带的写“不用带”。",
    "place": "在哪办：写单位和窗口，例如“县退役军人服务中心1号窗口”。",
    "source": "依据：写文件的名称和文号。没有文件的政策不能答复。",
    "source_date": "文件日期：照文件上的日期填。",
    "valid_until": "有效到：文件没写期限的，填下次要核对的日子。",
    "topics": "问法：至少写一个大家问的时候会说的词。",
}
#: What the columns of models/policy.py hold; the other texts are bound by the length of an answer.
MOST: Final = {
    "title": ("标题", 128),
    "audience": ("谁能办", 256),
    "papers": ("带什么", 256),
    "place": ("在哪办", 256),
    "source": ("依据", 256),
}
ENDING: Final = timedelta(days=30)
_PARTED: Final = re.compile(r"[、，,；;\s]+")


class PolicyRefused(ServiceError):
    """What was written cannot stand in the library; the message names what is missing and how to mend it."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__("policies.refused", status, message)


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy as it was written into the form; the fields bear the names of the row's."""

    title: str
    text: str
    audience: str
    papers: str
    place: str
    source: str
    source_date: date | None
    valid_until: date | None
    topics: list[str]


def topics_of(written: str) -> list[str]:
    """The words of the form, each once, as questions are compared with them."""
    topics = ["+".join(policy_ranking.plain(part).strip() for part in one.split("+")) for one in _PARTED.split(written)]
    return [topic for topic in dict.fromkeys(topics) if all(topic.split("+"))]


def state(policy: Policy, today: date) -> str:
    """Whether it is told today: "in_force", "ending" (within a month) or "retired"."""
    if policy.valid_until is None:
        return "in_force"
    if policy.valid_until < today:
        return "retired"
    return "ending" if policy.valid_until <= today + ENDING else "in_force"


def listed(rt: Runtime) -> list[tuple[Policy, str]]:
    """Every policy with its state: what ends soon first, what is retired last."""
    with rt.reading() as session:
        found = [(policy, state(policy, rt.today())) for policy in policies_by_key(session).values()]
    order = ("ending", "in_force", "retired")
    return sorted(found, key=lambda one: (order.index(one[1]), one[0].valid_until or date.max, one[0].key))


def find(rt: Runtime, policy_id: int) -> Policy:
    """The policy of that number. Raises PolicyRefused where there is none."""
    with rt.reading() as session:
        return _found(session, policy_id)


def message(rt: Runtime, policy: Policy) -> str:
    """The answer word for word as the veteran reads it."""
    with rt.reading() as session:
        return render(session, "policy/answer", **policies.answer_of(policy).said())


def preview(rt: Runtime, draft: Draft, policy_id: int | None = None) -> str:
    """The answer the draft would give; nothing is kept. Raises PolicyRefused."""
    with rt.reading() as session:
        _check(session, draft, policy_id, rt.today())
    return message(rt, _unkept(draft))


def add(rt: Runtime, draft: Draft, who: str) -> int:
    """Puts the county's own policy into the library; its number. Raises PolicyRefused."""
    with rt.transaction() as session:
        _check(session, draft, None, rt.today())
        made = _unkept(draft)
        made.key, made.region = f"own-{secrets.token_hex(8)}", rt.office.region
        session.add(made)
        session.flush()  # the trail names its number
        audit.note(rt, session, who, "policy.add", f"policy:{made.id}")
        return made.id


def edit(rt: Runtime, policy_id: int, draft: Draft, who: str) -> None:
    """Changes a policy; a sample becomes the county's own, for the bureau now answers for it. Raises PolicyRefused."""
    with rt.transaction() as session:
        policy = _found(session, policy_id)
        _check(session, draft, policy_id, rt.today())
        changed = _fill(policy, draft)
        policy.is_sample = False
        audit.note(rt, session, who, "policy.edit", f"policy:{policy_id}", {"changed": changed})


def retire(rt: Runtime, policy_id: int, who: str) -> None:
    """Told no more from now on; a new last day brings it back."""
    with rt.transaction() as session:
        policy = _found(session, policy_id)
        if state(policy, rt.today()) == "retired":
            return
        policy.valid_until = rt.today() - timedelta(days=1)
        audit.note(rt, session, who, "policy.retire", f"policy:{policy_id}")


def _found(session: Session, policy_id: int) -> Policy:
    policy = session.get(Policy, policy_id)
    if policy is None:
        raise PolicyRefused("没有这条政策。请回到政策列表里找。", 404)
    return policy


def _fill(policy: Policy, draft: Draft) -> tuple[str, ...]:
    """Writes the draft into the row; the names of the fields that changed."""
    names = [one.name for one in fields(Draft)]
    changed = tuple(name for name in names if getattr(policy, name) != getattr(draft, name))
    for name in changed:
        setattr(policy, name, getattr(draft, name))
    return changed


def _unkept(draft: Draft) -> Policy:
    """The draft as a row that no session knows."""
    made = Policy(is_sample=False)
    _fill(made, draft)
    return made


def _check(session: Session, draft: Draft, policy_id: int | None, today: date) -> None:
    """Raises PolicyRefused, naming everything to mend at once."""
    faults = [mend for name, mend in MENDS.items() if not getattr(draft, name)]
    faults += [
        f"{label}：最多 {most} 个字。" for name, (label, most) in MOST.items() if len(getattr(draft, name)) > most
    ]
    length = len(policies.told(_unkept(draft)))
    if length > policies.ANSWER_CHARS:
        faults.append(f"内容、谁能办、带什么：合起来最多 {policies.ANSWER_CHARS} 个字，现在 {length} 个，请写短些。")
    if draft.source_date and draft.source_date > today:
        faults.append("文件日期：还没有到，请照文件上的日期填。")
    if draft.valid_until and draft.valid_until < today:
        faults.append("有效到：已经过了，请填以后的日子；不想再答复的，点“停用”。")
    in_force = policies_in_force(session, today)
    if any(other.title == draft.title and other.id != policy_id for other in in_force):
        faults.append("标题：已经有一条同名的政策，请去改那一条，或者换个标题。")
    if faults:
        raise PolicyRefused("还不能保存。请补好：" + "".join(faults))
