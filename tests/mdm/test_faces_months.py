"""Do a month's ratios, tariffs, demands and forecast come out of the registers, and say what they rest on?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from osos.mdm import faces, gaps, readings
from osos.mdm.canonical import Channel
from osos.mdm.derive.reactive import Kind
from osos.mdm.derive.tariffs import Band
from osos.mdm.explain import tariffs_told
from osos.mdm.keeping.tables import interruptions
from osos.mdm.register_readings import KEPT_BY_METER, PRESENT, RegisterReading
from osos.mdm.source import Source
from osos.quantities import DeviceId, Interval, Quality
from osos.registry import Installation
from osos.store import Store

POINT, METER = 7, 70
A_DAY = timedelta(days=1)
DAYS = 45


@pytest.fixture
def told(store: Store, desk_on, told_meter):
    """A meter behind ×40 that told 45 days from Monday 2 March 2026 on."""
    meter = told_meter(days=DAYS)
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(), installed=[meter.installed()])
    return meter


def seen_point(meter, at, **place):
    since = meter.installed().since
    one = Installation(POINT, METER, DeviceId("MKS", "1"), Decimal(40), since, None)
    return faces.SeenPoint(
        point_id=POINT,
        public_id="p",
        periods=(Interval(since - 400 * A_DAY, since + 4000 * A_DAY),),
        place=faces.Place(point_id=POINT, public_id="p", **place),
        installations=(one,),
        at=at,
    )


def reading(code, amount, at, *, row=None, base_unit="Wh", stamp=None):
    return RegisterReading(
        code=code,
        history=PRESENT if row is None else KEPT_BY_METER,
        at=at,
        time_from="clock" if row is None else "month end",
        text=str(amount),
        unit=None,
        amount=amount,
        scale=0,
        base_unit=base_unit,
        stamp=stamp,
        row=row,
        quality=Quality.MEASURED,
    )


def keep(conn, *values):
    readings.tell(conn, meter_id=METER, values=values, source=Source(1, datetime(2026, 5, 1, tzinfo=UTC)))


def column(meter, place, since_day, until_day):
    return int(meter.values[until_day * 96, place] - meter.values[since_day * 96, place])


def test_ratios_are_reactive_over_active_of_the_month_with_what_is_left(store: Store, told) -> None:
    now = told.installed().since + 40 * A_DAY  # 11 April
    with store.read() as conn:
        found = faces.ratios(conn, seen_point(told, now, installed_kva=Decimal(400)), now=now)
    april = 30  # the days of the block before April begins
    active, inductive, capacitive = (40 * column(told, place, april, 40) for place in (0, 1, 2))
    ratio = found.month.ratios[Kind.INDUCTIVE]
    assert (ratio.active_wh, ratio.reactive_varh, ratio.limit) == (active, inductive, 20)
    assert ratio.left_varh == active // 5 - inductive
    assert found.month.ratios[Kind.CAPACITIVE].reactive_varh == capacitive
    assert found.month.charged_varh == {Kind.INDUCTIVE: inductive, Kind.CAPACITIVE: 0}
    assert found.cumulative_varh[Kind.INDUCTIVE].tolist()[-1] == inductive
    assert found.day_ends.size == 10
    assert found.percent_by_day(Kind.INDUCTIVE)[-1] == pytest.approx(100 * inductive / active)
    march = found.past[0].ratios[Kind.INDUCTIVE]
    assert march.reactive_varh == 40 * column(told, 1, 0, april)
    assert [one.ratios[Kind.INDUCTIVE].active_wh for one in found.past[1:]] == [0] * 5
    projected = found.projections[Kind.INDUCTIVE]
    assert projected.will_pass and projected.low <= projected.expected <= projected.high
    assert found.known_since is not None


def test_who_is_exempt_sees_his_ratios_and_is_charged_nothing(store: Store, told) -> None:
    now = told.installed().since + 40 * A_DAY
    with store.read() as conn:
        found = faces.ratios(conn, seen_point(told, now, tariff_group="mesken"), now=now)
    assert found.rule.exemption is not None and found.rule.assumed == ("installed power",)
    assert found.month.charged_varh == dict.fromkeys(Kind, 0)
    assert found.month.ratios[Kind.INDUCTIVE].is_passed


def test_tariffs_by_slots_add_up_to_the_register_difference(store: Store, told) -> None:
    since = told.installed().since
    with store.read() as conn:
        found = faces.tariff_split(
            conn, seen_point(told, since + 30 * A_DAY), period=Interval(since, since + 30 * A_DAY)
        )
    assert (found.method, found.adds_up, found.known_at) == ("slots", True, None)
    assert sum(found.wh.values()) == found.total_wh == 40 * column(told, 0, 0, 30)
    steps = np.diff(told.values[: 30 * 96 + 1, 0]).reshape(30, 96)
    assert found.wh[Band.T2] == 40 * int(steps[:, 17 * 4 : 22 * 4].sum())


def test_tariffs_by_the_meters_registers_where_both_month_ends_are_known(store: Store, told) -> None:
    start, end = datetime(2026, 3, 31, 21, tzinfo=UTC), datetime(2026, 4, 30, 21, tzinfo=UTC)
    with store.begin() as conn:
        for number, (first, last) in enumerate(((100, 700), (10, 310), (20, 120), (70, 270))):
            code = f"1.8.{number}"
            keep(conn, reading(code, first, start, row=2), reading(code, last, end, row=1))
        found = faces.tariff_split(conn, seen_point(told, end + A_DAY), period=Interval(start, end))
    assert found.method == "registers"
    assert found.wh == {Band.T1: 12000, Band.T2: 4000, Band.T3: 8000, Band.T4: 0}
    assert (found.total_wh, found.adds_up) == (24000, True)
    assert sum(found.by_slots.values()) > 0 and found.missing_share == 0.5
    assert found.known_at == datetime(2026, 5, 1, tzinfo=UTC)


def test_tariffs_by_registers_are_told_from_reading_to_reading_times_the_multiplier(
    store: Store, told
) -> None:
    start, end = datetime(2026, 3, 31, 21, tzinfo=UTC), datetime(2026, 4, 30, 21, tzinfo=UTC)
    with store.begin() as conn:
        for number, (first, last) in enumerate(((999_999_900, 500), (10, 310), (20, 120), (70, 270))):
            code = f"1.8.{number}"
            keep(conn, reading(code, first, start, row=2), reading(code, last, end, row=1))
        found = tariffs_told(conn, seen_point(told, end + A_DAY), period=Interval(start, end))
    assert found.split.method == "registers" and found.sum_wh == found.total.wh == 24_000
    assert [(one.band, one.steps[0].secondary, one.wh) for one in found.bands] == [
        (Band.T1, 300, 12_000),
        (Band.T2, 100, 4_000),
        (Band.T3, 200, 8_000),
    ]
    (step,) = found.total.steps
    assert (step.begun.amount, step.ended.amount, step.secondary) == (999_999_900, 500, 600)  # rolled over
    steps = [(one.steps[0], one.wh) for one in (*found.bands, found.total)]
    assert all(step.secondary * step.begun.multiplier == wh for step, wh in steps)


@pytest.mark.parametrize("lacking", [None, ("1.8.2", METER), ("1.8.2", METER + 1)])
def test_a_month_of_two_meters_goes_by_the_registers_of_each_or_by_quarter_hours_alone(
    store: Store, told, lacking
) -> None:
    """An exchange on the tenth: each meter was read there; 40 of the old one, 20 of the new one."""
    start, end = datetime(2026, 3, 31, 21, tzinfo=UTC), datetime(2026, 4, 30, 21, tzinfo=UTC)
    at = start + 9 * A_DAY
    seen = seen_point(told, end + A_DAY)
    (old,) = seen.installations
    new = replace(old, meter_id=METER + 1, meter=DeviceId("MKS", "2"), multiplier=Decimal(20), since=at)
    seen = replace(seen, installations=(replace(old, until=at), new))
    with store.begin() as conn:
        for meter_id, first, last, from_, to in ((METER, start, at, 100, 190), (METER + 1, at, end, 0, 60)):
            for number, share in enumerate((1, 3, 3, 3)):
                code = f"1.8.{number}"
                rows = [reading(code, from_ // share, first, row=2), reading(code, to // share, last, row=1)]
                source = Source(1, datetime(2026, 5, 1, tzinfo=UTC))
                if lacking != (code, meter_id):
                    readings.tell(conn, meter_id=meter_id, values=rows, source=source)
        found = tariffs_told(conn, seen, period=Interval(start, end))
        split = faces.tariff_split(conn, seen, period=Interval(start, end))
    assert found.split.wh == split.wh and found.total.wh == split.total_wh
    if lacking is not None:
        assert split.method == "slots" and not found.total.steps
        return
    assert split.method == "registers" and found.total.wh == 40 * 90 + 20 * 60
    for one in (*found.bands, found.total):
        assert [step.begun.meter for step in one.steps] == [old.meter, new.meter]
        assert sum(step.secondary * step.begun.multiplier for step in one.steps) == one.wh


def test_demands_are_the_meters_own_with_their_time_and_the_profiles_beside(store: Store, told) -> None:
    start, now = datetime(2026, 3, 31, 21, tzinfo=UTC), told.installed().since + 40 * A_DAY
    stamp = datetime(2026, 3, 17, 9, 44, tzinfo=UTC)
    with store.begin() as conn:
        keep(
            conn,
            reading("1.6.0", 4_900, start, row=1, base_unit="W", stamp=stamp),
            reading("2.6.0", 100, start, row=1, base_unit="W", stamp=stamp),
            reading("1.6.0", 3_000, now - 2 * A_DAY, base_unit="W"),
            reading("1.6.0", 3_500, now - A_DAY, base_unit="W", stamp=now - 3 * A_DAY),
        )
        april, march, *older = faces.demands(conn, seen_point(told, now, contract_kw=Decimal(100)), now=now)
    assert (march.maxima["1.6.0"].w, march.maxima["1.6.0"].at) == (196_000, stamp)
    assert march.maxima["2.6.0"].w == 4_000
    assert march.over_contract_w == 96_000
    assert march.profile_peak_w == 40 * int(told.values[1 : 30 * 96 + 1, 3].max())
    assert (april.maxima["1.6.0"].w, april.is_over, march.is_over) == (140_000, False, True)
    energy = 40 * column(told, 0, 0, 30)
    assert march.load_factor == Decimal(energy) / (196_000 * Decimal(30 * 24))
    assert all(one.maxima == {} and one.profile_peak_w is None for one in older)


def test_the_month_so_far_stands_beside_the_same_stretch_of_the_month_before(store: Store, told) -> None:
    now = told.installed().since + 40 * A_DAY
    with store.read() as conn:
        found = faces.month_so_far(conn, seen_point(told, now), now=now)
    assert found.wh[Channel.A_PLUS] == 40 * column(told, 0, 30, 40)
    assert found.before_same_stretch_wh[Channel.A_PLUS] == 40 * column(told, 0, 0, 9)  # 1 March has no data
    assert found.before_same_stretch_min == 9 * 24 * 60
    assert found.before_whole_wh[Channel.A_PLUS] == 40 * column(told, 0, 0, 30)
    foreseen = found.forecasts[Channel.A_PLUS]
    assert foreseen.so_far_wh == found.wh[Channel.A_PLUS]
    assert foreseen.low_wh <= foreseen.expected_wh <= foreseen.high_wh
    assert foreseen.expected_wh == pytest.approx(3 * foreseen.so_far_wh, rel=0.05)


def test_a_point_without_data_has_no_forecast_no_ratio_and_no_demand(store: Store, told_meter) -> None:
    meter = told_meter()
    now = meter.installed().since + 20 * A_DAY
    seen = seen_point(meter, now)
    with store.read() as conn:
        assert faces.month_so_far(conn, seen, now=now).forecasts == {}
        assert faces.ratios(conn, seen, now=now).month.ratios[Kind.INDUCTIVE].percent is None
        assert faces.demands(conn, seen, now=now)[0].maxima == {}
        assert faces.tariff_split(conn, seen, period=faces.month_at(now)).missing_share == 1.0
        assert faces.month_ends(conn, seen).ends == ()


def test_what_is_missing_is_told_with_whether_the_meter_has_it(store: Store, desk_on, told_meter) -> None:
    meter = told_meter(days=3)
    since = meter.installed().since
    rows = [row for row in range(meter.labels.size) if not 100 <= row < 110]
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(rows), installed=[meter.installed()])
        gaps.refresh(conn, since + 3 * A_DAY, installed=[(POINT, meter.installed())], grace=timedelta(0))
        seen = seen_point(meter, since + 3 * A_DAY)
        found = faces.completeness(conn, seen, period=Interval(since, since + 3 * A_DAY))
    assert found.due_min == 3 * 1440
    assert found.minutes[Quality.MISSING] == 11 * 15
    (gap,) = found.gaps
    assert (gap.records, gap.answered_empty) == (10, False)
    assert gap.period.start == since + timedelta(minutes=15 * 99)


def test_outages_come_from_the_meters_record_and_from_what_it_has_no_rows_of(
    store: Store, desk_on, told_meter
) -> None:
    meter = told_meter(days=2)
    since = meter.installed().since
    rows = [row for row in range(meter.labels.size) if not (40 <= row < 44 or 100 <= row < 110)]
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(rows), installed=[meter.installed()])
        gaps.refresh(conn, since + 2 * A_DAY, installed=[(POINT, meter.installed())], grace=timedelta(0))
        facts = {"meter_id": METER, "profile": "P.01", "at": since + 2 * A_DAY}
        gaps.note_answered_empty(
            conn, first_label=int(meter.labels[40]), last_label=int(meter.labels[43]), **facts
        )
        cut = {"since": since + timedelta(minutes=600), "until": since + timedelta(minutes=650)}
        conn.execute(
            interruptions.insert().values(
                meter_id=METER, code="96.77.0", frame_id=1, known_since=since + A_DAY, **cut
            )
        )
        found = faces.outages(
            conn, seen_point(meter, since + 2 * A_DAY), period=Interval(since, since + 2 * A_DAY)
        )
    told = [
        ((one.period.start - since) // timedelta(minutes=1), one.period.length, one.evidence.value)
        for one in found
    ]
    assert told == [
        (585, timedelta(minutes=15), "meter has no rows"),
        (600, timedelta(minutes=50), "meter's record"),
        (99 * 15, timedelta(minutes=150), "not read"),
    ]
