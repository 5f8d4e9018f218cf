"""One inbound message, once: the receipt, then the turn. Whatever is delivered again gets the same answer."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.engine import step
from bot.events import Event
from bot.flows import followups as followup_flow
from bot.nlu.heard import Heard
from bot.nlu.understanding import understand
from bot.slots import Slots
from bot.types import Conversation, Inbound, Kind, Reply, State, Turn
from matching.taxonomy import regions
from matching.taxonomy.place import Place
from models import conversation as conversations_table
from models.base import Session
from models.conversation import InboundStatus
from models.standing import Standing, standing_of
from models.veteran import Preference
from services import (
    effects,
    effects_care,
    effects_jobs,
    effects_offer,
    followups,
    outbox,
    policies,
    policy_ranking,
    receipts,
    veterans,
)
from services.effects import Effect, Work
from services.failures import described
from services.recommendations import Listed
from services.rendering import render
from services.runtime import Runtime

log = logging.getLogger(__name__)

EFFECTS: Final[Mapping[type[Event], Effect]] = {
    **effects.EFFECTS,
    **effects_care.EFFECTS,
    **effects_jobs.EFFECTS,
    **effects_offer.EFFECTS,
}
GIVEN_UP_AFTER: Final = timedelta(seconds=20)
"""A receipt without an answer for this long belongs to a process that died: its turn is run by the scheduler."""
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
    """Answers one message, in two transactions: its receipt, then its turn.

    A repeat waits for the first delivery's turn and gets its answer. A turn longer than `Limits.turn_seconds` is
    answered through the outbox. A turn that raises leaves nothing behind but the polite text.
    """
    begun = rt.clock()
    with rt.transaction() as session:
        conversations_table.note_receipt(session, _receipt(rt, inbound))
    try:
        return _turn(rt, inbound, begun)
    except Exception as error:
        log.error("the turn of message %s failed: %s", _short(inbound.key), described(error))
        return _trouble(rt, inbound)


def _receipt(rt: Runtime, inbound: Inbound) -> dict[str, Any]:
    return {
        "key": inbound.key,
        "sender": inbound.sender,
        "kind": inbound.kind.value,
        "inbound_sealed": rt.keyring.seal(_COLUMN, _dump(inbound)),
        "received_at": inbound.received_at,
        "status": InboundStatus.RECEIVED,
        "attempts": 0,
    }


def _turn(rt: Runtime, inbound: Inbound, begun: datetime, *, passive: bool = True) -> Answer:
    with rt.transaction() as session:
        status, reply, _ = conversations_table.claim_inbound(session, inbound.key)
        if status != InboundStatus.RECEIVED:
            return Answer(reply or None)
        if inbound.kind is Kind.RECEIPT:
            # The platform reports; whom it names as sender has not done anything, and may not follow any more.
            receipts.take(rt, session, inbound, rt.now())
            conversations_table.close_inbound(session, inbound.key, InboundStatus.ANSWERED, None, rt.now())
            return Answer(None)
        if inbound.kind in _NO_WINDOW and standing(session, inbound.sender, rt.now()) is None:
            # Leaving, looking at a page, a position: no reason to make a row for somebody we do not know.
            conversations_table.close_inbound(session, inbound.key, InboundStatus.ANSWERED, None, rt.now())
            return Answer(None)
        work = _load(rt, session, inbound)
        turn = _carry_out(work)
        texts = _texts(rt, work.replies)
        now = rt.now()
        in_time = passive and (rt.clock() - begun).total_seconds() <= rt.limits.turn_seconds
        for number, text in enumerate(texts):
            if number or not in_time:
                message = outbox.Message(f"{_short(inbound.key)}:{number}", text)
                outbox.enqueue_reply(session, inbound.sender, message, now, veteran_id=_kept_as(work))
        first = texts[0] if texts and in_time else None
        _save(work, now)
        conversations_table.close_inbound(session, inbound.key, InboundStatus.ANSWERED, first, now)
        return Answer(first, turn, tuple(work.shown), tuple(texts))


def _kept_as(work: Work) -> int | None:
    """Whose the replies are, so that erasing the person empties them too; nobody's after an erasure."""
    return work.veteran.id if work.veteran.openid is not None else None


