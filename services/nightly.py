"""Matching by night: everybody's best new postings, worked off in shards by any number of workers, kept for the push.

A shard is claimed under a lease, matched with no transaction open, and stored with its end in one: killed anywhere, a
run goes on where it stood, and every list is there once.
"""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Final

from bot.slots import Slots
from matching.catalog import Catalog
from matching.facts import SeekerFacts
from matching.people import People
from matching.ranking import rank_all
from models import nightly as nightly_table
from models.delivery import Lane
from models.nightly import NightlyShard, Person, Progress
from services import operations, recommendations, veterans
from services.runtime import Runtime

FROM: Final = time(2, 0)
UNTIL: Final = time(20, 0)
READY_BY: Final = time(7, 0)
SHARD: Final = 2000
LEASE: Final = timedelta(minutes=10)
KEPT: Final = 12
MOST_WAIT: Final = timedelta(seconds=30)
"""When answers of conversations wait longer than this, matching makes room and goes on at the next look."""


def match_due(rt: Runtime, shard_size: int = SHARD) -> int:
    """Works off what is left of tonight's run; how many people were matched. After downtime the day makes it good."""
    if not FROM <= rt.now().time() < UNTIL:
        return 0
    day, matched = rt.today(), 0
    if not _plan(rt, day, shard_size):
        return 0
    while _has_room(rt):
        shard = _claim(rt, day)
        if shard is None:
            break
        matched += _match(rt, shard)
    return matched


def progress(rt: Runtime) -> Progress:
    """How far today's run has come."""
    with rt.reading() as session:
        return nightly_table.progress_of(session, rt.today())


def is_late(rt: Runtime, come: Progress) -> bool:
    """Whether what has been begun is not done by the morning."""
    return come.done < come.shards and rt.now().time() >= READY_BY


def _plan(rt: Runtime, day: date, size: int) -> bool:
    """Plans the day where nobody has; whether anything of it is left to do, by us or another."""
    with rt.reading() as session:
        come = nightly_table.progress_of(session, day)
        if come.shards:
            return come.done < come.shards
        ids = nightly_table.people_ids(session)
    parts = [ids[start : start + size] for start in range(0, len(ids), size)]
    _keep_plan(rt, day, [(part[0], part[-1]) for part in parts])
    return bool(parts)


def _keep_plan(rt: Runtime, day: date, ranges: Sequence[tuple[int, int]]) -> None:
    """Unless another, who also saw none, has kept one meanwhile."""
    with rt.transaction() as session:
        if not nightly_table.progress_of(session, day).shards:
            nightly_table.forget_before(session, day)
            nightly_table.add_shards(session, day, ranges)


def _has_room(rt: Runtime) -> bool:
    chat = next(lane for lane in operations.figures(rt, ()).lanes if lane.name == Lane.CHAT.name.lower())
    return chat.oldest <= MOST_WAIT


def _claim(rt: Runtime, day: date) -> NightlyShard | None:
    with rt.transaction(alone=False) as session:
        return nightly_table.claim_shard(session, day, rt.now() + LEASE, rt.now())


def _match(rt: Runtime, shard: NightlyShard) -> int:
    with rt.reading() as session:
        people = nightly_table.people_between(session, shard.first_id, shard.last_id)
        news = recommendations.news(rt.database, session, shard.day)
    rows = _lists(news, people, shard.day)
    with rt.transaction(alone=False) as session:
        if not nightly_table.finish_shard(session, shard, len(people), rt.now()):
            return 0
        nightly_table.keep_lists(session, shard, rows)
    return len(people)


def _lists(news: Catalog, people: Sequence[Person], day: date) -> list[tuple[date, int, int, list[str]]]:
    if not people or not news.ids:
        return []
    ranking = rank_all(news, People.of([_seeker(one, day) for one in people]), KEPT)
    return [
        (day, one.id, one.revision, [match.posting_id for match in ranking.of(place)])
        for place, one in enumerate(people)
    ]


def _seeker(person: Person, day: date) -> SeekerFacts:
    return recommendations.seeker_of(veterans.age_on(Slots.from_json(person.profile), person.age_stated_on, day))
