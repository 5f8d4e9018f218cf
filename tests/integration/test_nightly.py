"""Matching by night: nothing due, everybody once, run twice, a worker that died, two at once, and the push."""

import threading
from datetime import timedelta

from bot.slots import Slots
from models import nightly as nightly_table
from models.base import Database
from models.nightly import NightlyList, NightlyShard
from services import nightly, pushes, recommendations, veterans
from services.runtime import Runtime
from tests.builders import FRIDAY, Clock, create_posting, create_runtime, create_veteran

NIGHT = FRIDAY.replace(hour=3)
WISH = Slots(job_categories=("保安",), age=40)


def county(database: Database, people: int = 7) -> tuple[Runtime, Clock]:
    clock = Clock(NIGHT)
    rt = create_runtime(database, clock)
    with rt.transaction() as session:
        for number in range(5):
            create_posting(
                session, f"P-{number}", NIGHT, job_categories=("保安",), published=NIGHT.date() - timedelta(days=number)
            )
        create_posting(session, "P-old", NIGHT, job_categories=("保安",), published=NIGHT.date() - timedelta(days=30))
        for number in range(people):
            veteran = create_veteran(session, f"o-{number}", NIGHT)
            veterans.save_preference(session, veteran.id, WISH, "talk", NIGHT)
    return rt, clock


def lists(rt: Runtime) -> dict[int, list[str]]:
    with rt.reading() as session:
        return {row.veteran_id: row.codes for row in session.query(NightlyList).order_by(NightlyList.veteran_id)}


def test_nothing_is_due_by_evening_or_without_people(database: Database) -> None:
    rt, clock = county(database, people=0)
    assert nightly.match_due(rt) == 0
    clock.moment = FRIDAY.replace(hour=21)
    assert nightly.match_due(rt) == 0
    assert nightly.progress(rt).shards == 0


def test_everybody_gets_the_list_a_live_ranking_gives(database: Database) -> None:
    rt, _ = county(database)
    assert nightly.match_due(rt, shard_size=3) == 7
    assert nightly.progress(rt) == nightly_table.Progress(shards=3, done=3, people=7)
    with rt.reading() as session:
        snap = recommendations.snapshot(rt.database, session, rt.today())
    live = recommendations.listed(snap, recommendations.seeker_of(WISH), start=0, limit=12)
    wanted = [item.posting_id for item in live if item.posting_id != "P-old"]
    assert len(wanted) == 5
    assert set(map(tuple, lists(rt).values())) == {tuple(wanted)}


def test_a_second_run_of_the_day_does_nothing_and_the_next_day_begins_anew(database: Database) -> None:
    rt, clock = county(database)
    assert nightly.match_due(rt, shard_size=3) == 7
    before = lists(rt)
    assert nightly.match_due(rt, shard_size=3) == 0
    assert lists(rt) == before
    clock.advance(days=1)
    assert nightly.match_due(rt, shard_size=3) == 7
    with rt.reading() as session:
        assert {row.day for row in session.query(NightlyList)} == {rt.today()}


def test_a_shard_of_a_worker_that_died_is_taken_up_when_its_lease_ran_out(database: Database) -> None:
    rt, clock = county(database)
    assert nightly.match_due(create_runtime(database, Clock(NIGHT)), shard_size=3) == 7
    with rt.transaction() as session:  # as if one had died with the second shard in hand
        shard = session.get_one(NightlyShard, (rt.today(), 1))
        shard.done_at, shard.claimed_until = None, rt.now() + nightly.LEASE
        kept = nightly_table.list_of(session, shard.first_id, rt.today())
        assert kept is not None
        session.delete(kept)
    assert nightly.match_due(rt, shard_size=3) == 0
    clock.advance(minutes=11)
    assert nightly.match_due(rt, shard_size=3) == 3
    assert len(lists(rt)) == 7


def test_two_schedulers_that_both_saw_no_plan_make_one(database: Database) -> None:
    rt, _ = county(database)
    for ranges in ([(1, 3), (4, 7)], [(1, 4), (5, 7)]):
        nightly._keep_plan(rt, rt.today(), ranges)
    assert nightly.match_due(rt) == 7
    assert nightly.progress(rt).shards == 2


def test_a_clock_that_jumps_over_midnight_and_back_matches_nobody_twice(database: Database) -> None:
    rt, clock = county(database)
    assert nightly.match_due(rt, shard_size=3) == 7
    before = lists(rt)
    clock.advance(days=-1)
    nightly.match_due(rt, shard_size=3)
    clock.advance(days=1)
    assert nightly.match_due(rt, shard_size=3) == 0
    assert nightly.progress(rt) == nightly_table.Progress(shards=3, done=3, people=7)
    with rt.reading() as session:
        tonight = {one: nightly_table.list_of(session, one, rt.today()) for one in before}
    assert {one: kept.codes for one, kept in tonight.items() if kept is not None} == before


def test_who_lost_the_lease_writes_nothing(database: Database) -> None:
    rt, clock = county(database)
    nightly._plan(rt, rt.today(), 3)
    late = nightly._claim(rt, rt.today())
    assert late is not None
    clock.advance(minutes=11)
    assert nightly.match_due(rt, shard_size=3) == 7
    assert nightly._match(rt, late) == 0
    assert nightly.progress(rt).people == 7


def test_who_lost_a_shard_to_another_cannot_close_it(database: Database) -> None:
    rt, clock = county(database)
    nightly._plan(rt, rt.today(), 7)
    late = nightly._claim(rt, rt.today())
    clock.advance(minutes=11)
    held = nightly._claim(rt, rt.today())
    assert late is not None and held is not None
    assert nightly._match(rt, late) == 0
    assert nightly.progress(rt).done == 0
    assert nightly._match(rt, held) == 7


def test_a_shard_that_is_done_is_nobody_s_to_claim(database: Database) -> None:
    rt, clock = county(database)
    nightly.match_due(rt, shard_size=3)
    clock.advance(minutes=11)
    assert nightly._claim(rt, rt.today()) is None


def test_two_workers_share_the_shards_and_leave_what_one_would(database: Database) -> None:
    rt, _ = county(database, people=40)
    matched: list[int] = []

    def work() -> None:
        matched.append(nightly.match_due(create_runtime(database, Clock(NIGHT)), shard_size=3))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(matched) == 40
    assert nightly.progress(rt) == nightly_table.Progress(shards=14, done=14, people=40)
    assert len(lists(rt)) == 40


def test_a_push_is_the_same_with_the_night_and_without(database: Database) -> None:
    rt, _ = county(database, people=1)
    with rt.transaction() as session:
        snap = recommendations.snapshot(rt.database, session, rt.today())
        seeker = recommendations.seeker_of(WISH)
        alone = pushes._good(snap.news, seeker, pushes.GRADE, skip=set())
    nightly.match_due(rt)
    with rt.transaction() as session:
        tonight = recommendations.tonight(session, 1, rt.today())
        assert tonight == {"P-0", "P-1", "P-2", "P-3", "P-4"}
        best = pushes._best(session, snap, 1, rt.today())
        assert best is not None
        assert pushes._good(best, seeker, pushes.GRADE, skip=set()) == alone
        veteran = veterans.veterans_table.veteran_by_id(session, 1)
        assert veteran is not None
        veterans.save_preference(session, veteran.id, Slots(job_categories=("厨师",)), "talk", rt.now())
        assert recommendations.tonight(session, 1, rt.today()) is None  # made for another wish
