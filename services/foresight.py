"""What a turn will say, found out before it takes hold of anything: others write meanwhile.

SQLite has one writer at a time, PostgreSQL one turn of each person. Understanding, deciding and ranking are most of a
turn and write nothing; they are done by what was seen first, and hold while the turn sees the same.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.engine import step
from bot.events import MatchesRequested
from bot.nlu import where
from bot.nlu.heard import Heard
from bot.nlu.own_words import OwnWords
from bot.nlu.understanding import understand
from bot.types import Conversation, Inbound, Kind, Turn
from matching.facts import SeekerFacts
from matching.taxonomy import regions
from matching.taxonomy.place import Place
from models import placement as placements_table
from models.base import Session
from models.standing import Standing
from services import dialogues, recommendations, taught_words
from services.recommendations import Listed, Snapshot
from services.runtime import Runtime

COMMON_CHARS: Final = 10
KEPT_SAYINGS: Final = 2000
PERSONAL: Final = ("name", "phone")
_LONG_NUMBER: Final = re.compile(r"\d{5}")

# Most messages are answers that thousands give alike (同意, 高中, 1, 看看岗位): by all that their meaning depends on.
_common: dict[tuple[object, ...], Heard] = {}


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ranking for one person, and all that it depends on."""

    snap: Snapshot
    event: MatchesRequested
    without: frozenset[str]
    seeker: SeekerFacts
    found: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Thought:
    """A message understood and decided by the rows of `known` and on that day, and the list it will show, if any."""

    known: Standing
    day: date
    conversation: Conversation
    heard: Heard
    turn: Turn
    page: Page | None


def look(rt: Runtime, session: Session, inbound: Inbound, known: Standing) -> Thought | None:
    """What the message will bring about as things stand; nothing where other rows than the person's have a say."""
    if known.awaiting is not None:  # what was asked on our own account stands in other rows
        return None
    now = rt.now()
    conversation = dialogues.state_of(known, now)
    heard = heard_of(inbound, conversation, now, home(rt), taught_words.in_force(session))
    turn = step(conversation, heard, inbound, now, home(rt))
    lists = [one for one in turn.steps if isinstance(one, MatchesRequested) and not one.why]
    page = page_of(rt, session, lists[0], known.veteran_id, turn.conversation) if lists else None
    return Thought(known, now.date(), conversation, heard, turn, page)


def heard_of(
    inbound: Inbound, conversation: Conversation, now: datetime, near: Place | None, own: OwnWords = ()
) -> Heard:
    """The message understood in the light of the open question and of what is known."""
    if not inbound.text.strip() or inbound.kind not in (Kind.TEXT, Kind.VOICE, Kind.LOCATION):
        return Heard("unknown")
    asked = "location" if inbound.kind is Kind.LOCATION else conversation.asked
    known = where.first(conversation.profile.location)
    depends = (inbound.text, asked, now.date(), near and near.adcode, known and known.adcode, own)
    heard = _common.get(depends)
    if heard is None:
        heard = understand(inbound.text, asked, now.date(), near=near, known=known, own=own)
        if _is_common(inbound.text, asked, heard):
            if len(_common) >= KEPT_SAYINGS:
                _common.clear()
            _common[depends] = heard
    return heard


def _is_common(text: str, asked: str | None, heard: Heard) -> bool:
    """Whether others will say the same: a short answer, understood to its last word, that can be nobody's name or
    number.
    """
    if len(text) > COMMON_CHARS or asked in PERSONAL or _LONG_NUMBER.search(text):
        return False
    is_understood = heard.intent != "unknown" and not heard.unread
    return is_understood and heard.slots.name is None and heard.slots.phone is None


def home(rt: Runtime) -> Place | None:
    """The bureau's own place."""
    return regions.get(rt.office.region) if rt.office.region else None


def page_of(
    rt: Runtime,
    session: Session,
    event: MatchesRequested,
    veteran_id: int,
    conversation: Conversation,
    foreseen: Page | None = None,
) -> Page:
    """The page asked for; the one foreseen, if nothing it depends on has changed."""
    snap = recommendations.snapshot(rt.database, session, rt.today())
    without = placements_table.turned_down(session, veteran_id) if conversation.consent else frozenset()
    if foreseen is not None and foreseen.snap is snap and (foreseen.event, foreseen.without) == (event, without):
        return foreseen
    seeker = recommendations.seeker_of(event.slots)
    start = event.page * event.limit
    found = recommendations.listed(snap, seeker, start=start, limit=event.limit, without=without)
    return Page(snap, event, without, seeker, tuple(found))
