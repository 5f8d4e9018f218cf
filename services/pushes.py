"""New fitting postings sent unasked: by each person's rhythm, shared out fairly, with the reason where there are none.

People are looked at in blocks without holding anything; each one is then written in a transaction of its own, so that
an answer in a chat never waits for the push of a county.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.slots import Slots
from bot.types import Conversation
from matching import fairshare
from matching.catalog import Catalog
from matching.facts import SeekerFacts
from matching.ranking import rank
from matching.reference import Ranked
from models import conversation as conversations_table
from models import delivery as deliveries
from models import placement as placements_table
from models import recommendation as recommendations_table
from models import veteran as veterans_table
from models.base import Session
from models.recommendation import Rhythm
from models.veteran import Veteran
from services import outbox, push_rules, recommendations, veterans
from services.recommendations import Listed, Snapshot
from services.runtime import CHINA, Runtime

FROM: Final = time(9, 0)
UNTIL: Final = time(20, 0)
AT_ONCE: Final = 3
LOOKED_AT: Final = 50
"""So many people share the room of the postings at a time, and are read before any of them is written."""
CHOICE: Final = 12
GRADE: Final = 2
EXCELLENT: Final = 3
MOST_A_WEEK: Final = 3
FACTS: Final = ("title", "place", "pay", "hint")
"""What a notice of postings is filled of."""
TALKING: Final = timedelta(minutes=30)
"""Who wrote so lately is in the middle of a talk: a list pushed into it would change what their next number means."""
MONTH: Final = timedelta(days=30)
"""Who was sent nothing for so long is offered the best there is, news or not."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A person as they were looked at: the postings they may be sent, best first, or why there are none."""

    veteran_id: int
    seeker: SeekerFacts
    ranked: list[Ranked]
    reason: str = ""


def push_due(rt: Runtime, limit: int = 200) -> int:
    """Sends every veteran's fitting postings by their rhythm, once a day at most; how many were sent any."""
    now = rt.now()
    if not FROM <= now.time() < UNTIL:
        return 0
    sent = 0
    for _ in range(0, limit, LOOKED_AT):
        with rt.reading() as session:
            due = recommendations_table.veterans_to_look_at(session, now.date(), now - TALKING, LOOKED_AT)
            if not due:
                break
            snap = recommendations.snapshot(rt.database, session, now.date())
            looked = [_look(session, snap, veteran, now) for veteran in due]
            shares = _share(session, snap, looked, now)
        sent += sum(_send(rt, snap, one, mine) for one, mine in zip(looked, shares, strict=True))
    return sent


def _look(session: Session, snap: Snapshot, veteran: Veteran, now: datetime) -> Looked:
    profile = veterans.profile_of(session, veteran, now.date())
    seeker = recommendations.seeker_of(profile)
    rules = push_rules.in_force(session)
    rhythm = recommendations_table.rhythm(session, veteran.id, rules.every_days, only_excellent=rules.only_excellent)
    reason = _not_now(session, veteran, profile, rhythm, now)
    if reason:
        return Looked(veteran.id, seeker, [], reason)
    least = EXCELLENT if rhythm.only_excellent else GRADE
    shown = recommendations_table.recommendations_since(session, veteran.id, now - MONTH)
    last = {one.posting_code: one.at.astimezone(CHINA).date() for one in shown}
    seen = _seen_since_published(snap, last)
    ranked = _good(_best(session, snap, veteran.id, now.date()) or snap.news, seeker, least, skip=seen)
    if len(ranked) < AT_ONCE:  # the night's list may have ended before them
        ranked = _good(snap.news, seeker, least, skip=seen)
    is_served = any(one.way == "talk" for one in shown) or _served_lately(session, veteran, rhythm, now.date())
    if not ranked and placements_table.works_on(session, veteran.id, now.date()):
        return Looked(veteran.id, seeker, [], "at_work")
    if not ranked and not rhythm.only_excellent and not is_served:
        ranked = _good(snap.catalog, seeker, least, skip=set())
        return Looked(veteran.id, seeker, ranked, "" if ranked else "nothing_fits")
    reason = "" if ranked else "waits_for_excellent" if rhythm.only_excellent else "nothing_new"
    return Looked(veteran.id, seeker, ranked, reason)


def _best(session: Session, snap: Snapshot, veteran_id: int, day: date) -> Catalog | None:
    """What the night found best for a person, and what has come since; None when there was no run for this wish."""
    tonight = recommendations.tonight(session, veteran_id, day)
    if tonight is None:
        return None
    news = snap.news
    return news.only({code for code in news.ids if code in tonight or snap.offered[code].facts.published == day})


