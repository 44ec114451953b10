"""Are the days on which a clock changed known, the country's until 2016 and a meter's ever after?"""

from datetime import date, datetime, timedelta

import pytest

from osos.mdm.faces.clock_changes import _in_force, _of_country
from osos.mdm.keeping.clocks import Clock, Regime
from osos.quantities import TURKIYE, Interval, local_midnight

# The time zone database, Europe/Istanbul.
CHANGES = [
    (date(2010, 10, 31), False),
    (date(2011, 3, 28), True),
    (date(2014, 3, 31), True),
    (date(2015, 3, 29), True),
    (date(2015, 11, 8), False),
    (date(2016, 3, 27), True),
]


@pytest.mark.parametrize(("day", "forward"), CHANGES)
def test_the_countrys_clock_changed_on_this_day(day, forward):
    start = local_midnight(day)
    (found,) = _of_country(Interval(start, start + timedelta(days=1)))
    assert (found.at, found.forward) == (datetime(day.year, day.month, day.day, 4, tzinfo=TURKIYE), forward)


@pytest.mark.parametrize(
    "day", [date(2015, 10, 25), date(2014, 3, 30), date(2016, 10, 30), date(2026, 3, 29)]
)
def test_and_not_on_this_one(day):
    start = local_midnight(day)
    assert list(_of_country(Interval(start, start + timedelta(days=1)))) == []


def test_every_year_until_2015_had_two_changes_and_2016_one():
    for year in range(2000, 2020):
        found = list(
            _of_country(Interval(local_midnight(date(year, 1, 1)), local_midnight(date(year + 1, 1, 1))))
        )
        assert len(found) == (2 if year < 2016 else 1 if year == 2016 else 0)


def test_of_a_meters_regimes_the_latest_holds():
    before, after = datetime(2020, 1, 1, tzinfo=TURKIYE), datetime(2024, 1, 1, tzinfo=TURKIYE)
    clocks = (Regime(Clock.SUMMER, before), Regime(Clock.FIXED, after))
    assert _in_force(clocks, after - timedelta(days=1)) is Clock.SUMMER
    assert _in_force(clocks, after) is Clock.FIXED
    assert _in_force((), after) is Clock.FIXED
