"""Deliveries taken in hand: in their order, and at a cost that does not grow with what waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from models import delivery as deliveries
from models import taken as taken_table
from models.base import Database, Session
from models.delivery import DELIVERIES, DeliveryStatus
from services import outbox
from services.outbox import Message
from tests.builders import FRIDAY, create_runtime

LEASE = FRIDAY + timedelta(minutes=2)


def write(session: Session, start: int, end: int, topic: str = "policy", **columns: Any) -> None:
    made = [
        outbox.row_of(None, f"o-{n}", topic, Message(f"{topic}:{n}", "有消息了"), FRIDAY) | columns
        for n in range(start, end)
    ]
    deliveries.add_deliveries(session, made)


def test_the_lost_come_before_the_waiting_and_every_lane_before_the_next(database: Database) -> None:
    rt = create_runtime(database)
    with rt.transaction() as session:
        write(session, 0, 3)
        write(session, 3, 4, status=DeliveryStatus.SENDING, leased_until=FRIDAY - timedelta(seconds=1))
        write(session, 4, 5, status=DeliveryStatus.SENDING, leased_until=FRIDAY + timedelta(seconds=1))
        write(session, 5, 6, status=DeliveryStatus.SENDING)  # of a mass job: nobody's
        write(session, 6, 7, due_at=FRIDAY + timedelta(seconds=1))
        write(session, 0, 1, "conversation")
    with rt.transaction() as session:
        found = taken_table.take(session, FRIDAY, LEASE, 4)
    assert [one.key for one in found] == ["conversation:0", "policy:3", "policy:0", "policy:1"]


@contextmanager
def steps(session: Session) -> Iterator[list[int]]:
    """One entry for every ten steps of SQLite's machine meanwhile."""
    counted: list[int] = []
    driver: Any = session.connection().connection.driver_connection
    driver.set_progress_handler(lambda: counted.append(10), 10)
    yield counted
    driver.set_progress_handler(None, 0)


def test_taking_ten_costs_the_same_however_many_wait(sqlite: Database) -> None:
    rt = create_runtime(sqlite)
    costs = []
    for start, end in ((0, 20), (20, 2000)):
        with rt.transaction() as session:
            write(session, start, end)
            write(session, start, end, "matches", status=DeliveryStatus.SENDING)
        with rt.transaction() as session, steps(session) as counted:
            assert len(taken_table.take(session, FRIDAY, LEASE, 10)) == 10
        costs.append(sum(counted))
    assert costs[1] <= costs[0] + 100
    with rt.reading() as session:
        assert session.query(DELIVERIES).count() == 4000
