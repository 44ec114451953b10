"""Does each Wh belong to the band the law says, in every winter and on every kind of meter (F39)?"""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.derive.grids import bucket_starts, month_of, naive
from osos.mdm.derive.tariffs import DEFAULT, Band, ClockRegime, TariffCalendar, bands, hours_of, split
from osos.quantities import TURKIYE, Interval


def quarters(period: Interval) -> np.ndarray:
    return np.arange(naive(period.start), naive(period.end), np.timedelta64(15 * 60, "s"))


def band_at(year, month, day, hour, minute=0, **how) -> Band:
    moment = datetime(year, month, day, hour, minute, tzinfo=TURKIYE)
    return Band(int(bands(np.array([naive(moment)]), **how)[0]))


@pytest.mark.parametrize(
    ("days", "hours"), [(31, (341, 155, 248)), (30, (330, 150, 240)), (28, (308, 140, 224))]
)
def test_a_month_has_the_hours_of_each_rate_that_the_methodology_counts_with(days, hours):
    starts = quarters(
        Interval(
            datetime(2026, 1, 1, tzinfo=TURKIYE), datetime(2026, 1, 1, tzinfo=TURKIYE) + timedelta(days=days)
        )
    )
    ends = starts + np.timedelta64(15 * 60, "s")
    assert tuple(hours_of(band, starts, ends) for band in (Band.T1, Band.T2, Band.T3)) == hours


@pytest.mark.parametrize(
    ("hour", "minute", "band"),
    [(5, 45, 3), (6, 0, 1), (16, 45, 1), (17, 0, 2), (21, 45, 2), (22, 0, 3), (0, 0, 3)],
)
def test_bands_change_at_six_seventeen_and_twenty_two(hour, minute, band):
    assert band_at(2026, 7, 15, hour, minute) == band
    assert band_at(2026, 1, 15, hour, minute) == band


# EPDK 6561, 27.10.2016: the last Sundays of October and March, by the calendar
WINTERS = [
    (date(2016, 10, 30), date(2017, 3, 26)),
    (date(2017, 10, 29), date(2018, 3, 25)),
    (date(2018, 10, 28), date(2019, 3, 31)),
    (date(2019, 10, 27), date(2020, 3, 29)),
    (date(2020, 10, 25), date(2021, 3, 28)),
    (date(2021, 10, 31), date(2022, 3, 27)),
    (date(2022, 10, 30), date(2023, 3, 26)),
    (date(2023, 10, 29), date(2024, 3, 31)),
    (date(2024, 10, 27), date(2025, 3, 30)),
    (date(2025, 10, 26), date(2026, 3, 29)),
    (date(2026, 10, 25), date(2027, 3, 28)),
    (date(2027, 10, 31), date(2028, 3, 26)),
    (date(2028, 10, 29), date(2029, 3, 25)),
    (date(2029, 10, 28), date(2030, 3, 31)),
]


@pytest.mark.parametrize(("first", "last"), WINTERS)
def test_a_meter_never_moved_to_permanent_summer_time_books_an_hour_later_in_winter(first, last):
    borders = ((6, 1), (17, 2), (22, 3))
    for day, late in ((first - timedelta(days=1), 0), (first, 1), (last - timedelta(days=1), 1), (last, 0)):
        for hour, band in borders:
            at = (day.year, day.month, day.day)
            changing = {"regime": ClockRegime.CHANGING}
            assert band_at(*at, hour + late, **changing) == band, (day, hour)
            assert band_at(*at, hour + late - 1, 59, **changing) != band, (day, hour)
            assert band_at(*at, hour) == band  # a meter that was moved: the same all year


def test_a_calendar_of_a_meters_own_holds_for_its_time_and_kind_of_day_only():
    own = TariffCalendar(
        since=date(2026, 3, 2),
        until=date(2026, 3, 9),
        source="parameter report",
        weekday=((0, Band.T4),),
        saturday=((0, Band.T3), (600, Band.T1)),
        sunday=((0, Band.T2),),
    )
    how = {"calendars": (DEFAULT, own)}
    assert band_at(2026, 3, 1, 23, 59, **how) == Band.T3
    assert [band_at(2026, 3, day, 0, **how) for day in (2, 6, 7, 8, 9)] == [4, 4, 3, 2, 3]
    assert (band_at(2026, 3, 7, 9, 59, **how), band_at(2026, 3, 7, 10, **how)) == (Band.T3, Band.T1)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=400), st.integers(0, 40_000))
def test_bands_add_up_to_the_whole(wh, first):
    begin = naive(datetime(2016, 1, 1, tzinfo=UTC)) + np.timedelta64(first * 900, "s")
    starts = begin + np.arange(len(wh)) * np.timedelta64(900, "s")
    energies = np.array(wh, dtype=np.int64)
    for regime in ClockRegime:
        assert sum(split(energies, bands(starts, regime=regime)).values()) == sum(wh)


def test_buckets_begin_at_turkish_midnights_and_firsts():
    starts = quarters(month_of(date(2024, 2, 29)))
    assert starts.size == 29 * 96
    assert np.unique(bucket_starts(starts, "month")).tolist() == [
        datetime(2024, 1, 31, 21)
    ]  # as numpy counts
    assert np.unique(bucket_starts(starts, "day")).size == 29
