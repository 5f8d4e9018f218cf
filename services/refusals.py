"""Who may be sent what over the account, and where a broadcast goes that no electronic road can carry to a person."""

from models.addressee import Addressee
from services import veterans
from services.topics import TOPICS


def refusal_of(person: Addressee, topic: str, *, by_sms: bool = False) -> str:
    """Why a person may not be sent a message of this topic over the account; "" when they may.

    `by_sms`: the office has short messages, which reach whoever left a number and does not follow, as a call would.
    """
    if not follows(person):
        may = by_sms and person.has_phone and not person.stopped & {topic, veterans.ALL_TOPICS}
        return "" if may else "unfollowed"
    if TOPICS[topic].answers:
        return ""
    if not person.agrees:
        return "no_consent"
    return "stopped" if person.stopped & {topic, veterans.ALL_TOPICS} else ""


def follows(person: Addressee) -> bool:
    """Whether the account can reach a person at all."""
    return person.openid is not None and person.following


def no_road(person: Addressee | None) -> str:
    """Why nothing carries a message to somebody who may be sent it."""
    return "window_closed" if person is not None and follows(person) else "unfollowed"


def last_resort(person: Addressee | None, reason: str) -> str:
    """Where a broadcast that no electronic road can carry to a person goes: to the clerk's phone list, a printed slip,
    or nowhere, for the reason. Who said no, or has had enough this week, is left in peace.
    """
    if person is None or reason not in {"unfollowed", "window_closed"} or veterans.ALL_TOPICS in person.stopped:
        return reason
    return "to_phone" if person.has_phone else "to_slip" if person.has_village else reason
