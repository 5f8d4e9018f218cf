"""Consent: before it is given only anonymous help and public postings; refusing closes nothing else."""

from typing import Final

from bot.changed import changed
from bot.events import (
    ConsentGiven,
    ConsentWithdrawn,
    MatchesRequested,
    PreferenceChanged,
    SensitiveConsentGiven,
    SensitiveConsentWithdrawn,
)
from bot.flows import asking
from bot.flows.cases import is_complaint
from bot.merging import merge
from bot.nlu.heard import Heard
from bot.scene import Scene
from bot.slots import SENSITIVE_SLOTS, Slots
from bot.types import Reply, State, Turn

_SEEKS: Final = frozenset({"find_job", "show_matches", "update_profile"})
_NEEDS_CONSENT: Final = frozenset({"apply", "follow_up_answer"})


def claim(scene: Scene) -> Turn | None:
    """Takes every message of someone who has not agreed, but for what needs no consent."""
    conversation = scene.conversation
    if conversation.consent is True or is_complaint(scene):
        return None
    if _gives(scene):
        return _given(scene)
    if _refuses(scene):
        return _refused(scene)
    if conversation.erased and scene.says("erased_asks") and not scene.says("fill"):
        return scene.settled(Reply("erasure/gone"))
    if scene.says("fill") or scene.intent in _NEEDS_CONSENT or (conversation.erased and scene.says("again")):
        return _asked(scene, Reply("consent/needed"))
    wish = _wish(scene)
    if scene.intent == "find_job" and not wish.said():
        return _asked(scene, Reply("consent/needed" if conversation.consent is False else "consent/welcome"))
    if scene.intent == "show_matches" or (scene.intent in _SEEKS and (_wants(wish) or scene.says("show"))):
        return _public(scene, wish)
    if scene.intent in _SEEKS and wish.said():
        return _asked(scene, Reply("consent/needed"), held=_held(scene, wish))
    looks = scene.intent == "job_detail" and not conversation.shown
    if (looks or scene.intent in ("unknown", "greeting", "chitchat", "cancel")) and conversation.consent is None:
        return _asked(scene, Reply("consent/welcome"))
    return None


def sensitive(scene: Scene) -> Turn | None:
    """The consent of its own for facts of the body: given and taken back in one sentence, whatever is open."""
    conversation = scene.conversation
    if conversation.consent is not True:
        return None
    words, profile = scene.inbound.text, conversation.profile
    if scene.says("sensitive_withdraw"):
        left = profile.without(*SENSITIVE_SLOTS)
        events = (SensitiveConsentWithdrawn(words), PreferenceChanged(left, words))
        reply = Reply("consent/sensitive_withdrawn")
        return scene.answer(*events, reply, *asking.again(scene), profile=left, held=Slots(), sensitive=False)
    if scene.says("sensitive_give"):
        steps = (SensitiveConsentGiven(words), PreferenceChanged(profile, words))
        reply = Reply("consent/sensitive_given", {"disability": profile.disability})
        return scene.answer(*steps, reply, *asking.again(scene), held=Slots(), sensitive=True)
    return None


def _gives(scene: Scene) -> bool:
    if scene.says("consent_withdraw"):
        return False
    if scene.says("consent_give"):
        return True
    return scene.conversation.asked == "consent" and scene.agrees


def _refuses(scene: Scene) -> bool:
    if scene.conversation.asked != "consent" or scene.intent == "policy_question":
        return False
    # A “不” inside a long first message (“不上夜班”) refuses nothing.
    wish_only = scene.number is None and not scene.says("no") and scene.slots.without("confirm").said()
    return scene.intent == "cancel" or (scene.refuses and not wish_only)


def _given(scene: Scene) -> Turn:
    """Agreed: what was said while the question stood open counts, so that nobody has to say it twice."""
    before = scene.conversation.profile
    heard = scene.heard if scene.number is None else Heard(scene.intent)
    profile = merge(merge(before, Heard("update_profile", scene.conversation.held), "", None), heard, "", None)
    agreed = scene.with_conversation(consent=True, push=True)
    steps = (ConsentGiven(scene.inbound.text), Reply("consent/thanks"), *asking.keep(agreed, profile))
    return asking.put_next(agreed, profile, *steps, held=Slots(), erased=False)


def _refused(scene: Scene) -> Turn:
    return scene.settled(
        ConsentWithdrawn(scene.inbound.text), Reply("consent/refused"), consent=False, push=False, held=Slots()
    )


def _asked(scene: Scene, *steps: Reply, held: Slots | None = None) -> Turn:
    kept = scene.conversation.held if held is None else held
    return scene.answer(*steps, state=State.CONSENT, asked="consent", pending=None, held=kept)


def _wish(scene: Scene) -> Slots:
    """What this message says of a wish; facts of another person's included, nothing kept."""
    return merge(scene.conversation.held, changed(scene.heard, corrects=False), scene.inbound.text, None)


def _wants(wish: Slots) -> bool:
    return bool(wish.job_categories or wish.job_any)


def _held(scene: Scene, wish: Slots) -> Slots:
    """Kept only while the question for consent stands open; a refusal drops it."""
    return wish if scene.conversation.consent is None else Slots()


def _public(scene: Scene, wish: Slots) -> Turn:
    return scene.answer(
        MatchesRequested(wish),
        Reply("consent/hint"),
        state=State.MATCHES,
        asked="pick",
        pending=None,
        held=_held(scene, wish),
        focus=None,
    )
