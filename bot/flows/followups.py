"""Answers to what we asked on our own account: the follow-ups of day 7, 30 and 90, and whether a case is settled."""

from typing import Any, Final

from bot.changed import changed
from bot.events import (
    CaseAccepted,
    CaseRaised,
    CaseReopened,
    FollowUpAnswered,
    PreferenceChanged,
    Severity,
)
from bot.flows.cases import is_complaint, raised
from bot.merging import NOT_KEPT
from bot.scene import Scene, Step
from bot.slots import Slots
from bot.types import Conversation, Pending, Reply, State, Turn, Waiting

FACTS: Final = "facts"
"""Stands behind the number of the follow-up that also asks for pay, hours and social insurance."""
_STATUSES: Final = ("在岗", "已离职", "未入职")
_GAPS: Final = {2: "工资", 3: "工时", 4: "社保"}
_GAP_CUES: Final = {"wage": "工资", "overtime": "工时", "insurance": "社保", "contract": "合同"}
_REASONS: Final = ("工资低", "太累", "离家远", "和说的不一样", "家里有事", "其他")
_CONTENT: Final = 3
_OTHER_MATTERS: Final = frozenset(
    {"find_job", "show_matches", "policy_question", "training", "job_fair", "entrepreneurship", "help", "job_detail"}
)


def begin(conversation: Conversation, awaiting: str, *, has_case: bool = False) -> Conversation:
    """The conversation after something of ours was asked: its answer is what the next message is read as."""
    has_case = has_case or conversation.has_case
    asked = {"followup": "follow_up_status", "heartbeat": "heartbeat"}.get(awaiting.partition(":")[0], "confirm")
    return changed(conversation, awaiting=awaiting, asked=asked, pending=None, has_case=has_case)


def claim(scene: Scene) -> Turn | None:
    """Takes an answer to the open question of ours; anything else is left to the other flows."""
    awaiting = scene.conversation.awaiting
    if awaiting is None:
        return None
    kind, _, rest = awaiting.partition(":")
    if kind == "case":
        return _case(scene, int(rest))
    if kind != "followup":
        return None
    number, _, also = rest.partition(":")
    return _follow_up(scene, int(number), asks_facts=also == FACTS)


def _case(scene: Scene, case_id: int) -> Turn | None:
    open_question = scene.conversation.asked == "confirm" and scene.conversation.pending is None
    if scene.says("unsettled") or (open_question and scene.refuses):
        words = scene.inbound.text
        return scene.settled(CaseReopened(case_id, words), awaiting=None, has_case=True)
    if scene.says("settled") or (open_question and scene.agrees):
        return scene.settled(CaseAccepted(case_id), awaiting=None)
    return None


def _follow_up(scene: Scene, number: int, *, asks_facts: bool) -> Turn | None:
    if scene.waits_for(Waiting.REASON):
        return _reason(scene, number)
    if scene.waits_for(Waiting.FACTS):
        return _facts(scene, number)
    if scene.conversation.has_case and not scene.which("complaint"):
        # A case was answered on the same day: in words both can be told apart, and the follow-up stays open.
        if scene.says("unsettled"):
            return scene.answer(CaseReopened(None, scene.inbound.text))
        if scene.says("case_settled"):
            return scene.answer(CaseAccepted(None))
    if scene.intent == "complaint" or scene.says("grievance"):
        status = _status(scene)
        profile, kept = _known(scene, employment_status=status or scene.conversation.profile.employment_status)
        facts = FollowUpAnswered(number, scene.inbound.text, status, done=True)
        turn = raised(scene.with_conversation(profile=profile), *kept, facts, followup_id=number)
        return turn.with_conversation(awaiting=None, asked=None, pending=turn.conversation.pending)
    if scene.conversation.asked == "satisfaction":
        return _satisfaction(scene, number, asks_facts=asks_facts)
    status = _status(scene)
    if status is not None:
        return _answered(scene, number, status, asks_facts=asks_facts)
    if scene.intent in _OTHER_MATTERS or scene.slots.without(*NOT_KEPT).said():
        return None
    if scene.conversation.asked != "follow_up_status":
        return None
    if scene.conversation.unclear:
        done = FollowUpAnswered(number, scene.inbound.text, done=True)
        return scene.settled(done, Reply("followups/noted"), awaiting=None)
    return scene.answer(Reply("followups/status_again"), unclear=1)


def _status(scene: Scene) -> str | None:
    told = scene.which("follow_up_status")
    if told in _STATUSES[1:] and scene.conversation.asked == "follow_up_status":
        return told
    if scene.slots.employment_status is not None:
        return scene.slots.employment_status
    if scene.conversation.asked != "follow_up_status":
        return None
    if scene.number is not None:
        return _STATUSES[scene.number - 1] if 1 <= scene.number <= len(_STATUSES) else None
    return told


def _known(scene: Scene, **facts: Any) -> tuple[Slots, tuple[Step, ...]]:
    """The profile with what a follow-up told, and the event that keeps it (only with consent)."""
    profile = changed(scene.conversation.profile, **facts)
    if scene.conversation.consent is not True or profile == scene.conversation.profile:
        return scene.conversation.profile, ()
    return profile, (PreferenceChanged(profile, scene.inbound.text),)


