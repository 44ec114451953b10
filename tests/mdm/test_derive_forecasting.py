"""Is the forecast the arithmetic it says it is, and does its band hold what it promises?"""

from datetime import date, timedelta

import numpy as np

from osos.mdm.derive.forecasting import DayEnergy, DayType, day_type, forecast

MARCH = [date(2026, 3, 1) + timedelta(days=n) for n in range(31)]
WORTH = {DayType.WEEKDAY: 1000, DayType.SATURDAY: 400, DayType.SUNDAY: 100}
WHOLE = 1440


def days(first, count, *, worth=WORTH, known_min=WHOLE):
    span = (first + timedelta(days=n) for n in range(count))
    return [DayEnergy(day=day, wh=worth[day_type(day)], known_min=known_min) for day in span]


def test_days_that_repeat_are_foretold_to_the_wh_and_without_doubt():
    found = forecast(month=MARCH, known=days(date(2026, 3, 1), 10), before=days(date(2026, 1, 5), 55))
    assert found.so_far_wh == 6 * 1000 + 400 + 200 + 1000  # Sun 1 … Tue 10
    expected = sum(WORTH[day_type(day)] for day in MARCH)
    assert (found.expected_wh, found.low_wh, found.high_wh) == (expected, expected, expected)
    assert found.unknown_min == 21 * WHOLE
    assert found.days_used == 65


def test_of_a_day_half_known_half_of_its_mean_is_added():
    known = [*days(date(2026, 3, 1), 30), DayEnergy(day=date(2026, 3, 31), wh=300, known_min=720)]
    found = forecast(month=MARCH, known=known, before=[])
    assert found.expected_wh == found.so_far_wh + 500


def test_the_arithmetic_on_three_days_by_hand():
    before = [
        DayEnergy(day=date(2026, 2, 23) + timedelta(days=n), wh=wh, known_min=WHOLE)
        for n, wh in enumerate((90, 100, 110))
    ]
    found = forecast(month=[date(2026, 3, 2)], known=[], before=before)
    assert (found.expected_wh, found.so_far_wh) == (100, 0)
    # variance of one day 100, of the mean 100/3: ±1.2816 × √133.3
    assert (found.low_wh, found.high_wh) == (85, 115)


def test_a_type_never_seen_is_worth_the_mean_of_all():
    found = forecast(month=[date(2026, 3, 7)], known=[], before=days(date(2026, 3, 2), 4))
    assert found.expected_wh == 1000


def test_with_two_days_there_is_no_forecast():
    assert forecast(month=MARCH, known=[], before=days(date(2026, 2, 2), 2)) is None
    assert forecast(month=MARCH, known=[], before=days(date(2026, 1, 2), 40, known_min=1425)) is None


def test_a_public_holiday_is_like_a_sunday():
    assert day_type(date(2026, 4, 23)) is DayType.SUNDAY  # Thursday
    assert day_type(date(2026, 4, 24)) is DayType.WEEKDAY


def test_a_month_that_is_over_is_what_it_was():
    found = forecast(month=MARCH, known=days(date(2026, 3, 1), 31), before=[])
    assert found.expected_wh == found.so_far_wh == found.low_wh == found.high_wh


def test_the_band_holds_about_eight_months_in_ten():
    chance, held = np.random.default_rng(7), 0
    for _ in range(300):
        worth = lambda day: max(0, round(WORTH[day_type(day)] * float(chance.normal(1, 0.15))))  # noqa: E731
        before = [
            DayEnergy(
                day=date(2026, 1, 4) + timedelta(days=n),
                wh=worth(date(2026, 1, 4) + timedelta(days=n)),
                known_min=WHOLE,
            )
            for n in range(56)
        ]
        true = [DayEnergy(day=day, wh=worth(day), known_min=WHOLE) for day in MARCH]
        found = forecast(month=MARCH, known=true[:12], before=before)
        held += found.low_wh <= sum(one.wh for one in true) <= found.high_wh
    assert 0.72 <= held / 300 <= 0.90