def _trouble(rt: Runtime, inbound: Inbound) -> Answer:
    """The polite text; or the answer, if another delivery of the message has been answered meanwhile."""
    text = None if inbound.kind in _SILENT else render("support/trouble", office=rt.office)
    with rt.transaction() as session:
        if not conversations_table.close_unanswered(session, inbound.key, InboundStatus.FAILED, text, rt.now()):
            return Answer(conversations_table.reply_of(session, inbound.key) or None)
    return Answer(text, texts=(text,) if text else ())


def sweep_due(rt: Runtime, limit: int = 50) -> int:
    """Runs the turns of messages whose process died before answering; the answers go through the outbox."""
    with rt.reading() as session:
        left = conversations_table.unfinished_inbounds(session, rt.now() - GIVEN_UP_AFTER, limit)
        found = [(Inbound(one.key, one.sender, Kind(one.kind), one.received_at), one.inbound_sealed) for one in left]
    for known, sealed in found:
        try:
            _turn(rt, _read(rt.keyring.open(_COLUMN, sealed)), rt.clock(), passive=False)
        except Exception as error:
            log.error("the turn of message %s failed again: %s", _short(known.key), described(error))
            _say_trouble(rt, known)
    return len(found)


def _say_trouble(rt: Runtime, inbound: Inbound) -> None:
    """Nobody waits for the passive answer any more: the polite text goes through the outbox."""
    for text in _trouble(rt, inbound).texts:
        with rt.transaction() as session:
            message = outbox.Message(f"{_short(inbound.key)}:trouble", text)
            outbox.enqueue_reply(session, inbound.sender, message, rt.now())


def _load(rt: Runtime, session: Session, inbound: Inbound) -> Work:
    """The person, the dialogue's row (held until the turn ends), and the state with the facts of other rows."""
    now = rt.now()
    known = standing(session, inbound.sender, now) or _newcomer(session, inbound, now)
    if inbound.kind not in _NO_WINDOW:
        outbox.note_action(session, inbound.sender, "tap" if inbound.kind in _TAPS else "message", now)
    return Work(rt, session, inbound, now, known, state_of(session, known, now))


def standing(session: Session, openid: str, now: datetime) -> Standing | None:
    """The rows of one WeChat identity, or None for a newcomer."""
    return standing_of(session, openid, now, veterans.STANDING)


def _newcomer(session: Session, inbound: Inbound, now: datetime) -> Standing:
    """Rows for somebody new, or for a person whose data was erased and who writes again."""
    openid = inbound.sender
    row = conversations_table.open_conversation(session, openid, now)
    known = standing(session, openid, now)
    if known is not None:  # another message of the same newcomer came first
        return known
    row.veteran_id = veterans.follow(session, openid, effects.happened_at(inbound, now)).id
    session.flush()  # a person of the ledger may have a profile and consents already: they are read now
    known = standing(session, openid, now)
    if known is None:
        raise LookupError("a dialogue that was just written is not there")
    return known


def state_of(session: Session, known: Standing, now: datetime) -> Conversation:
    """The dialogue's state as it stands: what its row keeps, and what other rows know better."""
    row, veteran, preference = known.conversation, known.veteran, known.preference
    kept = Conversation.from_json(row.state)
    taken = row.taken_over_at is not None
    profile = Slots() if preference is None else Slots.from_json(preference.profile)
    conversation = replace(
        kept,
        state=State.HANDOFF if taken else State.IDLE if kept.taken_over else kept.state,
        consent=True if known.stores else kept.consent,
        sensitive=known.sensitive,
        push=known.pushes and not known.stops_all,
        profile=_with_held(kept, known, veterans.age_on(profile, _stated_on(preference), now.date())),
        named=veteran.name_sealed is not None,
        reachable=veteran.phone_sealed is not None,
        taken_over=taken,
    )
    return _awaited(session, conversation, row.awaiting)


def _stated_on(preference: Preference | None) -> date | None:
    return preference.age_stated_on if preference else None


