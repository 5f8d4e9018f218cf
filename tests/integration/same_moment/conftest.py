"""Two acts at the same moment on two processes: the second ends as it would have a second later."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import pytest

from models.base import Database
from services.runtime import Office, Runtime
from tests.builders import Clock, create_posting, create_runtime, create_veteran
from tests.integration.same_moment.scenes import Both, ComesIn, office
from tests.same_moment import Act, Answering, SameMoment

#: A second that waits for what the first holds does not end while the first waits for it.
PATIENCE = 0.3


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return replace(create_runtime(database, clock), office=Office(fair_place="示例县政务中心"))


@pytest.fixture
def somebody(rt: Runtime) -> None:
    """Somebody who has agreed to everything, and an office with a posting on offer."""
    office(rt)
    with rt.transaction() as session:
        create_posting(session, headcount=1)
        create_veteran(session)


@pytest.fixture
def both() -> Iterator[Both]:
    """`SameMoment.both`."""
    with SameMoment(PATIENCE) as moment:
        yield moment.both


@pytest.fixture
def comes_in(monkeypatch: pytest.MonkeyPatch) -> ComesIn:
    """Has an act begin when a function is called next, or `after` that has an answer; gives what tells the act's own.

    Whoever called goes on when the act has ended, or waits for what the caller holds.
    """

    def put(module: ModuleType, name: str, act: Act, *, after: bool = False) -> Callable[[], Any]:
        called, other = getattr(module, name), Answering(act)

        def comes() -> None:
            other.start()
            other.join(PATIENCE)

        def once(*told: Any, **more: Any) -> Any:
            monkeypatch.setattr(module, name, called)
            if not after:
                comes()
            answer = called(*told, **more)
            if after:
                comes()
            return answer

        monkeypatch.setattr(module, name, once)
        return other.answer

    return put
