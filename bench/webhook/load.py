"""Load of the platform's kind: signed and sealed pushes, made before the clock starts, sent over plain sockets."""

import contextlib
import select
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain

from tests.functional.webhook.pushes import Platform, event, request, text_message

STEPS = 10
GIVEN_UP_SECONDS = 30.0
AT_ONCE = 65536


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
    """Each exchange, in the order they ended: its seconds, what came back (nothing from a line that broke), and its
    place among those that were to be sent.
    """

    wall: float = 0.0
    seconds: list[float] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def note(self, place: int, seconds: float, answer: bytes) -> None:
        self.seconds.append(seconds)
        self.answers.append(answer)
        self.places.append(place)

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


class Lines:
    """Exchanges under way, each over a line of its own, all looked after by one thread: little work for each."""

    def __init__(self, port: int) -> None:
        self._address = ("127.0.0.1", port)
        self._poll = select.epoll()
        # By the number of its socket, the longest under way first.
        self._open: dict[int, tuple[socket.socket, int, float]] = {}

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, place: int, sent: bytes) -> None:
        """Sends a request. On the loopback neither connecting nor sending waits; an error is found by `ended`."""
        line = socket.socket()
        began = time.perf_counter()
        with contextlib.suppress(OSError):
            line.connect(self._address)
            line.sendall(sent)
        line.setblocking(False)
        self._open[line.fileno()] = line, place, began
        # Only when the server closes: the answer, which fits what the system keeps for us, is read in one go.
        self._poll.register(line, select.EPOLLRDHUP)

    def ended(self, within: float) -> Iterator[tuple[int, float, bytes]]:
        """Those that ended, waiting so many seconds for the first: place, the moment each began, what came back."""
        for number, _ in self._poll.poll(within):
            yield self._end(number)
        long_ago = time.perf_counter() - GIVEN_UP_SECONDS
        while self._open and next(iter(self._open.values()))[2] < long_ago:
            yield self._end(next(iter(self._open)))

    def _end(self, number: int) -> tuple[int, float, bytes]:
        line, place, began = self._open.pop(number)
        pieces = []
        with line:
            try:
                while piece := line.recv(AT_ONCE):
                    pieces.append(piece)
            except OSError:
                pieces.clear()
        return place, began, b"".join(pieces)

    def close(self) -> None:
        self._poll.close()


def run(port: int, requests: Sequence[Sequence[bytes]], connections: int = 16) -> Result:
    """Sends every talk in its own order, `connections` talks at a time."""
    waiting = [chain.from_iterable(requests[place::connections]) for place in range(connections)]
    began, total = time.perf_counter(), Result()
    with closing(Lines(port)) as lines:

        def send_next(place: int) -> None:
            if (sent := next(waiting[place], None)) is not None:
                lines.begin(place, sent)

        for place in range(connections):
            send_next(place)
        while lines:
            for place, sent_at, answer in lines.ended(1.0):
                total.note(place, time.perf_counter() - sent_at, answer)
                send_next(place)
    total.wall = time.perf_counter() - began
    return total


def run_planned(port: int, planned: Iterable[tuple[float, bytes]], connections: int) -> Result:
    """Sends each at its moment, in seconds from now, as soon as one of so many connections is free. Its time counts
    from that moment, so that waiting for us is not hidden.
    """
    began, total = time.perf_counter(), Result()
    due: dict[int, float] = {}
    waiting = enumerate(planned)
    coming = next(waiting, None)
    with closing(Lines(port)) as lines:
        while coming or lines:
            patience = 1.0
            while coming and len(lines) < connections:
                place, (moment, sent) = coming
                if (early := began + moment - time.perf_counter()) > 0:
                    patience = min(patience, early)
                    break
                lines.begin(place, sent)
                due[place] = began + moment
                coming = next(waiting, None)
            for place, _, answer in lines.ended(patience):
                total.note(place, time.perf_counter() - due.pop(place), answer)
    total.wall = time.perf_counter() - began
    return total
