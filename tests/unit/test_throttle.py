"""Who sends nonsense is turned away, for that minute; an address the platform speaks from never is."""

from datetime import timedelta

from handlers.throttle import REMEMBERED, Throttle
from services.masking import masked_text
from tests.builders import FRIDAY


def test_a_flood_is_turned_away_until_the_minute_is_over() -> None:
    throttle = Throttle(limit=3)
    for count in (1, 2, 3):
        assert not throttle.is_shut("a", FRIDAY)
        assert throttle.refused("a", FRIDAY) == count
    assert throttle.is_shut("a", FRIDAY) and not throttle.is_shut("b", FRIDAY)
    assert not throttle.is_shut("a", FRIDAY + timedelta(minutes=1))


def test_an_address_with_a_genuine_request_is_never_turned_away() -> None:
    throttle = Throttle(limit=3)
    throttle.genuine("a", FRIDAY)
    for _ in range(9):
        throttle.refused("a", FRIDAY)
    assert not throttle.is_shut("a", FRIDAY)


def test_a_flood_of_addresses_does_not_fill_the_memory() -> None:
    throttle = Throttle(limit=1)
    for number in range(REMEMBERED + 100):
        throttle.refused(str(number), FRIDAY)
    assert not throttle.is_shut("0", FRIDAY) and throttle.is_shut(str(REMEMBERED + 99), FRIDAY)


def test_numbers_in_free_words_are_covered() -> None:
    said = "电话13000007391，备用130 0000 7392，身份证519900197603071131，工资13000元，单号20261127001"
    covered = masked_text(said)
    assert covered == "电话130****7391，备用130****7392，身份证519900********1131，工资13000元，单号20261127001"
