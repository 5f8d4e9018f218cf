"""What people do about their own data while they write, or while staff work on it."""

import pytest
from sqlalchemy import select, update

from models import traces
from models.audit import AuditEntry
from models.conversation import InboundMessage, InboundStatus
from models.delivery import Delivery
from models.outreach import Outreach
from models.recommendation import Recommendation
from models.veteran import Consent, Preference, Veteran
from services import foresight, outreach, own_pages, people, veterans
from services.runtime import Runtime
from tests.builders import KEYRING, write_to
from tests.integration.same_moment.scenes import BUREAU, Both, ComesIn, count, own_page, person, posting, say


def test_a_consent_given_twice_is_one(rt: Runtime, both: Both) -> None:
    person(rt)
    signed = own_page(rt)
    own_pages.set_consent(rt, signed, "pushes", gives=False)
    both(lambda: own_pages.set_consent(rt, signed, "pushes", gives=True), has_written=True)
    assert count(rt, Consent, Consent.purpose == "pushes", Consent.withdrawn_at.is_(None)) == 1


def test_a_consent_taken_back_on_the_page_holds_for_the_message_under_way(rt: Runtime, comes_in: ComesIn) -> None:
    for text in ("我想登记找工作", "同意"):
        say(rt, text)
    signed = own_page(rt)
    comes_in(foresight, "look", lambda: own_pages.set_consent(rt, signed, "storing", gives=False))
    say(rt, "我今年46岁")
    with rt.reading() as session:
        assert not any("age" in profile for profile in session.scalars(select(Preference.profile)))


def test_a_message_that_comes_while_its_person_deletes_all_is_answered_and_leaves_nothing(
    rt: Runtime, comes_in: ComesIn
) -> None:
    posting(rt, job_categories=("保安",), month_min=4000)
    for text in ("我想登记找工作", "同意", "46岁，想干保安"):
        say(rt, text)
    signed = own_page(rt)
    told = comes_in(traces, "empty_words", lambda: say(rt, "有什么工作"))
    own_pages.delete(rt, signed)
    told()
    assert count(rt, InboundMessage, InboundMessage.status == InboundStatus.FAILED) == 0
    assert count(rt, Recommendation) == 0


def test_what_is_deleted_twice_is_on_record_once(rt: Runtime, both: Both) -> None:
    person(rt)
    signed = own_page(rt)
    both(lambda: own_pages.delete(rt, signed))
    assert count(rt, AuditEntry, AuditEntry.action == "person.erase") == 1


@pytest.mark.parametrize(("typed", "before", "outcome"), [("接通", 0, "phoned"), ("没接", 1, "no_answer")])
def test_calls_written_down_at_once_are_counted(rt: Runtime, both: Both, typed: str, before: int, outcome: str) -> None:
    write_to(rt, person(rt), "周六有招聘会。", "broadcast")
    with rt.transaction() as session:
        session.execute(update(Delivery).values(outcome="to_phone", status="skipped"))
    for _ in range(before):
        outreach.record(rt, BUREAU, 1, typed)
    both(lambda: outreach.record(rt, BUREAU, 1, typed))
    assert count(rt, Delivery, Delivery.outcome == outcome) == 1
    assert count(rt, Outreach) == (outreach.TRIES if before else 1)


def test_a_phone_changed_while_tails_are_indexed_is_found_by_its_own(rt: Runtime, both: Both) -> None:
    number = person(rt, phone="13000000700")
    with rt.transaction() as session:
        session.get_one(Veteran, number).phone_tail_digest = None

    def change() -> None:
        with rt.transaction() as session:
            veterans.save_contact(session, KEYRING, number, phone="13000000999")

    both(lambda: people.index_tails_due(rt), change)
    with rt.reading() as session:
        assert session.get_one(Veteran, number).phone_tail_digest == KEYRING.digest(veterans.PHONE_TAIL, "0999")
