"""Is the forecast the arithmetic it says it is, and does its band hold what it promises?"""

from datetime import date, timedelta

import numpy as np
import pytest

from osos.mdm.derive.forecasting import (
    FEWEST_ERRORS,
    HISTORY,
    OTHERS_MISSED_BY,
    DayEnergy,
    DayType,
    day_type,
    forecast,
)

MARCH = [date(2026, 3, 1) + timedelta(days=n) for n in range(31)]
WORTH = {DayType.WEEKDAY: 1000, DayType.SATURDAY: 400, DayType.SUNDAY: 100}
WHOLE = 1440


def days(first, count, *, worth=WORTH, known_min=WHOLE):
    span = (first + timedelta(days=n) for n in range(count))
    return [DayEnergy(day=day, wh=worth[day_type(day)], known_min=known_min) for day in span]


def test_days_that_repeat_are_foretold_to_the_wh_and_without_doubt():
    found = forecast(month=MARCH, known=days(date(2026, 3, 1), 10), before=days(date(2025, 9, 1), 181))
    assert found.so_far_wh == 6 * 1000 + 400 + 200 + 1000  # Sun 1 … Tue 10
    expected = sum(WORTH[day_type(day)] for day in MARCH)
    assert (found.expected_wh, found.low_wh, found.high_wh) == (expected, expected, expected)
    assert found.unknown_min == 21 * WHOLE
    assert (found.days_used, found.errors_used) == (56, 23)


def test_of_a_day_half_known_half_of_its_mean_is_added():
    known = [*days(date(2026, 3, 1), 30), DayEnergy(day=date(2026, 3, 31), wh=300, known_min=720)]
    found = forecast(month=MARCH, known=known, before=[])
    assert found.expected_wh == found.so_far_wh + 500


def test_the_arithmetic_on_three_days_by_hand():
    before = [
        DayEnergy(day=date(2026, 2, 23) + timedelta(days=n), wh=wh, known_min=WHOLE)
        for n, wh in enumerate((90, 100, 110))
    ]
    found = forecast(month=[date(2026, 2, 26)], known=[], before=before)
    near = [0.5 ** (age / 7) for age in (3, 2, 1)]
    level = sum(w * wh for w, wh in zip(near, (90, 100, 110), strict=True)) / sum(near)
    assert (found.expected_wh, found.so_far_wh) == (round(level), 0) == (101, 0)
    missed = OTHERS_MISSED_BY[0][1]  # a point without a past has the band of others
    assert (found.low_wh, found.high_wh) == (round(level * (1 - missed)), round(level * (1 + missed)))
    assert (found.errors_used, found.days_used) == (0, 3)


def test_a_level_that_rose_is_followed_within_two_weeks():
    before = [
        DayEnergy(day=one.day, wh=one.wh * (2 if one.day >= date(2026, 2, 15) else 1), known_min=WHOLE)
        for one in days(date(2026, 1, 4), 56)
    ]
    found = forecast(month=MARCH, known=[], before=before)
    doubled = 2 * sum(WORTH[day_type(day)] for day in MARCH)
    assert 0.80 < found.expected_wh / doubled < 1


def test_the_band_is_the_error_that_eight_in_ten_past_forecasts_did_not_pass():
    """The level goes up and down by a tenth every month, which no mean of eight weeks can tell."""
    before = [
        DayEnergy(day=one.day, wh=one.wh * (11 if (one.day.toordinal() // 31) % 2 else 9), known_min=WHOLE)
        for one in days(date(2026, 3, 1) - HISTORY, HISTORY.days)
    ]
    found = forecast(month=MARCH, known=[], before=before)
    assert found.errors_used >= FEWEST_ERRORS
    missed = found.high_wh / found.expected_wh - 1
    assert 0.05 < missed < 0.25
    assert abs((found.expected_wh - found.low_wh) - (found.high_wh - found.expected_wh)) <= 1


@pytest.mark.parametrize("works", [True, False])
def test_holidays_are_sundays_unless_the_points_own_holidays_were_not(works):
    def worth(day):
        plain = DayType(max(0, day.weekday() - 4))
        return WORTH[plain if works else day_type(day)]

    before = [
        DayEnergy(day=day, wh=worth(day), known_min=WHOLE)
        for n in range(HISTORY.days)
        if (day := date(2026, 4, 1) - HISTORY + timedelta(days=n))
    ]
    april = [date(2026, 4, 1) + timedelta(days=n) for n in range(30)]
    found = forecast(month=april, known=[], before=before)
    assert day_type(date(2026, 4, 23)) is DayType.SUNDAY
    assert found.expected_wh == sum(worth(day) for day in april)


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
    chance, held, first = np.random.default_rng(7), 0, MARCH[0] - HISTORY
    span = [first + timedelta(days=n) for n in range(HISTORY.days + len(MARCH))]
    usual = np.array([WORTH[day_type(day)] for day in span])
    for _ in range(100):
        steps = np.cumsum(chance.normal(0, 0.02, len(span)))  # the level wanders, as real ones do
        wh = np.maximum(0, usual * (1 + steps) * chance.normal(1, 0.1, len(span))).astype(int)
        every = [DayEnergy(day=day, wh=int(one), known_min=WHOLE) for day, one in zip(span, wh, strict=True)]
        before, true = every[: -len(MARCH)], every[-len(MARCH) :]
        found = forecast(month=MARCH, known=true[:12], before=before)
        held += found.low_wh <= sum(one.wh for one in true) <= found.high_wh
    assert 0.68 <= held / 100 <= 0.95
