"""Do the views say what their figures say, and no more?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.derive.tariffs import Band
from osos.mdm.faces import Kind, MonthEndRow, MonthEnds, MonthSoFar, RegisterRow, Series
from osos.mdm.faces.day_grids import CELLS, DayGrid, day_grids
from osos.portal.registers import in_order, kilo_of, register_name
from osos.portal.screens.indices.view import indices_view
from osos.portal.screens.overview.noticed import noticed
from osos.portal.screens.overview.view import a_year_earlier, month_use
from osos.portal.screens.profile.view import nearest_day, profile_view
from osos.portal.screens.ratios.view import excess_map
from osos.portal.slots import band_spans, by_band
from osos.quantities import DeviceId, Interval, Quality, local_midnight
from osos.web import Formats

MONDAY = date(2026, 11, 2)


def series_of(wh, *, start=MONDAY, minutes=15, missing=(), reactive=None):
    """Slots from a day's midnight on; the places in `missing` are not known."""
    first = np.datetime64(int(local_midnight(start).timestamp()), "s")
    starts = first + np.arange(len(wh)) * np.timedelta64(minutes * 60, "s")
    gone = np.isin(np.arange(len(wh)), list(missing))
    known = np.where(gone, np.datetime64("NaT", "s"), first)
    lengths = np.full(len(wh), minutes)
    counted = {
        quality: np.where(gone == (quality is Quality.MISSING), lengths, 0)
        if quality in {Quality.MISSING, Quality.MEASURED}
        else np.zeros(len(wh), dtype=np.int64)
        for quality in Quality
    }
    channels = {Channel.A_PLUS: np.where(gone, 0, np.array(wh, dtype=np.int64))}
    if reactive is not None:
        channels[Channel.Q4] = np.array(reactive, dtype=np.int64)
    return Series(
        resolution=Resolution.QUARTER if minutes == 15 else Resolution.HOUR,
        starts=starts,
        ends=starts + np.timedelta64(minutes * 60, "s"),
        wh=channels,
        minutes=counted,
        known_since=known,
        rest={},
    )


def row(code, amount, meter="1", *, at=datetime(2026, 11, 1, tzinfo=UTC), multiplier=40):
    return RegisterRow(
        code=code,
        meter=DeviceId("OSO", meter),
        at=at,
        time_from="clock",
        text=str(amount),
        unit="kWh",
        amount=amount,
        scale=0,
        base_unit="Wh",
        stamp=None,
        row=None,
        quality=Quality.MEASURED,
        received_at=at,
        multiplier=Decimal(multiplier),
    )


def end_of(day, rows, *, meter="1", latest=False, multiplier=40):
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(days=day)
    found = {code: row(code, amount, meter, at=at, multiplier=multiplier) for code, amount in rows.items()}
    return MonthEndRow(at=at, meter=DeviceId("OSO", meter), is_latest=latest, rows=found)


def test_a_difference_is_multiplied():
    ends = (end_of(20, {"1.8.1": 1500}, latest=True), end_of(0, {"1.8.1": 1000}))
    (line,) = indices_view(MonthEnds(ends=ends)).lines
    assert line.uses[0].difference == 500 and line.uses[0].multiplied == 20_000


def test_registers_of_two_meters_have_no_difference():
    view = indices_view(
        MonthEnds(ends=(end_of(20, {"1.8.1": 9000}, meter="2", latest=True), end_of(0, {"1.8.1": 1000})))
    )
    assert view.exchanged == (True,) and view.lines[0].uses == (None,)


def test_no_one_multiplier_holds_when_the_transformers_were_changed():
    view = indices_view(
        MonthEnds(ends=(end_of(20, {"1.8.1": 9000}, multiplier=80, latest=True), end_of(0, {"1.8.1": 1000})))
    )
    assert view.exchanged == (False,) and view.lines[0].uses == (None,)


def test_a_total_that_the_meter_does_not_keep_is_added_up_and_says_so():
    rates = {"1.8.1": 10, "1.8.2": 20, "1.8.3": 30, "1.8.4": 0}
    view = indices_view(MonthEnds(ends=(end_of(0, rates),)))
    total = next(line for line in view.lines if line.code == "1.8.0").registers[0]
    assert total.value == 60 and total.added_up


def test_a_register_that_went_back_has_no_difference():
    view = indices_view(MonthEnds(ends=(end_of(20, {"1.8.1": 1}, latest=True), end_of(0, {"1.8.1": 2}))))
    assert view.lines[0].uses == (None,)


def test_codes_stand_by_number():
    assert sorted(["14.7.0", "1.8.4", "2.8.0", "1.8.0"], key=in_order) == [
        "1.8.0",
        "1.8.4",
        "2.8.0",
        "14.7.0",
    ]


def test_a_code_nobody_knows_is_its_own_name():
    assert register_name("199.199.199", "tr") == "199.199.199"


@given(st.one_of(st.none(), st.integers(-(10**15), 10**15)), st.sampled_from(["tr", "en"]))
def test_thousands_are_written_as_the_formats_write_them(value, language):
    assert kilo_of(language)(value) == Formats(language).thousandths(value, 3)


def use_of(*, own_days, before_days, of_days=20):
    """The first `of_days` days of November at 1 kWh a day, as far as known, beside October's."""
    month = Interval(local_midnight(date(2026, 11, 1)), local_midnight(date(2026, 12, 1)))
    own = series_of([1000] * own_days, start=date(2026, 11, 1 + of_days - own_days), minutes=1440)
    nothing = series_of([], minutes=1440)
    until = month.start + timedelta(days=of_days)
    found = MonthSoFar(
        month=month,
        until=until,
        days=own,
        wh={Channel.A_PLUS: 1000 * own_days},
        before_same_stretch_wh={Channel.A_PLUS: 800 * before_days},
        before_same_stretch_min=1440 * before_days,
        before_whole_wh={Channel.A_PLUS: 800 * 31},
        forecasts={},
        missing_share=0.0,
        estimated_share=0.0,
        known_since=None,
    )
    before = series_of([800] * 14, start=date(2026, 10, 18), minutes=1440)  # all that is due of October
    return month_use(found, before=before, year_before=nothing, year_stretch=nothing, now=until)


