"""How far are month forecasts of the city's customers from what came, and is that told as it is?"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.derive.forecasting import HISTORY, DayEnergy
from osos.mdm.derive.forecasting_errors import Score, checked
from osos.simulator.city.customers import FACTORY, FLAT, HOUSE, MARKET, SHOP
from osos.simulator.load import day_number

WHOLE = 1440
MONTHS = ((2026, 1, 31), (2026, 2, 28), (2026, 3, 31), (2026, 4, 30))
SORTS = (FLAT, HOUSE, SHOP, MARKET, FACTORY)


def month(year: int, number: int, length: int) -> list[date]:
    return [date(year, number, 1) + timedelta(days=n) for n in range(length)]


def days_of(sort: object, seed: int, first: date, count: int) -> Iterator[DayEnergy]:
    load = sort.load(seed)
    for n in range(count):
        day = first + timedelta(days=n)
        wh = int(load.day(day_number(day)).power_w.clip(min=0).sum()) // 60
        yield DayEnergy(day=day, wh=wh, known_min=WHOLE)


@pytest.fixture(scope="module")
def city() -> dict[str, list[DayEnergy]]:
    """A customer of each sort, with what a forecast of the first month asks for before it."""
    first = date(*MONTHS[0][:2], 1) - HISTORY
    count = (date(2026, 4, 30) - first).days + 1
    return {sort.name: list(days_of(sort, 4_000 + n, first, count)) for n, sort in enumerate(SORTS)}


def test_forecasts_of_customers_of_the_city_are_within_a_tenth(
    city, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [month(*one) for one in MONTHS]
    scores = {name: checked(asked, days, known_days=10) for name, days in city.items()}
    assert all(len(one.checks) == len(MONTHS) for one in scores.values())
    told = ", ".join(f"{name} {one.mean_error:.1%}" for name, one in scores.items())
    with capsys.disabled():
        print(f"\nmonth forecast from 10 days, error against what came: {told}")
    whole = Score(checks=tuple(one for score in scores.values() for one in score.checks))
    assert whole.mean_error is not None and whole.mean_error < 0.10


def test_the_band_holds_eight_months_in_ten_of_the_city(city, capsys) -> None:
    asked = [month(*one) for one in MONTHS]
    held = {
        known: [one.held for days in city.values() for one in checked(asked, days, known_days=known).checks]
        for known in (0, 5, 10, 15, 20, 25)
    }
    every = [one for some in held.values() for one in some]
    with capsys.disabled():
        told = ", ".join(f"from {known} days {sum(some)} of {len(some)}" for known, some in held.items())
        print(f"\nbands of month forecasts held {sum(every)} of {len(every)}: {told}")
    assert 0.72 <= sum(every) / len(every) <= 0.95
    assert all(sum(some) / len(some) >= 0.6 for some in held.values())


def test_where_the_past_is_short_the_band_of_others_holds_as_often(city) -> None:
    asked = [month(*one) for one in MONTHS]
    since = asked[0][0] - timedelta(days=30)
    near = [[one for one in days if one.day >= since] for days in city.values()]
    checks = [one for days in near for one in checked(asked[:1], days, known_days=10).checks]
    assert len(checks) == len(SORTS) and {one.said.errors_used for one in checks} == {0}
    assert sum(one.held for one in checks) >= len(checks) // 2


def test_a_month_with_a_day_missing_says_nothing() -> None:
    asked = [month(2026, 3, 31)]
    days = [DayEnergy(day=date(2026, 1, 1) + timedelta(days=n), wh=100, known_min=WHOLE) for n in range(90)]
    assert len(checked(asked, days, known_days=5).checks) == 1
    holed = [one for one in days if one.day != date(2026, 3, 17)]
    assert checked(asked, holed, known_days=5).checks == ()
    assert checked(asked, [], known_days=5).mean_error is None


@given(st.lists(st.integers(0, 10**9), min_size=90, max_size=90), st.integers(0, 31))
def test_errors_are_what_was_said_less_what_came(wh: list[int], known: int) -> None:
    days = [
        DayEnergy(day=date(2026, 1, 1) + timedelta(days=n), wh=one, known_min=WHOLE)
        for n, one in enumerate(wh)
    ]
    (check,) = checked([month(2026, 3, 31)], days, known_days=known).checks
    assert check.came_wh == sum(wh[59:])
    assert check.said.so_far_wh == sum(wh[59 : 59 + known])
    assert check.error_wh == check.said.expected_wh - check.came_wh
    if known == 31:
        assert (check.error_wh, check.held) == (0, True)
