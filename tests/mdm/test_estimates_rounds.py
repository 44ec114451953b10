"""Does a round find every point with a hole, in portions, and leave the others alone?"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from osos import registry
from osos.mdm import gaps, points, queries
from osos.mdm.canonical import Installed
from osos.mdm.estimates.ladder import Why
from osos.mdm.estimates.rounds import estimate_round
from osos.mdm.estimates.running import estimate
from osos.mdm.keeping.clocks import Clock, Regime
from osos.mdm.labels import day_number, edge_of_day, instant_of_label
from osos.quantities import Interval, Quality
from osos.store import Store


def admit(conn, count: int, since) -> list[tuple[int, int]]:
    """(point, meter) of as many meters behind a modem each."""
    lines = [f"OSM,{n + 1},MKS{n + 1:09d},10," for n in range(count)]
    text = "flag,serial,meters,multiplier,plain_until\n" + "\n".join(lines) + "\n"
    admissions, problems = registry.parse_admissions(text)
    assert not problems
    registry.admit(conn, admissions, by="test", now=since, since=since)
    return [(one.point_id, one.meter_id) for one in registry.installations(conn)]


def test_a_round_fills_what_is_due_in_portions_and_the_next_finds_nothing(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        desk = desk_on(conn)
        meter = told_meter(days=3)
        start = instant_of_label(edge_of_day(meter.first_day))
        desk.at = start + timedelta(days=6)
        where = admit(conn, 5, start)
        for n, (point_id, meter_id) in enumerate(where):
            rows = range(289) if n == 2 else [*range(100), *range(120 + n, 289)]
            desk.tell(meter.records(rows), meter=meter_id, point=point_id, installed=None)
    period = Interval(start, start + timedelta(days=3))
    first = estimate_round(store, now=desk.at, limit=3)
    assert (first.points, first.filled, first.days, first.after) == (3, 3, 3, where[3][0])
    second = estimate_round(store, now=desk.at, limit=3, after=first.after)
    assert (second.points, second.filled, second.after) == (1, 1, None)
    with store.read() as conn:
        found = queries.energy_wh(conn, point_ids=[point_id for point_id, _ in where], period=period)
        assert set(found.values()) == {meter.energy_wh()}
    again = estimate_round(store, now=desk.at)
    assert again.filled == 0


def test_a_point_that_tells_nothing_is_found_by_its_gap_and_left_to_a_person(
    store: Store, desk_on, told_meter
) -> None:
    with store.begin() as conn:
        start = instant_of_label(edge_of_day(told_meter().first_day))
        admit(conn, 1, start)
        gaps.refresh(conn, start + timedelta(days=4))
    done = estimate_round(store, now=start + timedelta(days=5))
    assert (done.points, done.filled) == (1, 0)
    assert set(done.left) <= {Why.BY_HAND, Why.RE_READ}


def test_a_whole_day_missing_is_cut_as_the_meter_cuts_its_days(store: Store, desk_on, told_meter) -> None:
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(days=5, period_min=60)
        one = Installed(
            meter_id=70, multiplier=Decimal(1), since=instant_of_label(edge_of_day(meter.first_day))
        )
        desk.tell(meter.records([*range(30), *range(90, 121)]), installed=[one])
        period = Interval(one.since, one.since + timedelta(days=5))
        report = estimate(conn, point_id=7, period=period, now=desk.at + timedelta(days=9), installed=[one])
        (filled,) = report.filled
        assert (filled.holes[0].period_min, filled.holes[0].count) == (60, 61)
        held = points.load(conn, point_ids=[7], days=[meter.first_day + 2])[7, meter.first_day + 2]
        assert (held.block.period_min, held.block.count(Quality.ESTIMATED)) == (60, 24)
        assert queries.energy_wh(conn, point_ids=[7], period=period)[7] == meter.energy_wh()


def test_the_hour_a_summer_clock_skips_is_never_asked_for(store: Store, desk_on, told_meter) -> None:
    march = day_number(date(2026, 3, 29))
    with store.begin() as conn:
        desk, meter = desk_on(conn), told_meter(first_day=march - 1, days=3)
        since = instant_of_label(edge_of_day(march - 1))
        one = replace(meter.installed(), clocks=(Regime(Clock.SUMMER, since - timedelta(days=99)),))
        kept = [n for n, at in enumerate(meter.labels) if not 180 <= at - march * 1440 < 240]
        desk.tell(meter.records(kept), installed=[one])
        missing = gaps.refresh(conn, since + timedelta(days=3), installed=[(7, one)])
        assert missing == 0
        assert np.unique(meter.labels[kept]).size == 289 - 4
        fixed = replace(one, clocks=())
        assert gaps.refresh(conn, since + timedelta(days=3), installed=[(8, fixed)]) == 4
