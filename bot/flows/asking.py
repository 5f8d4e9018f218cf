"""Putting questions: the next one of the profile, the same one again, and what the last reply asks for."""

from typing import Any, Final

from bot import describe, questions
from bot.events import MatchesRequested, PreferenceChanged
from bot.questions import BY_KEY
from bot.scene import Scene, Step, ask
from bot.slots import Slots
from bot.types import Conversation, Reply, State, Turn, Waiting

PENDING_ASKS: Final[dict[Waiting, tuple[str, ...]]] = {
    Waiting.ERASURE: ("confirm",),
    Waiting.PLACE: ("location",),
    Waiting.PIN: ("confirm",),
    Waiting.DOUBT: ("confirm",),
    Waiting.WHOSE: ("confirm",),
    Waiting.CONTACT: ("name", "phone"),
    Waiting.APPLY: ("pick",),
    Waiting.OTHER: ("pick",),
    Waiting.REMINDER: ("confirm",),
    Waiting.HANDOVER: ("confirm",),
}
_CASE_ASKED: Final = "case"


def asks_of(conversation: Conversation) -> tuple[str, ...]:
    """What the person is being asked for now, in the words of the understanding."""
    pending = conversation.pending
    if pending is not None:
        asked = PENDING_ASKS.get(pending.what, ())
        if pending.what is Waiting.CONTACT:
            kept = {"name": conversation.named, "phone": conversation.reachable}
            return tuple(name for name in asked if getattr(pending.slots, name) is None and not kept[name])
        question = BY_KEY.get(conversation.asked or "")
        return question.asks[:1] if pending.what is Waiting.DOUBT and question is not None else asked
    if conversation.asked is None:
        return ()
    question = BY_KEY.get(conversation.asked)
    if question is None:
        return (conversation.asked,) if conversation.asked != _CASE_ASKED else ("confirm",)
    known = {"licence": conversation.profile.licences, "military_trade": conversation.profile.military_trade}
    return tuple(name for name in question.asks if known.get(name) is None)


def put(scene: Scene, key: str, *steps: Step, **changes: Any) -> Turn:
    """Asks a profile question after these steps."""
    conversation = scene.conversation
    trail = conversation.trail if conversation.trail[-1:] == (key,) else (*conversation.trail, key)
    return scene.answer(
        *steps,
        ask(key, scene.choices(key)),
        **{"state": State.PROFILE, "asked": key, "pending": None, "trail": trail[-12:], **changes},
    )


def put_next(scene: Scene, profile: Slots, *steps: Step, **changes: Any) -> Turn:
    """Asks the first question not yet answered; when none is left, the list follows."""
    skipped = changes.get("skipped", scene.conversation.skipped)
    key = questions.next_question(profile, skipped)
    if key is None:
        return listed(scene, profile, *steps, **changes)
    return put(scene, key, *steps, **{"profile": profile, **changes})


def listed(scene: Scene, profile: Slots, *steps: Step, page: int = 0, **changes: Any) -> Turn:
    """Shows the list for a profile; after one made without the essentials the first missing one is asked."""
    skipped = changes.get("skipped", scene.conversation.skipped)
    missing = next(
        (key for key in questions.ESSENTIAL if key not in skipped and not questions.is_answered(BY_KEY[key], profile)),
        None,
    )
    wanted = MatchesRequested(profile, page)
    more: tuple[Step, ...] = (Reply(f"matches/missing_{missing}"),) if missing and page == 0 else ()
    return scene.answer(
        *steps,
        wanted,
        *more,
        **{
            "state": State.MATCHES,
            "asked": missing if more else "pick",
            "pending": None,
            "profile": profile,
            "page": page,
            "focus": None,
            **changes,
        },
    )


def again(scene: Scene) -> tuple[Step, ...]:
    """The open question once more, after something else was answered in its midst; () when none is open."""
    conversation = scene.conversation
    pending = conversation.pending
    if pending is not None and pending.what is Waiting.CONTACT:
        return (Reply("apply/ask_contact", {"missing": list(asks_of(conversation))}),)
    if pending is not None and pending.what is Waiting.PLACE:
        return (Reply("profile/which_place", {"name": pending.words, "choices": place_labels(scene)}),)
    if conversation.state is State.CONSENT and conversation.asked == "consent":
        return (Reply("consent/again"),)
    if conversation.awaiting is not None and conversation.awaiting.startswith("followup:"):
        return _follow_up_again(conversation)
    if pending is not None or conversation.state is not State.PROFILE or conversation.asked not in BY_KEY:
        return ()
    return (ask(conversation.asked, scene.choices(conversation.asked)),)


def _follow_up_again(conversation: Conversation) -> tuple[Step, ...]:
    """The question of ours about a job begun, once more."""
    if conversation.pending is not None:
        return (Reply("followups/ask_facts"),) if conversation.pending.what is Waiting.FACTS else ()
    asked = {"follow_up_status": "followups/status_open", "satisfaction": "followups/ask_satisfaction"}
    key = asked.get(conversation.asked or "")
    return (Reply(key),) if key else ()


def place_labels(scene: Scene) -> list[str]:
    """The candidates of an ambiguous place, as they are numbered."""
    pending = scene.conversation.pending
    return ["".join(place.path) for place in pending.places] if pending else []


def keep(scene: Scene, profile: Slots) -> tuple[Step, ...]:
    """The event that keeps a changed profile and the line that says what was noted; () when nothing changed."""
    before = scene.conversation.profile
    if profile == before:
        return ()
    noted = describe.told(before, profile)
    changed: tuple[Step, ...] = (PreferenceChanged(profile, scene.inbound.text),)
    return (*changed, Reply("profile/noted", {"facts": list(noted)})) if noted else changed
