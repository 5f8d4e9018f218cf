"""The inbox: people who wait for a person, what was said, the staff's answer, and giving the talk back to the bot."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models import conversation as conversations_table
from models import delivery as deliveries_table
from models import organisation
from models import queue as queue_table
from models import veteran as veterans_table
from models.base import Session
from models.conversation import Conversation, InboundMessage
from models.veteran import Veteran
from services import audit, canned_replies, cases, planner, veterans
from services.actors import Actor, OutOfScope
from services.errors import ServiceError
from services.masking import masked_phone, masked_text
from services.runtime import Runtime
from services.today import ANSWER_WITHIN, name_of

LISTED: Final = 100
LINES: Final = 60
MOST: Final = 500
_KINDS: Final = {
    "image": "（图片）",
    "voice": "（语音）",
    "location": "（位置）",
    "subscribe": "（关注了公众号）",
    "click": "（点了菜单）",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One talk of the inbox. `since`: None = somebody of the staff has answered and the person is silent."""

    veteran_id: int
    name: str
    since: datetime | None
    is_late: bool
    is_taken: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One message. `side`: person, bot or staff; `outcome`: what became of ours, in words, where it matters."""

    at: datetime
    side: str
    words: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """One person's talk. `can_answer`: the account may write to them at all."""

    veteran_id: int
    name: str
    phone: str
    lines: tuple[Line, ...]
    is_taken: bool
    can_answer: bool
    canned: tuple[tuple[str, str, str], ...]


def waiting(rt: Runtime, actor: Actor) -> list[Waiting]:
    """The inbox of the actor's stations, the longest waiting first."""
    now = rt.now()
    with rt.reading() as session:
        found = queue_table.open_talks(session, actor.scope, LISTED)
    return [
        Waiting(
            veteran.id,
            name_of(rt, veteran),
            row.waits_since,
            row.waits_since is not None and row.waits_since < now - ANSWER_WITHIN,
            row.taken_over_at is not None,
        )
        for row, veteran in found
    ]


def talk(rt: Runtime, actor: Actor, veteran_id: int) -> Talk:
    """What was said lately, oldest first, numbers in it covered; the reading is on the record. Raises OutOfScope."""
    with rt.transaction() as session:
        veteran = _veteran(session, veteran_id)
        row = conversations_table.conversation_of(session, veteran.id)
        audit.person_read(rt, session, actor.who, veteran.id, "talk")
        contact = veterans.contact_of(rt.keyring, veteran)
        lines = sorted(_lines(rt, session, veteran, row), key=lambda one: one.at)[-LINES:]
        node = session.get(organisation.Node, veteran.node_id) if veteran.node_id else None
        station = node.name if node else rt.office.name
        canned = canned_replies.filled(rt, canned_replies.in_force(session), contact.name or "", station)
    return Talk(
        veteran.id,
        name_of(rt, veteran),
        masked_phone(contact.phone) or "没有电话",
        tuple(lines),
        row is not None and row.taken_over_at is not None,
        veteran.openid is not None and veteran.following,
        canned,
    )


def _lines(rt: Runtime, session: Session, veteran: Veteran, row: Conversation | None) -> list[Line]:
    found = []
    for one in conversations_table.messages_of(session, row.openid, LINES) if row else ():
        found.append(Line(one.received_at, "person", masked_text(_words(rt, one))))
        if one.reply:
            found.append(Line(one.answered_at or one.received_at, "bot", masked_text(one.reply)))
    for sent in deliveries_table.latest_deliveries_of(session, veteran.id, LINES):
        side = "staff" if sent.topic == "agent" else "bot"
        outcome = planner.outcome_words(sent.outcome)[0] if sent.outcome else "在路上"
        found.append(Line(sent.sent_at or sent.created_at, side, masked_text(sent.text), outcome))
    return found


def _words(rt: Runtime, one: InboundMessage) -> str:
    if not one.inbound_sealed:
        return "（已删除）"
    said: dict[str, Any] = json.loads(rt.keyring.open("inbound_message.inbound", one.inbound_sealed))
    return str(said.get("text") or _KINDS.get(one.kind, "（没有文字）"))


def answer(rt: Runtime, actor: Actor, veteran_id: int, words: str) -> None:
    """Writes to the person over the account; the bot is silent from then on. Raises ServiceError with what to do."""
    if not words or len(words) > MOST:
        raise ServiceError("talks.length", 400, f"请写 1 到 {MOST} 个字。")
    with rt.transaction() as session:
        veteran = _veteran(session, veteran_id)
        if veteran.openid is None or not veteran.following:
            raise ServiceError(
                "talks.unreachable", 409, "对方没有关注公众号，微信发不到。请打电话，再在台账里记一次联系。"
            )
        audit.note(rt, session, actor.who, "talk.answer", f"veteran:{veteran_id}")
    cases.say_as_staff(rt, veteran_id, words)


def take(rt: Runtime, actor: Actor, veteran_id: int) -> None:
    """The bot is silent from now on."""
    with rt.transaction() as session:
        cases.take_over(session, _veteran(session, veteran_id), rt.now())
        audit.note(rt, session, actor.who, "talk.take", f"veteran:{veteran_id}")


def give_back(rt: Runtime, actor: Actor, veteran_id: int) -> None:
    """The bot answers again, and the person is told so."""
    cases.hand_back(rt, veteran_id)
    with rt.transaction() as session:
        audit.note(rt, session, actor.who, "talk.give_back", f"veteran:{veteran_id}")


def _veteran(session: Session, veteran_id: int) -> Veteran:
    veteran = veterans_table.veteran_by_id(session, veteran_id)
    if veteran is None or veteran.erased_at is not None:
        raise OutOfScope
    return veteran
