"""Does the door let in as many as it says, and do retries spread?"""

import random

import pytest

from osos.headend.admission import TokenBucket
from osos.headend.backoff import Backoff


def test_a_burst_comes_in_at_once_and_the_rest_at_the_rate() -> None:
    bucket = TokenBucket(rate_per_s=10, burst=5)
    assert [bucket.take(0.0) for _ in range(6)] == [True] * 5 + [False]
    assert bucket.wait_s(0.0) == pytest.approx(0.1)
    assert bucket.take(0.11)
    assert not bucket.take(0.12)


def test_a_quiet_hour_saves_no_more_than_the_burst() -> None:
    bucket = TokenBucket(rate_per_s=10, burst=5)
    assert sum(bucket.take(0.0) for _ in range(9)) == 5
    assert sum(bucket.take(3600.0) for _ in range(9)) == 5


def test_a_clock_that_steps_back_gives_nothing_away() -> None:
    bucket = TokenBucket(rate_per_s=10, burst=1)
    assert bucket.take(100.0)
    assert not bucket.take(50.0)
    assert not bucket.take(50.05)


def test_waits_double_up_to_the_cap_and_never_undercut_the_peers_own_timer() -> None:
    backoff = Backoff(first_s=10, cap_s=60)
    rng = random.Random(1)
    waits = [[backoff.wait_s(tries, rng) for _ in range(50)] for tries in (1, 2, 3, 4, 40)]
    for plain, spread in zip((10, 20, 40, 60, 60), waits, strict=True):
        assert all(plain <= wait <= plain * 1.25 for wait in spread)
        assert len(set(spread)) > 40
