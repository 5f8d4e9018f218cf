"""Broadcasts: one text to many. Composed, planned, confirmed, written out page by page, paused, resumed, cancelled."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from channels.base import Means
from models import addressee
from models import broadcast as broadcasts_table
from models import delivery as deliveries
from models import veteran as veterans_table
from models.base import Session
from models.broadcast import Broadcast, BroadcastStatus
from models.delivery import DeliveryStatus
from services import allowances, audiences, audit, outbox, planner, veterans
from services.errors import ServiceError
from services.intake import guard
from services.outbox import Message
from services.planner import Plan, Planned
from services.refusals import last_resort, refusal_of
from services.runtime import Runtime
from services.topics import BROADCAST_TOPICS

TEXT_CHARS: Final = 600
PAGE: Final = 1000
NO_STAFF: Final = (
    "还没有登记预演的工作人员。请他们先用自己的微信关注公众号，再请维护人员把他们的台账编号写进 LAOBING_STAFF_NUMBERS。"
)
SAME_TEXT_WITHIN: Final = timedelta(days=7)
_BLANKS: Final = re.compile(r"\s+")


JUST_OVER: Final = timedelta(hours=1)
"""A time that passed while somebody filled in the form means now."""
FARTHEST: Final = timedelta(days=366)


class BroadcastError(ServiceError):
    """A broadcast that cannot be made or moved on; `message` says in Chinese why and what to do."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(key)
        self.message = message


