"""A disk that is full and a clock that jumps back: nothing is half done, and all goes on when it is over."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app import migration
from bot.types import Inbound, Kind
from models import transfer
from models.base import Database
from models.conversation import InboundMessage, InboundStatus
from services import conversations
from tests.builders import FRIDAY, Clock, create_runtime

PLENTY = 1_000_000


def grow_to(database: Database, pages: int) -> None:
    """How large the file may become: SQLite says "disk is full" beyond it."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def message(number: int) -> Inbound:
    return Inbound(f"m{number}", f"o-{number % 7}", Kind.TEXT, FRIDAY, "我45岁，想开货车" + "，真的" * 60)


def test_with_a_full_disk_nothing_is_half_done_and_with_room_again_the_same_message_is_answered(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'laobing.db'}")
    migration.upgrade(database)
    rt = create_runtime(database)
    assert conversations.receive(rt, message(0)).text
    grow_to(database, 1)  # as large as it is now
    number = 1
    with pytest.raises(OperationalError, match="full"):
        while number < 400:
            conversations.receive(rt, message(number))
            number += 1
    assert number < 400
    assert transfer.faults(tmp_path / "laobing.db") == []
    grow_to(database, PLENTY)
    answer = conversations.receive(rt, message(number))
    assert answer.text
    assert "出了点小问题" not in answer.text
    with rt.reading() as session:
        statuses = [one.status for one in session.query(InboundMessage)]
    assert statuses == [InboundStatus.ANSWERED] * (number + 1)
    database.dispose()


def test_a_clock_that_jumps_back_loses_no_message_and_answers_repeats_alike(database: Database) -> None:
    clock = Clock()
    rt = create_runtime(database, clock)
    first = conversations.receive(rt, Inbound("m1", "o-1", Kind.TEXT, clock.moment, "同意"))
    clock.advance(days=-2)
    second = conversations.receive(rt, Inbound("m2", "o-1", Kind.TEXT, clock.moment, "我45岁"))
    assert conversations.receive(rt, Inbound("m1", "o-1", Kind.TEXT, clock.moment, "同意")).text == first.text
    assert second.turn is not None
    with rt.reading() as session:
        assert {one.status for one in session.query(InboundMessage)} == {InboundStatus.ANSWERED}
