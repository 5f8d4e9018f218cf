"""An employer looked at by two, or while its posting goes on."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models import employer as employers_table
from models import placement as placements_table
from models.employer import EmployerChange
from models.followup import FollowUp
from models.posting import Employer, How, PostingStatus
from services import employer_links, employers, licence_checks, placements, postings, reality
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, Clock
from tests.integration.same_moment.scenes import BY_PHONE, TODAY, Both, count, person, posting, status
from tests.same_moment import Act


def at_work(rt: Runtime) -> None:
    posting(rt)
    for openid in ("o-1", "o-2"):
        placements.begin(rt, person(rt, openid), "P-1", TODAY)


def tell_gap(rt: Runtime, veteran_id: int) -> None:
    """The veteran, at work, found another pay than was posted; the employer has had its say."""
    with rt.transaction() as session:
        (placement,) = placements_table.placements_of(session, veteran_id)
        asked = session.scalars(select(FollowUp).where(FollowUp.placement_id == placement.id)).first()
        assert asked is not None
        check = reality.note(session, KEYRING, asked, ["工资"], words="少了", now=FRIDAY)
        reality.employer_says(session, check, "试用期八折", FRIDAY)


def dismiss(rt: Runtime, check_id: int) -> Act:
    return lambda: reality.decide(rt, check_id, holds=False, words="核对属误会", who="李工")


def health(rt: Runtime) -> str:
    with rt.reading() as session:
        return session.get_one(Employer, 1).health


def late_papers(rt: Runtime, clock: Clock) -> None:
    posting(rt)
    licence_checks.look_at(rt, 1, How.LICENCE, "李工")
    clock.advance(days=190)


def entries(rt: Runtime) -> list[str]:
    with rt.reading() as session:
        return [one.field for one in employers_table.changes_of(session, 1)]


@pytest.mark.parametrize(
    "change",
    [
        lambda rt: employers.set_kind(rt, 1, "workshop", "王岗"),
        lambda rt: employers.set_licence(rt, 1, "91350100M000100Y43", "王岗"),
        lambda rt: employers.sign_agreement(rt, 1, employers.Agreement(FRIDAY.date()), "王岗"),
        lambda rt: employer_links.filing_address(rt, 1, "王岗"),
    ],
    ids=["kind", "licence", "agreement", "filing"],
)
@pytest.mark.usefixtures("somebody")
def test_a_change_stands_in_the_booklet_once(rt: Runtime, both: Both, change: Callable[[Runtime], Any]) -> None:
    one, other = both(lambda: change(rt))
    assert one == other and count(rt, EmployerChange) == 1


@pytest.mark.usefixtures("somebody")
def test_one_phone_is_one_contact(rt: Runtime, both: Both) -> None:
    both(lambda: employers.add_contact(rt, 1, employers.Person("李经理", "13000000801", ""), "王岗"))
    assert len(employers.booklet(rt, 1).contacts) == 1


@pytest.mark.parametrize("is_stopped_first", [True, False])
def test_nothing_of_a_stopped_employer_goes_on_offer_again(rt: Runtime, both: Both, is_stopped_first: bool) -> None:
    posting(rt, PostingStatus.EXPIRED)
    acts = [
        lambda: employers.set_health(rt, 1, "stop", "李工", "欠薪"),
        lambda: postings.reconfirm(rt, "P-1", BY_PHONE),
    ]
    both(*(acts if is_stopped_first else reversed(acts)))
    assert status(rt) != PostingStatus.OPEN


def test_the_last_two_gaps_dismissed_at_once_give_the_health_back(rt: Runtime, both: Both) -> None:
    at_work(rt)
    tell_gap(rt, 1)
    tell_gap(rt, 2)
    both(dismiss(rt, 1), dismiss(rt, 2))
    assert health(rt) == "normal"


@pytest.mark.parametrize("is_told_first", [True, False])
def test_a_gap_told_while_the_last_one_is_dismissed_keeps_the_watch(
    rt: Runtime, both: Both, is_told_first: bool
) -> None:
    at_work(rt)
    tell_gap(rt, 1)
    acts = [lambda: tell_gap(rt, 2), dismiss(rt, 1)]
    both(*(acts if is_told_first else reversed(acts)))
    assert health(rt) == "watch"


def test_an_employer_with_late_papers_is_watched_once(rt: Runtime, clock: Clock, both: Both) -> None:
    late_papers(rt, clock)
    assert sorted(both(lambda: licence_checks.watch_due(rt))) == [0, 1]
    assert entries(rt) == ["papers", "health"]


@pytest.mark.parametrize("is_seen_first", [True, False])
def test_an_employer_whose_papers_are_seen_just_then_is_not_watched(
    rt: Runtime, clock: Clock, both: Both, is_seen_first: bool
) -> None:
    late_papers(rt, clock)
    acts = [lambda: licence_checks.look_at(rt, 1, How.LICENCE, "李工"), lambda: licence_checks.watch_due(rt)]
    both(*(acts if is_seen_first else reversed(acts)))
    assert health(rt) == "normal"
