"""Is the demand the greatest window, and never too high?"""

from datetime import timedelta

import numpy as np
import pytest

from osos.simulator.load import Steady
from osos.simulator.meter.metrology import metered
from osos.simulator.meter.moment import DAY_S, second_of, stamp, wall


def naive_peak(load, spec, first_s, upto_s, *, window_min, step_min, empty_from_s):
    """Every step's window, from a list of every second's import since the window was empty."""
    days = range(empty_from_s // DAY_S, upto_s // DAY_S + 1)
    every_second = np.concatenate([np.repeat(metered(load.day(day), spec).rate[0], 60) for day in days])
    counted = np.concatenate([[0], np.cumsum(every_second)])
    origin = days[0] * DAY_S
    best, when = 0, None
    for step in range(first_s // 60 + 1, upto_s // 60 + 1):
        if step % step_min:
            continue
        start = max(step * 60 - window_min * 60, empty_from_s)
        mean = int(counted[step * 60 - origin] - counted[start - origin]) // (window_min * 60)
        if mean > best:
            best, when = mean, step
    return best, when


def shown(meter, at):
    return next(line for line in meter.packet("6", at=at).decode().splitlines() if line.startswith("1.6.0"))


def test_the_sliding_window_equals_a_window_summed_by_hand(meter, thrown):
    load = thrown(3)
    one = meter(load=load)
    since = second_of(one.spec.since)
    for hours in (1, 5, 20, 70, 200):
        at = one.spec.since + timedelta(hours=hours, seconds=11)
        best, when = naive_peak(
            load, one.spec, since, second_of(at), window_min=15, step_min=1, empty_from_s=since
        )
        assert shown(one, at) == f"1.6.0({best // 1000:03d}.{best % 1000:03d}*kW)({stamp(when)})"


@pytest.mark.parametrize("minutes", [30, 60])
def test_longer_windows_move_in_steps_of_three_minutes(meter, thrown, minutes):
    load = thrown(4)
    one = meter(load=load)
    changed_at = one.spec.since + timedelta(minutes=7, seconds=5)
    assert one.write("0.8.0", f"({minutes}*min)"[1:-1], port="rs485", at=changed_at, trusted=True)
    at = changed_at + timedelta(hours=6)
    before = naive_peak(
        load,
        one.spec,
        second_of(one.spec.since),
        second_of(changed_at),
        window_min=15,
        step_min=1,
        empty_from_s=second_of(one.spec.since),
    )
    after = naive_peak(
        load,
        one.spec,
        second_of(changed_at),
        second_of(at),
        window_min=minutes,
        step_min=3,
        empty_from_s=second_of(changed_at),
    )
    best, when = max(before, after, key=lambda peak: peak[0])  # M-93: the maximum stays
    assert shown(one, at) == f"1.6.0({best // 1000:03d}.{best % 1000:03d}*kW)({stamp(when)})"


def test_a_window_that_just_began_counts_the_missing_time_as_zero(meter, local):
    one = meter("3p", 1, load=Steady(power_w=(1500, 0, 0)), since=local(2026, 1, 15, 10, 0))
    assert shown(one, local(2026, 1, 15, 10, 5)) == "1.6.0(000.500*kW)(26-01-15,10:05)"
    assert shown(one, local(2026, 1, 15, 10, 15)) == "1.6.0(001.500*kW)(26-01-15,10:15)"
    assert shown(one, local(2026, 1, 17)) == "1.6.0(001.500*kW)(26-01-15,10:15)"  # only greater replaces


def test_the_window_starts_empty_when_the_clock_was_set(meter, local):
    one = meter("3p", 1, load=Steady(power_w=(1500, 0, 0)), since=local(2026, 1, 15, 10, 0))
    at = local(2026, 1, 31, 23, 59, 0)
    assert one.write("0.9.1", "23:58:00", port="rs485", at=at, trusted=True)  # one minute back
    just_after = local(2026, 2, 1, 0, 6)  # its clock: 00:05, month closed 5 min ago
    assert shown(one, just_after) == "1.6.0(000.700*kW)(26-02-01,00:05)"  # 7 of 15 min


def test_a_clock_off_by_seconds_steps_on_its_own_minutes(meter, thrown):
    load = thrown(5)
    one = meter(load=load)
    at = one.spec.since + timedelta(hours=30)  # 16:07:23
    assert one.write("0.9.1", "16:07:40", port="rs485", at=at, trusted=True)
    set_s, later = second_of(at), at + timedelta(days=3)
    starts = range(-(-set_s // 60) * 60 - 17, second_of(later) + 1, 60)  # its minutes begin 17 s early
    days = range(set_s // DAY_S, second_of(later) // DAY_S + 1)
    every_second = np.concatenate([np.repeat(metered(load.day(day), one.spec).rate[0], 60) for day in days])
    counted = np.concatenate([[0], np.cumsum(every_second)])
    origin = days[0] * DAY_S
    means = [
        int(counted[end - origin] - counted[max(end - 900, set_s) - origin]) // 900
        for end in starts
        if end > set_s
    ]

    def watts(when):
        return int(shown(one, when)[6:9] + shown(one, when)[10:13])

    assert watts(later) == max(*means, watts(at - timedelta(seconds=1)))


def test_export_has_its_own_maximum(meter, local):
    one = meter("3p", 2, load=Steady(power_w=(-700, 200, 100)))
    lines = one.packet("6", at=local(2026, 2, 3)).decode()
    assert "1.6.0(000.300*kW)" in lines
    assert "2.6.0(000.700*kW)" in lines


def test_nothing_used_means_no_stamp(meter, local):
    one = meter("1p", 1, load=Steady(power_w=(0,)))
    assert shown(one, local(2026, 2, 3)) == "1.6.0(000.000*kW)(00-00-00,00:00)"


def test_stamps_read_as_wall_clock():
    assert stamp(0) == "00-01-01,00:00"
    assert wall(60).minute == 1
