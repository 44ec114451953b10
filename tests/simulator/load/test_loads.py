"""Do the pretend customers behave like customers?"""

from datetime import date

import numpy as np
import pytest

from osos.simulator.load import (
    Factory,
    Home,
    Load,
    Rooftop,
    Shop,
    Steady,
    StreetLights,
    day_number,
    weekday,
)

MONDAY = day_number(date(2026, 3, 2))
SEASONS = [day_number(date(2026, month, 5)) for month in (1, 4, 7, 10)]


def customers(seed: int) -> dict[str, Load]:
    return {
        "home": Home(seed),
        "house": Home(seed, phases=3),
        "shop": Shop(seed),
        "factory": Factory(seed),
        "solar": Rooftop(seed, customer=Home(seed), peak_w=5000),
        "street": StreetLights(seed),
        "steady": Steady(power_w=(100, 0, 300), seed=seed),
    }


NAMES = list(customers(0))


def test_days_are_counted_from_a_saturday():
    assert weekday(0) == 6
    assert weekday(MONDAY) == 1
    assert weekday(day_number(date(2026, 3, 8))) == 7


@pytest.mark.parametrize("name", NAMES)
def test_a_day_is_the_same_whatever_was_asked_before(name):
    straight, other = customers(5)[name], customers(5)[name]
    for number in (MONDAY + 3, MONDAY, MONDAY - 400):
        other.day(number)
    for field in ("power_w", "reactive_var", "voltage_dv", "voltage_high_dv", "frequency_chz"):
        np.testing.assert_array_equal(getattr(straight.day(MONDAY), field), getattr(other.day(MONDAY), field))


@pytest.mark.parametrize("name", ["home", "shop", "factory", "solar"])
def test_another_seed_is_another_customer(name):
    one, other = customers(1)[name].day(MONDAY), customers(2)[name].day(MONDAY)
    assert (one.power_w != other.power_w).mean() > 0.5


@pytest.mark.parametrize("name", NAMES)
def test_the_network_stays_within_its_limits(name):
    for seed in (1, 2, 3):
        for number in SEASONS:
            day = customers(seed)[name].day(number)
            assert day.voltage_low_dv.min() >= 2200
            assert day.voltage_high_dv.max() <= 2380
            assert (day.voltage_low_dv <= day.voltage_dv).all()
            assert (day.voltage_dv <= day.voltage_high_dv).all()
            assert day.frequency_chz.min() >= 4990
            assert day.frequency_chz.max() <= 5010


def hourly(load: Load, number: int) -> np.ndarray:
    return load.day(number).power_w.sum(axis=0).reshape(24, 60).mean(axis=1)


def test_homes_are_busier_in_the_evening_than_at_night():
    weeks = np.mean([[hourly(Home(seed), MONDAY + d) for d in range(7)] for seed in range(12)], axis=(0, 1))
    assert weeks[18:22].mean() > 2.5 * weeks[1:5].mean()


def test_homes_rise_later_on_sundays():
    def rising(offset: int) -> float:
        return float(np.mean([hourly(Home(seed), MONDAY + offset)[6:8].mean() for seed in range(20)]))

    assert rising(1) > 1.3 * rising(6)


def test_homes_use_what_homes_use():
    monthly_kwh = [
        sum(Home(seed).day(MONDAY + d).power_w.sum() for d in range(30)) / 60_000 for seed in range(10)
    ]
    assert 120 < np.mean(monthly_kwh) < 400  # Turkish households: some 150-300 kWh a month


def test_shops_are_open_by_day():
    for seed in range(8):
        week = hourly(Shop(seed), MONDAY + 2)
        assert week[11:17].min() > 1.3 * week[1:5].max()


def test_factories_have_inductive_and_capacitive_hours():
    for seed in range(8):
        reactive = np.concatenate([Factory(seed).day(MONDAY + d).reactive_var.sum(axis=0) for d in range(7)])
        assert reactive.max() > 100
        assert reactive.min() < -30


def test_factories_rest_on_sundays():
    for seed in range(8):
        sunday = hourly(Factory(seed), MONDAY + 6)
        assert sunday.max() < 0.2 * hourly(Factory(seed), MONDAY + 1).max()


def test_rooftops_give_back_at_noon_and_never_at_night():
    june = day_number(date(2026, 6, 21))
    for seed in range(8):
        week = np.mean(
            [hourly(Rooftop(seed, customer=Home(seed), peak_w=6000), june + d) for d in range(7)], 0
        )
        assert week[12] < -1500
        assert week[:5].min() > 0
        assert week[22:].min() > 0


def test_street_lights_burn_from_dusk_to_dawn():
    lights = hourly(StreetLights(1), MONDAY)
    assert lights[9:16].max() == 0
    assert lights[23] == 6000
    assert lights[2] == 3600  # dimmed


def test_a_steady_load_is_steady():
    day = Steady(power_w=(100, -50), reactive_var=(7, 0)).day(MONDAY)
    assert day.power_w.tolist() == [[100] * 1440, [-50] * 1440]
    assert day.reactive_var.tolist() == [[7] * 1440, [0] * 1440]
