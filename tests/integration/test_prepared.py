"""Statements past the ORM: what was sent is there for whoever reads next, and fails with its transaction."""

from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from models import lines
from models import veteran as veterans_table
from models.base import Base, Database
from models.lines import RESTING
from models.veteran import Consent, KeptProfile, Preference
from tests.builders import FRIDAY, create_runtime, create_veteran

NOBODY = 999


def test_what_was_sent_is_read_in_the_same_transaction_by_a_statement_and_by_the_orm(database: Database) -> None:
    rt = create_runtime(database)
    with rt.transaction() as session:
        veteran = create_veteran(session, "o-1", FRIDAY)
        veterans_table.keep_profile(session, veteran.id, KeptProfile({"age": 45}, FRIDAY.date(), 1), FRIDAY)
        assert veterans_table.kept_profile(session, veteran.id) == KeptProfile({"age": 45}, FRIDAY.date(), 1)
        held = session.get_one(Preference, veteran.id)
        veterans_table.keep_profile(session, veteran.id, KeptProfile({"age": 46}, FRIDAY.date(), 2), FRIDAY)
        assert (held.profile, held.revision) == ({"age": 46}, 2)
    with rt.reading() as session:
        assert session.get_one(Preference, veteran.id).revision == 2


def test_what_fails_takes_its_whole_transaction_along(database: Database) -> None:
    rt = create_runtime(database)
    with pytest.raises(IntegrityError) as refused, rt.transaction() as session:
        veteran = create_veteran(session, "o-1", FRIDAY)
        consent = {"text_version": "t", "channel": "wechat"}
        veterans_table.add_consent(session, veteran.id, "storing", FRIDAY, **consent)
        veterans_table.keep_profile(session, NOBODY, KeptProfile({"age": 45}, FRIDAY.date(), 1), FRIDAY)
    assert "45" not in str(refused.value)
    with rt.transaction() as session:  # the connection goes on with nothing left of the one before
        assert session.query(Consent).count() == 0
        assert veterans_table.veteran_of(session, "o-1") is None


def test_who_waits_for_the_writers_place_in_vain_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'laobing.db'}"
    patient, hasty = Database(url), Database(url, lock_wait_seconds=0)
    Base.metadata.create_all(patient.engine)
    with patient.session() as held:
        with pytest.raises(OperationalError, match="locked"), hasty.session():
            pass
        create_veteran(held, "o-1", FRIDAY)
        held.commit()
    with hasty.session() as session:
        assert veterans_table.veteran_of(session, "o-1") is not None
    for one in (patient, hasty):
        one.dispose()


def test_nothing_of_a_session_that_raised_is_left_for_the_next_which_has_its_connection(database: Database) -> None:
    rt = create_runtime(database)
    with rt.transaction() as session:
        create_veteran(session, "o-1", FRIDAY)
    with pytest.raises(LookupError), rt.transaction() as session:
        veterans_table.keep_profile(session, 1, KeptProfile({"age": 45}, FRIDAY.date(), 1), FRIDAY)
        raise LookupError
    with rt.looking_first() as session:
        assert veterans_table.kept_profile(session, 1) is None
    assert len(rt.database._lines._resting) == 1


def test_of_many_sessions_at_once_only_a_few_keep_their_connections(database: Database) -> None:
    rt = create_runtime(database)
    with ExitStack() as all_of_them:
        for _ in range(RESTING + 2):
            veterans_table.kept_profile(all_of_them.enter_context(rt.reading()), NOBODY)
    assert len(database._lines._resting) == RESTING
    database.dispose()
    assert not database._lines._resting


def test_what_was_read_on_the_way_counts_until_the_orm_may_have_changed_it(database: Database) -> None:
    rt = create_runtime(database)
    with rt.transaction() as session:
        veteran = create_veteran(session, "o-1", FRIDAY)
        veterans_table.keep_profile(session, veteran.id, KeptProfile({"age": 45}, FRIDAY.date(), 1), FRIDAY)
        number = veteran.id
    with rt.transaction() as session:
        session.keep_read((Preference, number), None)
        assert veterans_table.kept_profile(session, number) is None
        veterans_table.keep_profile(session, number, KeptProfile({"age": 46}, FRIDAY.date(), 2), FRIDAY)
        assert veterans_table.kept_profile(session, number) == KeptProfile({"age": 46}, FRIDAY.date(), 2)
        session.get_one(Preference, number).profile = {"age": 47}
        found = veterans_table.kept_profile(session, number)
        assert found is not None and found.profile == {"age": 47}


@pytest.mark.parametrize("database_kind", [pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_connections_that_were_cut_while_they_rested_are_noticed_and_replaced(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "TRUSTED_SECONDS", 0.0)
    with ExitStack() as both:
        for _ in range(RESTING):
            veterans_table.kept_profile(both.enter_context(database.session(writes=False)), NOBODY)
    others = "pid <> pg_backend_pid() and datname = current_database()"
    with database.engine.connect() as connection:
        cut = f"select pg_terminate_backend(pid) from pg_stat_activity where {others}"
        assert len(connection.exec_driver_sql(cut).all()) == RESTING
    with database.session(writes=False) as session:
        assert veterans_table.kept_profile(session, NOBODY) is None
    assert len(database._lines._resting) == 1