def _not_now(session: Session, veteran: Veteran, profile: Slots, rhythm: Rhythm, now: datetime) -> str:
    """Why a person is not to be sent postings today; "" when they are."""
    if not wishes(profile):
        return "no_wish"
    if not veterans.has_consent(session, veteran, veterans.PUSHES):
        return "no_consent"
    if veterans_table.stopped_topics(session, veteran.id, now) & {"matches", veterans.ALL_TOPICS}:
        return "stopped"
    shown = recommendations_table.recommendations_since(session, veteran.id, now - MONTH)
    days = {one.at.astimezone(CHINA).date() for one in shown if one.way == "push"}
    since, week = now.date() - timedelta(days=rhythm.every_days), now.date() - timedelta(days=6)
    if any(day > since for day in days) or sum(day >= week for day in days) >= MOST_A_WEEK:
        return "rhythm"
    return ""


def wishes(profile: Slots) -> bool:
    """Someone who said what work they want, and is not without any wish for it now."""
    return bool(profile.job_categories or profile.job_any) and profile.willingness != "暂不求职"


def _seen_since_published(snap: Snapshot, last: dict[str, date]) -> set[str]:
    """What was shown and has not been published anew since."""
    published = {code: offer.facts.published for code in last if (offer := snap.offered.get(code)) is not None}
    return {code for code, day in last.items() if day >= (published.get(code) or date.min)}


def _good(catalog: Catalog, seeker: SeekerFacts, least: int, skip: set[str]) -> list[Ranked]:
    found = rank(catalog, seeker, CHOICE + len(skip))
    return [one for one in found if one.grade >= least and one.posting_id not in skip][:CHOICE]


def _served_lately(session: Session, veteran: Veteran, rhythm: Rhythm, day: date) -> bool:
    """Whether a push of the last month found a road: one that nothing could carry served nobody. Who has only come is
    served by what comes anew.
    """
    if rhythm.served_on is None:
        return day - (veteran.followed_at or veteran.created_at).astimezone(CHINA).date() < MONTH
    if day - rhythm.served_on >= MONTH:
        return False
    return deliveries.outcome_of_key(session, _key(veteran.id, rhythm.served_on)) not in deliveries.NOT_CARRIED


def _key(veteran_id: int, day: date) -> str:
    return f"matches:{veteran_id}:{day:%Y%m%d}"


def _share(session: Session, snap: Snapshot, looked: Sequence[Looked], now: datetime) -> list[list[Ranked]]:
    """Who gets what, with regard to how often each posting was sent lately: none is poured over everyone."""
    codes = {one.posting_id for mine in looked for one in mine.ranked}
    offered = recommendations_table.times_pushed(session, codes, now - MONTH)
    room = {
        code: fairshare.capacity(snap.offered[code].facts.headcount, offered.get(code, 0)) for code in sorted(codes)
    }
    return fairshare.spread([one.ranked for one in looked], room, AT_ONCE)


def _send(rt: Runtime, snap: Snapshot, looked: Looked, mine: Sequence[Ranked]) -> bool:
    now = rt.now()
    with rt.transaction() as session:
        row = conversations_table.conversation_of(session, looked.veteran_id)
        if row is not None and row.updated_at > now - TALKING:
            return False  # has begun to talk meanwhile: looked at again when the talk is over
        if not recommendations_table.take_look(session, looked.veteran_id, now.date(), looked.reason):
            return False  # another scheduler was faster
        veteran = veterans_table.veteran_by_id(session, looked.veteran_id)
        if looked.reason or not mine or veteran is None:
            return False
        items = [recommendations.listed_one(snap, one.posting_id, looked.seeker) for one in mine]
        reason = tell(session, veteran, items, _key(veteran.id, now.date()), now)
        recommendations_table.record_look(session, veteran.id, now.date(), reason)
        return not reason


def tell(session: Session, veteran: Veteran, found: Sequence[Listed], key: str, now: datetime) -> str:
    """Writes a push of postings, so that numbers pick from it; why it will not go, or ""."""
    row = conversations_table.conversation_of(session, veteran.id)
    if row is None:
        return "no_dialogue"
    items, text = recommendations.fitting_text(session, "matches/push", found)
    best = items[0]
    facts = dict(zip(FACTS, (best.title, best.place, best.pay, "回数字看详情"), strict=True))
    message = outbox.Message(key, text, facts)
    reason = outbox.enqueue(session, veteran, "matches", message, now)
    if not reason:
        recommendations.keep_shown(session, veteran.id, items, "push", now)
        row.state = recommendations.remembering(Conversation.from_json(row.state), items).to_json()
    return reason


def unserved(rt: Runtime) -> dict[str, int]:
    """Followers who wish for work and were sent nothing for a month: how many for which reason."""
    with rt.reading() as session:
        return recommendations_table.unserved_since(session, rt.today() - MONTH)
