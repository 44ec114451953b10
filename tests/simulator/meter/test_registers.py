"""Does every Wh get where it belongs, however the meter is asked?"""

import itertools
import random
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osos.quantities import Interval
from osos.simulator.load import Steady, weekday
from osos.simulator.meter import VirtualMeter
from osos.simulator.meter.metrology import metered
from osos.simulator.meter.moment import DAY_S, second_of

SINCE_DAYS = st.integers(0, 75 * DAY_S)


def naive_registers(meter, load, spec, seconds: int) -> dict[str, int]:
    """The meter lived second by second: add, and book each whole Wh to the tariff of its second."""
    start = second_of(spec.since)
    totals, booked = np.zeros(6, dtype=np.int64), np.zeros((2, 4), dtype=np.int64)
    day_rates: dict[int, np.ndarray] = {}
    for second in range(start, start + seconds):
        day, of_day = divmod(second, DAY_S)
        if day not in day_rates:
            day_rates = {day: metered(load.day(day), spec).rate.astype(np.int64)}
        after = totals + day_rates[day][:, of_day // 60]
        minute = of_day // 60
        tariff = 1 if 360 <= minute < 1020 else 2 if 1020 <= minute < 1320 else 3  # M-80
        for way in (0, 1):
            booked[way, tariff - 1] += after[way] // 3600 - totals[way] // 3600
        totals = after
    codes = dict(zip(("1.8.0", "2.8.0", "5.8.0", "6.8.0", "7.8.0", "8.8.0"), totals // 3600, strict=True))
    for way in (0, 1):
        codes.update({f"{way + 1}.8.{n + 1}": booked[way, n] for n in range(4)})
    return {code: int(amount) for code, amount in codes.items()}


@pytest.mark.parametrize("ways", [1, 2])
def test_registers_equal_a_life_lived_second_by_second(meter, thrown, spec, ways):
    load = thrown(7)
    lived = 26 * 3600 + 1234  # over two midnights and every tariff
    naive = naive_registers(None, load, spec(ways=ways), lived)
    one = meter(ways=ways, load=load)
    found = one.registers(one.spec.since + timedelta(seconds=lived))
    assert found == {code: naive[code] for code in found}
    assert set(naive) - set(found) == (set() if ways == 2 else {c for c in naive if c[0] in "267"})


@given(after=SINCE_DAYS, seed=st.integers(0, 50), ways=st.sampled_from([1, 2]))
@settings(max_examples=25)
def test_the_total_is_the_sum_of_its_tariffs(meter, after, seed, ways):
    one = meter(ways=ways, seed=seed)
    found = one.registers(one.spec.since + timedelta(seconds=after))
    assert found["1.8.0"] == sum(found[f"1.8.{n}"] for n in range(1, 5))
    if ways == 2:
        assert found["2.8.0"] == sum(found[f"2.8.{n}"] for n in range(1, 5))
    else:
        assert not any(code.startswith("2.") for code in found)


@given(moments=st.lists(SINCE_DAYS, min_size=2, max_size=8))
@settings(max_examples=25)
def test_registers_never_go_back(meter, moments):
    one = meter()
    rows = [one.registers(one.spec.since + timedelta(seconds=after)) for after in sorted(moments)]
    for earlier, later in itertools.pairwise(rows):
        assert all(earlier[code] <= later[code] for code in earlier)


@given(moments=st.lists(SINCE_DAYS, min_size=2, max_size=8), seed=st.integers(0, 10**6))
@settings(max_examples=20)
def test_the_order_of_questions_changes_nothing(meter, moments, seed):
    asked = list(moments)
    random.Random(seed).shuffle(asked)
    one, other = meter(), meter()
    straight = {after: one.registers(one.spec.since + timedelta(seconds=after)) for after in moments}
    mixed = {after: other.registers(other.spec.since + timedelta(seconds=after)) for after in asked}
    assert straight == mixed


def test_before_it_was_installed_a_meter_counts_nothing(meter):
    one = meter()
    assert set(one.registers(one.spec.since - timedelta(days=3)).values()) == {0}


def test_energy_of_a_period_is_the_advance_of_the_register(meter, local):
    one = meter(kind="3p", ways=1, load=Steady(power_w=(1000, 500, 250)))
    day = Interval(local(2026, 2, 1), local(2026, 2, 2))
    assert one.energy_wh("1.8.0", day) == 24 * 1750
    assert one.energy_wh("1.8.1", day) == 11 * 1750
    assert one.energy_wh("1.8.2", day) == 5 * 1750
    assert one.energy_wh("1.8.3", day) == 8 * 1750


def test_a_tariff_changes_exactly_at_its_minute(meter, local):  # M-81
    one = meter(kind="3p", ways=1, load=Steady(power_w=(3600, 0, 0)))  # one Wh a second
    before = one.registers(local(2026, 2, 1, 16, 59, 59))
    at = one.registers(local(2026, 2, 1, 17, 0, 0))
    after = one.registers(local(2026, 2, 1, 17, 0, 1))
    assert [at[c] - before[c] for c in ("1.8.1", "1.8.2")] == [1, 0]
    assert [after[c] - at[c] for c in ("1.8.1", "1.8.2")] == [0, 1]


def test_registers_roll_over_and_lose_nothing(meter, local):
    load = Steady(power_w=(3600, 0, 0))
    one = meter(kind="3p", ways=1, load=load, start_wh=999_999_990)
    late = one.spec.since + timedelta(seconds=15)
    assert one.registers(late)["1.8.0"] == 5  # 999999.999 → 000000.000 (M-60)
    assert b"1.8.0(000000.005*kWh)" in one.packet("6", at=late)
    assert one.energy_wh("1.8.0", Interval(one.spec.since, late)) == 15


def test_a_load_of_other_phases_is_refused(spec, thrown):
    with pytest.raises(ValueError, match="3 phase"):
        VirtualMeter(spec("combi"), thrown(1, phases=1))


def test_days_let_go_come_back_the_same(spec, thrown, local):
    small, large = (VirtualMeter(spec(), thrown(3), days_kept=kept) for kept in (1, 400))
    moments = [local(2026, 3, day, 12, 3, 4) for day in (1, 20, 2, 19, 3)]
    assert [small.registers(at) for at in moments] == [large.registers(at) for at in moments]


def test_weekdays_of_the_tables_are_the_calendars(meter, local):
    assert weekday(second_of(local(2026, 3, 7)) // DAY_S) == 6
