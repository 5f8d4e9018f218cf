"""Broadcasts: who a rule names, what the planner promises, and that what happens is what it promised."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.slots import Slots
from bot.types import Inbound, Kind
from channels.base import ChannelError, Means
from models import veteran as veterans_table
from models.base import Database
from models.broadcast import Broadcast
from models.veteran import Veteran
from services import audiences, broadcasts, conversations, mass_sends, outbox, planner, veterans
from services.audiences import AudienceError
from services.broadcasts import BroadcastError, Wish
from services.runtime import CHINA, Reach, Runtime
from tests.builders import FRIDAY, KEYRING, Clock, FakeChannel, create_runtime, create_veteran, note_action

ALL_MEANS = Reach(means=frozenset({Means.CUSTOMER_MESSAGE, Means.MASS}))
TEXT = "周六上午九点，县体育馆有退役军人专场招聘会，请带身份证。"
WISH = Wish("broadcast", "全部", TEXT)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    return create_runtime(database, clock, channel, ALL_MEANS)


def people(rt: Runtime) -> None:
    """Two with a window, three followers without, one who stopped all, one who left, two of the ledger only."""
    with rt.transaction() as session:
        for number in range(7):
            veteran = create_veteran(session, f"o-{number}")
            if number < 2:
                note_action(session, f"o-{number}", "message", rt.now())
            if number == 5:
                veterans.stop_push(session, veteran, None, None, rt.now())
            if number == 6:
                veterans.unfollow(session, veteran, rt.now())
        for number in range(2):
            ledger = Veteran(in_ledger=True, village="示例村", created_at=FRIDAY)
            session.add(ledger)
            session.flush()
            if number:
                veterans.save_contact(session, KEYRING, ledger.id, name="王测试", phone="13000000911")


def run(rt: Runtime) -> None:
    """The tasks, until there is nothing left to do."""
    for _ in range(4):
        broadcasts.expand_due(rt)
        outbox.drain_due(rt)
        mass_sends.send_due(rt)
    broadcasts.expand_due(rt)


def send(rt: Runtime, wish: Wish = WISH) -> int:
    number = broadcasts.compose(rt, wish, "李工")
    broadcasts.confirm(rt, number, "赵科")
    return number


def test_the_plan_and_the_outcome_agree(rt: Runtime, channel: FakeChannel) -> None:
    people(rt)
    plan = broadcasts.preview(rt, WISH)
    assert plan.ways == {"customer_message": 2, "mass": 3, "to_phone": 1, "to_slip": 1}
    assert plan.unreachable == {"stopped": 1, "unfollowed": 1}
    number = send(rt)
    run(rt)
    found = broadcasts.progress(rt, number)
    assert found.status == "done"
    assert found.outcomes == {
        "sent": 2,
        "mass_sent": 3,
        "to_phone": 1,
        "to_slip": 1,
        "stopped": 1,
        "unfollowed": 1,
    }
    assert (found.written, found.open) == (9, 0)
    assert Counter(sent.means for sent in channel.sent) == {Means.CUSTOMER_MESSAGE: 2, Means.MASS: 3}
    assert len(list(broadcasts.outcomes(rt, number))) == 9


def test_the_month_s_mass_sends_are_used_up_and_then_planned_so(rt: Runtime, clock: Clock) -> None:
    people(rt)
    for number in range(4):
        send(rt, Wish("broadcast", "全部", f"{TEXT}第{number}期"))
        run(rt)
        clock.advance(days=2)
    plan = broadcasts.preview(rt, Wish("broadcast", "全部", "又一次"))
    # The two who had a window for the first one have one mass message left; the other three none.
    assert plan.ways["mass"] == 2
    assert plan.unreachable["window_closed"] == 3


def test_a_mass_send_is_repeated_under_its_key_after_trouble(rt: Runtime, clock: Clock, channel: FakeChannel) -> None:
    people(rt)
    number = send(rt)
    broadcasts.expand_due(rt)
    outbox.drain_due(rt)
    channel.refusals = [ChannelError(0, "no answer", permanent=False, uncertain=True)]
    mass_sends.send_due(rt)
    assert broadcasts.progress(rt, number).open == 3
    clock.advance(minutes=5)
    mass_sends.send_due(rt)
    assert {sent.key for sent in channel.sent if sent.means is Means.MASS} == {"mass:1"}
    assert broadcasts.progress(rt, number).open == 0


def test_a_mass_send_the_platform_refused_afterwards_is_named(rt: Runtime) -> None:
    people(rt)
    number = send(rt)
    run(rt)
    said = {"message_id": "mass-5", "status": "err(40002)"}
    conversations.receive(rt, Inbound("e1", "o-1", Kind.RECEIPT, FRIDAY, event="masssendjobfinish", data=said))
    assert broadcasts.progress(rt, number).outcomes["mass_refused"] == 3


def test_pause_resume_and_cancel_are_obeyed(rt: Runtime, channel: FakeChannel) -> None:
    people(rt)
    number = send(rt)
    broadcasts.expand_due(rt)
    assert broadcasts.pause(rt, number, "赵科") == 5
    outbox.drain_due(rt)
    assert channel.sent == []
    assert broadcasts.resume(rt, number, "赵科") == 5
    outbox.deliver_due(rt)
    assert len(channel.sent) == 2
    assert broadcasts.cancel(rt, number, "赵科") == 3
    run(rt)
    assert len(channel.sent) == 2
    assert broadcasts.progress(rt, number).outcomes["withdrawn"] == 3


@pytest.mark.parametrize(
    "moment", [datetime(1, 1, 1, tzinfo=CHINA), FRIDAY - timedelta(days=1), FRIDAY + timedelta(days=900)]
)
def test_a_time_that_is_over_or_far_off_is_refused(rt: Runtime, moment: datetime) -> None:
    people(rt)
    number = broadcasts.compose(rt, WISH, "李工")
    with pytest.raises(BroadcastError) as refused:
        broadcasts.confirm(rt, number, "赵科", moment)
    assert "请选" in refused.value.message
    with rt.reading() as session:
        assert session.get_one(Broadcast, number).status == "draft"


def test_a_scheduled_one_waits_for_its_time(rt: Runtime, clock: Clock, channel: FakeChannel) -> None:
    people(rt)
    number = broadcasts.compose(rt, WISH, "李工")
    broadcasts.confirm(rt, number, "赵科", rt.now() + timedelta(hours=2))
    run(rt)
    assert channel.sent == []
    clock.advance(hours=2)
    run(rt)
    assert len(channel.sent) == 5


def test_the_same_text_twice_needs_a_second_word(rt: Runtime) -> None:
    people(rt)
    send(rt)
    with pytest.raises(BroadcastError) as refused:
        broadcasts.compose(rt, Wish("broadcast", "全部", f" {TEXT}\n"), "李工")
    assert refused.value.key == "same_text"
    broadcasts.compose(rt, Wish("broadcast", "全部", TEXT, again=True), "李工")


@pytest.mark.parametrize(
    ("wish", "key"),
    [
        (Wish("broadcast", "全部", "入职先交押金500元，保证高薪"), "content"),
        (Wish("conversation", "全部", TEXT), "topic"),
        (Wish("broadcast", "全部", " \n"), "empty"),
        (Wish("broadcast", "全部", "长" * 601), "too_long"),
    ],
)
def test_what_may_not_be_sent_is_refused(rt: Runtime, wish: Wish, key: str) -> None:
    with pytest.raises(BroadcastError) as refused:
        broadcasts.compose(rt, wish, "李工")
    assert refused.value.key == key


def test_a_rehearsal_goes_to_staff_only(rt: Runtime, channel: FakeChannel) -> None:
    people(rt)
    number = broadcasts.compose(rt, WISH, "李工")
    with pytest.raises(BroadcastError) as refused:
        broadcasts.rehearse(rt, number)
    assert "LAOBING_STAFF_NUMBERS" in refused.value.message
    with rt.reading() as session:
        staff = veterans_table.veteran_of(session, "o-1")
    assert staff is not None
    assert broadcasts.rehearse(replace(rt, staff_numbers=(staff.id,)), number) == 1
    outbox.drain_due(rt)
    assert [(sent.recipient, sent.text) for sent in channel.sent] == [("o-1", f"【预演】{TEXT}")]
    assert broadcasts.progress(rt, number).written == 0


def profiled(rt: Runtime) -> None:
    with rt.transaction() as session:
        for number, said in enumerate(
            (
                Slots(age=34, licences=("B2",), job_categories=("货车司机",)),
                Slots(age=52, licences=("A2", "C1"), disability="十级"),
                Slots(birth_year=1990, employment_status="已就业", willingness="暂不求职"),
                Slots(),
            )
        ):
            veteran = create_veteran(session, f"p-{number}")
            veterans.save_preference(session, veteran.id, said, "talk", FRIDAY)


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("全部", {1, 2, 3, 4}),
        ("all", {1, 2, 3, 4}),
        ("年龄=30-45", {1, 3}),
        ("年龄≥50", {2}),
        ("age<=36", {1, 3}),
        ("年龄=50以上", {2}),
        ("驾照=b2/A2", {1, 2}),
        ("驾照：B2、A2 且 年龄>40", {2}),
        ("licences=B2 or C1 and not age=52", {1}),
        ("非 驾照=B2", {2, 3, 4}),
        ("驾照!=B2", {2, 3, 4}),
        ("岗位=货车司机", {1}),
        ("群体=残疾", {2}),
        ("group=employed", {3}),
        ("群体=暂不求职 或 残疾", {2, 3}),
        ("沉默>30天", {1, 2, 3, 4}),
        ("站点=城关", set()),
    ],
)
def test_rules_name_people(rt: Runtime, rule: str, who: set[int]) -> None:
    profiled(rt)
    with rt.reading() as session:
        named = {one for _, ids in audiences.pages(session, audiences.parse(rule), date(2026, 11, 20)) for one in ids}
    assert named == who
    assert audiences.count(rt, rule) == len(who)


@pytest.mark.parametrize("rule", ["", "身高=180", "年龄=三十", "群体=外星人", "驾照>B2", "随便写写", "性别=男"])
def test_a_rule_that_is_not_understood_is_refused_with_a_way_out(rule: str) -> None:
    with pytest.raises(AudienceError) as refused:
        audiences.parse(rule)
    assert "请" in refused.value.message or "可以" in refused.value.message or "写" in refused.value.message


def test_names_are_masked_for_screens() -> None:
    assert planner.masked("欧阳测试") == "欧***"
