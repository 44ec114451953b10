"""Are holes of days that are over filled while a server runs, once, and nothing of a day still due?"""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from osos import mdm, registry
from osos.cli.estimating import REST_S, Estimating
from osos.mdm import queries
from osos.mdm.canonical import Channel
from osos.mdm.labels import day_number, edge_of_day, instant_of_label
from osos.meters import ProfileRecords
from osos.quantities import DeviceId, Interval, ManualClock, local_day

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)  # eight in the morning in Türkiye: yesterday is over
FIRST = day_number(local_day(NOW)) - 3
STEP_WH = 250
HOLE = range(100, 140)


@pytest.fixture
def point(store) -> int:
    """Three days, half a morning of the second one never told."""
    since = instant_of_label(edge_of_day(FIRST))
    sheet = "flag,serial,meters,multiplier,plain_until\nOSM,9,MKS111111111,1,\n"
    admissions, _ = registry.parse_admissions(sheet)
    labels = np.arange(3 * 96 + 1, dtype=np.int64) * 15 + edge_of_day(FIRST)
    rows = np.setdiff1d(np.arange(labels.size), np.array(HOLE))
    register = np.arange(labels.size, dtype=np.int64)[:, None] * STEP_WH + 10**6
    records = ProfileRecords("P.01", ("1.8.0",), labels[rows], register[rows], (3,), ("kWh",), "combi", 1)
    with store.begin() as conn:
        registry.admit(conn, admissions, by="test", now=since, since=since)
        modem = registry.find_modem(conn, DeviceId("OSM", "9"))
        (behind,) = registry.meters_behind(conn, modem.id, since)
        told = mdm.Interpreted(kind="profile", profile="P.01", records=records)
        facts = {"meter": behind.meter_id, "point": behind.point_id, "interpreted": told}
        mdm.record(conn, frame_id=1, received_at=NOW - timedelta(hours=1), **facts)
    return int(behind.point_id)


def known_wh(store, point: int) -> int:
    period = Interval(instant_of_label(edge_of_day(FIRST)), instant_of_label(edge_of_day(FIRST + 3)))
    with store.begin() as conn:
        return int(queries.primary_wh(conn, point_id=point, period=period, channel=Channel.A_PLUS))


def test_a_hole_is_filled_once_to_the_last_watt_hour_then_there_is_a_rest(store, point) -> None:
    clock = ManualClock(NOW + timedelta(days=1))
    estimating = Estimating(clock, clock)
    whole = 3 * 96 * STEP_WH
    assert known_wh(store, point) == whole - (len(HOLE) + 1) * STEP_WH
    with store.begin() as conn:
        assert not estimating.portion(conn)
    assert known_wh(store, point) == whole
    clock.advance(REST_S + 1)
    with store.begin() as conn:
        assert not estimating.portion(conn)
    assert known_wh(store, point) == whole


def test_while_the_meter_may_still_tell_nothing_is_guessed(store, point) -> None:
    clock = ManualClock(NOW)
    before = known_wh(store, point)
    with store.begin() as conn:
        Estimating(clock, clock).portion(conn)
    assert known_wh(store, point) == before
