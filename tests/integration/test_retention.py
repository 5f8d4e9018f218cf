"""What is kept goes when the welcome text says it goes, and not before."""

import pytest

from bot.slots import Slots
from bot.types import Inbound, Kind
from models.base import Database
from models.conversation import Conversation
from models.followup import Case
from models.veteran import Veteran
from services import cases, conversations, retention, veterans
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, Clock, create_runtime, create_veteran


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock)


def arrive(rt: Runtime, **said: str) -> int:
    with rt.transaction() as session:
        veteran = create_veteran(session, **said)
        veterans.save_preference(session, veteran.id, Slots(age=48), "talk", rt.now())
        number = veteran.id
    conversations.receive(rt, Inbound("o-zhang:1", "o-zhang", Kind.TEXT, rt.now(), text="我是高中毕业的"))
    return number


def leave(rt: Runtime) -> None:
    conversations.receive(rt, Inbound("o-zhang:9", "o-zhang", Kind.UNSUBSCRIBE, rt.now()))


def is_kept(rt: Runtime, number: int) -> bool:
    with rt.reading() as session:
        row = session.get_one(Veteran, number)
        assert (row.openid is None) == (veterans.profile_of(session, row, rt.today()) == Slots())
        return row.openid is not None


def test_who_left_is_erased_after_thirty_days(rt: Runtime, clock: Clock) -> None:
    number = arrive(rt, name="张测试", phone="13000000702")
    leave(rt)
    clock.advance(days=29)
    assert retention.erase_due(rt) == 0 and is_kept(rt, number)
    clock.advance(days=2)
    assert retention.erase_due(rt) == 1 and not is_kept(rt, number)
    assert retention.erase_due(rt) == 0
    with rt.reading() as session:
        row = session.get_one(Veteran, number)
        assert row.erased_at is not None and row.name_sealed is row.phone_sealed is None
        assert session.get_one(Conversation, "o-zhang").state == {}


def test_who_stays_is_kept_while_they_talk_and_erased_after_two_silent_years(rt: Runtime, clock: Clock) -> None:
    number = arrive(rt)
    clock.advance(days=700)
    conversations.receive(rt, Inbound("o-zhang:2", "o-zhang", Kind.TEXT, rt.now(), text="你好"))
    clock.advance(days=700)
    assert retention.erase_due(rt) == 0 and is_kept(rt, number)
    clock.advance(days=31)
    assert retention.erase_due(rt) == 1 and not is_kept(rt, number)


def test_who_never_agreed_is_erased_after_thirty_silent_days(rt: Runtime, clock: Clock) -> None:
    conversations.receive(rt, Inbound("o-new:1", "o-new", Kind.TEXT, rt.now(), text="我46岁，高中，想干保安"))
    clock.advance(days=29)
    assert retention.erase_due(rt) == 0
    clock.advance(days=2)
    assert retention.erase_due(rt) == 1
    with rt.reading() as session:
        assert session.get_one(Conversation, "o-new").state == {}


def test_the_ledger_keeps_its_name_and_loses_the_chat(rt: Runtime, clock: Clock) -> None:
    number = arrive(rt, name="张测试", phone="13000000702")
    with rt.transaction() as session:
        session.get_one(Veteran, number).in_ledger = True
    leave(rt)
    clock.advance(days=31)
    assert retention.erase_due(rt) == 1 and not is_kept(rt, number)
    with rt.reading() as session:
        assert session.get_one(Veteran, number).name_sealed is not None


def test_a_case_under_way_is_settled_first(rt: Runtime, clock: Clock) -> None:
    number = arrive(rt)
    with rt.transaction() as session:
        row = session.get_one(Veteran, number)
        case = cases.open_case(session, KEYRING, row, "wage", words="欠薪", now=FRIDAY)
    leave(rt)
    clock.advance(days=31)
    assert retention.erase_due(rt) == 0
    with rt.transaction() as session:
        cases.accept(session, session.get_one(Case, case.id), rt.now())
    assert retention.erase_due(rt) == 1
    with rt.reading() as session:
        assert session.get_one(Case, case.id).words_sealed is None
