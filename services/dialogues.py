"""What a dialogue stands at: the state its row keeps, and what other rows of the person know better."""

from datetime import datetime

from bot.changed import changed
from bot.flows import followups as followup_flow
from bot.slots import Slots
from bot.types import Conversation, State
from models import conversation as conversations_table
from models import followup as followups_table
from models.base import Session
from models.standing import Standing, standing_of
from services import followups, veterans


def standing(session: Session, openid: str, now: datetime, *, holds: bool = True, message: str = "") -> Standing | None:
    """What the rows of one WeChat identity say, if `holds` held until the transaction ends; None for a newcomer.
    `message`: the key of the one to be answered, whose answer is asked next; if it has one, and nothing is held, None.
    """
    return standing_of(session, openid, now, veterans.STANDING, holds=holds, message=message)


def newcomer(session: Session, openid: str, now: datetime, since: datetime) -> Standing:
    """Rows for somebody new, or for a person whose data was erased and who writes again."""
    if not conversations_table.open_conversation(session, openid, now):
        conversations_table.hold_dialogue(session, openid)
        known = standing(session, openid, now)
        if known is not None:  # another message of the same newcomer came first
            return known
    conversations_table.give_to(session, openid, veterans.follow(session, openid, since))
    known = standing(session, openid, now)  # a person of the ledger may have a profile and consents already
    if known is None:
        raise LookupError("a dialogue that was just written is not there")
    return known


def state_of(known: Standing, now: datetime) -> Conversation:
    """The dialogue's state as it stands: what its row keeps, and what other rows know better."""
    kept = Conversation.from_json(known.state)
    taken = known.taken_over_at is not None
    profile = Slots() if known.profile is None else Slots.from_json(known.profile)
    return changed(
        kept,
        state=State.HANDOFF if taken else State.IDLE if kept.taken_over else kept.state,
        consent=True if known.stores else kept.consent,
        sensitive=known.sensitive,
        push=known.pushes and not known.stops_all,
        profile=_with_held(kept, known, veterans.age_on(profile, known.age_stated_on, now.date())),
        awaiting=kept.awaiting if known.awaiting is not None else None,
        named=known.named,
        reachable=known.reachable,
        taken_over=taken,
    )


def _with_held(kept: Conversation, known: Standing, profile: Slots) -> Slots:
    """What was said of the body counts while the talk lasts; it is not stored without the consent of its own."""
    talks_on = known.stores and not known.sensitive and kept.held.disability is not None
    return changed(profile, disability=kept.held.disability) if talks_on else profile


def awaited(session: Session, conversation: Conversation, awaiting: str | None) -> Conversation:
    """What a service asked since the last turn becomes the open question."""
    if awaiting is None or (conversation.awaiting or "").split(":")[:2] == awaiting.split(":"):
        return conversation
    kind, _, number = awaiting.partition(":")
    has_case = kind == "case"
    if kind == "followup":
        follow_up = followups.asked(session, int(number))
        if follow_up is not None:
            # A case that staff opened, or answered before the dialogue went on, is known to the rows alone.
            has_case = bool(followups_table.cases_of(session, follow_up.placement.veteran_id))
            if followups.asks_facts(session, follow_up):
                awaiting = f"{awaiting}:{followup_flow.FACTS}"
    return followup_flow.begin(conversation, awaiting, has_case=has_case)
