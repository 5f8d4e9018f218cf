"""Migrations: they build exactly the tables of the models, on an empty and on a filled database, and go back."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from app import migration
from models.base import Base, Database
from services import stations
from tests.builders import create_posting, create_runtime, create_veteran


def test_the_steps_build_the_tables_of_the_models(empty_database: Database) -> None:
    migration.upgrade(empty_database)
    with empty_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert migration.current(empty_database) == migration.head()


def test_there_is_one_newest_step() -> None:
    assert len(ScriptDirectory(str(migration.SCRIPTS)).get_heads()) == 1


def test_running_them_again_changes_nothing(empty_database: Database) -> None:
    migration.upgrade(empty_database)
    migration.upgrade(empty_database)
    assert migration.current(empty_database) == migration.head()


def test_a_filled_database_goes_down_and_up_again(empty_database: Database) -> None:
    migration.upgrade(empty_database)
    rt = create_runtime(empty_database)
    stations.set_up(rt, ("示例县局", "510722"), [("一站", "510722101")])
    with rt.transaction() as session:
        create_veteran(session, name="张测试", phone="13000000702")
        create_posting(session)
    empty_database.dispose()
    migration.downgrade(empty_database, "base")
    assert set(inspect(empty_database.engine).get_table_names()) <= {"alembic_version"}
    migration.upgrade(empty_database)
    assert migration.current(empty_database) == migration.head()
