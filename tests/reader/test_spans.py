"""Do the portions of a profile hold every label once?"""

import itertools
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from osos.reader.spans import MINUTE, SMALLEST, Span, joined, portions

minutes = st.integers(0, 400 * 1440).map(lambda each: datetime(2026, 1, 1) + timedelta(minutes=each))


@given(minutes, minutes)
def test_portions_follow_each_other_without_gap_or_overlap(one, other):
    first, last = sorted((one, other))
    found = list(portions(first, last, now=last))
    assert found[0].first == first
    assert found[-1].last == last
    assert all(a.last + MINUTE == b.first for a, b in itertools.pairwise(found))
    assert all(a.first <= a.last for a in found)
    assert joined(found) == [Span(first, last)]


@given(st.none() | minutes, st.none() | minutes, minutes)
def test_an_open_side_stays_open(first, last, now):
    found = list(portions(first, last, now=now))
    if first is not None and first > (last or now) and last is not None:
        return  # nothing asked for
    assert found[0].first == first
    assert found[-1].last == last


@given(minutes, minutes)
def test_halves_hold_what_the_whole_held(one, other):
    first, last = sorted((one, other))
    halves = Span(first, last).halves()
    if halves is None:
        assert last - first < SMALLEST
        return
    assert joined(list(halves)) == [Span(first, last)]


def test_an_open_portion_is_cut_where_it_is_open_least():
    end = datetime(2026, 3, 1)
    older, newer = Span(None, end).halves()
    assert older.first is None
    assert older.last + MINUTE == newer.first
    assert newer.last == end
    assert Span(end, None).halves() is None
