"""Complaints and what becomes of them: a case with a number and a day, news of it, and “not settled”."""

from typing import Any, Final

from bot.events import (
    CaseAccepted,
    CaseNewsRequested,
    CaseRaised,
    CaseReopened,
    CaseWordsAdded,
    ReferralsRequested,
    Severity,
)
from bot.questions import BY_KEY
from bot.scene import Scene, Step
from bot.types import Pending, Reply, State, Turn, Waiting

_KINDS: Final = ("wage", "overtime", "contract", "insurance", "safety", "fee", "fraud", "posting", "other")
_URGENT: Final = frozenset({"safety", "fraud", "fee"})
_ADDS: Final = frozenset({"update_profile", "unknown", "chitchat", "complaint", "follow_up_answer"})
_TALKING: Final = (State.MATCHES, State.DETAIL)
_VAGUE: Final = 12
"""A complaint shorter than this that names no matter is asked what it is about."""


def raised(scene: Scene, *steps: Step, followup_id: int | None = None) -> Turn:
    """Opens a case for a complaint, or asks what it is about when it names no matter."""
    kind = scene.which("complaint")
    if kind is None and len(scene.text) < _VAGUE:
        return scene.answer(
            *steps, Reply("cases/what"), intent="complaint", asked=None, pending=Pending(Waiting.COMPLAINT)
        )
    return _opened(scene, kind or "other", scene.inbound.text, *steps, followup_id=followup_id)


def _opened(scene: Scene, kind: str, words: str, *steps: Step, followup_id: int | None = None, **changes: Any) -> Turn:
    severity = Severity.URGENT if kind in _URGENT else Severity.NORMAL
    case = CaseRaised(kind, words, severity, followup_id)
    state = State.IDLE if scene.conversation.state in (State.CONSENT, State.STOPPED) else scene.conversation.state
    # What is said next may belong to the complaint, unless a question of the form stands open.
    after = None if scene.conversation.asked in BY_KEY else Pending(Waiting.CASE, words=kind)
    return scene.answer(
        *steps, case, intent="complaint", **{"has_case": True, "pending": after, "state": state, **changes}
    )


def is_complaint(scene: Scene) -> bool:
    """Understood as a complaint, or told of a wrong in words that can mean nothing else."""
    if _asks_of_posting(scene):
        return False
    if scene.intent == "complaint":
        return not (scene.says("plea") and scene.conversation.state in _TALKING and not scene.says("grievance"))
    if scene.intent not in ("unknown", "chitchat", "update_profile", "follow_up_answer", "find_job"):
        return False
    return scene.says("grievance") and scene.which("complaint") is not None


def _asks_of_posting(scene: Scene) -> bool:
    """“交不交五险” while a posting is talked about asks of it and tells of no wrong."""
    talking = scene.conversation.state in _TALKING
    return talking and scene.says("asks_whether") and scene.which("facet") is not None


def complaint(scene: Scene) -> Turn | None:
    """A complaint. Without consent nothing can be kept: the telephone and the way to consent are given."""
    pending = scene.waits_for(Waiting.COMPLAINT)
    if pending is not None:
        return _told(scene, pending)
    if not is_complaint(scene):
        return None
    if scene.conversation.has_case and scene.says("news") and not scene.says("grievance"):
        return scene.answer(CaseNewsRequested(scene.inbound.text))
    if scene.conversation.consent is not True:
        return scene.answer(Reply("cases/no_consent"), state=State.CONSENT, asked="consent", pending=None)
    if scene.conversation.has_case and scene.says("unsettled") and not scene.which("complaint"):
        return scene.answer(CaseReopened(None, scene.inbound.text))
    return raised(scene)


def _told(scene: Scene, pending: Pending) -> Turn | None:
    """What the complaint is about, by number or in words; skipping it leaves the case unopened."""
    if scene.number is not None and 1 <= scene.number <= len(_KINDS):
        return _opened(scene, _KINDS[scene.number - 1], pending.words or scene.inbound.text, asked=None)
    if scene.says("skip") or scene.intent in ("cancel", "go_back") or scene.says("none"):
        return scene.settled(Reply("cases/dropped"))
    if scene.intent in ("show_matches", "help", "find_job", "human_agent", "policy_question", "stop_push"):
        return None
    kind = scene.which("complaint") or "other"
    return _opened(scene, kind, scene.inbound.text, asked=None)


def more(scene: Scene) -> Turn | None:
    """What is added right after a case was opened: it belongs to the case, not to the wish."""
    raised_before = scene.waits_for(Waiting.CASE)
    if raised_before is None:
        return None
    if scene.which("complaint") not in (None, raised_before.words) and not scene.says("adds"):
        return None
    if scene.intent not in _ADDS or any(map(scene.says, ("news", "show_short", "again", "employer"))):
        return None
    if scene.says("done") or scene.says("thanks") or scene.refuses:
        return scene.settled(Reply("support/bye"), state=scene.conversation.state)
    warning = (Reply("cases/no_fee"),) if raised_before.words == "fee" and scene.says("asks_to_pay") else ()
    return scene.answer(*warning, CaseWordsAdded(scene.inbound.text))


def news(scene: Scene) -> Turn | None:
    """When will I hear: of a case, else of a referral."""
    conversation = scene.conversation
    if conversation.consent is not True:
        return None
    if conversation.state in (State.APPLIED, State.IDLE) and conversation.focus and scene.says("gone"):
        return scene.answer(ReferralsRequested())
    applied = conversation.state is State.APPLIED
    why = applied and scene.says("why_so") and scene.intent in ("unknown", "chitchat")
    why = why or (applied and scene.says("next_step"))
    if why or scene.says("referrals") or (scene.says("news") and not conversation.has_case and _may_ask_news(scene)):
        return scene.answer(ReferralsRequested())
    if conversation.has_case and scene.says("unsettled") and scene.intent in ("unknown", "complaint", "chitchat"):
        return scene.answer(CaseReopened(None, scene.inbound.text))
    if conversation.has_case and scene.says("news"):
        return scene.answer(CaseNewsRequested(scene.inbound.text))
    if conversation.has_case and scene.intent == "unknown" and scene.says("settled"):
        return scene.answer(CaseAccepted(None))
    return None


def _may_ask_news(scene: Scene) -> bool:
    """“有消息没” is about a referral only when no posting is being talked about."""
    return scene.intent in ("unknown", "chitchat", "follow_up_answer", "human_agent", "complaint", "update_profile")
