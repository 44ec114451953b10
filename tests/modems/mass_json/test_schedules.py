"""Does a schedule fall due when the unit's wall says so?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.modems.mass_json import BadSchedule, Schedule, due_after, parse_schedule, schedule_json
from osos.quantities import to_local, to_utc


def at(*wall: int) -> datetime:
    return to_utc(datetime(*wall))


def test_the_documents_schedule_is_read_with_defaults_for_the_rest():
    schedule = parse_schedule(
        {
            "id": "hourly",
            "directive": "short",
            "meters": ["*"],
            "start": "00:05",
            "everyMinutes": 60,
            "traversHours": 2,
        }
    )
    assert schedule == Schedule(
        id="hourly", directive="short", start="00:05", every_minutes=60, traverse_hours=2, spread_s=900
    )
    assert parse_schedule(schedule_json(schedule)) == schedule


@pytest.mark.parametrize(
    ("fields", "moment", "due"),
    [
        ({"start": "00:05", "every_minutes": 60}, (2026, 3, 2, 0, 0), (2026, 3, 2, 0, 5)),
        ({"start": "00:05", "every_minutes": 60}, (2026, 3, 2, 0, 5), (2026, 3, 2, 1, 5)),
        ({"start": "00:05", "every_minutes": 60}, (2026, 3, 2, 23, 30), (2026, 3, 3, 0, 5)),
        ({"start": "00:10", "every_minutes": 7}, (2026, 3, 2, 23, 59), (2026, 3, 3, 0, 10)),  # each day anew
        ({"start": "02:00"}, (2026, 3, 2, 3, 0), (2026, 3, 3, 2, 0)),
        ({"start": "02:00", "day_of_month": 1}, (2026, 3, 2, 3, 0), (2026, 4, 1, 2, 0)),
        ({"start": "02:00", "day_of_month": 31}, (2026, 3, 31, 2, 0), (2026, 5, 31, 2, 0)),
        ({"every_minutes": 10080}, (2026, 3, 2, 3, 0), (2026, 3, 7, 0, 0)),  # Saturdays, as 2000-01-01
    ],
)
def test_the_next_run_follows_the_units_wall(fields, moment, due):
    schedule = Schedule(id="s", directive="short", spread_s=0, **fields)
    assert due_after(schedule, at(*moment), serial="1") == at(*due)


@given(
    st.integers(1, 1440),
    st.integers(0, 1439),
    st.integers(0, 900),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),
)
def test_runs_follow_one_another_without_a_gap_longer_than_the_period(every, start, spread_s, moment):
    schedule = Schedule(
        id="s",
        directive="d",
        every_minutes=every,
        start=f"{start // 60:02}:{start % 60:02}",
        spread_s=spread_s,
    )
    first = due_after(schedule, moment, serial="7")
    second = due_after(schedule, first, serial="7")
    assert moment < first < second
    assert second - first <= timedelta(days=1)
    assert first.tzinfo is UTC


def test_units_are_spread_and_each_keeps_its_own_delay():
    schedule = Schedule(id="s", directive="short", start="00:00")
    runs = {serial: due_after(schedule, at(2026, 3, 2, 12), serial=serial) for serial in map(str, range(50))}
    assert len(set(runs.values())) > 40
    assert all(timedelta(0) <= run - at(2026, 3, 3) <= timedelta(seconds=900) for run in runs.values())
    assert runs["7"] == due_after(schedule, at(2026, 3, 2, 13), serial="7")


def test_a_day_that_never_comes_is_said_so():
    with pytest.raises(BadSchedule):
        due_after(Schedule(id="s", directive="d", day_of_month=32), at(2026, 3, 2), serial="1")


@pytest.mark.parametrize(
    "broken",
    [
        None,
        {},
        {"id": "s", "directive": "d", "start": "24:00"},
        {"id": "s", "directive": "d", "everyMinutes": 0},
        {"id": "s", "directive": "d", "everyMinutes": "often"},
        {"id": "s", "directive": "d", "dayOfMonth": 32},
        {"id": "s", "directive": "d", "spreadSeconds": -1},
    ],
)
def test_a_schedule_no_unit_could_keep_is_refused(broken):
    with pytest.raises(BadSchedule):
        parse_schedule(broken)


def test_local_time_of_a_run_is_the_start():
    run = due_after(Schedule(id="s", directive="d", start="06:30", spread_s=0), at(2026, 3, 2), serial="1")
    assert to_local(run).strftime("%H:%M") == "06:30"
