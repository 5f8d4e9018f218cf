"""What two members of staff write down of one person."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models import helping as helping_table
from models import intake as intake_table
from models.base import Session
from models.contact import ContactMoment
from models.intake import Import, LedgerChange, LedgerConflict
from models.veteran import PreferenceChange, Veteran
from services import conflicts, contacts, erasure, helping, veterans
from services.contacts import Contact
from services.helping import Next
from services.intake.ledger_words import open_words
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING
from tests.integration.same_moment.scenes import BUREAU, Both, count, kinds, say

pytestmark = pytest.mark.usefixtures("somebody")

STEP = Next("上门看看", date(2026, 12, 4))


def profile(rt: Runtime) -> Any:
    with rt.reading() as session:
        return veterans.profile_of(session, session.get_one(Veteran, 1), FRIDAY.date())


def conflict(session: Session, field: str, offered: str) -> int:
    brought = Import(kind="veteran", file_name="a.xlsx", digest="d", at=FRIDAY, who="t", counts={})
    session.add(brought)
    session.flush()
    sealed = KEYRING.seal(f"ledger_conflict.{field}", offered)
    named = {"veteran_id": 1, "import_id": brought.id, "record": 7, "field": field}
    row = LedgerConflict(**named, digest=field, offered_sealed=sealed, at=FRIDAY)
    session.add(row)
    session.flush()
    return row.id


@pytest.mark.parametrize("field", ["village", "remark_words"])
def test_a_conflict_is_settled_by_one_of_two(rt: Runtime, both: Both, field: str) -> None:
    with rt.transaction() as session:
        number = conflict(session, field, "李家村")
    assert kinds(both(lambda: conflicts.settle(rt, BUREAU, number, take=True))) == ["NoneType", "ServiceError"]
    assert count(rt, LedgerChange) == 1


@pytest.mark.parametrize("fields", [("remark_words", "discharge_type_words"), ("education", "willingness")])
def test_two_conflicts_of_one_person_are_both_taken(rt: Runtime, both: Both, fields: tuple[str, str]) -> None:
    with rt.transaction() as session:
        one, other = conflict(session, fields[0], "大专"), conflict(session, fields[1], "待业")
    settled = both(lambda: _take(rt, one), lambda: _take(rt, other))
    with rt.reading() as session:
        words = open_words(KEYRING, intake_table.words_of(session, 1))
    kept = set(words.values()) or {profile(rt).education, profile(rt).willingness}
    assert (settled, kept) == ([None, None], {"大专", "待业"})


def _take(rt: Runtime, number: int) -> None:
    conflicts.settle(rt, BUREAU, number, take=True)


def test_what_a_clerk_writes_down_and_what_the_person_says_are_both_kept(rt: Runtime, both: Both) -> None:
    say(rt, "我想登记找工作")
    both(lambda: contacts.record(rt, BUREAU, 1, Contact("phone", willingness="待业")), lambda: say(rt, "我今年46岁"))
    assert (profile(rt).age, profile(rt).willingness) == (46, "待业")


def test_what_two_clerks_write_down_is_kept(rt: Runtime, both: Both) -> None:
    both(
        lambda: contacts.record(rt, BUREAU, 1, Contact("note", "问过了", willingness="待业")),
        lambda: contacts.record(rt, BUREAU, 1, Contact("mend", work=("保安",))),
    )
    assert (profile(rt).willingness, profile(rt).job_categories) == ("待业", ("保安",))


def test_a_contact_is_taken_back_once(rt: Runtime, both: Both) -> None:
    contacts.record(rt, BUREAU, 1, Contact("phone", willingness="待业"))
    assert kinds(both(lambda: contacts.undo(rt, BUREAU, 1, 1))) == ["ServiceError", "tuple"]
    assert count(rt, PreferenceChange, PreferenceChange.source == "undo") == 1


def test_a_person_is_erased_once(rt: Runtime, both: Both) -> None:
    assert kinds(both(lambda: erasure.erase_person(rt, 1, "王岗"))) == ["Erased", "ServiceError"]


def test_nothing_written_down_outlives_the_erasure_of_that_moment(rt: Runtime, both: Both) -> None:
    note = Contact("note", "要去外地")
    both(lambda: erasure.erase_person(rt, 1, "王岗"), lambda: contacts.record(rt, BUREAU, 1, note))
    assert count(rt, ContactMoment) == 0


def begin_help(rt: Runtime, helper: str = "王岗") -> int:
    return helping.begin(rt, 1, helper, "family", STEP, who="李局")


def open_plans(rt: Runtime) -> list[helping_table.HelpPlan]:
    with rt.reading() as session:
        return helping_table.open_plans(session)


@pytest.mark.parametrize("is_helped", [False, True])
def test_a_person_has_one_helper(rt: Runtime, both: Both, is_helped: bool) -> None:
    if is_helped:
        begin_help(rt, "李岗")
    both(lambda: begin_help(rt))
    assert [one.helper for one in open_plans(rt)] == ["王岗"]


def test_a_step_is_done_once_and_followed_by_one(rt: Runtime, both: Both) -> None:
    number = begin_help(rt)
    assert kinds(both(lambda: helping.finish_step(rt, 1, "王岗", STEP))) == ["NoneType", "ServiceError"]
    with rt.reading() as session:
        assert len(helping_table.open_steps(session, [number])) == 1


def test_of_the_last_two_steps_one_is_left(rt: Runtime, both: Both) -> None:
    helping.add_step(rt, begin_help(rt), STEP)
    answers = both(lambda: helping.finish_step(rt, 1, "王岗"), lambda: helping.finish_step(rt, 2, "李岗"))
    assert kinds(answers) == ["HelpRefused", "NoneType"]


@pytest.mark.parametrize("end", [helping.end, lambda *told: helping.end_by_step(*told, "王岗")], ids=["plan", "step"])
def test_help_ends_in_one_way(rt: Runtime, both: Both, end: Callable[..., None]) -> None:
    begin_help(rt)
    assert kinds(both(lambda: end(rt, 1, "placed"), lambda: end(rt, 1, "moved"))) == ["NoneType", "ServiceError"]
