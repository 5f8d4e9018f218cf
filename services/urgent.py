"""A posting that is wanted at once: whom it suits, shown to staff first, then told to as many as its places bear."""

from typing import Final

from matching import fairshare
from matching.people import People
from matching.ranking import reverse
from models import conversation as conversations_table
from models import recommendation as recommendations_table
from models import veteran as veterans_table
from models.scope import Scope
from services import audit, planner, pushes, recommendations, veterans
from services.actors import Actor
from services.planner import Plan, Planned
from services.recommendations import Offered
from services.runtime import Runtime
from services.veterans import ALL_TOPICS, PUSHES

_WHAT: Final = Planned("matches", frozenset(pushes.FACTS), in_broadcast=False)


def suits(rt: Runtime, scope: Scope, code: str) -> list[int]:
    """Whom an open posting suits of those who wish for work, may be told and were not told lately; the best first."""
    now = rt.now()
    with rt.reading() as session:
        snap = recommendations.snapshot(rt.database, session, now.date())
        offer = snap.offered.get(code)
        if offer is None:
            return []
        told = recommendations_table.shown_to(session, code, now - pushes.MONTH)
        seekers = []
        for one in recommendations_table.willing(session, scope, PUSHES, ("matches", ALL_TOPICS), now):
            if one.veteran_id in told:
                continue
            profile = veterans.profile_from(one.profile, one.age_stated_on, now.date())
            if pushes.wishes(profile):
                seekers.append(recommendations.seeker_of(profile, str(one.veteran_id)))
    return [int(number) for number, _ in reverse(offer.facts, People.of(seekers), snap.catalog)] if seekers else []


def plan(rt: Runtime, actor: Actor, code: str) -> Plan:
    """What would become of it if it were sent now."""
    offer = _offered(rt, code)
    return planner.plan_people(rt, _chosen(rt, actor.scope, code, offer), _WHAT)


def push(rt: Runtime, actor: Actor, code: str) -> int:
    """Tells those it suits best, as many as its places bear; how many."""
    now, sent = rt.now(), 0
    offer = _offered(rt, code)
    for number in _chosen(rt, actor.scope, code, offer):
        with rt.transaction() as session:
            conversations_table.conversation_of(session, number)  # who tells them at this moment comes first
            veteran = veterans_table.veteran_by_id(session, number)
            if veteran is None or number in recommendations_table.shown_to(session, code, now - pushes.MONTH):
                continue
            seeker = recommendations.seeker_of(veterans.profile_of(session, veteran, now.date()))
            snap = recommendations.snapshot(rt.database, session, now.date())
            if code in snap.offered:
                items = [recommendations.listed_one(snap, code, seeker)]
                sent += not pushes.tell(session, veteran, items, f"urgent:{code}:{number}", now)
    with rt.transaction() as session:
        audit.note(rt, session, actor.who, "posting.urgent", f"posting:{code}", {"people": sent})
    return sent


def _offered(rt: Runtime, code: str) -> Offered | None:
    with rt.reading() as session:
        return recommendations.snapshot(rt.database, session, rt.today()).offered.get(code)


def _chosen(rt: Runtime, scope: Scope, code: str, offer: Offered | None) -> list[int]:
    return suits(rt, scope, code)[: fairshare.capacity(offer.facts.headcount, 0)] if offer is not None else []
