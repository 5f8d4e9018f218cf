"""Pushes go no faster than the operator wants, whatever a claim takes at once."""

from services.push_rate import PushRate


class Forward:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def sent_in(rate: PushRate, clock: Forward, seconds: float, claim: int) -> int:
    """How many go within that time when every look, ten a second, takes so many."""
    sent = 0
    for _ in range(round(seconds * 10)):
        if not rate.is_spent():
            rate.spend(claim)
            sent += claim
        clock.now += 0.1
    return sent


def test_on_average_it_is_what_was_set_however_large_the_claims() -> None:
    for claim in (1, 7, 64, 640):
        clock = Forward()
        sent = sent_in(PushRate(20, clock), clock, 600, claim)
        expected = min(20 * 600, 10 * 600 * claim)
        assert expected - 40 <= sent <= expected + 40 + claim


def test_a_quiet_hour_is_not_made_up_for() -> None:
    clock = Forward()
    rate = PushRate(100, clock)
    clock.now += 3600
    assert 300 <= sent_in(rate, clock, 1, 100) <= 300 + 100  # two seconds' worth saved, one more, and a claim overdrawn


def test_none_set_means_as_fast_as_they_go() -> None:
    rate = PushRate(0)
    for _ in range(3):
        assert not rate.is_spent()
        rate.spend(1_000_000)
