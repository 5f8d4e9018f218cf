"""The sample is chance that can be checked, and the margin is Wilson's."""

import pytest

from services.spot_checks import sample, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (score without continuity correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


def test_nobody_reached_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_same_seed_draws_the_same_rows_whatever_their_order() -> None:
    people = list(range(1, 241))
    drawn = sample("2026-11:3:salt", people)
    assert drawn == sample("2026-11:3:salt", people[::-1])
    assert len(drawn) == len(set(drawn)) == 12
    assert drawn != sample("2026-12:3:salt", people)


def test_a_small_station_is_drawn_whole() -> None:
    assert sorted(sample("s", [4, 8])) == [4, 8]


def test_every_row_has_the_same_chance() -> None:
    counts = dict.fromkeys(range(20), 0)
    for number in range(4000):
        for row in sample(str(number), list(counts)):
            counts[row] += 1
    # 5 of 20 are drawn: 1000 each is expected, six standard deviations are 164.
    assert all(836 < count < 1164 for count in counts.values())
