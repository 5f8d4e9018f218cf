"""Load of the platform's kind: signed and sealed pushes, made before the clock starts, sent over plain sockets."""

import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from tests.functional.webhook.pushes import Platform, event, request, text_message

STEPS = 10


def walk(number: int) -> tuple[str, ...]:
    """What veteran `number` writes from following to a referral; distinct people, so every turn has its own state to
    load and to write, and every list is ranked for somebody else.
    """
    return (
        "同意",
        f"我{30 + number % 16}岁，想在三台县开货车，有B2驾驶证",
        f"{3000 + number // 16 % 30 * 100}以上",
        "高中",
        "没有别的要求",
        "看看岗位",
        "1",
        "报名1",
        f"王建国，1300{number % 10_000_000:07d}",
        "还有别的吗",
    )


@dataclass
class Result:
    """Seconds of each exchange, in the order they ended on each connection, and what came back."""

    wall: float
    seconds: list[float] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.wall

    def at(self, share: float) -> float:
        """The time within which that share of the exchanges was done, in milliseconds."""
        return sorted(self.seconds)[min(int(len(self.seconds) * share), len(self.seconds) - 1)] * 1000


def talks(platform: Platform, people: int, first: int) -> list[list[bytes]]:
    """For each person the requests of one walk; message numbers never repeat."""
    return [_talk(platform, number) for number in range(first, first + people)]


def _talk(platform: Platform, number: int) -> list[bytes]:
    sender = f"oBench_{number:021d}"
    documents = [event("subscribe", sender=sender, created=1_795_000_000 + number, EventKey="")]
    documents += [text_message(line, number * 100 + place, sender) for place, line in enumerate(walk(number))]
    return [request(platform.push(document, nonce=f"n{number}-{n}")) for n, document in enumerate(documents)]


@dataclass
class _Connection:
    """One of the platform's connections: its requests still to send, and the one it waits for."""

    waiting: Iterator[bytes]
    line: socket.socket | None = None
    began: float = 0.0
    answer: bytearray = field(default_factory=bytearray)

    def send_next(self, port: int) -> bool:
        sent = next(self.waiting, None)
        if sent is None:
            return False
        self.began, self.answer = time.perf_counter(), bytearray()
        self.line = socket.socket()
        self.line.connect(("127.0.0.1", port))
        self.line.sendall(sent)
        self.line.setblocking(False)
        return True

    def read(self) -> bool:
        """Whether the answer is whole (the server closes)."""
        assert self.line is not None
        piece = self.line.recv(65536)
        self.answer += piece
        return not piece


def run(port: int, requests: Sequence[Sequence[bytes]], connections: int = 16) -> Result:
    """Sends every talk in its own order, `connections` talks at a time, from one thread: little work a request."""
    total, poll, open_lines = Result(0.0), select.epoll(), {}
    began = time.perf_counter()
    for place in range(connections):
        connection = _Connection(chain.from_iterable(requests[place::connections]))
        if connection.send_next(port):
            open_lines[connection.line.fileno()] = connection
            poll.register(connection.line.fileno(), select.EPOLLIN)
    while open_lines:
        for number, _ in poll.poll(30):
            connection = open_lines[number]
            if not connection.read():
                continue
            total.seconds.append(time.perf_counter() - connection.began)
            total.answers.append(bytes(connection.answer))
            del open_lines[number]
            connection.line.close()
            if connection.send_next(port):
                open_lines[connection.line.fileno()] = connection
                poll.register(connection.line.fileno(), select.EPOLLIN)
    poll.close()
    total.wall = time.perf_counter() - began
    return total
