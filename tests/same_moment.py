"""Two acts at the same moment: neither of the two sees what the other is about to write."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from models.base import Session
from models.prepared import send_unsent
from services import runtime

Act = Callable[[], Any]


class Answering(threading.Thread):
    """An act on a thread of its own."""

    def __init__(self, act: Act) -> None:
        super().__init__(daemon=True)
        self._act = act
        self._answer: Any = None

    def run(self) -> None:
        try:
            self._answer = self._act()
        except Exception as error:
            self._answer = error

    def answer(self) -> Any:
        """What it answered, or raised; waits for it."""
        self.join()
        return self._answer


class SameMoment:
    """While it is entered, `both` runs two acts against each other.

    patience: for so many seconds at most one waits for the other, which never comes if it waits for a lock that the
    one holds. met: how often both were about to commit.
    """

    def __init__(self, patience: float = 0.3) -> None:
        self.met = 0
        self._patience = patience
        self._arrival = threading.Condition()
        self._acting = 0
        self._is_waiting = False
        self._one_of_two = threading.local()
        self._commit = runtime._commit

    def __enter__(self) -> Self:
        runtime._commit = self._commit_together
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runtime._commit = self._commit

    def both(self, first: Act, second: Act | None = None, *, has_written: bool = False) -> list[Any]:
        """What both answered, or raised. The second (None: the same again) begins when the first is about to commit,
        or, if it `has_written` by then, has nothing left to do but that. From then on whoever is about to commit waits
        until the other, about to do so as well, has done it, or has ended.
        """
        other = Answering(lambda: self._act(second or first))
        begins = [other]

        def begin(session: Session) -> None:
            if begins:
                if has_written:
                    session.flush()
                    send_unsent(session.line)
                self._acting = 2
                begins.pop().start()

        one = Answering(lambda: self._act(first, begin))
        self._acting = 1
        one.start()
        answers = [one.answer()]
        if begins:  # the first had nothing to commit
            self._acting = 1
            begins.pop().start()
        return [*answers, other.answer()]

    def _act(self, act: Act, before_commit: Callable[[Session], None] = lambda _: None) -> Any:
        self._one_of_two.before_commit = before_commit
        try:
            return act()
        finally:
            with self._arrival:
                self._acting -= 1
                self._arrival.notify()

    def _commit_together(self, session: Session) -> None:
        before_commit = getattr(self._one_of_two, "before_commit", None)
        if before_commit is None:
            self._commit(session)
            return
        before_commit(session)
        is_awaited = self._arrive()
        self._commit(session)
        if is_awaited:
            with self._arrival:
                self._is_waiting = False
                self._arrival.notify()

    def _arrive(self) -> bool:
        """Whether the other was there already: it waits until this one has committed."""
        with self._arrival:
            if self._is_waiting:
                self.met += 1
                return True
            self._is_waiting = True
            self._arrival.wait_for(lambda: not self._is_waiting or self._acting < 2, self._patience)
            self._is_waiting = False
            return False
