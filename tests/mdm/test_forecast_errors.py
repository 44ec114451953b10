"""How far are month forecasts of the city's customers from what came, and is that told as it is?"""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.derive.forecasting import DayEnergy
from osos.mdm.derive.forecasting_errors import Score, checked
from osos.simulator.city.customers import FACTORY, FLAT, HOUSE, MARKET, SHOP
from osos.simulator.load import day_number

WHOLE = 1440
MONTHS = ((2026, 3, 31), (2026, 4, 30))
SORTS = (FLAT, HOUSE, SHOP, MARKET, FACTORY)


def month(year: int, number: int, length: int) -> list[date]:
    return [date(year, number, 1) + timedelta(days=n) for n in range(length)]


def days_of(sort: object, seed: int, first: date, count: int) -> Iterator[DayEnergy]:
    load = sort.load(seed)
    for n in range(count):
        day = first + timedelta(days=n)
        wh = int(load.day(day_number(day)).power_w.clip(min=0).sum()) // 60
        yield DayEnergy(day=day, wh=wh, known_min=WHOLE)


def test_forecasts_of_customers_of_the_city_are_within_a_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    asked = [month(*one) for one in MONTHS]
    lines, every = [], []
    for number, sort in enumerate(SORTS):
        days = list(days_of(sort, 4_000 + number, date(2026, 1, 4), 117))
        score = checked(asked, days, known_days=10)
        assert len(score.checks) == 2 and score.mean_error is not None
        lines.append(f"{sort.name} {score.mean_error:.1%}")
        every += score.checks
    whole = Score(checks=tuple(every))
    with capsys.disabled():
        print(
            f"\nmonth forecast from 10 days, error against what came: {', '.join(lines)}; "
            f"band held {whole.held} of {len(every)}"
        )
    assert whole.mean_error is not None and whole.mean_error < 0.10


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
