"""What `laobing doctor` says of an installation that runs, and of one in trouble: every ✗ has its mend."""

from datetime import timedelta
from pathlib import Path

import pytest

from app import migration
from app.commands import doctor
from app.scheduler import TASKS
from models import nightly as nightly_table
from models.base import Database
from services import backups, operations
from services.runtime import Runtime
from tests.builders import FRIDAY, Clock, create_runtime

NIGHT = FRIDAY.replace(hour=3)


def found(rt: Runtime) -> dict[str, bool]:
    """What it looks at in the database, by subject, and whether it is well."""
    findings = [*doctor._tasks(rt), doctor._night(rt), doctor._backup(rt)]
    assert all(one.mend for one in findings if not one.good)
    return {one.subject: one.good for one in findings}


def test_tasks_night_and_backup_are_well_until_they_are_late(database: Database, tmp_path: Path) -> None:
    clock = Clock(NIGHT)
    rt = create_runtime(database, clock)
    assert found(rt) == {"定时任务": False, "夜里配岗位": True, "备份": False}
    for task in TASKS:
        operations.record_run(rt, operations.Run(task.name, rt.now(), 1, 0, None))
    backups.save(rt, tmp_path, migration.upgrade, keep=1)
    with rt.transaction() as session:
        nightly_table.add_shards(session, rt.today(), [(1, 5)])
    assert found(rt) == {"定时任务": True, "夜里配岗位": True, "备份": True}
    clock.moment = NIGHT.replace(hour=7)
    assert found(rt) == {"定时任务": False, "夜里配岗位": False, "备份": True}
    clock.advance(hours=24)
    assert found(rt)["备份"] is False


def test_a_clock_that_differs_from_the_database_s_is_seen(database: Database) -> None:
    with create_runtime(database).reading() as session:
        theirs = operations.operations_table.moment(session)
    if theirs is None:
        assert list(doctor._hosts_clock(create_runtime(database))) == []
        return
    for seconds, good in ((0, True), (90, False), (-90, False)):
        (line,) = doctor._hosts_clock(create_runtime(database, Clock(theirs + timedelta(seconds=seconds))))
        assert line.good is good


@pytest.mark.parametrize(("free", "good"), [(2 << 30, True), (1 << 20, False)])
def test_a_disk_with_little_left_is_seen(free: int, good: bool) -> None:
    assert doctor._room(free).good is good


def test_a_database_that_does_not_answer_is_named_and_not_a_trace(tmp_path: Path) -> None:
    (line,) = doctor._database(Database(f"sqlite:///{tmp_path / 'none' / 'laobing.db'}"))
    assert (line.subject, line.good) == ("数据库", False)
