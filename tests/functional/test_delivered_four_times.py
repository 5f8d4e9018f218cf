"""The platform repeats itself: each message four times at once over eight connections is one turn and one answer."""

import http.client
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from models.base import Database
from models.conversation import Conversation, InboundMessage, InboundStatus
from tests.functional.server import Server, environment, prepare
from tests.functional.webhook.pushes import Platform, Push, text_message

CONNECTIONS = 8
COPIES = 4
PEOPLE = 125
SAID = ("你好", "同意", "我45岁，想开货车，有B2证", "6000以上", "看看岗位", "1", "还有别的吗", "帮助")


def deliver_all(port: int, pushes: list[tuple[int, Push]]) -> dict[int, list[tuple[int, bytes]]]:
    """Every push over whichever connection is free; per message number the status and body of each delivery."""
    waiting: SimpleQueue[tuple[int, Push]] = SimpleQueue()
    for push in pushes:
        waiting.put(push)
    answers: dict[int, list[tuple[int, bytes]]] = defaultdict(list)

    def connection() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while not waiting.empty():
            number, push = waiting.get()
            line.request("POST", f"/wechat?{urlencode(push.query)}", push.body, {"Content-Type": "text/xml"})
            response = line.getresponse()
            answers[number].append((response.status, response.read()))
        line.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for done in [pool.submit(connection) for _ in range(CONNECTIONS)]:
            done.result()
    return answers


def text_of(platform: Platform, status: int, body: bytes) -> str:
    assert status == 200 and body != b"success", body
    return platform.answer(body)["Content"]


@pytest.mark.slow
def test_a_thousand_messages_four_times_each(tmp_path: Path) -> None:
    platform = Platform("secure")
    env = environment(tmp_path, platform)
    prepare(env)
    messages = [
        (place * PEOPLE + person, text_message(line, place * PEOPLE + person + 1, f"oRepeat_{person:019d}"))
        for place, line in enumerate(SAID)
        for person in range(PEOPLE)
    ]
    pushes = [
        (number, platform.push(document, nonce=f"n{number}-{copy}"))
        for number, document in messages
        for copy in range(COPIES)
    ]
    with Server.product(env) as server:
        answers = deliver_all(server.port, pushes)
    assert len(answers) == 1000 and all(len(found) == COPIES for found in answers.values())
    for found in answers.values():
        assert len({text_of(platform, status, body) for status, body in found}) == 1
    database = Database(env["LAOBING_DATABASE_URL"])
    with database.session(writes=False) as session:
        statuses = select(InboundMessage.status, func.count()).group_by(InboundMessage.status)
        assert {row.status: row.count for row in session.execute(statuses)} == {InboundStatus.ANSWERED: 1000}
        turns = session.scalar(select(func.sum(Conversation.version)))
        assert turns == 1000
    database.dispose()
