"""Is a Turkish wall clock time one instant, and a Turkish day 24 hours?"""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.quantities import Interval, day_of, local_day, local_midnight, slots, to_local, to_utc

naive = st.datetimes(datetime(1999, 1, 1), datetime(2099, 12, 31))


@given(naive)
def test_a_wall_time_and_its_instant_are_three_hours_apart_for_ever(wall: datetime) -> None:
    assert to_utc(wall).replace(tzinfo=None) == wall - timedelta(hours=3)
    assert to_local(to_utc(wall)).replace(tzinfo=None) == wall


def test_the_summer_of_2016_ended_nothing_after_the_decree() -> None:
    assert to_utc(datetime(2016, 10, 30, 4, 0)) == datetime(2016, 10, 30, 1, 0, tzinfo=UTC)


def test_an_instant_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        to_local(datetime(2026, 3, 2))
    with pytest.raises(ValueError, match="aware"):
        Interval(datetime(2026, 3, 2), datetime(2026, 3, 3))


@given(st.dates(date(2000, 1, 1), date(2099, 12, 30)))
def test_each_day_has_96_quarter_hours_that_touch_and_belong_to_it(day: date) -> None:
    quarters = list(slots(day_of(day), timedelta(minutes=15)))
    assert len(quarters) == 96
    assert quarters[0].start == local_midnight(day)
    assert quarters[-1].end == local_midnight(day + timedelta(days=1))
    assert all(a.end == b.start for a, b in itertools.pairwise(quarters))
    assert {local_day(q.start) for q in quarters} == {day}


@given(naive, naive, naive)
def test_a_period_holds_its_start_and_not_its_end(a: datetime, b: datetime, c: datetime) -> None:
    start, middle, end = sorted(to_utc(t) for t in (a, b, c))
    period = Interval(start, end)
    assert (middle in period) == (start <= middle < end)
    assert end not in period


@given(naive, naive, naive, naive)
def test_an_overlap_lies_in_both_and_is_the_same_from_either_side(
    a: datetime, b: datetime, c: datetime, d: datetime
) -> None:
    one, other = (Interval(*sorted(map(to_utc, pair))) for pair in ((a, b), (c, d)))
    common = one.overlap(other)
    assert common == other.overlap(one)
    if common is not None:
        assert common.length > timedelta(0)
        assert common.start in one and common.start in other


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    start = local_midnight(date(2026, 3, 2))
    with pytest.raises(ValueError, match="does not end before"):
        Interval(start, start - timedelta(seconds=1))
    with pytest.raises(ValueError, match="lasts a while"):
        next(slots(Interval(start, start + timedelta(days=1)), timedelta(0)))
