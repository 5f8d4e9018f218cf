"""One-to-one help (一对一帮扶): a named helper, the reason there is no work, the next steps and their days."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from models import helping as helping_table
from models.base import Session
from models.helping import HelpPlan, HelpStep
from models.veteran import Veteran
from services.errors import ServiceError
from services.masking import staff_words
from services.runtime import Runtime

REASONS: Final = {
    "no_skill": "缺技能、缺证书",
    "age": "年龄大",
    "health": "身体不好",
    "family": "要照顾家里",
    "far": "附近没有合适的",
    "pay": "工资谈不拢",
    "unwilling": "暂时不想干",
    "left": "刚离职",
    "not_back": "还没返岗",
    "other": "其他",
}
OUTCOMES: Final = {
    "placed": "已上岗",
    "business": "自己创业",
    "training": "去培训",
    "resting": "不再求职",
    "moved": "迁出",
    "passed": "换人帮扶",
}


class HelpRefused(ServiceError):
    """A plan that cannot be; `message` says what to enter."""

    def __init__(self, message: str) -> None:
        super().__init__("helping.refused", 400, message)


@dataclass(frozen=True, slots=True)
class Next:
    """A next step: what is to be done until when."""

    text: str
    due_on: date


def begin(rt: Runtime, veteran_id: int, helper: str, reason: str, first: Next, *, who: str, note: str = "") -> int:
    """Somebody is helped from now on; an open plan ends with the change of helper. The plan's number.

    Raises ServiceError: who, the reason code and a first step with its day are needed.
    """
    if reason not in REASONS:
        raise HelpRefused(f"请选没有工作的原因：{'、'.join(REASONS.values())}。")
    if not helper.strip():
        raise HelpRefused("请选帮扶人。")
    now = rt.now()
    with rt.transaction() as session:
        veteran = session.get(Veteran, veteran_id)
        if veteran is None:
            raise ServiceError("veterans.unknown", 404, "没有这个人，可能已经删除。")
        note = staff_words(rt.keyring, veteran, note)
        known = helping_table.open_plan_of(session, veteran_id)
        if known is not None:
            known.closed_at, known.outcome = now, "passed"
        plan = HelpPlan(
            veteran_id=veteran_id, helper=helper, reason=reason, note=note[:400], opened_at=now, opened_by=who
        )
        session.add(plan)
        session.flush()  # its steps name it
        _add(rt, session, plan, first)
        return plan.id


def add_step(rt: Runtime, plan_id: int, step: Next) -> None:
    """One more thing to do. Raises ServiceError."""
    with rt.transaction() as session:
        _add(rt, session, _open_plan(session, plan_id), step)


def finish_step(rt: Runtime, step_id: int, who: str, following: Next | None = None) -> None:
    """A step is done; a plan under way needs a next one, or to be ended. Raises ServiceError."""
    with rt.transaction() as session:
        step = helping_table.step_by_id(session, step_id)
        if step is None or step.done_at is not None:
            raise ServiceError("helping.step", 409, "这一步已经办过了。")
        plan = _open_plan(session, step.plan_id)
        step.done_at, step.done_by = rt.now(), who
        if following is not None:
            _add(rt, session, plan, following)
        session.flush()  # what is still to be done is counted
        if not helping_table.open_steps(session, [plan.id]):
            raise HelpRefused("请填下一步和日期；不用再帮了，就选“结束帮扶”。")


def end(rt: Runtime, plan_id: int, outcome: str) -> None:
    """The help ends, with how. Raises ServiceError."""
    if outcome not in OUTCOMES:
        raise HelpRefused(f"请选结果：{'、'.join(OUTCOMES.values())}。")
    with rt.transaction() as session:
        plan = _open_plan(session, plan_id)
        plan.closed_at, plan.outcome = rt.now(), outcome


def end_by_step(rt: Runtime, step_id: int, outcome: str, who: str) -> None:
    """The step that was left is done, and nothing follows: the help ends. Raises ServiceError."""
    if outcome not in OUTCOMES:
        raise HelpRefused(f"请选结果：{'、'.join(OUTCOMES.values())}。")
    with rt.transaction() as session:
        step = helping_table.step_by_id(session, step_id)
        if step is None:
            raise ServiceError("helping.step", 404, "没有这一步。")
        plan = _open_plan(session, step.plan_id)
        step.done_at, step.done_by = step.done_at or rt.now(), step.done_by or who
        plan.closed_at, plan.outcome = rt.now(), outcome


def _add(rt: Runtime, session: Session, plan: HelpPlan, step: Next) -> None:
    if not step.text.strip():
        raise HelpRefused("请写下一步做什么，比如“带他去报叉车班”。")
    if step.due_on < rt.today():
        raise HelpRefused("下一步的日期不能早于今天。")
    veteran = session.get_one(Veteran, plan.veteran_id)
    text = staff_words(rt.keyring, veteran, step.text.strip())[:200]
    session.add(HelpStep(plan_id=plan.id, text=text, due_on=step.due_on))


def _open_plan(session: Session, plan_id: int) -> HelpPlan:
    plan = helping_table.plan_by_id(session, plan_id)
    if plan is None or plan.closed_at is not None:
        raise ServiceError("helping.plan", 409, "这个帮扶已经结束。")
    return plan
