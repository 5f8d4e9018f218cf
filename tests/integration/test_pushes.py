"""Postings sent unasked: shared out fairly, a reason for whoever gets none, nobody in a chat ever waiting for it."""

from collections import Counter
from datetime import timedelta

import pytest

from bot.slots import Slots
from bot.types import Inbound, Kind
from matching.fairshare import PER_HEAD
from matching.taxonomy.place import Place
from models import delivery as deliveries
from models import recommendation as recommendations_table
from models.account import Role
from models.base import Database
from models.conversation import conversation_of
from models.delivery import Delivery
from models.scope import Scope
from services import conversations, outbox, pushes, urgent, veterans
from services.actors import Actor
from services.runtime import Reach, Runtime
from tests.builders import FRIDAY, Clock, FakeChannel, create_posting, create_runtime, create_veteran

HOME = Place("510722", ("四川省", "绵阳市", "三台县"))
BUREAU = Actor(1, "bureau", "李工", Role.BUREAU, 1, Scope(frozenset({1}), is_whole=True))
GUARD = Slots(age=40, location=(HOME,), job_categories=("保安",), salary_min=3000)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    return create_runtime(database, clock, channel)


def people(rt: Runtime, count: int, profile: Slots = GUARD) -> list[int]:
    """Followers of long who talked once and wish for work; their numbers."""
    made = []
    for number in range(count):
        conversations.receive(rt, Inbound(f"f{number}", f"o-{number}", Kind.SUBSCRIBE, FRIDAY, event="subscribe"))
        with rt.transaction() as session:
            veteran = create_veteran(session, f"o-{number}")
            veterans.save_preference(session, veteran.id, profile, "talk", FRIDAY)
            veteran.followed_at = FRIDAY - timedelta(days=40)
            row = conversation_of(session, veteran.id)
            assert row is not None
            row.updated_at = FRIDAY - timedelta(days=1)
            made.append(veteran.id)
    return made


def posting(rt: Runtime, code: str, headcount: int = 1, age: int = 0) -> None:
    """An open posting for guards, published so many days ago."""
    published = FRIDAY.date() - timedelta(days=age)
    with rt.transaction() as session:
        create_posting(
            session,
            code,
            location=HOME,
            job_categories=("保安",),
            headcount=headcount,
            published=published,
            salary_min=3500,
            salary_max=4000,
        )


def reasons(rt: Runtime) -> Counter[str]:
    with rt.reading() as session:
        return Counter(row.reason for row in session.query(recommendations_table.MatchRhythm))


def pushed(rt: Runtime) -> Counter[str]:
    with rt.reading() as session:
        return Counter(row.posting_code for row in session.query(recommendations_table.Recommendation))


def test_nothing_due(rt: Runtime) -> None:
    assert pushes.push_due(rt) == 0


def test_each_is_sent_once_a_day_however_often_it_runs(rt: Runtime, channel: FakeChannel) -> None:
    people(rt, 3)
    posting(rt, "P-1")
    assert pushes.push_due(rt) == 3
    assert pushes.push_due(rt) == 0
    outbox.drain_due(rt)
    assert sorted(sent.recipient for sent in channel.sent) == ["o-0", "o-1", "o-2"]


def test_a_list_is_not_pushed_into_a_talk(rt: Runtime, clock: Clock) -> None:
    people(rt, 1)
    for code in ("P-1", "P-2", "P-3", "P-4"):
        posting(rt, code)
    conversations.receive(rt, Inbound("talk", "o-0", Kind.TEXT, FRIDAY, "帮助"))
    assert pushes.push_due(rt) == 0
    clock.advance(minutes=31)
    assert pushes.push_due(rt) == 1


def test_no_posting_is_poured_over_everyone_while_another_fits_as_well(rt: Runtime) -> None:
    people(rt, PER_HEAD + 10)
    for code in ("P-1", "P-2", "P-3", "P-4"):
        posting(rt, code)
    assert pushes.push_due(rt) == PER_HEAD + 10
    counts = pushed(rt)
    # 90 places in lists of three, four postings with room for 20 each: all are used, the rest overflows evenly.
    assert set(counts) == {"P-1", "P-2", "P-3", "P-4"}
    assert min(counts.values()) >= PER_HEAD


