"""Signed links: one purpose, one row, until a moment, until taken back; nothing about them can be guessed."""

from datetime import timedelta

import pytest

from models.base import Database
from models.link import Link
from services import links
from services.runtime import Runtime
from tests.builders import FRIDAY, KEYRING, Clock, create_runtime

WEEK = timedelta(days=7)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rt(database: Database, clock: Clock) -> Runtime:
    return create_runtime(database, clock)


def issue(rt: Runtime, purpose: str = "referral", number: int = 5) -> str:
    with rt.transaction() as session:
        return links.issue(session, KEYRING, (purpose, number), WEEK, who="clerk", now=rt.now())


def opened(rt: Runtime, address: str, *purposes: str) -> Link:
    with rt.transaction() as session:
        return links.opened(session, KEYRING, address, purposes or ("referral",), rt.now())


def refusal(rt: Runtime, address: str, *purposes: str) -> str:
    with pytest.raises(links.LinkRefused) as caught:
        opened(rt, address, *purposes)
    assert caught.value.message
    return caught.value.key


def test_it_opens_its_row_and_says_when_it_was_first_opened(rt: Runtime, clock: Clock) -> None:
    address = issue(rt)
    first = opened(rt, address)
    assert (first.purpose, first.subject_id, first.opened_at) == ("referral", 5, FRIDAY)
    clock.advance(hours=1)
    assert opened(rt, address, "follow_up", "referral").opened_at == FRIDAY


def test_it_opens_nothing_of_another_purpose(rt: Runtime) -> None:
    assert refusal(rt, issue(rt), "follow_up") == "links.unknown"


def test_a_changed_address_opens_nothing(rt: Runtime) -> None:
    address = issue(rt)
    number, _, signature = address.partition("-")
    other = issue(rt, number=6)
    wrong = (
        f"{int(number) + 1}-{signature}",
        f"{number}-{other.partition('-')[2]}",
        f"{number}-{'0' * len(signature)}",
        number,
        f"{number}-",
        "",
        "-",
        "9" * 40 + "-" + signature,
        f"²-{signature}",
        f"{number}-é",
    )
    assert {refusal(rt, text) for text in wrong} == {"links.unknown"}


def test_it_ends_at_its_moment(rt: Runtime, clock: Clock) -> None:
    address = issue(rt)
    clock.advance(days=7, seconds=-1)
    opened(rt, address)
    clock.advance(seconds=1)
    assert refusal(rt, address) == "links.expired"


def test_it_can_be_taken_back_and_a_new_one_is_another(rt: Runtime) -> None:
    address, other = issue(rt), issue(rt, number=6)
    with rt.transaction() as session:
        links.revoke(session, ("referral", 5), rt.now())
    assert refusal(rt, address) == "links.revoked"
    assert opened(rt, other).subject_id == 6
    again = issue(rt)
    assert again != address
    opened(rt, again)


def test_asking_twice_gives_one_address_until_half_its_time_is_over(rt: Runtime, clock: Clock) -> None:
    address = issue(rt)
    clock.advance(days=3)
    assert issue(rt) == address
    clock.advance(days=1)
    assert issue(rt) != address


def test_the_row_does_not_hold_the_address(rt: Runtime) -> None:
    address = issue(rt)
    row = opened(rt, address)
    kept = [str(getattr(row, column.name)) for column in Link.__table__.columns]
    assert address.partition("-")[2] not in "".join(kept)
