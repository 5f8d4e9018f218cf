"""The audit trail: written with the act, linked soon after, and giving away whatever somebody changes in the tables."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update

from models.audit import AuditEntry, AuditHead, Sought, entries
from models.base import Database
from services import audit, audit_check
from services.audit_check import Anchor, Fault
from services.runtime import Runtime
from tests.builders import Clock, create_runtime, read_person


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock)


def write(rt: Runtime, count: int = 5) -> None:
    for number in range(count):
        read_person(rt, "staff:3", number, "card", ("phone",))


def tamper(rt: Runtime, statement: Any) -> None:
    """Somebody with the database's password and without the key."""
    with rt.transaction() as session:
        session.execute(statement)


def fault(rt: Runtime) -> Fault | None:
    return audit_check.verify(rt).fault


def test_what_is_written_is_linked_and_whole(rt: Runtime) -> None:
    assert audit_check.verify(rt).linked == 0
    write(rt)
    before = audit_check.verify(rt)
    assert (before.linked, before.waiting, before.fault) == (0, 5, None)
    assert audit.link_due(rt) == 5
    assert audit.link_due(rt) == 0
    after = audit_check.verify(rt)
    assert (after.linked, after.waiting, after.position, after.fault) == (5, 0, 5, None)


def test_an_entry_stands_only_if_its_act_does(rt: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), rt.transaction() as session:
        audit.note(rt, session, "staff:3", "case.close", "case:1")
        raise ZeroDivisionError
    assert audit_check.verify(rt).waiting == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (update(AuditEntry).where(AuditEntry.position == 3).values(who="staff:9"), Fault("altered", 3, 3)),
        (update(AuditEntry).where(AuditEntry.position == 3).values(subject="veteran:9"), Fault("altered", 3, 3)),
        (update(AuditEntry).where(AuditEntry.position == 3).values(details={}), Fault("altered", 3, 3)),
        (delete(AuditEntry).where(AuditEntry.position == 3), Fault("missing", 3, 4)),
        (delete(AuditEntry).where(AuditEntry.position == 1), Fault("missing", 1, 2)),
        (delete(AuditEntry).where(AuditEntry.position >= 4), Fault("cut", 4)),
        (delete(AuditEntry), Fault("cut", 1)),
        (delete(AuditHead), Fault("head", 0)),
        (update(AuditHead).values(position=4), Fault("head", 4)),
        (update(AuditEntry).where(AuditEntry.position == 3).values(link="0" * 64), Fault("misplaced", 3, 3)),
        (update(AuditEntry).where(AuditEntry.id == 5).values(position=None, signature=None), Fault("cut", 5)),
    ],
)
def test_each_way_to_change_the_past_is_named(rt: Runtime, change: Any, expected: Fault) -> None:
    write(rt)
    audit.link_due(rt)
    tamper(rt, change)
    assert fault(rt) == expected


def test_two_entries_that_change_places_are_named(rt: Runtime) -> None:
    write(rt)
    audit.link_due(rt)
    for old, new in ((2, 90), (3, 2), (90, 3)):
        tamper(rt, update(AuditEntry).where(AuditEntry.position == old).values(position=new))
    assert fault(rt) == Fault("misplaced", 2, 3)


def test_a_forged_entry_is_neither_linked_nor_believed(rt: Runtime) -> None:
    write(rt, 1)
    audit.link_due(rt)
    copied = "SELECT at, 'staff:1', action, subject, details, 'f', signature FROM audit_entry"
    tamper(rt, text(f"INSERT INTO audit_entry (at, who, action, subject, details, token, signature) {copied}"))
    assert audit.link_due(rt) == 0
    assert fault(rt) == Fault("forged", 0, 2)
    tamper(rt, text("UPDATE audit_entry SET signature = NULL WHERE id = 2"))
    assert fault(rt) == Fault("forged", 1)


def test_entries_of_a_time_before_signatures_are_counted_apart(rt: Runtime) -> None:
    with rt.transaction() as session:
        session.add(AuditEntry(at=rt.now(), who="a", action="b", subject="c", details={}))
    write(rt, 1)
    audit.link_due(rt)
    verdict = audit_check.verify(rt)
    assert (verdict.linked, verdict.unsigned, verdict.fault) == (1, 1, None)


