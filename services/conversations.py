"""One inbound message, once: its receipt, its turn and its answer are one transaction; a repeat gets that answer."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from bot.changed import changed
from bot.engine import step
from bot.events import Event
from bot.nlu.heard import Heard
from bot.types import Conversation, Inbound, Kind, Reply, State, Turn
from models import conversation as conversations_table
from models.base import Session, is_lost_connection
from models.conversation import InboundStatus, Kept, Receipt
from models.standing import Standing
from services import (
    allowances,
    dialogues,
    digests,
    effects,
    effects_care,
    effects_jobs,
    effects_offer,
    foresight,
    outbox,
    policies,
    policy_ranking,
    receipts,
    taught_words,
    unread_words,
)
from services.effects import Effect, Work
from services.failures import described
from services.foresight import Thought
from services.masking import masked_text
from services.recommendations import Listed
from services.runtime import Runtime
from services.texts import render

log = logging.getLogger(__name__)

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    **effects.EFFECTS,
    **effects_care.EFFECTS,
    **effects_jobs.EFFECTS,
    **effects_offer.EFFECTS,
}
TRIES: Final = 3
_MAY_BE_POLICY: Final = frozenset({"unknown", "help", "find_job", "update_profile", "chitchat"})
_COLUMN: Final = "inbound_message.inbound"
_TAPS: Final = frozenset({Kind.SUBSCRIBE, Kind.SCAN, Kind.CLICK})
_NO_WINDOW: Final = frozenset({Kind.UNSUBSCRIBE, Kind.VIEW, Kind.POSITION})
_SILENT: Final = _NO_WINDOW | {Kind.RECEIPT}


@dataclass(frozen=True, slots=True)
class Answer:
    """The passive reply (None: nothing to say, or it follows through the outbox), and how it came about.

    `turn` and `shown` are None and empty for a repeat. `texts` are all the replies in order, the passive one first.
    """

    text: str | None
    turn: Turn | None = None
    shown: tuple[Listed, ...] = ()
    texts: tuple[str, ...] = ()


def receive(rt: Runtime, inbound: Inbound) -> Answer:
    """Answers one message, in one transaction: its receipt, all it brings about, its answer.

    A repeat waits for the first delivery's turn and gets its answer. A turn longer than `Limits.turn_seconds` is
    answered through the outbox. A turn that raises leaves nothing behind but the polite text; of a killed one nothing
    is left, and the platform, which was not answered, delivers the message again.
    """
    begun = rt.clock()
    try:
        return _tried(partial(_turn, rt, inbound, begun))
    except Exception as error:
        log.error("the turn of message %s failed: %s", _short(inbound.key), described(error))
        return _trouble(rt, inbound)


def _tried(turn: Callable[..., Answer]) -> Answer:
    """A turn; once more if somebody else got ahead of it, or the database went away: nothing of the first time is
    there. From the second time on it waits for its place before it looks; PostgreSQL may let it past who stood in line
    for a row, and end it for that once more.
    """
    for attempt in range(1, TRIES):
        try:
            return turn(looks=attempt == 1)
        except Exception as error:
            if is_lost_connection(error):
                log.warning("the database went away: trying once more")
            elif not conversations_table.was_outrun(error):
                raise
    return turn(looks=False)


def _receipt(rt: Runtime, inbound: Inbound, status: InboundStatus = InboundStatus.ANSWERED) -> Receipt:
    sealed = rt.keyring.seal(_COLUMN, _dump(inbound))
    return Receipt(inbound.key, inbound.sender, inbound.kind.value, sealed, inbound.received_at, status)


def _turn(rt: Runtime, inbound: Inbound, begun: datetime, *, looks: bool) -> Answer:
    """One delivery. `looks`: it reads and thinks before it takes hold of anything: no repeat waits for a turn, and no
    turn for another's thinking.
    """
    is_report = inbound.kind is Kind.RECEIPT
    with rt.looking_first() as session:
        known = thought = None
        if looks:
            if not is_report:
                known = dialogues.standing(session, inbound.sender, rt.now(), holds=False, message=inbound.key)
            said = conversations_table.answer_of(session, inbound.key)
            if said is not None:
                return Answer(said or None)
            thought = foresight.look(rt, session, inbound, known) if known is not None else None
        receipt = _receipt(rt, inbound)
        rt.database.begin_writing(session)
        if not conversations_table.take_as_seen(session, receipt):
            if not is_report:
                conversations_table.hold_dialogue(session, inbound.sender)
            is_new = conversations_table.hold_receipt(session, receipt)
            if not is_report:  # before the receipt is asked about: all go in one way there and back
                known = dialogues.standing(session, inbound.sender, rt.now(), message=inbound.key)
            if not is_new():
                return Answer(conversations_table.answer_of(session, inbound.key) or None)
        if is_report:
            # The platform reports; whom it names as sender has not done anything, and may not follow any more.
            receipts.take(rt, session, inbound, rt.now())
        # Leaving, looking at a page, a position: no reason to make a row for somebody we do not know.
        elif known is not None or inbound.kind not in _NO_WINDOW:
            return _answered(_load(rt, session, inbound, known), receipt, thought, begun)
        conversations_table.keep_answer(session, receipt, None, rt.now())
        return Answer(None)


def _answered(work: Work, receipt: Receipt, thought: Thought | None, begun: datetime) -> Answer:
    """The turn of somebody known, with its answer, carried out and kept."""
    rt, session = work.rt, work.session
    heard, turn = _decide(work, _still(work, thought))
    listed = work.conversation.shown
    _carry_out(work, turn)
    unread_words.note(work, heard)
    digests.credit(work, listed, turn)
    texts = _texts(rt, session, work.replies)
    now = rt.now()
    in_time = (rt.clock() - begun).total_seconds() <= rt.limits.turn_seconds
    for number, text in enumerate(texts):
        if number or not in_time:
            message = outbox.Message(f"{_short(receipt.key)}:{number}", text)
            outbox.enqueue_reply(session, work.known.openid, message, now, veteran_id=_kept_as(work))
    first = texts[0] if texts and in_time else None
    # What somebody says who is erased by it is not kept either.
    kept = replace(receipt, inbound_sealed=b"") if work.is_erased else receipt
    conversations_table.end_turn(session, kept, first, _left(work, now), now)
    return Answer(first, turn, tuple(work.shown), tuple(texts))


def _kept_as(work: Work) -> int | None:
    """Whose the replies are, so that erasing the person empties them too; nobody's after an erasure."""
    return None if work.is_erased else work.veteran_id