@dataclass(frozen=True, slots=True)
class Wish:
    """What staff fill in. `again`: they were told that this text went out lately and want it all the same.

    `facts`: what a notice is filled of beside the text; `origin`: what makes it, if no member of staff does.
    """

    topic: str
    audience: str
    text: str
    again: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast is. `outcomes`: how many ended, or stand, in which way; they add up to `written`.

    `stopped`: what the platform said, if that is why it is paused.
    """

    status: str
    written: int
    open: int
    outcomes: dict[str, int]
    means: dict[str, int]
    plan: dict[str, Any]
    stopped: str = ""


def compose(rt: Runtime, wish: Wish, who: str) -> int:
    """Keeps a draft with its plan and answers its number; raises BroadcastError or AudienceError."""
    made = preview(rt, wish)
    with rt.transaction() as session:
        same = broadcasts_table.same_text_since(session, _digest(wish.text), rt.now() - SAME_TEXT_WITHIN)
        if same is not None and not wish.again:
            raise BroadcastError("same_text", f"一周内已经发过一样的内容（第 {same.id} 号）。确实要再发，请注明。")
        return _draft(rt, session, wish, who, made).id


def announce(rt: Runtime, wish: Wish, who: str, send_at: datetime) -> bool:
    """Composes and confirms at once what no member of staff makes; False: its origin has made it already.

    One transaction: a draft left behind by a process that died would be taken for announced.
    """
    made = preview(rt, wish)
    with rt.transaction() as session:
        if wish.origin is None or broadcasts_table.of_origin(session, wish.origin) is not None:
            return False
        row = _draft(rt, session, wish, who, made)
        row.status, row.confirmed_by, row.send_at = BroadcastStatus.CONFIRMED, who, send_at
        _note(rt, session, row, who, "broadcast.confirm")
        return True


def _draft(rt: Runtime, session: Session, wish: Wish, who: str, made: Plan) -> Broadcast:
    row = Broadcast(
        topic=wish.topic,
        text=wish.text.strip(),
        text_digest=_digest(wish.text),
        audience=audiences.parse(wish.audience).rule,
        plan=made.to_json(),
        made_by=who,
        created_at=rt.now(),
        facts=dict(wish.facts),
        origin=wish.origin,
    )
    session.add(row)
    session.flush()  # its number is the answer
    return row


def preview(rt: Runtime, wish: Wish) -> Plan:
    """The plan of a broadcast that is not kept; raises as `compose`."""
    audience = audiences.parse(wish.audience)
    check(wish)
    return planner.plan(rt, audience, _planned(rt, wish))


def _planned(rt: Runtime, wish: Wish) -> Planned:
    return Planned(wish.topic, frozenset(_facts(rt, wish.text, wish.facts)), len(wish.text.strip()))


def check(wish: Wish) -> None:
    """Refuses what can never go out; raises BroadcastError."""
    text = wish.text.strip()
    if wish.topic not in BROADCAST_TOPICS:
        raise BroadcastError("topic", f"没有“{wish.topic}”这类推送。可以用：{'、'.join(BROADCAST_TOPICS)}。")
    if not text:
        raise BroadcastError("empty", "内容是空的。")
    if len(text) > TEXT_CHARS:
        raise BroadcastError("too_long", f"内容有 {len(text)} 字，最多 {TEXT_CHARS} 字，请精简。")
    refusing = [one for one in guard.objections([text]) if one.refuses]
    if refusing:
        raise BroadcastError("content", f"内容里有不能发的话：“{refusing[0].words}”。请改掉再发。")


def _digest(text: str) -> str:
    return hashlib.sha256(_BLANKS.sub("", text).encode()).hexdigest()


def _facts(rt: Runtime, text: str, known: Mapping[str, str]) -> dict[str, str]:
    """What a notice can truthfully be filled of: what is known, else what a text gives."""
    day = rt.today()
    first = text.strip().splitlines()[0] if text.strip() else ""
    return {"title": first, "office": rt.office.name, "time": f"{day.year}年{day.month}月{day.day}日", **known}


def confirm(rt: Runtime, broadcast_id: int, who: str, send_at: datetime | None = None) -> None:
    """The second look: a draft will be sent, now or at a time; raises BroadcastError for a time that is over."""
    if send_at is not None and send_at < rt.now() - JUST_OVER:
        raise BroadcastError("time_over", "这个时间已经过了，请选以后的时间；现在就发，时间那一栏不用填。")
    if send_at is not None and send_at > rt.now() + FARTHEST:
        raise BroadcastError("too_far", "最多只能排到一年以内，请选近一点的时间。")
    with rt.transaction() as session:
        row = _row(session, broadcast_id, BroadcastStatus.DRAFT)
        row.status, row.confirmed_by, row.send_at = BroadcastStatus.CONFIRMED, who, send_at
        _note(rt, session, row, who, "broadcast.confirm")


def pause(rt: Runtime, broadcast_id: int, who: str) -> int:
    """Stops what has not gone out yet; how many wait."""
    with rt.transaction() as session:
        row = _row(session, broadcast_id, BroadcastStatus.CONFIRMED, BroadcastStatus.SENDING)
        row.status = BroadcastStatus.PAUSED
        _note(rt, session, row, who, "broadcast.pause")
        return deliveries.move_broadcast(session, row.id, [DeliveryStatus.PENDING], status=DeliveryStatus.HELD)


def resume(rt: Runtime, broadcast_id: int, who: str) -> int:
    """Goes on with a paused broadcast; how many go on."""
    with rt.transaction() as session:
        row = _row(session, broadcast_id, BroadcastStatus.PAUSED)
        _note(rt, session, row, who, "broadcast.resume")
        return _go_on(session, row)


def _go_on(session: Session, row: Broadcast) -> int:
    row.status = BroadcastStatus.SENDING if row.cursor else BroadcastStatus.CONFIRMED
    row.pause_reason, row.pause_words, row.resume_at = "", "", None
    return deliveries.move_broadcast(session, row.id, [DeliveryStatus.HELD], status=DeliveryStatus.PENDING)


def cancel(rt: Runtime, broadcast_id: int, who: str) -> int:
    """Takes back whatever has not gone out; how many. What is under way this moment still arrives."""
    with rt.transaction() as session:
        live = (BroadcastStatus.DRAFT, BroadcastStatus.CONFIRMED, BroadcastStatus.SENDING, BroadcastStatus.PAUSED)
        row = _row(session, broadcast_id, *live)
        row.status, row.finished_at = BroadcastStatus.CANCELLED, rt.now()
        _note(rt, session, row, who, "broadcast.cancel")
        allowances.give_back_mass(session, deliveries.gathered_openids(session, row.id), rt.now())
        taken = {"status": DeliveryStatus.CANCELLED, "outcome": "withdrawn"}
        return deliveries.move_broadcast(session, row.id, deliveries.WAITING, **taken)


def _row(session: Session, broadcast_id: int, *allowed: BroadcastStatus) -> Broadcast:
    row = broadcasts_table.broadcast_by_id(session, broadcast_id)
    if row is None:
        raise BroadcastError("unknown", f"没有第 {broadcast_id} 号群发。")
    if row.status not in allowed:
        raise BroadcastError("status", f"第 {broadcast_id} 号群发现在是“{row.status}”，不能这样做。")
    return row


def _note(rt: Runtime, session: Session, row: Broadcast, who: str, action: str) -> None:
    audit.note(rt, session, who, action, f"broadcast:{row.id}")


def rehearse(rt: Runtime, broadcast_id: int) -> int:
    """Sends the text to staff's own WeChat only, as often as they ask; to how many. Raises BroadcastError."""
    with rt.transaction() as session:
        row = broadcasts_table.broadcast_by_id(session, broadcast_id)
        if row is None:
            raise BroadcastError("unknown", f"没有第 {broadcast_id} 号群发。")
        staff = veterans_table.veterans_by_ids(session, rt.staff_numbers)
        openids = [one.openid for one in staff if one.openid is not None and one.following]
        if not openids:
            raise BroadcastError("no_staff", NO_STAFF)
        stamp = f"{rt.now():%Y%m%d%H%M%S}"
        for number, openid in enumerate(openids):
            message = Message(f"rehearsal:{row.id}:{stamp}:{number}", f"【预演】{row.text}")
            outbox.enqueue_reply(session, openid, message, rt.now())
        return len(openids)


