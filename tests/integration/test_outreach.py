"""People no message reaches, worked off by hand; and group digests whose numbers people reply in the chat."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.slots import Slots
from bot.types import Conversation, Inbound, Kind
from models import conversation as conversations_table
from models import digest as digests_table
from models import outreach as outreach_table
from models.account import Role
from models.base import Database
from models.organisation import Node
from models.scope import Scope
from models.veteran import Veteran
from services import broadcasts, conversations, digests, erasure, outbox, outreach, recommendations, veterans
from services.actors import Actor, OutOfScope
from services.broadcasts import Wish
from services.digests import DigestError
from services.outreach import PHONE, SLIP, OutreachError
from services.runtime import Reach, Runtime
from tests.builders import FRIDAY, KEYRING, Clock, create_posting, create_runtime, create_veteran

BUREAU = Actor(1, "bureau", "李工", Role.BUREAU, 1, Scope(frozenset({1, 2, 3}), is_whole=True))
CLERK = Actor(2, "clerk", "王站长", Role.CLERK, 2, Scope(frozenset({2})))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock, reach=Reach(means=frozenset()))


def sent(rt: Runtime) -> int:
    """A broadcast to two with a phone, one of them of the clerk, one with a village only, one follower with a phone."""
    with rt.transaction() as session:
        for number, name in enumerate(("示例县", "示例镇", "邻镇"), 1):
            session.add(Node(id=number, name=name, level="township" if number > 1 else "county"))
        session.flush()
        for number, (node, phone, village) in enumerate(((2, True, "一村"), (3, True, "二村"), (2, False, "三村"))):
            person = Veteran(in_ledger=True, node_id=node, village=village, created_at=FRIDAY)
            session.add(person)
            session.flush()
            if phone:
                veterans.save_contact(session, KEYRING, person.id, name=f"测试{number}", phone=f"1300000000{number}")
        create_veteran(session, "o-follower", name="关注者", phone="13000000009").node_id = 2
    number = broadcasts.compose(rt, Wish("broadcast", "全部", "周六有招聘会。"), "李工")
    broadcasts.confirm(rt, number, "赵科")
    broadcasts.expand_due(rt)
    outbox.drain_due(rt)
    return number


def outcomes(rt: Runtime, number: int) -> dict[str, int]:
    return broadcasts.progress(rt, number).outcomes


def test_each_sees_the_people_of_the_own_station_by_village(rt: Runtime) -> None:
    sent(rt)
    assert {(one.station, one.village, one.name) for one in outreach.listed(rt, BUREAU, PHONE)} == {
        ("示例镇", "", "关注者"),
        ("示例镇", "一村", "测试0"),
        ("邻镇", "二村", "测试1"),
    }
    assert {one.name for one in outreach.listed(rt, CLERK, PHONE)} == {"关注者", "测试0"}
    assert [one.village for one in outreach.listed(rt, CLERK, SLIP)] == ["三村"]


def test_a_result_is_one_typed_line(rt: Runtime) -> None:
    number = sent(rt)
    first, second = outreach.listed(rt, CLERK, PHONE)
    assert outreach.record(rt, CLERK, first.delivery_id, "1 想去，周六来") == "phoned"
    assert outreach.record(rt, CLERK, second.delivery_id, "空号") == "wrong_number"
    (slip,) = outreach.listed(rt, CLERK, SLIP)
    assert outreach.record(rt, CLERK, slip.delivery_id, "送到") == "slip_given"
    assert outcomes(rt, number) == {"phoned": 1, "wrong_number": 1, "slip_given": 1, "to_phone": 1}
    with rt.reading() as session:
        (kept,) = outreach_table.results_of(session, first.delivery_id)
    assert (kept.who, kept.words) == ("王站长（clerk）", "想去，周六来")


def test_a_call_nobody_takes_is_made_three_times(rt: Runtime) -> None:
    number = sent(rt)
    first = outreach.listed(rt, CLERK, PHONE)[0]
    for tries in range(3):
        assert outreach.listed(rt, CLERK, PHONE)[0].tries == tries
        outreach.record(rt, CLERK, first.delivery_id, "2")
    assert outcomes(rt, number)["no_answer"] == 1
    with pytest.raises(OutOfScope):
        outreach.record(rt, CLERK, first.delivery_id, "1")


@pytest.mark.parametrize("typed", ["", "想去", "9", "12 想去"])
def test_a_line_without_a_result_is_refused_with_what_to_write(rt: Runtime, typed: str) -> None:
    sent(rt)
    with pytest.raises(OutreachError) as refused:
        outreach.record(rt, CLERK, outreach.listed(rt, CLERK, PHONE)[0].delivery_id, typed)
    assert "1 接通" in refused.value.message


def test_who_left_amid_a_broadcast_is_handed_to_the_phone_list_and_who_said_no_is_not(rt: Runtime) -> None:
    number = sent(rt)
    with rt.transaction() as session:
        rows = session.query(outreach_table.Delivery).order_by("id").all()
        rows[0].outcome, rows[1].outcome, rows[2].outcome = "blocked", "blocked", "blocked"
        veterans.stop_push(session, session.get_one(Veteran, 2), None, None, rt.now())
    assert outreach.hand_over(rt, BUREAU, number, "blocked") == (1, 1)
    with pytest.raises(OutreachError):
        outreach.hand_over(rt, BUREAU, number, "stopped")


def say(rt: Runtime, text: str, number: int) -> str:
    return conversations.receive(rt, Inbound(f"m{number}", "o-zhang", Kind.TEXT, rt.now(), text)).text or ""


def made(rt: Runtime, *codes: str) -> digests_table.Digest:
    with rt.transaction() as session:
        for code in codes:
            create_posting(session, code, headcount=2, published=FRIDAY.date())
    return digests.make(rt, codes, "李工")


def test_a_number_replied_shows_the_posting_and_is_credited(rt: Runtime) -> None:
    digest = made(rt, "P-1", "P-2", "P-3")
    assert "2. 保安P-2·示例保安公司" in digest.text
    assert "保安P-2" in say(rt, "要 2", 1)
    assert "保安P-3" in say(rt, "3", 2)
    assert "保安P-2" in say(rt, "2", 3)
    (standing,) = digests.latest(rt)
    assert standing.replies == ((1, "P-1", 0), (2, "P-2", 1), (3, "P-3", 1))


def test_two_digests_that_hold_have_numbers_of_their_own(rt: Runtime, clock: Clock) -> None:
    made(rt, "P-1", "P-2")
    second = made(rt, "P-3")
    assert second.numbers == {"3": "P-3"}
    assert "保安P-3" in say(rt, "3", 1) and "保安P-1" in say(rt, "1", 2)
    clock.advance(days=8)
    assert made(rt, "P-4").numbers == {"1": "P-4"}
    assert "保安P-4" in say(rt, "1", 3)


def test_after_its_validity_a_number_is_not_understood_as_the_digest_s(rt: Runtime, clock: Clock) -> None:
    made(rt, "P-1")
    clock.advance(days=7, minutes=1)
    assert "保安P-1" not in say(rt, "1", 1)
    assert digests.latest(rt)[0].replies == ((1, "P-1", 0),)


def test_a_number_of_the_own_list_stays_the_own_list_s(rt: Runtime, clock: Clock) -> None:
    made(rt, "P-1", "P-2")
    clock.advance(minutes=1)
    say(rt, "你好", 1)
    with rt.transaction() as session:
        own = recommendations.snapshot(rt.database, session, rt.today())
        seeker = recommendations.seeker_of(Slots())
        item = recommendations.listed_one(own, "P-2", seeker)
        row = conversations_table.locked_conversation(session, "o-zhang")
        assert row is not None
        seen = replace(Conversation(last_at=rt.now()), consent=True)
        row.state = recommendations.remembering(seen, [item]).to_json()
    clock.advance(minutes=1)
    assert "保安P-2" in say(rt, "1", 2)
    assert digests.latest(rt)[0].replies == ((1, "P-1", 0), (2, "P-2", 0))


@pytest.mark.parametrize(("codes", "key"), [([], "digest.empty"), (["P-unknown"], "digest.empty")])
def test_a_digest_of_nothing_is_refused(rt: Runtime, codes: list[str], key: str) -> None:
    with pytest.raises(DigestError) as refused:
        digests.make(rt, codes, "李工")
    assert refused.value.key == key


def test_erasing_a_person_takes_what_was_said_on_the_phone(rt: Runtime) -> None:
    sent(rt)
    first = outreach.listed(rt, CLERK, PHONE)[0]
    outreach.record(rt, CLERK, first.delivery_id, "1 家里有事")
    with rt.transaction() as session:
        erasure.erase(session, session.get_one(Veteran, first.veteran_id), rt.now() + timedelta(days=1))
        assert outreach_table.results_of(session, first.delivery_id) == []