def _trouble(rt: Runtime, inbound: Inbound) -> Answer:
    """The polite text; or the answer, if another delivery of the message has been answered meanwhile."""
    with rt.transaction() as session:
        text = None if inbound.kind in _SILENT else render(session, "support/trouble", office=rt.office)
        receipt = _receipt(rt, inbound, InboundStatus.FAILED)
        if not conversations_table.hold_receipt(session, receipt)():
            return Answer(conversations_table.answer_of(session, inbound.key) or None)
        conversations_table.keep_answer(session, receipt, text, rt.now())
    return Answer(text, texts=(text,) if text else ())


def _load(rt: Runtime, session: Session, inbound: Inbound, known: Standing | None) -> Work:
    """The person, the dialogue's row (held until the turn ends) and the state, as the turn finds them."""
    now = rt.now()
    if known is None:
        known = dialogues.newcomer(session, inbound.sender, now, since=effects.happened_at(inbound, now))
    return Work(rt, session, inbound, now, known)


def _still(work: Work, thought: Thought | None) -> Thought | None:
    """What was thought of the message, if it holds for the person as they stand now; the state either way."""
    if thought is not None and (thought.known, thought.day) == (work.known, work.today):
        work.conversation, work.foreseen = thought.conversation, thought.page
        return thought
    state = dialogues.state_of(work.known, work.now)
    work.conversation = dialogues.awaited(work.session, state, work.known.awaiting)
    return None


