"""The nightly round over the trail: in pieces and resumable; a change is found before and behind where it has been."""

from typing import Any

import pytest
from sqlalchemy import delete, update

from models.audit import AuditEntry
from models.audit_round import AuditRound
from models.base import Database
from services import audit, audit_check, audit_rounds
from services.audit_check import Fault
from services.runtime import Runtime
from tests.builders import Clock, create_runtime, read_person


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock)


def write(rt: Runtime, count: int) -> None:
    for number in range(count):
        read_person(rt, "staff:3", number, "card")
    audit.link_due(rt)


def look_at_two(rt: Runtime) -> int:
    """A run that comes no further than one small piece."""
    return audit_rounds.check_due(rt, piece=2, pieces=1)


def tamper(rt: Runtime, statement: Any) -> None:
    with rt.transaction() as session:
        session.execute(statement)


def since(rt: Runtime, most: int = 100) -> tuple[int, int, Fault | None]:
    found = audit_rounds.check_since(rt, most)
    return found.linked, found.left, found.fault


def register(rt: Runtime) -> dict[str, Any]:
    with rt.reading() as session:
        row = session.get_one(AuditRound, 1)
        return {column.name: getattr(row, column.name) for column in AuditRound.__table__.columns}


ALTERED = update(AuditEntry).where(AuditEntry.position == 2).values(who="staff:9")


def test_a_night_goes_over_everything_once_and_the_page_over_the_rest(rt: Runtime, clock: Clock) -> None:
    assert audit_rounds.outcome(rt) == audit_rounds.Outcome()
    write(rt, 5)
    assert since(rt) == (5, 0, None)
    assert audit_rounds.check_due(rt) == 5
    assert audit_rounds.check_due(rt) == 0
    found = audit_rounds.outcome(rt)
    assert (found.whole_at, found.count, found.fault, found.walked) == (clock(), 5, None, None)
    write(rt, 3)
    assert since(rt) == (3, 0, None)
    clock.advance(days=1)
    assert audit_rounds.check_due(rt) == 8
    assert since(rt) == (0, 0, None)
    clock.advance(days=3)
    assert audit_rounds.outcome(rt).is_old


def test_a_round_goes_on_where_it_was_stopped_and_what_comes_meanwhile_is_walked_too(rt: Runtime) -> None:
    write(rt, 5)
    assert look_at_two(rt) == 2
    assert audit_rounds.outcome(rt).walked == 2
    assert since(rt) == (3, 0, None)
    write(rt, 2)
    assert since(rt, most=3) == (3, 2, None)
    assert [look_at_two(rt) for _ in range(4)] == [2, 2, 1, 0]
    assert audit_rounds.outcome(rt).count == 7


def test_a_change_before_the_checkpoint_is_found_by_the_next_night(rt: Runtime, clock: Clock) -> None:
    write(rt, 5)
    audit_rounds.check_due(rt)
    tamper(rt, ALTERED)
    assert since(rt) == (0, 0, None)
    clock.advance(days=1)
    audit_rounds.check_due(rt)
    found = audit_rounds.outcome(rt)
    assert (found.fault, found.fault_at) == (Fault("altered", 2, 2), clock())
    clock.advance(days=1)
    audit_rounds.check_due(rt)
    assert audit_rounds.outcome(rt).fault == Fault("altered", 2, 2)
    with rt.reading() as session:
        assert session.query(AuditEntry).filter(AuditEntry.action == "audit.round").count() == 2
    tamper(rt, update(AuditEntry).where(AuditEntry.position == 2).values(who="staff:3"))
    audit.link_due(rt)
    clock.advance(days=1)
    audit_rounds.check_due(rt)
    assert audit_rounds.outcome(rt).fault is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (update(AuditEntry).where(AuditEntry.position == 6).values(subject="veteran:9"), Fault("altered", 6, 6)),
        (delete(AuditEntry).where(AuditEntry.position == 6), Fault("missing", 6, 7)),
        (delete(AuditEntry).where(AuditEntry.position == 7), Fault("cut", 7)),
        (update(AuditEntry).where(AuditEntry.position == 7).values(position=70), Fault("cut", 7)),
    ],
)
def test_a_change_behind_the_checkpoint_is_found_by_the_page_at_once(rt: Runtime, change: Any, expected: Fault) -> None:
    write(rt, 5)
    audit_rounds.check_due(rt)
    write(rt, 2)
    tamper(rt, change)
    assert since(rt)[2] == expected


def test_a_trail_put_back_behind_the_checkpoint_is_found_by_the_page(rt: Runtime) -> None:
    from models.audit import AuditHead

    write(rt, 3)
    with rt.reading() as session:
        head = {column.name: getattr(session.get_one(AuditHead, 1), column.name) for column in AuditHead.__table__.c}
    write(rt, 2)
    audit_rounds.check_due(rt)
    tamper(rt, delete(AuditEntry).where(AuditEntry.position > 3))
    tamper(rt, update(AuditHead).values(head))
    assert since(rt)[2] == Fault("rewound", 5)


def test_an_entry_outside_the_chain_is_no_entry_of_ours(rt: Runtime) -> None:
    """Its place is behind the head, where no link is asked for."""
    write(rt, 3)
    audit_rounds.check_due(rt)
    forged = AuditEntry(at=rt.now(), who="x", action="card.read", subject="veteran:1", details={}, token="f")
    forged.signature, forged.position, forged.link = "0" * 64, 99, "0" * 64
    with rt.transaction() as session:
        session.add(forged)
    assert since(rt)[2] == audit_check.verify(rt).fault == Fault("forged", 3, 4)


def test_a_register_that_somebody_wrote_is_none(rt: Runtime, clock: Clock) -> None:
    write(rt, 5)
    audit_rounds.check_due(rt)
    tamper(rt, update(AuditRound).values(whole_position=4))
    assert audit_rounds.outcome(rt).fault == Fault("register", 0)
    assert since(rt) == (5, 0, None)
    assert audit_rounds.check_due(rt) == 5
    assert audit_rounds.outcome(rt).fault is None
    with rt.reading() as session:
        assert session.query(AuditEntry).filter(AuditEntry.action == "audit.round").one().details["fault"] == "register"


def test_an_old_register_put_back_skips_nothing(rt: Runtime, clock: Clock) -> None:
    """The row of a night that was nearly through is a true one: it must not spare the next night what it names."""
    write(rt, 5)
    look_at_two(rt)
    look_at_two(rt)
    nearly = register(rt)
    look_at_two(rt)
    clock.advance(days=1)
    tamper(rt, ALTERED)
    tamper(rt, update(AuditRound).values(nearly))
    look_at_two(rt)
    assert audit_rounds.outcome(rt).fault == Fault("altered", 2, 2)


def test_old_entries_that_went_are_not_missed(rt: Runtime, clock: Clock) -> None:
    write(rt, 3)
    audit_rounds.check_due(rt)
    clock.advance(days=audit.KEPT.days + 1)
    write(rt, 2)
    assert audit.forget_due(rt) == 3
    assert since(rt) == (2, 0, None)
    assert audit_rounds.check_due(rt) == 2
    assert audit_rounds.outcome(rt).fault is None
