"""Who may be sent what over the account, and where a broadcast goes that no electronic road can carry to a person."""

from models.addressee import Addressee
from services import veterans
from services.topics import TOPICS


def refusal_of(person: Addressee, topic: str) -> str:
    """Why a person may not be sent a message of this topic over the account; "" when they may."""
    if person.openid is None or not person.following:
        return "unfollowed"
    if TOPICS[topic].answers:
        return ""
    if not person.agrees:
        return "no_consent"
    return "stopped" if person.stopped & {topic, veterans.ALL_TOPICS} else ""


def last_resort(person: Addressee | None, reason: str) -> str:
    """Where a broadcast that no electronic road can carry to a person goes: to the clerk's phone list, a printed slip,
    or nowhere, for the reason. Who said no, or has had enough this week, is left in peace.
    """
    if person is None or reason not in {"unfollowed", "window_closed"} or veterans.ALL_TOPICS in person.stopped:
        return reason
    return "to_phone" if person.has_phone else "to_slip" if person.has_village else reason