def _decide(work: Work, thought: Thought | None) -> tuple[Heard, Turn]:
    """How the message is understood and what it brings about: as it was thought, unless a digest or the policy library
    has a say in it.
    """
    home = foresight.home(work.rt)
    before, work.conversation = work.conversation, digests.offered(work)
    if thought is not None and work.conversation is before:
        heard = thought.heard
    else:
        own = taught_words.in_force(work.session)
        thought, heard = None, foresight.heard_of(work.inbound, work.conversation, work.now, home, own)
    asks = _with_policy(work, heard)
    if thought is not None and asks is heard:
        return heard, thought.turn
    return heard, step(work.conversation, asks, work.inbound, work.now, home)


def _carry_out(work: Work, turn: Turn) -> None:
    """Acts on every event in order."""
    work.conversation = turn.conversation
    for one in turn.steps:
        if isinstance(one, Reply):
            work.replies.append(one)
        else:
            EFFECTS[type(one)](work, one)


def _with_policy(work: Work, heard: Heard) -> Heard:
    """What no rule understood, but the policy library plainly answers, is a policy question.

    Only where nothing else was said and no question of ours is open that free words may answer.
    """
    if not work.inbound.text or heard.intent not in _MAY_BE_POLICY or heard.slots.said() or heard.abusive:
        return heard
    if work.conversation.pending is not None or work.conversation.awaiting or work.conversation.taken_over:
        return heard
    text, region = work.inbound.text, work.rt.office.region or None
    if heard.intent != "unknown" and not policy_ranking.is_asking(text):
        return heard
    if policies.answer(work.session, text, region, work.today) is None:
        return heard
    return replace(heard, intent="policy_question")


def _texts(rt: Runtime, session: Session, replies: Sequence[Reply]) -> list[str]:
    """The replies as few messages as the length of one allows."""
    texts: list[str] = []
    for reply in replies:
        text = reply.text or render(session, reply.key, office=rt.office, **reply.params)
        if texts and len(texts[-1]) + 1 + len(text) <= rt.limits.reply_chars:
            texts[-1] = f"{texts[-1]}\n{text}"
        else:
            texts.append(text)
    return [text[: rt.limits.reply_chars] for text in texts if text]


def _left(work: Work, now: datetime) -> Kept:
    """The dialogue as the turn leaves it."""
    conversation, inbound = work.conversation, work.inbound
    kind, _, rest = (conversation.awaiting or "").partition(":")
    awaiting = f"{kind}:{rest.partition(':')[0]}" if kind else None
    # Whoever speaks to a person, or asked for one, waits until somebody answers (services/cases.say_as_staff).
    waits = work.known.waits_since
    if conversation.state is not State.HANDOFF:
        waits = None
    elif inbound.kind not in _NO_WINDOW:
        waits = waits or now
    action = "tap" if inbound.kind in _TAPS else "message"
    window = None if inbound.kind in _NO_WINDOW else allowances.window_of(action, work.now)
    return Kept(work.known.openid, _kept(conversation), awaiting, waits, window)


def _kept(conversation: Conversation) -> dict[str, Any]:
    """The stored form: numbers of a person are not in it, they stand sealed in the person's row or nowhere."""
    pending = conversation.pending
    if pending is not None:
        pending = replace(pending, words=masked_text(pending.words), slots=pending.slots.without("name", "phone"))
    held = conversation.held.without("name", "phone")
    return changed(conversation, pending=pending, held=held).to_json()


def _short(key: str) -> str:
    """A message's name in logs and keys: its own key holds the sender's identity."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _dump(inbound: Inbound) -> str:
    values = {
        "key": inbound.key,
        "sender": inbound.sender,
        "kind": inbound.kind.value,
        "received_at": inbound.received_at.isoformat(),
        "text": inbound.text,
        "scene": inbound.scene,
        "latitude": inbound.latitude,
        "longitude": inbound.longitude,
        "event": inbound.event,
        "data": dict(inbound.data),
    }
    return json.dumps(values, ensure_ascii=False)
