"""Help, the own registration, small talk, policy, training, fairs and start-ups, and what was not understood."""

from typing import Final

from bot import describe
from bot.changed import changed
from bot.events import Interest, InterestRecorded, OwnPageWanted, PolicyAsked
from bot.flows import asking, control, matches
from bot.nlu.heard import Heard
from bot.questions import ESSENTIAL
from bot.scene import Scene
from bot.types import Pending, Reply, State, Turn, Waiting

_INTERESTS: Final = {
    "training": Interest.TRAINING,
    "job_fair": Interest.JOB_FAIR,
    "entrepreneurship": Interest.START_UP,
}
_OFFER_PERSON_AFTER: Final = 2
_MAY_ASK_MORE: Final = frozenset(
    {"unknown", "chitchat", "greeting", "update_profile", "apply", "job_detail", "follow_up_answer", "policy_question"}
)
_SOFT: Final = (Waiting.CASE, Waiting.INTEREST, Waiting.MENU, Waiting.OTHER)
"""What may be said next is no choice we asked for: not understanding it is told as if nothing were open."""


def policy(scene: Scene) -> Turn | None:
    """A policy question, also in the middle of something: answered, and then the open question again."""
    if scene.intent != "policy_question" or matches.asks_of_posting(scene):
        return None
    return scene.answer(PolicyAsked(scene.inbound.text), *asking.again(scene))


def interest(scene: Scene) -> Turn | None:
    """Training, fairs, starting a business: what is on, and the clerk is told who asked."""
    kind = _INTERESTS.get(scene.intent)
    if kind is None:
        return None
    return _interested(scene, kind)


def _interested(scene: Scene, kind: Interest) -> Turn:
    """What is asked next may be about the same course or fair, unless a question of ours stands open."""
    open_question = asking.again(scene)
    free = not open_question and (scene.conversation.pending is None or bool(scene.waits_for(Waiting.INTEREST)))
    after = Pending(Waiting.INTEREST, words=kind.value) if free else scene.conversation.pending
    return scene.answer(InterestRecorded(kind, scene.inbound.text), *open_question, pending=after)


def more_of_interest(scene: Scene) -> Turn | None:
    """“多少钱”, “在哪办”, “给我报名” right after a course or a fair was told of."""
    pending = scene.waits_for(Waiting.INTEREST)
    if pending is None or scene.slots.said() or scene.intent not in _MAY_ASK_MORE:
        return None
    if scene.intent == "policy_question" and scene.which("policy_subject"):
        return None
    about = scene.which("facet") or any(map(scene.says, ("guardian", "loose_apply", "interest_more")))
    kind = Interest(pending.words)
    return changed(_interested(scene.with_conversation(pending=None), kind), intent=scene.intent) if about else None


def cancel(scene: Scene) -> Turn | None:
    """“不弄了”: whatever was going on ends; what was kept stays kept."""
    if scene.intent != "cancel":
        return None
    kept = bool(describe.phrases(scene.conversation.profile))
    return scene.settled(Reply("support/cancelled", {"kept": kept}))


def helped(scene: Scene) -> Turn | None:
    """The three entries by number, and what may be said at any moment."""
    menu = scene.waits_for(Waiting.MENU)
    if menu is not None and scene.number is not None:
        return _menu(scene, scene.number)
    if scene.intent == "help" or (scene.intent == "go_back" and not scene.conversation.trail):
        return _with_menu(scene, Reply("support/help"))
    return None


def _menu(scene: Scene, number: int) -> Turn | None:
    if number == 1:
        if scene.conversation.consent is not True:
            return scene.answer(Reply("consent/welcome"), state=State.CONSENT, asked="consent", pending=None)
        return asking.put_next(scene, scene.conversation.profile)
    if number == 2:
        return overview(scene)
    if number == 3:
        return scene.settled(Reply("policy/invite"))
    if number == 4:
        return control.person(changed(scene, heard=Heard("human_agent")))
    return _with_menu(scene, Reply("support/unclear_menu"))


