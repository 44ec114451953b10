"""Does every address ask for something that can be shown?"""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.portal.asking import DAYS_UNTIL, asked, months_before, parsed_day, shifted, span_of
from osos.quantities import TURKIYE

NOW = datetime(2026, 11, 21, 22, 47, tzinfo=TURKIYE)


def test_nothing_asked_is_the_present_month_in_quarter_hours():
    found = asked({}, now=NOW)
    assert (found.first, found.last) == (date(2026, 11, 1), date(2026, 11, 30))
    assert found.resolution == "15min" and found.span == "month" and not found.notes


def test_late_in_the_evening_utc_it_is_already_tomorrow_here():
    found = asked({}, now=datetime(2026, 11, 30, 23, 30, tzinfo=TURKIYE) + timedelta(hours=1), usual="day")
    assert found.first == date(2026, 12, 1)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "31.02.2026", "2026-13-01", "yesterday", "2026-1-1", "0000-00-00"]
)
def test_a_day_that_does_not_exist_is_named_and_the_present_shown(text):
    found = asked({"from": text}, now=NOW)
    assert found.first == date(2026, 11, 1)
    assert [note.facts for note in found.notes] == [{"text": text[:20]}]


def test_a_day_may_be_written_as_people_write_it():
    assert parsed_day("21.11.2026") == parsed_day("2026-11-21") == date(2026, 11, 21)


def test_ten_years_are_cut_to_what_a_screen_shows_with_words():
    found = asked({"from": "2016-11-22", "to": "2026-11-21"}, now=NOW, days_most=31)
    assert (found.first, found.last) == (date(2026, 10, 22), date(2026, 11, 21))
    assert found.notes[0].facts == {"days": 31}


def test_ten_years_of_quarter_hours_become_days():
    found = asked({"from": "2016-11-22", "to": "2026-11-21", "resolution": "15min"}, now=NOW)
    assert found.resolution == "day" and len(found.notes) == 1


def test_first_and_last_may_come_the_wrong_way_round():
    found = asked({"from": "2026-11-09", "to": "2026-11-02"}, now=NOW)
    assert (found.first.day, found.last.day) == (2, 9) and found.notes


def test_an_address_says_what_it_asked_for():
    found = asked({"from": "2026-11-02", "to": "2026-11-08", "resolution": "hour"}, now=NOW)
    assert asked(found.query, now=NOW) == found and found.span == "week"


def test_a_month_steps_to_the_month_before_and_back():
    october = shifted(*span_of("month", date(2026, 11, 5)), by=-1)
    assert october == (date(2026, 10, 1), date(2026, 10, 31))
    assert shifted(*october, by=1) == (date(2026, 11, 1), date(2026, 11, 30))


def test_a_week_steps_by_seven_days():
    assert shifted(date(2026, 11, 2), date(2026, 11, 8), by=1) == (date(2026, 11, 9), date(2026, 11, 15))


def test_months_before_january_are_of_the_year_before():
    assert months_before(date(2026, 1, 31), 1) == date(2025, 12, 1)


@given(st.dictionaries(st.sampled_from(["from", "to", "month", "resolution"]), st.text(max_size=30)))
def test_whatever_stands_in_an_address_asks_for_some_days(query):
    found = asked(query, now=NOW)
    assert found.first <= found.last and found.days <= DAYS_UNTIL


@given(st.dates(), st.dates(), st.sampled_from([1, 31, 400]), st.sampled_from(["day", "week", "year"]))
def test_any_two_days_ask_for_no_more_than_fits(first, last, most, usual):
    query = {"from": first.isoformat(), "to": last.isoformat()}
    found = asked(query, now=NOW, days_most=most, usual=usual)
    assert asked({"from": query["from"]}, now=NOW, usual=usual).days <= DAYS_UNTIL
    assert 1 <= found.days <= most and date(2000, 1, 1) <= found.first <= found.last <= date(2026, 12, 31)
