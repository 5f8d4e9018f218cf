"""Backup, restore and move: whatever the engines, the same rows and the same figures; a damaged file is refused."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app import migration
from bot.types import Inbound, Kind
from models import transfer
from models.base import Database
from models.sealed import Keyring, SealError
from models.veteran import Veteran
from services import backups, conversations, operations
from tests.builders import FRIDAY, KEYRING, Clock, create_posting, create_runtime, create_veteran


def fill(database: Database, people: int = 20) -> None:
    """A small county that uses every kind of column: sealed bytes, JSON, moments, days, truth values."""
    rt = create_runtime(database)
    with rt.transaction() as session:
        create_posting(session)
        for number in range(people):
            row = create_veteran(session, f"o-{number}", name="李示例", phone=f"1300000{number:04d}")
            row.discharged_on = date(2019, 9, 1)
    for number, words in enumerate(("我45岁，有B2驾驶证", "看看岗位", "转人工")):
        conversations.receive(rt, Inbound(f"m{number}", "o-1", Kind.TEXT, FRIDAY, words))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The database that is restored onto: of either engine, independent of the one that was saved."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'restored.db'}")
        yield made
        made.dispose()
        return
    with request.getfixturevalue("postgres").database("restored") as url:
        made = Database(url)
        yield made
        made.dispose()


def test_a_backup_comes_back_equal_on_either_engine(empty_database: Database, target: Database, tmp_path: Path) -> None:
    migration.upgrade(empty_database)
    fill(empty_database)
    rt = create_runtime(empty_database)
    before = transfer.figures(empty_database)
    saved = backups.save(rt, tmp_path / "backups", migration.upgrade, keep=3)
    assert saved.figures == before
    assert sum(one.rows for one in before) > 50
    assert "李示例".encode() not in saved.path.read_bytes()
    assert not list((tmp_path / "backups").glob("tmp*"))  # nothing in the clear is left beside it

    restored = backups.restore(rt, saved.path, target, migration.upgrade)
    assert restored == before == transfer.figures(target)
    with create_runtime(target).transaction() as session:  # new rows go on behind the old numbers
        assert create_veteran(session, "o-new").id > 20
    assert conversations.receive(create_runtime(target), Inbound("m9", "o-1", Kind.TEXT, FRIDAY, "你好")).text


def test_a_database_with_rows_is_not_written_into(empty_database: Database, tmp_path: Path) -> None:
    database = empty_database
    migration.upgrade(database)
    fill(database)
    saved = backups.save(create_runtime(database), tmp_path, migration.upgrade, keep=3)
    before = transfer.figures(database)
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    migration.upgrade(other)
    with create_runtime(other).transaction() as session:
        create_veteran(session, "o-mine")
    kept = transfer.figures(other)
    with pytest.raises(transfer.NotEmpty):
        backups.restore(create_runtime(other), saved.path, other, migration.upgrade)
    assert transfer.figures(other) == kept != before
    other.dispose()


@pytest.mark.parametrize("harm", ["flipped", "cut", "foreign key", "not a backup"])
def test_a_damaged_or_foreign_file_is_refused(tmp_path: Path, harm: str) -> None:
    database = Database(f"sqlite:///{tmp_path / 'county.db'}")
    migration.upgrade(database)
    fill(database)
    rt = create_runtime(database)
    path = backups.save(rt, tmp_path, migration.upgrade, keep=3).path
    whole = bytearray(path.read_bytes())
    if harm == "flipped":
        whole[len(whole) // 2] ^= 1
    elif harm == "cut":
        whole = whole[: len(whole) // 2]
    elif harm == "not a backup":
        whole[:4] = b"ZIP!"
    path.write_bytes(whole)
    ring = Keyring([b"x" * 32]) if harm == "foreign key" else KEYRING
    target = Database(f"sqlite:///{tmp_path / 'target.db'}")
    with pytest.raises(SealError):
        backups.restore(replace(create_runtime(target), keyring=ring), path, target, migration.upgrade)
    database.dispose()
    target.dispose()


def test_a_value_that_changed_on_the_way_is_noticed(database: Database) -> None:
    fill(database)
    before = transfer.figures(database)
    with create_runtime(database).transaction() as session:
        session.get_one(Veteran, 3).discharged_on = date(2019, 9, 2)
    unlike = [one.table for one, two in zip(before, transfer.figures(database), strict=True) if one != two]
    assert unlike == ["veteran"]


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes: a disk that is full, for the block."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_backup_that_finds_no_room_leaves_nothing_and_the_older_ones_stand(
    empty_database: Database, tmp_path: Path
) -> None:
    clock = Clock()
    migration.upgrade(empty_database)
    fill(empty_database)
    rt = create_runtime(empty_database, clock)
    older = backups.save(rt, tmp_path / "backups", migration.upgrade, keep=1)
    clock.advance(days=1)
    with room_for(100_000), pytest.raises(backups.NotSaved):
        backups.save(rt, tmp_path / "backups", migration.upgrade, keep=1)
    assert list((tmp_path / "backups").iterdir()) == [older.path]
    newer = backups.save(rt, tmp_path / "backups", migration.upgrade, keep=1)
    assert list((tmp_path / "backups").iterdir()) == [newer.path]


def test_a_backup_that_cannot_be_sealed_for_want_of_room_leaves_nothing(sqlite: Database, tmp_path: Path) -> None:
    """The plain copy had room, the sealed file beside it has none."""
    folder = tmp_path / "backups"
    folder.mkdir()
    moment = create_runtime(sqlite).now()
    (folder / f"{moment:%Y%m%d-%H%M%S}.part").symlink_to("/dev/full")
    with pytest.raises(backups.NotSaved):
        backups.save(create_runtime(sqlite), folder, migration.upgrade, keep=1)
    assert list(folder.iterdir()) == []


def test_old_backups_go_and_the_age_of_the_last_is_known(empty_database: Database, tmp_path: Path) -> None:
    migration.upgrade(empty_database)
    clock = Clock()
    rt = create_runtime(empty_database, clock)
    for _ in range(4):
        backups.save(rt, tmp_path, migration.upgrade, keep=2)
        clock.advance(days=1)
    assert len(list(tmp_path.glob("*.laobing"))) == 2
    assert operations.ages(rt, (backups.TASK,)) == {backups.TASK: timedelta(days=1)}