def test_room_taken_before_counts_later(rt: Runtime, clock: Clock) -> None:
    served, other = people(rt, 2)
    posting(rt, "P-1")
    posting(rt, "P-2")
    with rt.transaction() as session:
        row = {"veteran_id": served, "posting_code": "P-1", "position": 1, "reason": "", "way": "push"}
        old = rt.now() - timedelta(days=20)
        recommendations_table.add_recommendations(session, [row | {"at": old}] * PER_HEAD)
    pushes.push_due(rt)
    with rt.reading() as session:
        first = {
            row.veteran_id: row.posting_code
            for row in session.query(recommendations_table.Recommendation)
            if row.at >= FRIDAY and row.position == 1
        }
    assert first[other] in {"P-1", "P-2"}
    assert pushed(rt)["P-2"] == 2


def test_who_was_sent_nothing_for_a_month_gets_the_best_there_is_though_it_is_no_news(
    rt: Runtime, clock: Clock, channel: FakeChannel
) -> None:
    people(rt, 1)
    posting(rt, "P-1", age=20)
    assert pushes.push_due(rt) == 1
    outbox.drain_due(rt)
    clock.advance(days=1)
    assert pushes.push_due(rt) == 0
    assert reasons(rt) == {"nothing_new": 1}
    clock.advance(days=30)
    assert pushes.push_due(rt) == 1


def test_who_gets_nothing_has_a_reason(rt: Runtime, clock: Clock) -> None:
    _, idle, cook, stopped, waiting = people(rt, 5)
    wishes = {idle: Slots(age=40), cook: Slots(age=40, location=(HOME,), job_categories=("厨师",))}
    with rt.transaction() as session:
        for veteran_id, profile in wishes.items():
            veterans.save_preference(session, veteran_id, profile, "talk", FRIDAY)
        veterans.stop_push(session, session.get_one(veterans.Veteran, stopped), "matches", None, FRIDAY)
        recommendations_table.set_rhythm(session, waiting, 1, only_excellent=True)
    pushes.push_due(rt)
    assert reasons(rt) == {"nothing_fits": 2, "no_wish": 1, "stopped": 1, "waits_for_excellent": 1}
    assert pushes.unserved(rt) == {"nothing_fits": 2, "no_wish": 1, "stopped": 1, "waits_for_excellent": 1}


def test_a_push_that_found_no_road_served_nobody(database: Database, clock: Clock) -> None:
    rt = create_runtime(database, clock, reach=Reach(means=frozenset()))
    people(rt, 1)
    posting(rt, "P-1", age=20)
    assert pushes.push_due(rt) == 1
    outbox.drain_due(rt)
    clock.advance(days=1)
    assert pushes.push_due(rt) == 1


def test_an_answer_in_a_chat_is_written_between_two_people_of_the_push(rt: Runtime, database: Database) -> None:
    """No transaction of the push holds more than one person: somebody writes before each of them; who does is left
    alone, though looked at before.
    """
    people(rt, 4)
    posting(rt, "P-1")
    turns = []
    asked = []

    class Interrupting(Clock):
        def __call__(self):
            # The push asks for the time outside its transactions; a chat is answered at each of these moments.
            asked.append(1)
            if len(asked) > 1 and len(turns) < 4:  # the first time is asked before anybody is looked at
                turns.append(len(turns))
                said = Inbound(f"m{len(turns)}", "o-3", Kind.TEXT, FRIDAY, "帮助")
                assert conversations.receive(rt, said).text
            return super().__call__()

    assert pushes.push_due(create_runtime(database, Interrupting())) == 3
    assert len(turns) == 4


def test_one_that_is_wanted_at_once_goes_to_those_it_suits_and_no_more_than_its_places_bear(rt: Runtime) -> None:
    people(rt, PER_HEAD + 5)
    posting(rt, "P-1", age=9)
    with rt.transaction() as session:
        veterans.stop_push(session, create_veteran(session, "o-0"), "matches", None, rt.now())
    assert len(urgent.suits(rt, BUREAU.scope, "P-1")) == PER_HEAD + 4
    assert urgent.suits(rt, Scope(frozenset({7})), "P-1") == []
    assert urgent.plan(rt, BUREAU, "P-1").people == PER_HEAD
    assert urgent.push(rt, BUREAU, "P-1") == PER_HEAD
    assert len(urgent.suits(rt, BUREAU.scope, "P-1")) == 4
    assert urgent.suits(rt, BUREAU.scope, "P-unknown") == [] and urgent.push(rt, BUREAU, "P-unknown") == 0
    with rt.reading() as session:
        assert session.query(Delivery).count() == PER_HEAD
        assert deliveries.outcome_of_key(session, "urgent:P-1:2") == ""