def mine(scene: Scene) -> Turn | None:
    """“我的资料”: what is kept, in plain words."""
    if (
        not scene.says("mine")
        or scene.slots.said()
        or scene.intent in ("delete_my_data", "policy_question", "complaint")
    ):
        return None
    return overview(scene)


def privacy(scene: Scene) -> Turn | None:
    """“你们存我电话了吗”: what is kept, where it goes, how to have it deleted."""
    if not scene.says("privacy") or scene.intent in ("complaint", "delete_my_data", "policy_question", "stop_push"):
        return None
    return scene.answer(Reply("support/privacy"), *asking.again(scene))


def others(scene: Scene) -> Turn | None:
    """Other people's data, and orders to leave our rules: refused in one line, whatever posting is talked about."""
    if not (scene.says("others_data") or scene.says("against_rules")):
        return None
    key = "support/others_data" if scene.says("others_data") else "support/against_rules"
    return scene.answer(Reply(key), *asking.again(scene))


def overview(scene: Scene) -> Turn:
    """What is kept of the person; nothing that identifies them."""
    conversation = scene.conversation
    facts = list(describe.phrases(conversation.profile))
    facts += [
        words
        for words, kept in (("姓名（存了）", conversation.named), ("手机号（存了）", conversation.reachable))
        if kept
    ]
    told = Reply("support/overview", {"facts": facts, "push": conversation.push})
    return scene.settled(told, *((OwnPageWanted(),) if conversation.consent else ()))


def small_talk(scene: Scene) -> Turn | None:
    """Greetings, thanks and chat: a friendly line, then back to the matter."""
    open_question = asking.again(scene)
    if scene.says("thanks") and scene.intent in ("chitchat", "unknown", "greeting", "follow_up_answer"):
        return scene.answer(Reply("support/welcome"), *open_question)
    if scene.intent == "greeting":
        return (
            scene.answer(Reply("support/hello"), *open_question)
            if open_question
            else _with_menu(scene, Reply("support/hello_menu"))
        )
    if scene.says("done") and not open_question and scene.intent in ("chitchat", "unknown", "update_profile"):
        state = scene.conversation.state if scene.conversation.shown else State.IDLE
        return scene.answer(Reply("support/bye"), state=state)
    if scene.intent == "chitchat":
        return scene.answer(Reply("support/chat"), *open_question)
    return None


def unclear(scene: Scene) -> Turn:
    """Not understood: the open question again, else the menu; the second time a person is offered."""
    times = scene.conversation.unclear + 1
    offered = (Reply("support/offer_person"),) if times >= _OFFER_PERSON_AFTER else ()
    open_question = asking.again(scene)
    pending = scene.conversation.pending
    if pending is not None and pending.what not in _SOFT and not open_question:
        return scene.answer(Reply("support/unclear_choice"), *offered, unclear=times)
    if open_question and (scene.agrees or scene.says("done")):
        return scene.answer(Reply("support/go_on"), *open_question)
    if open_question:
        return scene.answer(Reply("support/unclear"), *offered, *open_question, unclear=times)
    if scene.conversation.shown and scene.conversation.state in (State.MATCHES, State.DETAIL, State.APPLIED):
        return scene.answer(*_unclear_list(scene, offered), unclear=times)
    turn = _with_menu(scene, Reply("support/unclear_menu"), *offered)
    return turn.with_conversation(unclear=times)


def _unclear_list(scene: Scene, offered: tuple[Reply, ...]) -> tuple[Reply, ...]:
    """After a list: how to pick from it, or the soft question that was put with it."""
    if scene.conversation.asked in ESSENTIAL:
        return (Reply("support/unclear"), *offered, Reply(f"matches/missing_{scene.conversation.asked}"))
    return (Reply("support/unclear_list", {"length": len(scene.conversation.shown)}), *offered)


def _with_menu(scene: Scene, *steps: Reply) -> Turn:
    """Adds the numbered menu unless a question of ours stands open: the numbers shown last are the ones that count."""
    open_question = asking.again(scene)
    if open_question:
        return scene.answer(*steps, *open_question)
    return scene.answer(*steps, pending=Pending(Waiting.MENU), asked=None)
