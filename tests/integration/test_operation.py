"""The shared access token and the records of periodic tasks."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from app import scheduler
from app.tokens import TokenRow
from models.base import Database
from models.operation import TaskRun
from services import operations
from tests.builders import FRIDAY, KEYRING, Clock, create_runtime


def test_one_renews_the_token_while_the_others_wait_for_it(database: Database) -> None:
    fetched: list[str] = []

    def want_token() -> None:
        tokens = TokenRow(database, KEYRING, "wx-1")
        with tokens.held() as held:
            if held.value() is None:
                fetched.append("fetched")
                held.renew("token-1", 7200)

    threads = [threading.Thread(target=want_token) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fetched == ["fetched"]
    assert TokenRow(database, KEYRING, "wx-1").get() == "token-1"


def test_an_expired_token_is_none(database: Database) -> None:
    tokens = TokenRow(database, KEYRING, "wx-1")
    with tokens.held() as held:
        held.renew("token-1", -1)
    assert tokens.get() is None


def test_the_lease_is_given_back_when_renewing_breaks(database: Database) -> None:
    tokens = TokenRow(database, KEYRING, "wx-1")
    for _ in range(2):
        try:
            with tokens.held():
                raise ConnectionError
        except ConnectionError:
            continue
    with tokens.held() as held:
        held.renew("token-2", 60)
    assert tokens.get() == "token-2"


def test_idle_runs_share_a_row_and_work_gets_its_own(database: Database) -> None:
    clock = Clock()
    rt = create_runtime(database, clock)
    for done, error in ((0, None), (0, None), (3, None), (0, None), (0, "OSError"), (0, None)):
        operations.record_run(rt, operations.Run("a", rt.now(), 5, done, error))
        clock.advance(seconds=2)
    with rt.reading() as session:
        assert [run.done for run in session.query(TaskRun).order_by(TaskRun.id)] == [0, 3, 0, 0, 0]
    assert operations.ages(rt, ("a", "b")) == {"a": timedelta(seconds=2), "b": None}
    clock.moment = FRIDAY + timedelta(days=40)
    assert operations.forget_due(rt) == 5


def test_no_two_tasks_begin_in_the_same_moment(sqlite: Database) -> None:
    running = scheduler.start(create_runtime(sqlite, Clock(datetime.now(UTC) + timedelta(hours=1))))
    begins = sorted(job.next_run_time for job in running.get_jobs())
    running.shutdown()
    assert len(begins) == len(scheduler.TASKS)
    assert {after - before for before, after in pairwise(begins)} == {scheduler.APART}
