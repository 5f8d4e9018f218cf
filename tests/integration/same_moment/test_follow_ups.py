"""A veteran answers, their employer answers, staff write an answer down: the same moment."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import followup as followups_table
from models.employer import EmployerChange
from models.followup import Case, FollowUp
from models.placement import Referral
from models.posting import Employer
from models.veteran import Veteran
from services import answers, cases, employer_links, employers, followups, placements, referral_answers, referrals
from services.answers import LEFT, Answer
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, Clock, create_veteran
from tests.integration.same_moment.scenes import Both, ComesIn, count, kinds, say

pytestmark = pytest.mark.usefixtures("somebody")

GAP = Answer("工资少了", employment_status="在岗", gaps=("工资",))


def hire(rt: Runtime, clock: Clock, *others: str) -> str:
    """Everybody begins at the firm and is asked a week later; the firm's address to answer about the first."""
    with rt.transaction() as session:
        numbers = [1, *(create_veteran(session, name).id for name in others)]
    for number in numbers:
        placements.begin(rt, number, "P-1", FRIDAY.date())
    clock.moment = FRIDAY + timedelta(days=7)
    with rt.transaction() as session:
        found = session.scalars(select(FollowUp).order_by(FollowUp.id)).all()
        first = next(one.id for one in found if one.side == "employer")
        signed = employer_links.address(session, rt, employer_links.FOLLOW_UP, first, "王岗")
    employer_links.hired(rt, signed)
    return signed


def firsts(rt: Runtime, side: str = "veteran") -> list[int]:
    with rt.reading() as session:
        which = select(FollowUp.id).where(FollowUp.side == side, FollowUp.step == 7)
        return list(session.scalars(which.order_by(FollowUp.id)))


def test_two_gaps_put_a_firm_under_watch_once(rt: Runtime, clock: Clock, both: Both) -> None:
    hire(rt, clock, "o-2")
    one, other = firsts(rt)
    both(
        lambda: answers.record_phone_answer(rt, one, GAP, "王岗"),
        lambda: answers.record_phone_answer(rt, other, GAP, "李岗"),
    )
    assert count(rt, EmployerChange, EmployerChange.field == "health") == 1


def test_a_gap_does_not_take_a_stop_back(rt: Runtime, clock: Clock, both: Both) -> None:
    hire(rt, clock)
    (one,) = firsts(rt)
    both(
        lambda: answers.record_phone_answer(rt, one, GAP, "王岗"),
        lambda: employers.set_health(rt, 1, "stop", "李局", "乱收费"),
    )
    assert count(rt, Employer, Employer.health == "stop") == 1


def test_an_employer_who_sends_twice_is_thanked_twice_and_asked_about_once(
    rt: Runtime, clock: Clock, both: Both
) -> None:
    signed = hire(rt, clock)
    left = Answer("走了", employment_status=LEFT)
    assert both(lambda: employer_links.answer(rt, signed, left)) == [None, None]
    assert count(rt, Case) == 1


def test_an_employers_answer_stays_when_the_veteran_leaves(rt: Runtime, clock: Clock, both: Both) -> None:
    signed = hire(rt, clock)
    (one,) = firsts(rt)
    told = both(
        lambda: answers.record_phone_answer(rt, one, Answer(employment_status=LEFT), "王岗"),
        lambda: employer_links.answer(rt, signed, Answer("好", employment_status="在岗")),
    )
    is_refused = "ServiceError" in kinds(told)
    assert count(rt, FollowUp, FollowUp.side == "employer", FollowUp.status == "answered") == 1 - is_refused


def test_a_place_is_free_once_by_whichever_road_it_is_told(rt: Runtime, clock: Clock, both: Both) -> None:
    with rt.transaction() as session:
        for number in (1, create_veteran(session, "o-2").id, create_veteran(session, "o-3").id):
            referrals.refer(session, number, "P-1", FRIDAY)
    say(rt, "帮助")
    referrals.set_status(rt, 1, "P-1", "hired")
    clock.advance(days=10)
    followups.send_due(rt)
    (one,) = firsts(rt)
    told = both(
        lambda: answers.record_phone_answer(rt, one, Answer(employment_status=LEFT), "王岗"), lambda: say(rt, "2")
    )
    assert not any("出了点毛病" in str(one) for one in told)
    assert count(rt, Referral, Referral.place_offered_at.is_not(None)) == 1


@pytest.mark.parametrize("words", ["解决了", "没解决，还没发"])
def test_who_answers_while_staff_answer_again_hears_of_no_trouble(rt: Runtime, comes_in: ComesIn, words: str) -> None:
    say(rt, "帮助")
    with rt.transaction() as session:
        veteran = session.get_one(Veteran, 1)
        number = cases.open_case(session, KEYRING, veteran, "wage", words="工资没发", now=FRIDAY).number
    cases.update(rt, number, "resolved", "已补发", "王岗")
    told = comes_in(followups_table, "locked_case", lambda: say(rt, words), after=True)
    cases.update(rt, number, "resolved", "今天到账", "王岗")
    assert "出了点毛病" not in told()


def test_who_answers_while_the_employer_invites_again_hears_of_no_trouble(rt: Runtime, comes_in: ComesIn) -> None:
    say(rt, "帮助")
    with rt.transaction() as session:
        referrals.refer(session, 1, "P-1", FRIDAY)
        signed = employer_links.address(session, rt, employer_links.REFERRAL, 1, "王岗")
    employer_links.invite(rt, signed, FRIDAY + timedelta(days=3), "二楼", "")
    told = comes_in(referral_answers, "answered", lambda: say(rt, "1"), after=True)
    employer_links.invite(rt, signed, FRIDAY + timedelta(days=4), "三楼", "")
    assert "出了点毛病" not in told()