def expand_due(rt: Runtime, most_pages: int = 40) -> int:
    """Writes out confirmed broadcasts, a page of people a transaction, and closes those that are done.

    How many people were written. The cursor moves with each page: a crash goes on where it stopped.
    """
    _resume(rt)
    written = 0
    for _ in range(most_pages):
        with rt.transaction() as session:
            row = broadcasts_table.due_broadcast(session, rt.now())
            if row is None:
                break
            written += _expand_page(rt, session, row)
    _finish(rt)
    return written


def _resume(rt: Runtime) -> None:
    """A used-up count of the platform is there again: what stopped for it goes on."""
    with rt.transaction() as session:
        for row in broadcasts_table.halted_until(session, rt.now()):
            _note(rt, session, row, "定时任务", "broadcast.resume")
            _go_on(session, row)


def _expand_page(rt: Runtime, session: Session, row: Broadcast) -> int:
    now = rt.now()
    audience = audiences.parse(row.audience)
    row.status = BroadcastStatus.SENDING
    page = next(audiences.pages(session, audience, now.date(), row.cursor), None)
    if page is None:
        row.expanded_at = now
        return 0
    row.cursor, ids = page
    people = addressee.addressees(session, ids, now, purpose=veterans.PUSHES)
    facts, goes_at = _facts(rt, row.text, row.facts or {}), outbox.goes_at(session, row.topic, now)
    rows = []
    for number, person in people.items():
        refused = last_resort(person, refusal_of(person, row.topic, by_sms=Means.SMS in rt.reach.means))
        message = Message(f"broadcast:{row.id}:{number}", row.text, facts)
        columns = outbox.row_of(number, person.openid, row.topic, message, now, refused)
        rows.append(columns | {"broadcast_id": row.id, "due_at": goes_at})
    deliveries.add_deliveries(session, rows)
    return len(rows)


def _finish(rt: Runtime) -> None:
    with rt.transaction() as session:
        for row in broadcasts_table.broadcasts_written_out(session):
            if not deliveries.count_open(session, row.id):
                row.status, row.finished_at = BroadcastStatus.DONE, rt.now()


def progress(rt: Runtime, broadcast_id: int) -> Progress:
    """How far it is, counted for display; raises BroadcastError."""
    with rt.reading() as session:
        row = _row(session, broadcast_id, *BroadcastStatus)
        counted = deliveries.outcomes_of(session, broadcast_id)
    outcomes: dict[str, int] = {}
    means: dict[str, int] = {}
    waits = 0
    for status, way, outcome, count in counted:
        name = outcome or status
        outcomes[name] = outcomes.get(name, 0) + count
        waits += count if status in deliveries.OPEN_DELIVERIES else 0
        if way is not None:
            means[way] = means.get(way, 0) + count
    written = sum(outcomes.values())
    return Progress(row.status, written, waits, outcomes, means, row.plan, row.pause_words)


def outcomes(rt: Runtime, broadcast_id: int) -> Iterator[dict[str, Any]]:
    """What became of each person of a broadcast, a page a read: their number, status, means, outcome, next step."""
    after, page = 0, None
    while page is None or len(page) == PAGE:
        with rt.reading() as session:
            page = deliveries.deliveries_of_broadcast(session, broadcast_id, after, PAGE)
        for row in page:
            outcome = row.outcome or row.status
            after = row.id
            yield {
                "person": row.veteran_id,
                "status": row.status,
                "means": row.means,
                "outcome": outcome,
                "next": planner.next_step(outcome),
            }
