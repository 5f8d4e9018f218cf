"""The steps of a posting, its places, who gets them."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text as words_of
from sqlalchemy import update

from bot.slots import Slots
from models import conversation as conversations_table
from models import posting as postings_table
from models.delivery import Delivery
from models.followup import FollowUp
from models.placement import Placement, Referral, ReferralStatus
from models.posting import PostingChange, PostingStatus
from models.recommendation import Recommendation
from services import placements, posting_edits, postings, referral_answers, referral_states, referrals, urgent, veterans
from services.placements import PlacementRefused
from services.runtime import Runtime
from tests.builders import FRIDAY, create_draft
from tests.integration.same_moment.scenes import (
    BUREAU,
    BY_PHONE,
    TODAY,
    Both,
    ComesIn,
    count,
    offered,
    person,
    posting,
    say,
    status,
)
from tests.same_moment import Act


def refer(rt: Runtime, veteran_id: int) -> Act:
    """As a turn does, which takes no place of the one writer."""

    def act() -> None:
        with rt.transaction(alone=False) as session:
            referrals.refer(session, veteran_id, "P-1", FRIDAY)

    return act


def yes(rt: Runtime, number: int) -> Act:
    return lambda: referral_answers.note_veteran(rt, number, says_yes=True)


STEPS: dict[str, tuple[str, Callable[[Runtime], Any]]] = {
    "publish": (PostingStatus.CHECKED, lambda rt: postings.publish(rt, "P-1", "李工")),
    "close": (PostingStatus.OPEN, lambda rt: postings.close(rt, "P-1", "李工")),
    "reopen": (PostingStatus.FULL, lambda rt: postings.reopen(rt, "P-1", "李工", "又招了")),
    "urgent": (PostingStatus.OPEN, lambda rt: postings.set_urgent(rt, "P-1", "李工", urgent=True)),
    "edit": (PostingStatus.OPEN, lambda rt: posting_edits.edit(rt, "P-1", {"联系人": "钱测试"}, "李工")),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_a_posting_taken_twice_is_dated_once(rt: Runtime, both: Both, step: str) -> None:
    create_draft(rt)
    before, act = STEPS[step]
    with rt.transaction() as session:
        session.execute(update(postings_table.Posting).values(status=before))
    both(lambda: act(rt))
    assert count(rt, PostingChange) == 2  # with the one it was kept by


def test_a_posting_that_is_rewritten_while_it_is_verified_is_a_draft_again(rt: Runtime, both: Both) -> None:
    create_draft(rt)
    both(lambda: postings.check(rt, "P-1", BY_PHONE), lambda: posting_edits.edit(rt, "P-1", {"招聘人数": "9"}, "乙"))
    assert status(rt) == PostingStatus.DRAFT


def test_who_says_yes_while_the_posting_is_closed_stays_hired(rt: Runtime, both: Both) -> None:
    posting(rt, headcount=1)
    (number,) = offered(rt, "o-zhang")
    both(lambda: say(rt, "1"), lambda: postings.close(rt, "P-1", "李工"))
    with rt.reading() as session:
        assert session.get_one(Referral, number).status == "hired"


@pytest.mark.parametrize("is_referred", [True, False])
def test_a_start_recorded_twice_is_one(rt: Runtime, both: Both, is_referred: bool) -> None:
    posting(rt)
    _ = offered(rt, "o-1") if is_referred else person(rt)
    answers = both(lambda: placements.begin(rt, 1, "P-1", TODAY))
    assert [type(one) for one in answers] == [type(None), PlacementRefused]
    assert count(rt, Placement) == 1
    assert count(rt, FollowUp) == 6


def test_a_start_recorded_while_the_person_says_yes_is_one(rt: Runtime, both: Both) -> None:
    posting(rt)
    (number,) = offered(rt, "o-1")
    answers = both(yes(rt, number), lambda: placements.begin(rt, 1, "P-1", TODAY))
    assert [type(one) for one in answers] == [type(None), PlacementRefused]
    assert count(rt, Placement) == 1


@pytest.mark.parametrize("places", [1, 2])
def test_the_last_places_taken_at_once_fill_the_posting_once(rt: Runtime, both: Both, places: int) -> None:
    posting(rt, headcount=places)
    first, second = offered(rt, "o-1", "o-2")
    both(yes(rt, first), yes(rt, second))
    assert status(rt) == PostingStatus.FULL
    assert count(rt, PostingChange, PostingChange.reason.startswith("招 ")) == 1


def test_the_last_place_given_by_two_roads_at_once_is_given_without_trouble(rt: Runtime, both: Both) -> None:
    posting(rt, headcount=1)
    offered(rt, "o-zhang", "o-2")
    told, answer = both(lambda: say(rt, "1"), lambda: referrals.set_status(rt, 2, "P-1", "hired"))
    assert "出了点毛病" not in told and answer is None
    assert status(rt) == PostingStatus.FULL


@pytest.mark.parametrize("is_referred_first", [True, False])
def test_nobody_stays_on_the_way_to_a_posting_that_is_closed(rt: Runtime, both: Both, is_referred_first: bool) -> None:
    posting(rt)
    person(rt)
    acts = [refer(rt, 1), lambda: postings.close(rt, "P-1", "李工")]
    both(*(acts if is_referred_first else reversed(acts)))
    assert count(rt, Referral, Referral.status == ReferralStatus.SUBMITTED) == 0


@pytest.mark.parametrize("before", ["withdrawn", "declined"])
def test_two_who_had_taken_it_back_are_both_introduced_again(rt: Runtime, comes_in: ComesIn, before: str) -> None:
    posting(rt)
    for openid in ("o-1", "o-2"):
        refer(rt, person(rt, openid))()
    with rt.transaction() as session:
        session.execute(update(Referral).values(status=before))
    other = comes_in(referral_states, "held", refer(rt, 2))
    refer(rt, 1)()
    assert other() is None
    assert count(rt, Referral, Referral.status == ReferralStatus.SUBMITTED) == 2


def test_nobody_takes_up_again_what_is_closed(rt: Runtime, both: Both) -> None:
    posting(rt)
    refer(rt, person(rt))()
    with rt.transaction() as session:
        session.execute(update(Referral).values(status=ReferralStatus.WITHDRAWN))
    both(lambda: postings.close(rt, "P-1", "李工"), refer(rt, 1))
    assert count(rt, Referral, Referral.status == ReferralStatus.SUBMITTED) == 0


def test_a_turn_that_waits_for_who_waits_for_it_begins_anew(rt: Runtime, comes_in: ComesIn) -> None:
    posting(rt, job_categories=("保安",), month_min=4000)
    for text in ("我想登记找工作", "同意", "46岁，想干保安", "有什么工作", "报名1"):
        say(rt, text)

    def crosses() -> None:
        with rt.transaction(alone=False) as session:
            if session.line.dialect.name != "sqlite":
                session.execute(words_of("SET LOCAL deadlock_timeout TO '1min'"))  # the turn is ended
            postings.held(session, "P-1")
            conversations_table.outrun(session, 1)

    crossed = comes_in(postings_table, "is_still_open", crosses)
    assert "已报名" in say(rt, "王建国，13000000801")
    assert crossed() is None
    assert count(rt, Referral) == 1


def test_two_places_that_become_free_at_once_are_seen_together(rt: Runtime, both: Both) -> None:
    posting(rt, headcount=1)
    first, second, third = offered(rt, "o-1", "o-2", "o-3")
    with rt.transaction() as session:
        session.get_one(Referral, third).status = "submitted"
    yes(rt, first)()
    both(
        lambda: referrals.set_status(rt, 1, "P-1", "not_hired"),
        lambda: referral_answers.note_veteran(rt, second, says_yes=False),
    )
    with rt.reading() as session:
        assert session.get_one(Referral, third).place_offered_at is not None


@pytest.mark.parametrize("is_freed_first", [True, False])
def test_a_posting_closed_while_a_place_becomes_free_stays_closed(
    rt: Runtime, both: Both, is_freed_first: bool
) -> None:
    posting(rt, headcount=1)
    (number,) = offered(rt, "o-1")
    yes(rt, number)()
    acts = [
        lambda: referrals.set_status(rt, 1, "P-1", "not_hired"),
        lambda: postings.close(rt, "P-1", "李工"),
    ]
    both(*(acts if is_freed_first else reversed(acts)))
    assert status(rt) == PostingStatus.WITHDRAWN


def test_an_urgent_posting_pushed_twice_is_told_to_each_once(rt: Runtime, both: Both) -> None:
    posting(rt, job_categories=("保安",), headcount=1)
    for number in range(12):
        veteran_id = person(rt, f"o-{number}")
        with rt.transaction() as session:
            veterans.save_preference(session, veteran_id, Slots(job_categories=("保安",)), "talk", FRIDAY)
    told = both(lambda: urgent.push(rt, BUREAU, "P-1"))
    assert sum(told) == count(rt, Delivery) == count(rt, Recommendation)
