"""A process killed in the middle of a turn: the repeated message is answered, and nothing is half done."""

import sqlite3
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.functional.server import Server, environment, exchange, prepare
from tests.functional.webhook.pushes import Platform, request, text_message

SENDER = "oKilled_00000000000000000001"
TRIES = 12


def receipt(connection: sqlite3.Connection, number: int) -> str | None:
    row = connection.execute("select status from inbound_message where key = ?", (f"{SENDER}:{number}",)).fetchone()
    return row[0] if row else None


def killed_between_receipt_and_answer(server: Server, path: Path, number: int, sent: bytes) -> bool:
    """Sends a message, kills the server as soon as its receipt stands; whether it was caught before the answer."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    with ThreadPoolExecutor(1) as pool:
        pending: Future[bytes] = pool.submit(exchange, server.port, sent)
        give_up = time.monotonic() + 10
        while receipt(connection, number) is None:
            assert time.monotonic() < give_up
        server.kill()
        pending.exception()
    status = receipt(connection, number)
    connection.close()
    return status == "received"


@pytest.mark.slow
def test_a_killed_turn_is_answered_when_the_platform_repeats_the_message(tmp_path: Path) -> None:
    platform = Platform("secure")
    env = environment(tmp_path, platform)
    prepare(env)
    path = tmp_path / "laobing.db"
    caught = 0
    for number in range(1, TRIES + 1):
        sent = request(
            platform.push(text_message("我45岁，想开货车，有B2证" if number > 1 else "同意", number, SENDER))
        )
        with Server.product(env) as server:
            was_caught = killed_between_receipt_and_answer(server, path, number, sent)
        with Server.product(env) as server:
            first, second = (exchange(server.port, sent).partition(b"\r\n\r\n")[2] for _ in range(2))
        answer = platform.answer(first)["Content"]
        assert answer and answer == platform.answer(second)["Content"]
        assert "出了点小问题" not in answer
        connection = sqlite3.connect(path)
        assert connection.execute("pragma integrity_check").fetchone() == ("ok",)
        assert receipt(connection, number) == "answered"
        turns = connection.execute("select version from conversation where openid = ?", (SENDER,)).fetchone()
        assert turns == (number,), "each message was one turn, however often it was tried"
        connection.close()
        caught += was_caught
        if caught >= 2:
            return
    pytest.fail("the server was never caught in the middle of a turn")