def test_a_month_is_compared_with_the_same_stretch_of_the_one_before():
    assert use_of(own_days=20, before_days=20).with_month.change == Decimal("0.25")


@pytest.mark.parametrize(("own_days", "before_days"), [(20, 3), (3, 20), (17, 20), (20, 0)])
def test_a_stretch_known_only_in_part_is_compared_with_nothing(own_days, before_days):
    assert use_of(own_days=own_days, before_days=before_days).with_month is None


def test_an_hourly_record_fills_four_cells_with_its_mean_power():
    grid = day_grids(series_of([4000, 8000], minutes=60))[MONDAY]
    assert grid.watts[:9] == (4000,) * 4 + (8000,) * 4 + (None,)
    assert grid.due == 8


def test_a_quarter_hour_is_power_four_times_its_energy():
    assert day_grids(series_of([250]))[MONDAY].watts[0] == 1000


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=300))
def test_bands_add_up_to_the_energy(wh):
    assert sum(day.total for day in by_band(series_of(wh)).values()) == sum(wh)


def test_the_day_has_three_bands_in_four_pieces():
    spans = [(span.start, span.end, span.band) for span in band_spans(MONDAY)]
    assert spans == [(0, 6, Band.T3), (6, 17, Band.T1), (17, 22, Band.T2), (22, 24, Band.T3)]


def flat(day, watts=1000, *, over=None):
    cells = [watts] * CELLS
    for n in over or ():
        cells[n] = watts * 10
    return DayGrid(day=day, watts=tuple(cells), quality=(Quality.MEASURED,) * CELLS)


def test_a_stretch_far_above_its_weekdays_is_noticed_with_what_it_came_to():
    days = [MONDAY + timedelta(days=n) for n in (0, 1, 2, 3)]
    grids = {day: flat(day, over=range(40, 60) if day == days[2] else ()) for day in days}
    found = next(each for each in noticed(grids) if each.text == "overview.unusual")
    assert found.facts["wh"] == 9000 * 20 // 4
    assert found.facts["span"].start == local_midnight(days[2]) + timedelta(hours=10)


def test_with_two_days_nobody_knows_what_is_usual():
    grids = {MONDAY + timedelta(days=n): flat(MONDAY, over=range(40, 60)) for n in (0, 1)}
    assert all(each.text != "overview.unusual" for each in noticed(grids))


def test_a_gap_over_midnight_is_one_gap():
    tail, head = flat(MONDAY), flat(MONDAY + timedelta(days=1))
    missing = (Quality.MISSING,)
    late = DayGrid(day=tail.day, watts=tail.watts[:90] + (None,) * 6, quality=tail.quality[:90] + missing * 6)
    early = DayGrid(day=head.day, watts=(None,) * 4 + head.watts[4:], quality=missing * 4 + head.quality[4:])
    (found,) = [
        each for each in noticed({late.day: late, early.day: early}) if each.text == "overview.missing"
    ]
    assert found.facts["cells"] == 10


def test_a_month_without_anything_notices_nothing():
    assert noticed({}) == ()


def test_excess_is_what_lies_above_the_limit_hour_by_hour():
    found = excess_map(
        series_of([1000, 1000, 0], minutes=60, reactive=[100, 250, 70]), Kind.CAPACITIVE, Decimal(15)
    )
    assert found.varh[0][:3] == (0, 100, 70) and found.total == 170
    assert found.worst == (0, 1) and found.night_share == 1


def test_an_hour_never_seen_has_no_excess_and_no_zero():
    found = excess_map(series_of([1000], minutes=60, reactive=[0]), Kind.CAPACITIVE, Decimal(15))
    assert found.varh[0][0] == 0 and found.varh[3][5] is None and found.worst is None


class NoCurves:
    """A meter that records no voltage."""

    def __init__(self):
        self.curves = {}


def test_a_gap_in_the_profile_stays_open():
    view = profile_view(series_of([250, 250, 250], missing=[1]), NoCurves())
    assert view.columns[0].values == (1000, None, 1000)
    assert view.count(Quality.MISSING) == 1 and not view.is_empty


def test_the_first_of_equal_peaks_counts():
    view = profile_view(series_of([100, 500, 500]), NoCurves())
    assert view.peak("1.8.0") == (2000, view.starts[1])


def test_nothing_known_is_an_empty_profile():
    assert profile_view(series_of([0, 0], missing=[0, 1]), NoCurves()).is_empty


@pytest.mark.parametrize(("wanted", "found"), [(date(2026, 11, 9), 4), (date(2026, 10, 1), 2)])
def test_the_nearest_day_with_data_is_found(wanted, found):
    days = series_of([1] * 5, minutes=1440, missing=[3, 4])
    assert nearest_day(days, wanted) == date(2026, 11, found)


def test_no_day_is_near_when_nothing_is_known():
    assert nearest_day(series_of([1], minutes=1440, missing=[0]), MONDAY) is None


def test_a_year_earlier_begins_on_the_same_day_of_the_calendar():
    start = local_midnight(date(2026, 11, 1))
    found = a_year_earlier(Interval(start, start + timedelta(days=20)))
    assert found.start == local_midnight(date(2025, 11, 1)) and found.length == timedelta(days=20)
