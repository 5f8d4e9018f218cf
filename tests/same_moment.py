"""The same thing done twice at the same moment: neither of the two sees what the other is about to write."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from models.base import Session
from services import runtime


class SameMoment:
    """While it is entered, whoever `twice` runs waits before each commit until the other is there as well.

    patience: for so many seconds at most; who waits for a lock that the other holds never comes. met: how often both
    were there.
    """

    def __init__(self, patience: float = 0.3) -> None:
        self.met = 0
        self._patience = patience
        self._arrival = threading.Condition()
        self._waiting = 0
        self._one_of_two = threading.local()
        self._commit = runtime._commit

    def __enter__(self) -> Self:
        runtime._commit = self._commit_together
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runtime._commit = self._commit

    def twice(self, task: Callable[[], Any]) -> list[Any]:
        """What both answered, or raised."""
        answers: list[Any] = []

        def one() -> None:
            self._one_of_two.is_here = True
            try:
                answers.append(task())
            except Exception as error:
                answers.append(error)

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    def _commit_together(self, session: Session) -> None:
        if hasattr(self._one_of_two, "is_here"):
            self._meet()
        self._commit(session)

    def _meet(self) -> None:
        with self._arrival:
            before = self.met
            if self._waiting:
                self._waiting, self.met = 0, before + 1
                self._arrival.notify()
                return
            self._waiting = 1
            if not self._arrival.wait_for(lambda: self.met > before, self._patience):
                self._waiting = 0
