"""The bureau's rules for what is sent unasked: obeyed at the moment of sending, known to every process soon after."""

from datetime import datetime, time, timedelta

import pytest

from models import recommendation as recommendations_table
from models import setting as settings_table
from models.base import Database
from models.delivery import Delivery
from services import broadcasts, outbox, push_rule_edits, push_rules, veterans
from services.broadcasts import Wish
from services.outbox import Message
from services.push_rules import PushRules, QuietHours
from services.runtime import CHINA, Runtime
from tests.builders import Clock, FakeChannel, create_runtime, create_veteran, note_action

EVENING = datetime(2026, 11, 25, 19, 30, tzinfo=CHINA)


@pytest.fixture
def clock() -> Clock:
    return Clock(EVENING)


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def rt(database: Database, clock: Clock, channel: FakeChannel) -> Runtime:
    return create_runtime(database, clock, channel=channel)


def rules(rt: Runtime, begin: str, end: str) -> None:
    quiet = QuietHours(time.fromisoformat(begin), time.fromisoformat(end))
    push_rule_edits.keep(rt, PushRules(quiet, cap=5), "局")


def tell(rt: Runtime, topic: str, key: str) -> None:
    with rt.transaction() as session:
        outbox.enqueue(session, session.get_one(veterans.Veteran, 1), topic, Message(key, "话"), rt.now())


def known(rt: Runtime) -> None:
    with rt.transaction() as session:
        veteran = create_veteran(session)
        veterans.give_consent(session, veteran.id, rt.now())
        note_action(session, veteran.openid or "", "message", rt.now())


def due(rt: Runtime, key: str) -> datetime:
    with rt.reading() as session:
        return session.query(Delivery).filter_by(key=key).one().due_at.astimezone(CHINA)


def test_longer_quiet_hours_hold_for_what_is_planned_too(rt: Runtime, channel: FakeChannel, clock: Clock) -> None:
    known(rt)
    tell(rt, "heartbeat", "planned")
    rules(rt, "19:00", "09:30")
    tell(rt, "heartbeat", "later")
    tell(rt, "case", "asked for")
    outbox.drain_due(rt)
    assert [one.key for one in channel.sent] == ["asked for"]
    assert due(rt, "later") == datetime(2026, 11, 26, 9, 30, tzinfo=CHINA)
    clock.advance(hours=13, minutes=59)
    outbox.drain_due(rt)
    assert len(channel.sent) == 1
    clock.advance(minutes=1)
    outbox.drain_due(rt)
    assert {one.key for one in channel.sent} == {"asked for", "planned", "later"}


def test_shorter_quiet_hours_let_it_go(rt: Runtime, channel: FakeChannel, clock: Clock) -> None:
    known(rt)
    rules(rt, "22:00", "07:00")
    clock.advance(hours=2)
    tell(rt, "heartbeat", "late")
    outbox.drain_due(rt)
    assert [one.key for one in channel.sent] == ["late"]


def test_a_broadcast_waits_for_the_bureaus_morning(rt: Runtime) -> None:
    known(rt)
    rules(rt, "19:00", "09:00")
    number = broadcasts.compose(rt, Wish("broadcast", "全部", "有招聘会", again=True), "局")
    broadcasts.confirm(rt, number, "局")
    broadcasts.expand_due(rt)
    assert due(rt, f"broadcast:{number}:1") == datetime(2026, 11, 26, 9, 0, tzinfo=CHINA)


def test_the_default_rhythm_is_for_who_has_not_said(rt: Runtime) -> None:
    push_rule_edits.keep(rt, PushRules(every_days=7, cap=5), "局")
    with rt.transaction() as session:
        for number in (1, 2):
            create_veteran(session, openid=f"open-{number}")
            recommendations_table.take_look(session, number, rt.today(), "nothing_new")
        recommendations_table.set_rhythm(session, 2, 1, only_excellent=True)
    with rt.reading() as session:
        now = push_rules.in_force(session)
        found = [
            recommendations_table.rhythm(session, number, now.every_days, only_excellent=False) for number in (1, 2)
        ]
    assert [one[:2] for one in found] == [(7, False), (1, True)]


def test_another_process_knows_within_seconds(rt: Runtime, clock: Clock) -> None:
    """Two processes on one database: the other one reads again when what it knows is old, and not before."""
    other = create_runtime(Database(rt.database.engine.url.render_as_string(hide_password=False)), clock)
    assert push_rules.read(other) == PushRules()
    rules(rt, "21:00", "08:00")
    assert push_rules.read(rt).quiet == QuietHours(time(21), time(8))
    assert push_rules.read(other) == PushRules()
    with other.reading() as session:
        settings_table.in_force(session, seconds=0)
    assert push_rules.read(other).quiet == QuietHours(time(21), time(8))
    other.database.dispose()


def test_what_is_not_committed_is_nobody_elses(rt: Runtime) -> None:
    def set_and_fail() -> None:
        with rt.transaction() as session:
            push_rules_before = push_rules.in_force(session)
            assert push_rules_before == PushRules()
            row = settings_table.SettingChange(name=push_rules.NAME, value=PushRules(cap=1).to_json())
            row.at, row.who = rt.now(), "局"
            settings_table.add_change(session, row)
            session.flush()
            assert push_rules.in_force(session).cap == 1
            raise TimeoutError

    with pytest.raises(TimeoutError):
        set_and_fail()
    assert push_rules.read(rt) == PushRules()


def test_quiet_hours_are_told_by_the_clock_of_china() -> None:
    quiet = QuietHours()
    assert not quiet.hold(datetime(2026, 11, 25, 8, 30, tzinfo=CHINA))
    assert quiet.hold(datetime(2026, 11, 25, 20, 30, tzinfo=CHINA))
    night = datetime(2026, 11, 25, 2, 0, tzinfo=CHINA)
    assert quiet.after(night) == datetime(2026, 11, 25, 8, 30, tzinfo=CHINA)
    assert quiet.after(night - timedelta(hours=4)) == datetime(2026, 11, 25, 8, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("begin", "end", "words"), [("23:00", "08:00", "18:00 到 22:00"), ("20:00", "05:00", "6:30 到 10:00")]
)
def test_hours_nobody_would_want_are_refused(rt: Runtime, begin: str, end: str, words: str) -> None:
    with pytest.raises(push_rule_edits.RulesRefused) as refused:
        rules(rt, begin, end)
    assert words in refused.value.message
