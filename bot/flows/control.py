"""What may be said at any moment: stop and resume, delete, a person please, life in danger, abuse."""

from datetime import date, timedelta
from typing import Final

from bot import cues
from bot.events import (
    CaseRaised,
    ConsentWithdrawn,
    ErasureRequested,
    HandoverRequested,
    MessageForwarded,
    PushResumed,
    PushStopped,
    RhythmChanged,
    Severity,
    SlotsErased,
    Topic,
)
from bot.flows import asking
from bot.merging import without_slots
from bot.nlu.gates import Pattern
from bot.scene import Scene
from bot.slots import Slots
from bot.types import Conversation, Pending, Reply, Role, State, Turn, Waiting

_PAUSES: Final = {"tomorrow": 1, "week": 7, "fortnight": 14, "month": 30, "quarter": 90, "half_year": 180}
_EVERYTHING: Final = Pattern(
    r"全|都|所有|一切|注销|(我的|个人|登记的?|这些|那些|我|存的)(资料|信息)|^(删除?|清除?|清空)(资料|信息)"
)
_RHYTHMS: Final = {
    "excellent": RhythmChanged(1, only_excellent=True),
    "weekly": RhythmChanged(7),
    "monthly": RhythmChanged(30),
    "daily": RhythmChanged(1),
}
_TOPIC_NAMES: Final = {
    Topic.MATCHES: "岗位推荐",
    Topic.POLICY: "政策通知",
    Topic.FAIR: "招聘会消息",
    Topic.FOLLOW_UP: "回访",
    Topic.HEARTBEAT: "每月问候",
    Topic.BROADCAST: "通知",
}
# 岗位的别发了，政策通知留着: what is to go on is not what is stopped.
_KEPT: Final = Pattern(r"[^,。;、]{1,8}(?:留着|保留|照发|照旧|还是?(?:要|发)|继续发|接着发|别停|不停)")
_US: Final = ("你们局", "你们单位", "你们中心", "你们窗口", "你们服务", "你们那儿", "你们这儿")
_IDLE_TALK: Final = frozenset({"unknown", "chitchat", "greeting", "follow_up_answer", "human_agent"})


def silent(scene: Scene) -> Turn | None:
    """While a member of staff speaks, the bot listens only: the words go to the staff's inbox."""
    if not scene.conversation.taken_over:
        return None
    return Turn(scene.conversation, (MessageForwarded(scene.inbound.text),), scene.intent)


def crisis(scene: Scene) -> Turn | None:
    """Words of someone in danger: the hotline, a person at once, and a case, whatever else was going on."""
    if not (scene.says("crisis") or scene.says("hurt_others")):
        return None
    words = scene.inbound.text
    return scene.settled(
        CaseRaised("crisis", words, Severity.CRISIS, quiet=True),
        HandoverRequested(words, Severity.CRISIS),
        Reply("support/crisis"),
        state=State.HANDOFF,
        has_case=True,
        intent="human_agent",
    )


def erasure(scene: Scene) -> Turn | None:
    """Deleting everything takes a question and a yes; single facts go at once."""
    pending = scene.waits_for(Waiting.ERASURE)
    if pending is not None:
        decided = _decide_erasure(scene)
        if decided is not None:
            return decided
    names = scene.every("field")
    if names and scene.says("drop_wish") and scene.intent not in ("policy_question", "complaint"):
        return _erase_slots(scene, names)
    if scene.intent != "delete_my_data" and not scene.says("erase_all"):
        return None
    if scene.conversation.consent is not True and scene.conversation.profile == Slots():
        return scene.settled(Reply("erasure/nothing"), state=scene.conversation.state)
    if names and not _EVERYTHING.search(scene.text):
        return _erase_slots(scene, names)
    return scene.answer(
        Reply("erasure/ask"), pending=Pending(Waiting.ERASURE), asked="confirm", intent="delete_my_data"
    )


def _decide_erasure(scene: Scene) -> Turn | None:
    deletes = scene.intent == "delete_my_data" or any(word in scene.text for word in ("删", "清", "注销"))
    agrees = scene.agrees or (deletes and not scene.says("keep"))
    if scene.says("keep") or scene.refuses or scene.intent in ("cancel", "go_back"):
        return scene.settled(Reply("erasure/kept"))
    if agrees:
        gone = Conversation(consent=False, erased=True, state=State.IDLE)
        return Turn(gone, (ErasureRequested(), Reply("erasure/done")), "delete_my_data")
    return None


def _erase_slots(scene: Scene, names: tuple[str, ...]) -> Turn:
    left = without_slots(scene.conversation.profile, tuple(name for name in names if name not in ("name", "phone")))
    return scene.answer(
        SlotsErased(names, left),
        Reply("erasure/fields"),
        *asking.again(scene),
        profile=left,
        named=scene.conversation.named and "name" not in names,
        reachable=scene.conversation.reachable and "phone" not in names,
    )


