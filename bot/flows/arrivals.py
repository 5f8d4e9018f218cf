"""Events and media: follow, unfollow, scans, menu taps, what cannot be read; location pins."""

from typing import Final

from bot.changed import changed
from bot.events import Followed, PersonBound, StationBound, Unfollowed
from bot.flows import asking
from bot.merging import merge
from bot.scene import Scene
from bot.slots import Slots
from bot.types import Conversation, Kind, Pending, Reply, State, Turn, Waiting
from matching.taxonomy import regions
from matching.taxonomy.place import Place

_MEDIA: Final = {
    Kind.IMAGE: "图片",
    Kind.VIDEO: "视频",
    Kind.FILE: "文件",
    Kind.LINK: "链接",
    Kind.OTHER: "这条消息",
}
_SILENT: Final = frozenset({Kind.VIEW, Kind.POSITION, Kind.RECEIPT})
_MENU: Final = (("mine", "mine"), ("我的", "mine"), ("help", "help"), ("帮助", "help"), ("policy", "help"))
PERSON_PREFIX: Final = "person"


def claim(scene: Scene) -> Turn | None:
    """Takes everything that is not words."""
    kind = scene.inbound.kind
    if kind is Kind.SUBSCRIBE:
        return _followed(scene)
    if kind is Kind.UNSUBSCRIBE:
        return Turn(Conversation(), (Unfollowed(),))
    if kind in _SILENT:
        return Turn(scene.conversation)
    if kind is Kind.SCAN:
        return _scanned(scene)
    if kind in _MEDIA:
        return _unreadable(scene, _MEDIA[kind])
    if kind is Kind.VOICE and not scene.inbound.text.strip():
        return _unheard(scene)
    if kind is Kind.LOCATION:
        return _pinned(scene)
    return None


def _followed(scene: Scene) -> Turn:
    """Following, also for the second time, starts clean: greeting and the question for consent."""
    if scene.conversation.consent is True:
        return scene.answer(Followed(scene.inbound.scene), *_bound(scene.inbound.scene), Reply("support/hello_menu"))
    fresh = Conversation(state=State.CONSENT, asked="consent")
    scanned = scene.inbound.scene
    steps = [Followed(scanned), *_bound(scanned)] if scanned else [Followed()]
    return Turn(fresh, (*steps, Reply("consent/welcome")))


def _bound(scanned: str) -> tuple[StationBound | PersonBound, ...]:
    if not scanned:
        return ()
    return (PersonBound(scanned),) if scanned.startswith(PERSON_PREFIX) else (StationBound(scanned),)


def _scanned(scene: Scene) -> Turn:
    turn = scene.answer(*_bound(scene.inbound.scene))
    if scene.conversation.consent is None:
        turn = scene.answer(*turn.steps, Reply("consent/welcome"), state=State.CONSENT, asked="consent")
    return turn


def menu_intent(key: str) -> str:
    """What a tap on the menu wants: the list, the own registration, or help."""
    plain = key.lower()
    return next((intent for part, intent in _MENU if part in plain), "show_matches")


def _unreadable(scene: Scene, what: str) -> Turn:
    return scene.answer(Reply("support/unreadable", {"what": what}), *asking.again(scene))


def _unheard(scene: Scene) -> Turn:
    return scene.answer(Reply("support/unheard"), *asking.again(scene))


def _nearest(scene: Scene) -> Place | None:
    """The county whose seat is nearest to a pin that bears no name."""
    latitude, longitude = scene.inbound.latitude, scene.inbound.longitude
    return regions.nearest(latitude, longitude) if latitude is not None and longitude is not None else None


def _pinned(scene: Scene) -> Turn:
    """A pin is kept and read back at once: a thumb slips easily on a map."""
    places = scene.slots.location
    if not isinstance(places, tuple) or not places:
        nearest = _nearest(scene)
        places = (nearest,) if nearest is not None else ()
    if not places:
        return scene.answer(Reply("support/pin_unknown"), *asking.again(scene))
    if scene.conversation.consent is not True:
        return scene.answer(Reply("consent/needed"), state=State.CONSENT, asked="consent")
    heard = changed(scene.heard, slots=Slots(location=places), corrects=True)
    profile = merge(scene.conversation.profile, heard, "", "location")
    return scene.answer(
        *asking.keep(scene, profile)[:1],
        Reply("profile/pin", {"place": "".join(places[0].path[1:] or places[0].path)}),
        profile=profile,
        asked="confirm",
        pending=Pending(Waiting.PIN, slots=Slots(location=scene.conversation.profile.location)),
    )
