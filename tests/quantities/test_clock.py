"""Do clocks only ever go forward?"""

from datetime import UTC, datetime, timedelta

import pytest

from osos.cli.clocks import RealClock, ScaledClock
from osos.quantities import Clock, ManualClock

START = datetime(2026, 3, 2, tzinfo=UTC)


def test_a_manual_clock_moves_when_told_and_never_back() -> None:
    clock = ManualClock(START)
    assert clock.advance(90) == START + timedelta(seconds=90)
    clock.sleep_until(START)  # already past
    assert clock.now() == START + timedelta(seconds=90)
    assert clock.monotonic() == 90
    with pytest.raises(ValueError, match="run back"):
        clock.advance(-1)


def test_a_scaled_clock_starts_where_it_was_told_and_runs_faster() -> None:
    clock = ScaledClock(START, speed=36_000)
    clock.sleep_until(START + timedelta(hours=1))  # a tenth of a second outside
    assert START + timedelta(hours=1) <= clock.now() < START + timedelta(days=30)
    assert clock.wall_s(36_000) == 1.0


@pytest.mark.parametrize(
    "make", [lambda: ManualClock(datetime(2026, 1, 1)), lambda: ScaledClock(datetime(2026, 1, 1), 1)]
)
def test_a_clock_without_an_offset_is_refused(make: object) -> None:
    with pytest.raises(ValueError, match="aware"):
        make()  # type: ignore[operator]  # a parameter of two kinds


def test_a_clock_does_not_stand_still() -> None:
    with pytest.raises(ValueError, match="forwards"):
        ScaledClock(START, 0)


def test_the_real_clock_is_aware_and_in_step_with_itself() -> None:
    clock: Clock = RealClock()
    before = clock.monotonic()
    clock.sleep_until(clock.now() - timedelta(seconds=5))
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.monotonic() >= before
    assert clock.wall_s(3) == 3