def pushes(scene: Scene) -> Turn | None:
    """Stopping and resuming what is sent unasked, all of it or one topic, for good or for a while."""
    rhythm = _rhythm(scene)
    if rhythm is not None:
        said = Reply("pushes/rhythm", {"days": rhythm.days, "only_excellent": rhythm.only_excellent})
        return scene.settled(rhythm, said, push=True)
    stopped = not scene.conversation.push or scene.conversation.state is State.STOPPED
    later = scene.which("pause") is not None
    if not later and (scene.intent == "resume_push" or (stopped and scene.says("resume"))):
        topic = _topic(scene)
        name = _TOPIC_NAMES.get(topic, "") if topic else ""
        return scene.settled(
            PushResumed(topic), Reply("pushes/resumed", {"topic": name}), push=True, intent="resume_push"
        )
    paused = later and scene.intent == "resume_push"
    if scene.intent != "stop_push" and not paused and not scene.says("stop_topic_word"):
        return None
    if scene.says("consent_withdraw"):
        return None
    until = _until(scene)
    topic = _topic(scene)
    params = {"topic": _TOPIC_NAMES[topic] if topic else "", "until": until}
    whole = topic is None and until is None
    return scene.settled(
        PushStopped(topic, until),
        Reply("pushes/stopped", params),
        state=State.STOPPED if topic in (None, Topic.MATCHES) else State.IDLE,
        push=scene.conversation.push and not whole,
        intent="stop_push",
    )


def _rhythm(scene: Scene) -> RhythmChanged | None:
    """“一周发一次就行”, “特别合适的才发”: how often new matches are wanted."""
    if scene.intent in ("find_job", "complaint", "policy_question", "job_detail"):
        return None
    found = scene.which("rhythm")
    return _RHYTHMS[found] if found else None


def _topic(scene: Scene) -> Topic | None:
    """One topic, where one is named; “岗位” in a plain “别推岗位了” is the matches."""
    if any(word in scene.text for word in ("全部", "所有", "什么都", "啥都", "一切", "都别", "都不")):
        return None
    found = cues.which("topic", _KEPT.sub("", scene.text))
    return Topic(found) if found else None


def _until(scene: Scene) -> date | None:
    found = scene.which("pause")
    if found is None:
        return None
    if found == "new_year":
        # The spring festival ends by the lantern festival: never later than 5 March.
        year = scene.today.year + (scene.today.month > 2)
        return date(year, 3, 1)
    return scene.today + timedelta(days=_PAUSES[found])


def consent_back(scene: Scene) -> Turn | None:
    """Consent may be taken back at any moment."""
    if scene.conversation.consent is not True or not scene.says("consent_withdraw"):
        return None
    if scene.says("family_refuses"):
        return None
    return scene.settled(ConsentWithdrawn(scene.inbound.text), Reply("consent/withdrawn"), consent=False, push=False)


def office(scene: Scene) -> Turn | None:
    """Where we are, when we are there, our telephone: told at once; a person is one word away."""
    if scene.says("robot") and scene.intent not in ("complaint", "find_job", "policy_question"):
        return scene.answer(Reply("support/robot"), *asking.again(scene))
    if not scene.says("office") or scene.conversation.role is Role.EMPLOYER or scene.slots.said():
        return None
    asks_us = scene.intent in _IDLE_TALK or scene.intent in ("help", "update_profile")
    if _asks_employers_phone(scene) or not (asks_us or any(word in scene.text for word in _US)):
        return None
    return scene.answer(Reply("support/office"), *asking.again(scene))


def person(scene: Scene) -> Turn | None:
    """A person please. Until one takes over, plain talk is passed on and real requests are still served."""
    if scene.conversation.role is Role.EMPLOYER and scene.which("employer_question") == "phone":
        return None
    if _asks_employers_phone(scene):
        return None
    if scene.intent == "human_agent" and scene.conversation.state is not State.HANDOFF:
        key = "handover/requested_calm" if scene.heard.abusive else "handover/requested"
        return scene.answer(
            HandoverRequested(scene.inbound.text), Reply(key), state=State.HANDOFF, asked=None, pending=None
        )
    if scene.conversation.state is not State.HANDOFF or _answers_case(scene):
        return None
    if scene.intent in ("cancel", "go_back") or (scene.says("no_bot") and not scene.slots.said()):
        return scene.settled(Reply("handover/cancelled"))
    waits = scene.says("news") and not scene.says("grievance")
    if (scene.intent in _IDLE_TALK or waits) and not scene.slots.said() and not scene.says("thanks"):
        return scene.answer(MessageForwarded(scene.inbound.text), Reply("handover/waiting"))
    return None


def _answers_case(scene: Scene) -> bool:
    """“补了，满意” to our question whether a case is settled is an answer, also while a person is waited for."""
    asked = (scene.conversation.awaiting or "").startswith("case:")
    return asked and (scene.says("settled") or scene.says("unsettled"))


def _asks_employers_phone(scene: Scene) -> bool:
    """“联系电话多少” while a posting is being talked about means the employer's, not ours."""
    talking = scene.conversation.state in (State.MATCHES, State.DETAIL, State.APPLIED)
    asks_us = any(word in scene.text for word in ("人工", "工作人员", "你们", "窗口", "转", "客服", "局"))
    return talking and scene.which("facet") == "phone" and not asks_us


def abuse(scene: Scene) -> Turn | None:
    """Abuse without a matter in it: a calm line and a way to a person; a matter in it is served."""
    at_us = scene.says("annoyed_at_us") and not scene.says("grievance")
    annoyed = at_us or (scene.says("annoyed") and not scene.conversation.has_case)
    if not (scene.heard.abusive or annoyed) or scene.slots.said():
        return None
    if scene.intent not in ("unknown", "chitchat", "complaint", "greeting"):
        return None
    if scene.which("complaint") and not at_us:
        return None
    return scene.answer(Reply("support/calm"), *asking.again(scene))