def _with_held(kept: Conversation, known: Standing, profile: Slots) -> Slots:
    """What was said of the body counts while the talk lasts; it is not stored without the consent of its own."""
    talks_on = known.stores and not known.sensitive and kept.held.disability is not None
    return replace(profile, disability=kept.held.disability) if talks_on else profile


def _awaited(session: Session, conversation: Conversation, awaiting: str | None) -> Conversation:
    """What a service asked since the last turn becomes the open question."""
    if awaiting is None:
        return replace(conversation, awaiting=None)
    if (conversation.awaiting or "").split(":")[:2] == awaiting.split(":"):
        return conversation
    kind, _, number = awaiting.partition(":")
    if kind == "followup":
        follow_up = followups.asked(session, int(number))
        if follow_up is not None and followups.asks_facts(session, follow_up):
            awaiting = f"{awaiting}:{followup_flow.FACTS}"
    return followup_flow.begin(conversation, awaiting)


def _carry_out(work: Work) -> Turn:
    """Understands, decides, and acts on every event in order."""
    home = regions.get(work.rt.office.region) if work.rt.office.region else None
    heard = _with_policy(work, heard_of(work.inbound, work.conversation, work.now, home))
    turn = step(work.conversation, heard, work.inbound, work.now, home)
    work.conversation = turn.conversation
    for one in turn.steps:
        if isinstance(one, Reply):
            work.replies.append(one)
        else:
            EFFECTS[type(one)](work, one)
    return turn


def _with_policy(work: Work, heard: Heard) -> Heard:
    """What no rule understood, but the policy library plainly answers, is a policy question.

    Only where nothing else was said and no question of ours is open that free words may answer.
    """
    if heard.intent not in _MAY_BE_POLICY or heard.slots.said() or heard.abusive:
        return heard
    if work.conversation.pending is not None or work.conversation.awaiting or work.conversation.taken_over:
        return heard
    text, region = work.inbound.text, work.rt.office.region or None
    if heard.intent != "unknown" and not policy_ranking.is_asking(text):
        return heard
    if policies.answer(work.session, text, region, work.today) is None:
        return heard
    return replace(heard, intent="policy_question")


def heard_of(inbound: Inbound, conversation: Conversation, now: datetime, home: Place | None) -> Heard:
    """The message understood in the light of the open question and of what is known."""
    if not inbound.text.strip() or inbound.kind not in (Kind.TEXT, Kind.VOICE, Kind.LOCATION):
        return Heard("unknown")
    asked = "location" if inbound.kind is Kind.LOCATION else conversation.asked
    return understand(inbound.text, asked, now.date(), near=home, known=conversation.profile)


def _texts(rt: Runtime, replies: Sequence[Reply]) -> list[str]:
    """The replies as few messages as the length of one allows."""
    texts: list[str] = []
    for reply in replies:
        text = render(reply.key, office=rt.office, **reply.params)
        if texts and len(texts[-1]) + 1 + len(text) <= rt.limits.reply_chars:
            texts[-1] = f"{texts[-1]}\n{text}"
        else:
            texts.append(text)
    return [text[: rt.limits.reply_chars] for text in texts if text]


def _save(work: Work, now: datetime) -> None:
    conversation = work.conversation
    kind, _, rest = (conversation.awaiting or "").partition(":")
    awaiting = f"{kind}:{rest.partition(':')[0]}" if kind else None
    # Whoever speaks to a person, or asked for one, waits until somebody answers (services/cases.say_as_staff).
    waits = work.row.waits_since
    if conversation.state is not State.HANDOFF:
        waits = None
    elif work.inbound.kind not in _NO_WINDOW:
        waits = waits or now
    kept = conversations_table.Kept(conversation.to_json(), awaiting, waits)
    conversations_table.save_state(work.session, work.row, kept, now)


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


def _read(text: str) -> Inbound:
    values: dict[str, Any] = json.loads(text)
    moment = datetime.fromisoformat(values.pop("received_at"))
    return Inbound(kind=Kind(values.pop("kind")), received_at=moment, **values)
