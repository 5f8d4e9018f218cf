"""The line to the platform over real sockets: answers of every shape, and never a repeat that nobody asked for."""

import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from channels.wechat_line import Line

YES = b'{"errcode":0}'
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n" + YES


class Scripted:
    """Answers each request with the next of its answers; `None` = closes without one, an empty one closes after it."""

    def __init__(self, *answers: tuple[bytes | None, bool]) -> None:
        self.answers = list(answers)
        self.asked: list[bytes] = []
        self.connections = 0
        self.hung_up = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.root = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while self.answers:
            try:
                line, _ = self.listening.accept()
            except OSError:
                return
            self.connections += 1
            with line:
                while self.answers and (request := line.recv(65536)):
                    self.asked.append(request)
                    answer, keeps = self.answers.pop(0)
                    if answer is not None:
                        line.sendall(answer)
                    if answer is None or not keeps:
                        break
            self.hung_up.set()

    def close(self) -> None:
        self.listening.close()
        self.thread.join(5)


@pytest.fixture
def begun() -> Iterator[list[Scripted]]:
    started: list[Scripted] = []
    yield started
    for one in started:
        one.close()


def scripted(begun: list[Scripted], *answers: tuple[bytes | None, bool]) -> tuple[Scripted, Line]:
    platform = Scripted(*answers)
    begun.append(platform)
    return platform, Line(platform.root)


def ask(line: Line, platform: Scripted) -> requests.Response:
    return line.request("post", f"{platform.root}/cgi-bin/x", params={"access_token": "T"}, data="好".encode())


def test_a_connection_is_kept_and_the_body_goes_with_its_head(begun: list[Scripted]) -> None:
    platform, line = scripted(begun, (PLAIN, True), (PLAIN, True))
    assert ask(line, platform).json() == ask(line, platform).json() == {"errcode": 0}
    assert platform.connections == 1
    assert platform.asked[0].startswith(b"POST /cgi-bin/x?access_token=T HTTP/1.1\r\nHost: 127.0.0.1:")
    assert platform.asked[0].endswith(b"\r\n\r\n" + "好".encode())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n"
        + YES[:6]
        + b"\r\n7\r\n"
        + YES[6:]
        + b"\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n" + YES,
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 13\r\n\r\n" + YES,
    ],
    ids=["in pieces", "until the end of the connection", "closing"],
)
def test_every_shape_of_an_answer_is_read(begun: list[Scripted], answer: bytes) -> None:
    platform, line = scripted(begun, (answer, False), (PLAIN, True))
    assert ask(line, platform).json() == {"errcode": 0}
    assert platform.hung_up.wait(5)  # who asks in that very moment may hear that the connection broke
    assert ask(line, platform).json() == {"errcode": 0}
    assert platform.connections == 2


def test_a_lost_answer_is_told_and_never_asked_for_again(begun: list[Scripted]) -> None:
    platform, line = scripted(begun, (PLAIN, True), (None, False), (PLAIN[:-4], False), (b"what?\r\n\r\n", False))
    ask(line, platform)
    for _ in range(3):
        with pytest.raises(requests.RequestException) as raised:
            ask(line, platform)
        assert not isinstance(raised.value, requests.ConnectTimeout)
    assert len(platform.asked) == 4


def test_what_never_left_is_told_apart(begun: list[Scripted]) -> None:
    platform, line = scripted(begun)
    platform.close()
    with pytest.raises(requests.ConnectTimeout):
        ask(line, platform)