def _answered(scene: Scene, number: int, status: str, *, asks_facts: bool) -> Turn:
    profile, kept = _known(scene, employment_status=status)
    words = scene.inbound.text
    with_score = scene.with_conversation(profile=profile)
    if status == _STATUSES[0]:
        if scene.slots.satisfaction is not None:
            return _scored(with_score, number, scene.slots.satisfaction, kept, asks_facts=asks_facts)
        fact = FollowUpAnswered(number, words, status)
        return scene.answer(*kept, fact, Reply("followups/ask_satisfaction"), asked="satisfaction", profile=profile)
    reason = scene.which("leave_reason")
    if reason is not None:
        done = FollowUpAnswered(number, words, status, reason=reason, done=True)
        return scene.settled(*kept, done, Reply("followups/left"), profile=profile, awaiting=None)
    fact = FollowUpAnswered(number, words, status)
    key = "followups/ask_reason" if status == _STATUSES[1] else "followups/ask_not_started"
    return scene.answer(
        *kept,
        fact,
        Reply(key, {"choices": list(_REASONS)}),
        asked=None,
        pending=Pending(Waiting.REASON),
        profile=profile,
    )


def _satisfaction(scene: Scene, number: int, *, asks_facts: bool) -> Turn | None:
    score = scene.slots.satisfaction
    if score is None and scene.number is not None and 1 <= scene.number <= 5:
        score = scene.number
    if score is None and scene.says("skip"):
        return _after_score(scene, number, (), asks_facts=asks_facts)
    if score is None:
        word = scene.which("satisfaction")
        score = int(word[-1]) if word else None
    if score is None:
        if scene.intent in _OTHER_MATTERS or scene.slots.said() or scene.says("show") or scene.says("again"):
            return None
        if scene.conversation.unclear:
            return _after_score(scene, number, (), asks_facts=asks_facts)
        return scene.answer(Reply("followups/ask_satisfaction"), unclear=1)
    return _scored(scene, number, score, (), asks_facts=asks_facts)


def _scored(scene: Scene, number: int, score: int, before: tuple[Step, ...], *, asks_facts: bool) -> Turn:
    profile, kept = _known(scene, satisfaction=score)
    fact = FollowUpAnswered(number, scene.inbound.text, scene.slots.employment_status, score, done=not asks_facts)
    told = scene.with_conversation(profile=profile)
    steps = (*(kept or before), fact)
    if score < _CONTENT:
        return told.answer(
            *steps,
            Reply("followups/ask_trouble"),
            awaiting=None,
            asked=None,
            pending=Pending(Waiting.COMPLAINT, words=scene.inbound.text),
        )
    return _after_score(told, number, steps, asks_facts=asks_facts)


def _after_score(scene: Scene, number: int, steps: tuple[Step, ...], *, asks_facts: bool) -> Turn:
    """The first follow-up goes on with the three facts of the posting: pay, hours, social insurance."""
    if asks_facts:
        return scene.answer(*steps, Reply("followups/ask_facts"), asked=None, pending=Pending(Waiting.FACTS))
    if not steps:
        steps = (FollowUpAnswered(number, scene.inbound.text, done=True),)
    return scene.settled(*steps, Reply("followups/thanks"), awaiting=None)


def _facts(scene: Scene, number: int) -> Turn | None:
    gaps = tuple(dict.fromkeys(_GAPS[n] for n in scene.numbers if n in _GAPS))
    same = bool(scene.numbers) and not gaps
    if not scene.numbers:
        same = scene.which("follow_up_facts") == "same"
        found = scene.every("complaint")
        gaps = () if same else tuple(_GAP_CUES[name] for name in found if name in _GAP_CUES)
    if not gaps and not same and not scene.says("skip"):
        if scene.intent in _OTHER_MATTERS:
            return None
        if not scene.conversation.unclear:
            return scene.answer(Reply("followups/ask_facts"), unclear=1)
    # Numbers say nothing to whoever reads the case.
    words = f"和当初说的不一样：{'、'.join(gaps)}" if gaps and scene.numbers else scene.inbound.text
    done = FollowUpAnswered(number, words, gaps=gaps, done=True)
    if not gaps:
        return scene.settled(done, Reply("followups/thanks"), awaiting=None)
    case = CaseRaised("posting", words, Severity.NORMAL, number, quiet=True)
    return scene.settled(done, case, Reply("followups/gaps", {"gaps": list(gaps)}), awaiting=None, has_case=True)


def _reason(scene: Scene, number: int) -> Turn | None:
    if scene.intent in _OTHER_MATTERS or scene.says("again") or scene.says("show_short"):
        return None
    wronged = scene.says("grievance") and is_complaint(scene)
    reason = _REASONS[scene.number - 1] if scene.number and scene.number <= len(_REASONS) else None
    reason = reason or scene.which("leave_reason") or _REASONS[-1]
    done = FollowUpAnswered(number, scene.inbound.text, reason=reason, done=True)
    if wronged:
        turn = raised(scene.with_conversation(pending=None), done, followup_id=number)
        return turn.with_conversation(awaiting=None, asked=None)
    return scene.settled(done, Reply("followups/left"), state=State.IDLE, awaiting=None)
