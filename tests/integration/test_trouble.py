"""A disk that is full and a clock that jumps back: nothing is half done, and all goes on when it is over."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app import migration
from bot.types import Inbound, Kind
from channels.base import ChannelError
from models import delivery as deliveries
from models import transfer
from models.base import Database
from models.conversation import InboundMessage, InboundStatus
from models.prepared import run_on
from services import claims, conversations, outbox
from tests.builders import FRIDAY, Clock, FakeChannel, create_runtime, create_veteran, write_to

PLENTY = 1_000_000


def grow_to(database: Database, pages: int) -> None:
    """How large the file may become: SQLite says "disk is full" beyond it."""
    with database.session(writes=False) as session:  # it holds for one connection: the one the turns will have
        run_on(session.line, f"PRAGMA max_page_count={pages}", gives=True)


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


@pytest.mark.parametrize("hours", [-3, 3])
def test_a_clock_that_jumps_sends_every_message_once(database: Database, hours: int) -> None:
    """One waits for its next try, one is in the hands of a worker that dies, one is written after the jump."""
    clock, channel = Clock(), FakeChannel()
    rt = create_runtime(database, clock, channel)
    with rt.transaction() as session:
        veteran_id = create_veteran(session).id
    channel.refusals = [ChannelError(-1, "busy", permanent=False)]
    write_to(rt, veteran_id, "一", topic="case", key="1")
    outbox.deliver_due(rt)
    write_to(rt, veteran_id, "二", topic="case", key="2")
    claims.claim(rt, 10, hands=0)
    clock.advance(hours=hours)
    write_to(rt, veteran_id, "三", topic="case", key="3")
    for _ in range(2):  # at once, and when the clock is right again
        outbox.deliver_due(rt)
        outbox.deliver_due(rt)
        clock.advance(hours=4)
    outbox.deliver_due(rt)
    assert sorted(one.text for one in channel.sent) == ["一", "三", "二"]
    with rt.reading() as session:
        assert {row.outcome for row in deliveries.deliveries_of(session, veteran_id)} == {"sent"}
