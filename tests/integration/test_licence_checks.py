"""Employers' papers every six months: on the list before the day, watched after it, in good standing once seen."""

import pytest

from models import posting as postings_table
from models.base import Database
from models.posting import How, Posting
from services import employers, licence_checks
from services.employers import EmployerRefused
from services.runtime import Runtime
from tests.builders import Clock, create_posting, create_runtime


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    made = create_runtime(database, clock)
    with made.transaction() as session:
        create_posting(session)
    return made


def posting(rt: Runtime) -> Posting:
    with rt.reading() as session:
        found = postings_table.posting_by_code(session, "P-1")
        assert found is not None
        return found


def test_nobody_is_watched_before_the_papers_were_ever_due(rt: Runtime) -> None:
    assert licence_checks.watch_due(rt) == 0
    assert [one.due_on for one in licence_checks.due(rt)] == [None]


def test_seen_papers_are_due_again_in_six_months_and_late_ones_watched_once(rt: Runtime, clock: Clock) -> None:
    firm = posting(rt).employer_id
    licence_checks.look_at(rt, firm, How.LICENCE, "王岗", "执照在有效期内")
    assert licence_checks.due(rt) == []
    clock.advance(days=170)
    assert [one.employer_id for one in licence_checks.due(rt)] == [firm]
    assert licence_checks.watch_due(rt) == 0
    clock.advance(days=20)
    before = posting(rt).revision
    assert (licence_checks.watch_due(rt), licence_checks.watch_due(rt)) == (1, 0)
    assert employers.booklet(rt, firm).health == "watch"
    assert posting(rt).revision > before
    licence_checks.look_at(rt, firm, How.VISIT, "王岗")
    assert employers.booklet(rt, firm).health == "normal"
    assert [one.field for one in employers.booklet(rt, firm).entries] == ["papers", "health", "papers", "health"]


def test_a_watch_somebody_set_for_another_reason_stays(rt: Runtime) -> None:
    firm = posting(rt).employer_id
    employers.set_health(rt, firm, "watch", "王岗", "有人投诉拖欠工资")
    licence_checks.look_at(rt, firm, How.LICENCE, "王岗")
    assert employers.booklet(rt, firm).health == "watch"


def test_papers_are_not_seen_in_a_file(rt: Runtime) -> None:
    with pytest.raises(EmployerRefused):
        licence_checks.look_at(rt, posting(rt).employer_id, How.IMPORT, "王岗")
