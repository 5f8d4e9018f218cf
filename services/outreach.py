"""The phone list and the printed slips: people no message reaches, worked off by hand, each result one typed line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models import delivery as deliveries
from models import outreach as outreach_table
from models.outreach import Outreach
from models.veteran import Veteran
from services import audit, veterans
from services.actors import Actor, OutOfScope
from services.audit import Detail
from services.errors import ServiceError
from services.masking import staff_words
from services.runtime import Runtime

PHONE: Final = "to_phone"
SLIP: Final = "to_slip"
MOST: Final = 500
TRIES: Final = 3
"""A call nobody takes is made again, so often in all."""
#: What may be typed -> the outcome. The first word of a line, or its number.
RESULTS: Final[Mapping[str, Mapping[str, str]]] = {
    PHONE: {"接通": "phoned", "没接": "no_answer", "空号": "wrong_number", "不要": "call_refused"},
    SLIP: {"送到": "slip_given", "没找到": "slip_not_found"},
}
#: Ends of a broadcast after which a call or a slip may still help; who said no is not among them.
MAY_BE_CALLED: Final = (
    "window_closed",
    "unfollowed",
    "blocked",
    "platform_failed",
    "mass_refused",
    "uncertain",
    "too_old",
    "sms_failed",
)


class OutreachError(ServiceError):
    """A line that cannot be taken; its message says what to write."""


@dataclass(frozen=True, slots=True)
class Line:
    """One person to call on: who and where they are, what they are to be told, how often it was tried."""

    delivery_id: int
    veteran_id: int
    name: str
    phone: str
    village: str
    station: str
    text: str
    tries: int


def listed(rt: Runtime, actor: Actor, way: str) -> list[Line]:
    """The people of the actor's stations who wait for a call or a slip, by station and village, on the record."""
    with rt.transaction() as session:
        rows = outreach_table.waiting(session, actor.scope, way, MOST)
        tried = outreach_table.tries(session, [delivery.id for delivery, _, _ in rows])
        lines = []
        for delivery, veteran, station in rows:
            contact = veterans.contact_of(rt.keyring, veteran)
            name = contact.name or f"未登记姓名（{veteran.id} 号）"
            where = (contact.phone or "", veteran.village or "", station)
            audit.person_read(rt, session, actor.who, veteran.id, "outreach", ("name", "phone"))
            lines.append(Line(delivery.id, veteran.id, name, *where, delivery.text, tried.get(delivery.id, 0)))
        return lines


def record(rt: Runtime, actor: Actor, delivery_id: int, typed: str) -> str:
    """Writes down what came of a call or a slip, as typed in one line ("没接", "1 想去"); the outcome.

    Raises OutreachError for a line that begins with no result, OutOfScope for what does not wait any more.
    """
    with rt.transaction() as session:
        row = session.get(deliveries.Delivery, delivery_id)
        if row is None or row.veteran_id is None or row.outcome not in RESULTS:
            raise OutOfScope
        way = row.outcome
        result, words = _read(way, typed)
        done = Outreach(delivery_id=row.id, veteran_id=row.veteran_id, at=rt.now(), who=actor.who[:64], result=result)
        veteran = session.get(Veteran, row.veteran_id)
        done.words = staff_words(rt.keyring, veteran, words)
        session.add(done)
        session.flush()  # it counts among the tries
        if result != "no_answer" or outreach_table.tries(session, [row.id])[row.id] >= TRIES:
            outreach_table.close(session, row.id, way, result)
        return result


def _read(way: str, typed: str) -> tuple[str, str]:
    known = RESULTS[way]
    line = typed.strip()
    for number, (word, outcome) in enumerate(known.items(), 1):
        for start in (word, str(number)):
            if line.startswith(start) and not line[len(start) :][:1].isdigit():
                return outcome, line[len(start) :].strip(" ，,。:：")[:200]
    choices = "、".join(f"{number} {word}" for number, word in enumerate(known, 1))
    raise OutreachError("outreach.result", 400, f"没看懂结果。请先写：{choices}，后面可以写一句情况。")


def hand_over(rt: Runtime, actor: Actor, broadcast_id: int, outcome: str) -> tuple[int, int]:
    """People of a broadcast whom it did not reach go to the phone list or the slips; how many of each."""
    if outcome not in MAY_BE_CALLED and not outcome.startswith("failed_"):
        raise OutreachError("outreach.outcome", 400, "这些人不该再打电话：本人停了消息，或者已经收到。")
    with rt.transaction() as session:
        moved = outreach_table.take_over(session, broadcast_id, [outcome], veterans.ALL_TOPICS)
        details: dict[str, Detail] = {"outcome": outcome, "phone": moved[0], "slip": moved[1]}
        audit.note(rt, session, actor.who, "broadcast.hand_over", f"broadcast:{broadcast_id}", details)
        return moved