def test_a_database_put_back_to_an_older_state_is_found_by_what_was_written_down(rt: Runtime) -> None:
    write(rt, 2)
    audit.link_due(rt)
    with rt.reading() as session:
        head = {column.name: getattr(session.get_one(AuditHead, 1), column.name) for column in AuditHead.__table__.c}
    write(rt, 2)
    audit.link_due(rt)
    noted = audit_check.verify(rt)
    anchor = Anchor(noted.position, noted.link)
    write(rt, 1)
    audit.link_due(rt)
    assert audit_check.verify(rt, anchor).fault is None
    tamper(rt, delete(AuditEntry).where(AuditEntry.position > 2))
    tamper(rt, update(AuditHead).values(head))
    assert audit_check.verify(rt).fault is None
    assert audit_check.verify(rt, anchor).fault == Fault("rewound", 4)


def test_several_who_link_at_once_make_one_chain(rt: Runtime) -> None:
    write(rt, 40)
    threads = [threading.Thread(target=audit.link_due, args=(rt,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    write(rt, 20)
    for thread in threads:
        thread.join()
    audit.link_due(rt)
    verdict = audit_check.verify(rt)
    assert (verdict.linked, verdict.waiting, verdict.fault) == (60, 0, None)


def test_writing_an_entry_waits_for_nobody(rt: Runtime) -> None:
    if rt.database.is_sqlite:
        pytest.skip("one file has one writer, whatever it writes")
    with rt.transaction() as session:
        audit.note(rt, session, "staff:3", "case.close", "case:1")
        read_person(rt, "staff:4", 2, "card")  # a transaction of its own, while the other is open
        audit.link_due(rt)
    audit.link_due(rt)
    assert audit_check.verify(rt).linked == 2


def test_what_is_old_goes_and_the_rest_still_holds(rt: Runtime, clock: Clock) -> None:
    write(rt, 3)
    audit.link_due(rt)
    clock.advance(days=audit.KEPT.days - 1)
    write(rt, 2)
    audit.link_due(rt)
    assert audit.forget_due(rt) == 0
    clock.advance(days=2)
    assert audit.forget_due(rt) == 3
    assert audit.forget_due(rt) == 0
    verdict = audit_check.verify(rt)
    assert (verdict.linked, verdict.position, verdict.fault) == (2, 5, None)
    tamper(rt, delete(AuditEntry).where(AuditEntry.position == 4))
    assert fault(rt) == Fault("missing", 4, 5)


@pytest.mark.parametrize("value", ["张测试", "13000000702", "519900197001010015", "a b", "x" * 65])
def test_details_take_nothing_that_could_be_a_person(rt: Runtime, value: str) -> None:
    with rt.transaction() as session, pytest.raises(ValueError, match="could be personal"):
        audit.note(rt, session, "staff:3", "card.read", "veteran:1", {"why": value})


def test_a_list_is_narrowed_and_paged(rt: Runtime, clock: Clock) -> None:
    write(rt, 3)
    clock.advance(days=1)
    with rt.transaction() as session:
        audit.note(rt, session, "staff:4", "export.made", "ledger", {"rows": 12, "format": "xlsx"})
    with rt.reading() as session:
        assert [one.id for one in entries(session, Sought(who=("staff:3",)), None, 2)] == [3, 2]
        assert [one.id for one in entries(session, Sought(who=("staff:3",)), 2, 2)] == [1]
        assert [one.id for one in entries(session, Sought(action="export"), None, 9)] == [4]
        assert [one.id for one in entries(session, Sought(subject="veteran:1"), None, 9)] == [2]
        lately = Sought(since=rt.now() - timedelta(hours=1), until=rt.now() + timedelta(hours=1))
        assert [one.id for one in entries(session, lately, None, 9)] == [4]
        assert session.scalars(select(AuditEntry.details).where(AuditEntry.id == 4)).one()["rows"] == 12
