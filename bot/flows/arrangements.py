"""One reply to what was arranged (an interview, an offer, a place that became free) and to the monthly greeting."""

from typing import Final

from bot import cues
from bot.events import HeartbeatAnswered, InterviewAnswered, OfferAnswered, PlaceAnswered
from bot.scene import Scene
from bot.types import State, Turn

_HEARTBEATS: Final = ("working", "looking", "resting", "help")


def claim(scene: Scene) -> Turn | None:
    """Takes yes or no to the open arrangement, by number or in words; anything else is left to the other flows."""
    kind, _, number = (scene.conversation.awaiting or "").partition(":")
    if kind == "heartbeat":
        return _heartbeat(scene, int(number))
    if kind not in ("interview", "offer", "place"):
        return None
    if scene.conversation.asked != "confirm" or scene.conversation.pending is not None:
        return None
    says_no = scene.refuses or scene.says("not_going")
    says_yes = not says_no and (scene.agrees or scene.says("going"))
    if not (says_yes or says_no):
        return None
    event = {
        "interview": InterviewAnswered(int(number), says_yes),
        "offer": OfferAnswered(int(number), says_yes),
        "place": PlaceAnswered(int(number), says_yes),
    }[kind]
    return scene.settled(event, state=State.APPLIED if says_yes else State.IDLE, awaiting=None)


def _heartbeat(scene: Scene, number: int) -> Turn | None:
    if scene.conversation.asked != "heartbeat":
        return None
    if scene.number is not None:
        answer = _HEARTBEATS[scene.number - 1] if 1 <= scene.number <= len(_HEARTBEATS) else None
    else:
        answer = cues.which("heartbeat", scene.text.strip("。.!,~"))
    if answer is None:
        return None
    return scene.settled(HeartbeatAnswered(number, answer, scene.inbound.text), awaiting=None)
