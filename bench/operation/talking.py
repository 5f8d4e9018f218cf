"""People who write to several web processes at once, patient as the platform and as people are."""

import contextlib
import socket
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import Enum, auto

from bench.webhook.load import walk as lines
from handlers.webhook import TROUBLE
from tests.functional.webhook.pushes import Platform, request, text_message

TRIES = 40
AGAIN = 1_000_000
"""A message said again is a new one: its number is so much higher."""
FAILED = "对不起，我这边出了点毛病"
"""How templates/messages/support/trouble begins: the turn raised, and its message is kept as failed."""


TOLD = ("met_trouble", "repeated", "told_late", "said_again")


class Heard(Enum):
    """What a person got for one message."""

    ANSWER = auto()
    TROUBLE = auto()
    NOTHING = auto()


@dataclass
class Talk:
    """Walks to a referral, every message delivered to all doors at once until it is answered."""

    platform: Platform
    doors: Sequence[tuple[str, int]]
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TOLD, 0))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def walk(self, person: int) -> None:
        for place, line in enumerate(lines(person)):
            self._say(f"oHosts_{person:021d}", person * 100 + place + 1, line)

    def told(self) -> dict[str, int]:
        """How often all deliveries of a message met with trouble at once; it was delivered again, since nobody answered
        or to see what stands; it was answered then; it was said anew, since it had failed.
        """
        return dict(self.counts)

    def _say(self, sender: str, number: int, line: str) -> None:
        """Until it is answered. Delivered again first: where the answer stands, it is not to be said twice."""
        before = Heard.ANSWER
        for _ in range(TRIES):
            heard = self._deliver(sender, number, line)
            self._count("met_trouble", heard is Heard.TROUBLE)
            if heard is Heard.ANSWER:
                self._count("told_late", before is Heard.TROUBLE)
                return
            if heard is before is Heard.TROUBLE:  # kept as failed: the platform would not deliver it any more
                number += AGAIN
                before = Heard.ANSWER
                self._count("said_again")
            else:
                before = heard
                self._count("repeated")
            time.sleep(1.0)
        raise SystemExit("a message was never answered")

    def _count(self, name: str, more: int = 1) -> None:
        with self.lock:
            self.counts[name] += more

    def _deliver(self, sender: str, number: int, line: str) -> Heard:
        """To every door at once; the best of what came back."""
        sent = request(self.platform.push(text_message(line, number, sender), nonce=f"n{number}"))
        with ThreadPoolExecutor(len(self.doors)) as pool:
            answers = [self._heard(answer) for answer in pool.map(lambda door: _exchange(door, sent), self.doors)]
        return next((one for one in Heard if one in answers), Heard.NOTHING)

    def _heard(self, answer: bytes) -> Heard:
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200") or not body:
            return Heard.NOTHING
        if body == b"success":
            return Heard.ANSWER
        words = self.platform.answer(body)["Content"]
        return Heard.TROUBLE if words == TROUBLE or words.startswith(FAILED) else Heard.ANSWER


def plain_key(key: str) -> str:
    """The key of a message as if it had been said only once."""
    sender, _, number = key.rpartition(":")
    return f"{sender}:{int(number) % AGAIN}"


def _exchange(door: tuple[str, int], sent: bytes) -> bytes:
    pieces = []
    with contextlib.suppress(OSError), socket.create_connection(door, 10) as line:
        line.sendall(sent)
        while piece := line.recv(65536):
            pieces.append(piece)
    return b"".join(pieces)
