"""Several senders in one process: threads that send, and one writer that claims for them and writes what came of it.

The writer groups what has come back since its last look into one transaction; with the results it marks what goes out
next. Two messages a thread lie ready beside the one it sends, so that no thread waits for a commit or a claim: a killed
process leaves at most three messages a thread in doubt, of which it was sending one. Conversation and care go through a
lane of their own; pushes go at the rate the operator has set (`services/push_rate.py`).
"""

import logging
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Final

from models.delivery import DeliveryStatus, Lane
from services import claims, outbox
from services.claims import Claimed
from services.outbox import Sent
from services.runtime import Runtime

log = logging.getLogger(__name__)

IDLE_SECONDS: Final = 0.5
TROUBLE_SECONDS: Final = 2.0
# What one claim may hold for each thread: with every answer timing out it is still sent within its lease.
HELD_A_THREAD: Final = 4
# Of each thread: the one it sends and those that lie ready, marked as going out.
OUT_A_THREAD: Final = 3
# What comes back this soon after the last hand-out is written in one go: fewer, larger transactions. It counts from
# there, so that a claim in between does not add to it and keep the threads waiting.
GATHER_SECONDS: Final = 0.02
QUICK: Final = (Lane.CHAT, Lane.CARE)
QUICK_THREADS: Final = 4


@dataclass(slots=True)
class Crew:
    """So many threads for the lanes given, fed by one writer; `run` works until `stop` is set."""

    rt: Runtime
    threads: int
    lanes: tuple[Lane, ...]
    stop: threading.Event
    sent: int = 0
    _work: "queue.SimpleQueue[Claimed | None]" = field(default_factory=queue.SimpleQueue)
    _done: "queue.SimpleQueue[Sent]" = field(default_factory=queue.SimpleQueue)
    _handed_at: float = 0.0

    def run(self, until_idle: bool = False) -> int:
        """Sends what falls due; with `until_idle` only until nothing is. How many were sent."""
        hands = [threading.Thread(target=self._hand, daemon=True) for _ in range(self.threads)]
        for hand in hands:
            hand.start()
        try:
            self._feed(until_idle)
        finally:
            for _ in hands:
                self._work.put(None)
            for hand in hands:
                hand.join()
        return self.sent

    def _feed(self, until_idle: bool) -> None:
        waiting: deque[Claimed] = deque()
        # What came back to a run that broke off, all its threads having ended since, is still to be written.
        out, look_at, holds_back = self._done.qsize(), 0.0, False
        while out or not self.stop.is_set():
            if len(waiting) < self.threads and time.monotonic() >= look_at and not self.stop.is_set():
                holds_back = self.rt.push_rate.is_spent()
                count, claimed = self._claim()
                waiting.extend(claimed)
                if not count:
                    look_at = time.monotonic() + IDLE_SECONDS
                elif not claimed and not out:
                    continue  # none of them had a road; more may be due
            if not waiting and not out:
                if until_idle and not holds_back:
                    return
                self.stop.wait(max(0.0, look_at - time.monotonic()))
                continue
            results = self._returned(block=out > 0)
            out -= len(results)
            free = 0 if self.stop.is_set() else OUT_A_THREAD * self.threads - out
            going = [waiting.popleft() for _ in range(min(free, len(waiting)))]
            going = [one for one in going if claims.is_ours(self.rt, one)]
            going = self._record(results, going)
            self.sent += len(results)
            out += len(going)
            for one in going:
                self._work.put(one)
            self._handed_at = time.monotonic()

    def _claim(self) -> tuple[int, list[Claimed]]:
        return claims.claim(self.rt, HELD_A_THREAD * self.threads, hands=0, lanes=self.lanes)

    def _record(self, results: list[Sent], going: list[Claimed]) -> list[Claimed]:
        """What went out is kept until the database has it: a full disk or a cut line makes nobody hear it twice."""
        try:
            return outbox.record(self.rt, results, going)
        except Exception:
            for one in results:
                self._done.put(one)
            raise

    def _returned(self, *, block: bool) -> list[Sent]:
        """What has come back; waits for the first of it if anything is out."""
        found: list[Sent] = []
        if block:
            found.append(self._done.get())
            time.sleep(max(0.0, self._handed_at + GATHER_SECONDS - time.monotonic()))
        while True:
            try:
                found.append(self._done.get_nowait())
            except queue.Empty:
                return found

    def _hand(self) -> None:
        while (claimed := self._work.get()) is not None:
            try:
                self._done.put(outbox.attempt_ours(self.rt, claimed))
            except Exception:
                # A fault of ours: the message is not tried for ever, and this thread goes on.
                log.exception("delivery %s broke", claimed.delivery.id)
                self._done.put(Sent(claimed, {"status": DeliveryStatus.FAILED, "outcome": "broken"}))


def work(rt: Runtime, threads: int, stop: threading.Event) -> None:
    """Sends until `stop` is set: a crew for conversation and care, and one of so many threads for the rest.

    A database that is away for a while is waited for.
    """
    crews = [Crew(rt, QUICK_THREADS, QUICK, stop), Crew(rt, threads, (Lane.BULK,), stop)]
    running = [threading.Thread(target=_keep_on, args=(crew,), daemon=True) for crew in crews]
    for one in running:
        one.start()
    for one in running:
        one.join()


def _keep_on(crew: Crew) -> None:
    while not crew.stop.is_set():
        try:
            crew.run()
        except Exception:
            log.exception("a crew broke off and begins anew")
            crew.stop.wait(TROUBLE_SECONDS)
