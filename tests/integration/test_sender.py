"""Several senders at once: everybody gets the message once, whoever sends it, and faults of ours end by name."""

import threading
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from itertools import count

import pytest

from channels.base import Outbound, Receipt
from models import delivery as deliveries
from models.base import Database, Session
from models.delivery import Lane
from services import outbox
from services.claims import LEASE
from services.outbox import Message
from services.push_rate import PushRate
from services.runtime import Reach, Runtime
from services.sender import Crew
from tests.builders import Clock, FakeChannel, create_runtime, create_veteran

PEOPLE = 120


def fill(rt: Runtime) -> None:
    with rt.transaction() as session:
        for number in range(PEOPLE):
            veteran = create_veteran(session, f"o-{number}")
            outbox.enqueue(session, veteran, "application", Message(f"k{number}", "有消息了"), rt.now())


def crew(rt: Runtime) -> Crew:
    return Crew(rt, 4, tuple(Lane), threading.Event())


def fill_with_pushes(rt: Runtime, count: int) -> None:
    with rt.transaction() as session:
        for number in range(count):
            veteran = create_veteran(session, f"o-push-{number}")
            outbox.enqueue(session, veteran, "policy", Message(f"push{number}", "有新政策"), rt.now())


def test_pushes_go_at_their_rate_and_answers_at_once(database: Database) -> None:
    seconds, channel = [0.0], FakeChannel()
    rt = replace(create_runtime(database, channel=channel), push_rate=PushRate(2, lambda: seconds[0]))
    fill(rt)
    fill_with_pushes(rt, 9)
    while outbox.deliver_due(rt, 3):
        pass
    assert len(channel.sent) == PEOPLE + 6  # four were saved up, and the claim that used them up was taken whole
    seconds[0] += 2
    while outbox.deliver_due(rt, 3):
        pass
    assert len(channel.sent) == PEOPLE + 9


def test_until_idle_waits_for_what_its_rate_holds_back(database: Database) -> None:
    channel = FakeChannel()
    rt = replace(create_runtime(database, channel=channel), push_rate=PushRate(1, count(0.0, 0.25).__next__))
    fill_with_pushes(rt, 20)
    assert crew(rt).run(until_idle=True) == 20
    assert len(channel.sent) == 20


def outcomes(rt: Runtime) -> Counter[str]:
    with rt.reading() as session:
        return Counter(row.outcome for n in range(PEOPLE) for row in deliveries.deliveries_of(session, n + 1))


def test_three_crews_send_everything_once(database: Database) -> None:
    channel = FakeChannel()
    rt = create_runtime(database, channel=channel)
    fill(rt)
    crews = [crew(rt) for _ in range(3)]
    running = [threading.Thread(target=one.run, args=(True,)) for one in crews]
    for one in running:
        one.start()
    for one in running:
        one.join()
    assert Counter(sent.recipient for sent in channel.sent) == Counter(f"o-{n}" for n in range(PEOPLE))
    assert sum(one.sent for one in crews) == PEOPLE
    assert outcomes(rt) == {"sent": PEOPLE}


@dataclass
class Faulty(FakeChannel):
    def send(self, outbound: Outbound) -> Receipt:
        if outbound.key.endswith("7"):
            raise RuntimeError("a fault of ours")
        return super().send(outbound)


def test_a_fault_ends_that_message_and_no_other(database: Database) -> None:
    rt = create_runtime(database, channel=Faulty())
    fill(rt)
    assert crew(rt).run(until_idle=True) == PEOPLE
    assert outcomes(rt) == {"sent": 108, "broken": 12}


@dataclass
class Slow(FakeChannel):
    """Its first answer takes so long that what lies ready is nobody's any more."""

    clock: Clock = field(default_factory=Clock)

    def send(self, outbound: Outbound) -> Receipt:
        if not self.sent:
            self.clock.moment += LEASE
        return super().send(outbound)


def test_what_lay_ready_too_long_is_taken_up_anew_and_sent_once(database: Database) -> None:
    channel = Slow()
    rt = create_runtime(database, channel=channel, clock=channel.clock)
    with rt.transaction() as session:
        for number in range(3):
            veteran = create_veteran(session, f"o-{number}")
            outbox.enqueue(session, veteran, "application", Message(f"k{number}", "有消息了"), rt.now())
    Crew(rt, 1, tuple(Lane), threading.Event()).run(until_idle=True)
    channel.clock.moment += timedelta(seconds=1)
    Crew(rt, 1, tuple(Lane), threading.Event()).run(until_idle=True)
    with rt.reading() as session:
        rows = [row for n in range(3) for row in deliveries.deliveries_of(session, n + 1)]
    assert [(row.outcome, row.attempts) for row in rows] == [("sent", 1), ("sent", 2), ("sent", 2)]
    assert len(channel.sent) == 3


def test_until_idle_goes_on_after_a_claim_of_which_nothing_could_go(database: Database) -> None:
    rt = create_runtime(database, reach=Reach(means=frozenset()))
    with rt.transaction() as session:
        for number in range(9):
            veteran = create_veteran(session, f"o-{number}")
            outbox.enqueue(session, veteran, "application", Message(f"k{number}", "有消息了"), rt.now())
    Crew(rt, 1, tuple(Lane), threading.Event()).run(until_idle=True)
    with rt.reading() as session:
        assert deliveries.counts_by_status(session) == {"skipped": 9}


class Away(Runtime):
    """Its database goes away when the first message has been sent, for three transactions."""

    def transaction(self, *, alone: bool = True) -> AbstractContextManager[Session]:
        channel = self.channel
        assert isinstance(channel, FakeChannel)
        if channel.sent and len(AWAY) < 3:
            AWAY.append("broke")
            raise ConnectionError
        return super().transaction(alone=alone)


AWAY: list[str] = []


def test_what_was_sent_while_the_database_went_away_is_written_when_it_is_back(database: Database) -> None:
    AWAY.clear()
    rt = create_runtime(database, channel=FakeChannel())
    fill(rt)
    one = crew(Away(**{field.name: getattr(rt, field.name) for field in fields(rt)}))
    for _ in range(3):
        with pytest.raises(ConnectionError):
            one.run(until_idle=True)
    one.run(until_idle=True)
    went_out = Counter(sent.recipient for sent in one.rt.channel.sent)
    assert set(went_out.values()) == {1}
    with rt.reading() as session:
        rows = [row for n in range(PEOPLE) for row in deliveries.deliveries_of(session, n + 1)]
    assert {row.openid for row in rows if row.outcome == "sent"} == set(went_out)
    assert not [row for row in rows if row.in_hand]
