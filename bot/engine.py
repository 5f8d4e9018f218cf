"""One turn: who may claim it, in order - interrupts, our own open questions, entry points, the wish, fallback."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot import besides, describe
from bot.changed import changed
from bot.flows import arrangements, arrivals, cases, consent, control, followups, matches, people, support, wish
from bot.nlu.gates import Pattern
from bot.nlu.heard import Heard
from bot.scene import Scene
from bot.types import Conversation, Inbound, Kind, Reply, Role, State, Turn
from matching.taxonomy.place import Place

Claim = Callable[[Scene], Turn | None]

RECALL_AFTER: Final = timedelta(hours=20)
"""After a silence this long the first answer recalls in one line where the talk stood."""

COMMANDS: Final = {
    "返回": "go_back",
    "返回上一题": "go_back",
    "返回上一步": "go_back",
    "上一题": "go_back",
    "上一步": "go_back",
    "退回": "go_back",
    "取消": "cancel",
    "不弄了": "cancel",
    "不填了": "cancel",
    "退出": "cancel",
    "帮助": "help",
    "菜单": "help",
    "推荐": "show_matches",
    "岗位": "show_matches",
    "看岗位": "show_matches",
    "换一批": "show_matches",
    "找岗位": "show_matches",
    "查岗位": "show_matches",
    "搜岗位": "show_matches",
    "推荐岗位": "show_matches",
    "岗位推荐": "show_matches",
    "人工": "human_agent",
    "转人工": "human_agent",
    "退订": "stop_push",
    "恢复推送": "resume_push",
    "删除我的信息": "delete_my_data",
    "登记": "find_job",
    "找工作": "find_job",
    "继续": "find_job",
    "培训": "training",
    "招聘会": "job_fair",
    "创业": "entrepreneurship",
    "没解决": "complaint",
}
_SECRET_NUMBER: Final = Pattern(r"(?<!\d)(?:\d{17}[\dx]|\d{16,19})(?!\d)")
INTERRUPTS: Final[tuple[Claim, ...]] = (
    control.crisis,
    consent.sensitive,
    control.consent_back,
    support.others,
    control.erasure,
    control.pushes,
    control.office,
    control.person,
    control.abuse,
)
NOT_FOR_THE_PROFILE: Final[tuple[Claim, ...]] = (people.minor, people.employer)
OPEN_QUESTIONS: Final[tuple[Claim, ...]] = (
    followups.claim,
    arrangements.claim,
    wish.pending,
    people.more_for_other,
)
ENTRIES: Final[tuple[Claim, ...]] = (
    cases.more,
    cases.complaint,
    support.more_of_interest,
    matches.withdraw,
    matches.cannot_go,
    cases.news,
    matches.apply,
    support.helped,
    support.privacy,
    support.mine,
    support.policy,
    support.interest,
    matches.show,
    matches.detail,
    wish.back,
    support.cancel,
)


def step(conversation: Conversation, heard: Heard, inbound: Inbound, now: datetime, home: Place | None = None) -> Turn:
    """What a message brings about. Pure: the same arguments give the same turn.

    `heard` is the message understood in the light of `conversation.asked`; `home` the bureau's own place. The
    conversation handed back is the state after the turn as far as the dialogue decides it; the services that act on
    the events may add what only they know (the list shown).
    """
    scene = Scene(conversation, heard, inbound, now, home)
    told = besides.added(heard, scene.text, scene.gate)
    scene = scene if told is heard else changed(scene, heard=told)
    turn = _claimed(scene)
    turn = _with_warning(scene, _with_recall(scene, turn))
    return turn.with_conversation(last_at=now)


def _commanded(scene: Scene) -> Scene:
    """The words our own texts tell people to send always mean what the texts say, whatever question is open."""
    intent = COMMANDS.get(scene.text.strip("“”\"'。.!,~"))
    if intent is None or scene.inbound.kind not in (Kind.TEXT, Kind.VOICE):
        return scene
    return changed(scene, heard=Heard(intent, abusive=scene.heard.abusive))


def _claimed(scene: Scene) -> Turn:
    if scene.inbound.kind is not Kind.UNSUBSCRIBE and scene.inbound.kind is not Kind.SUBSCRIBE:
        turn = control.silent(scene)
        if turn is not None:
            return turn
    turn = arrivals.claim(scene)
    if turn is not None:
        return turn
    if scene.inbound.kind is Kind.CLICK:
        scene = _tapped(scene)
    scene = people.grown(_commanded(scene))
    for claim in (*INTERRUPTS, *NOT_FOR_THE_PROFILE):
        turn = claim(scene)
        if turn is not None:
            return turn
    scene = people.as_seeker(scene)
    return _of_veteran(scene)


def _of_veteran(scene: Scene) -> Turn:
    """The turn of someone the profile is for (or who asks something a minor may ask, too)."""
    is_minor = scene.conversation.role is Role.MINOR
    may_wish = not is_minor and scene.conversation.consent is True
    claims: tuple[Claim, ...] = (
        *OPEN_QUESTIONS,
        *(() if is_minor else (consent.claim,)),
        *ENTRIES,
        *((wish.update,) if may_wish else ()),
        support.small_talk,
    )
    for claim in claims:
        turn = claim(scene)
        if turn is not None:
            return turn
    return support.unclear(scene)


def _tapped(scene: Scene) -> Scene:
    """A menu entry is the words it stands for."""
    intent = arrivals.menu_intent(scene.inbound.text)
    words = "我的资料" if intent == "mine" else ""
    heard = Heard("unknown" if intent == "mine" else intent)
    return replace(scene, heard=heard, inbound=replace(scene.inbound, text=words))


def _with_warning(scene: Scene, turn: Turn) -> Turn:
    """Numbers nobody needs are neither kept nor repeated; the sender is told so."""
    if not turn.steps or not _SECRET_NUMBER.search(scene.text) or turn.conversation.taken_over:
        return turn
    return changed(turn, steps=(Reply("support/no_numbers"), *turn.steps))


def _with_recall(scene: Scene, turn: Turn) -> Turn:
    """One line of recall when the form is taken up again after a long silence."""
    last = scene.conversation.last_at
    if last is None or scene.now - last < RECALL_AFTER or turn.conversation.state is not State.PROFILE:
        return turn
    facts = describe.phrases(scene.conversation.profile)
    if not facts or not any(isinstance(step, Reply) for step in turn.steps):
        return turn
    return changed(turn, steps=(Reply("profile/recall", {"facts": list(facts)}), *turn.steps))
