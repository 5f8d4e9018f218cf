"""Statements about some of many: every one is found once, whatever their number, and nobody who was not asked for."""

from datetime import timedelta

import pytest

from models import addressee
from models import allowance as allowances_table
from models.among import AT_ONCE
from models.base import Database
from models.veteran import TopicStop
from services import veterans
from tests.builders import FRIDAY, create_runtime, create_veteran

DAY = "2026-11-27"


@pytest.mark.parametrize("some", [0, 1, 3, 4, AT_ONCE, AT_ONCE + 1])
def test_those_asked_for_are_found(database: Database, some: int) -> None:
    rt = create_runtime(database)
    names = [f"n-{number}" for number in range(AT_ONCE + 2)]
    with rt.transaction() as session:
        allowances_table.count_up(session, names, DAY, 5, FRIDAY)
        raised = allowances_table.count_up(session, names[:some], DAY, 5, FRIDAY)
        assert raised == set(names[:some])
        stand = allowances_table.used(session, names, DAY)
    assert stand == {name: 2 if place < some else 1 for place, name in enumerate(names)}


def test_a_person_s_stops_are_theirs_alone_and_end(database: Database) -> None:
    rt = create_runtime(database)
    with rt.transaction() as session:
        people = [create_veteran(session, f"o-{number}", FRIDAY).id for number in range(3)]
        for place, until in enumerate((None, FRIDAY + timedelta(days=1), FRIDAY)):
            session.add(TopicStop(veteran_id=people[place], topic="policy", until=until, at=FRIDAY))
        session.flush()
        found = addressee.addressees(session, people, FRIDAY, purpose=veterans.PUSHES)
    assert [set(found[number].stopped) for number in people] == [{"policy"}, {"policy"}, set()]


def test_a_count_gives_what_its_limit_leaves(database: Database) -> None:
    rt = create_runtime(database)
    with rt.transaction() as session:
        asked = (3, 4, 2, 0, 9, 1)
        given = [allowances_table.count_up_by(session, "template", DAY, wanted, 10, FRIDAY) for wanted in asked]
        assert given == [3, 4, 2, 0, 1, 0]
        assert allowances_table.used(session, ["template"], DAY) == {"template": 10}
