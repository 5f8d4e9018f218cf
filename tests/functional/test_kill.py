"""A process killed in the middle of a turn: the repeated message is answered, and nothing is half done."""

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.functional.server import Server, environment, exchange, prepare
from tests.functional.webhook.pushes import Platform, request, text_message

SENDER = "oKilled_00000000000000000001"
#: Seconds from the sending of a message to the kill; None: while the turn waits for the writer's place.
MOMENTS = (None, 0.004, 0.008, None, 0.012, 0.02)


def noted(path: Path, number: int) -> bool:
    connection = sqlite3.connect(path)
    row = connection.execute("select 1 from inbound_message where key = ?", (f"{SENDER}:{number}",)).fetchone()
    connection.close()
    return row is not None


def killed_at(server: Server, path: Path, sent: bytes, moment: float | None) -> bytes:
    """Sends a message and kills the server; what the sender got of an answer."""
    with ThreadPoolExecutor(1) as pool:
        if moment is None:
            holder = sqlite3.connect(path, isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
        pending: Future[bytes] = pool.submit(exchange, server.port, sent)
        time.sleep(moment or 0.5)
        server.kill()
        got = b"" if pending.exception() else pending.result()
        if moment is None:
            holder.close()
    return got


@pytest.mark.slow
def test_a_killed_turn_is_answered_when_the_platform_repeats_the_message(tmp_path: Path) -> None:
    platform = Platform("secure")
    env = environment(tmp_path, platform)
    prepare(env)
    path = tmp_path / "laobing.db"
    unanswered = 0
    for number, moment in enumerate(MOMENTS, 1):
        sent = request(
            platform.push(text_message("我45岁，想开货车，有B2证" if number > 1 else "同意", number, SENDER))
        )
        with Server.product(env) as server:
            unanswered += not killed_at(server, path, sent, moment)
        if moment is None:
            assert not noted(path, number), "a turn that had not begun to write has left nothing"
        with Server.product(env) as server:
            first, second = (exchange(server.port, sent).partition(b"\r\n\r\n")[2] for _ in range(2))
        answer = platform.answer(first)["Content"]
        assert answer and answer == platform.answer(second)["Content"]
        assert "出了点小问题" not in answer
        connection = sqlite3.connect(path)
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert connection.execute("select status, count(*) from inbound_message group by 1").fetchall() == [
            ("answered", number)
        ]
        turns = connection.execute("select version from conversation where openid = ?", (SENDER,)).fetchone()
        assert turns == (number,), "each message was one turn, however often it was tried"
        connection.close()
    assert unanswered >= MOMENTS.count(None)
