"""Are tariff bands drawn from the meter's own table and clock, and is a failed clock left as it is?"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from osos import meters, registry
from osos.access import Role, Viewer, ViewerKind
from osos.mdm import faces, states
from osos.mdm.derive.grids import naive
from osos.mdm.derive.tariff_tables import slices_of
from osos.mdm.derive.tariffs import Band, Bands
from osos.mdm.faces.meter_calendar import meter_bands
from osos.mdm.keeping.clocks import Clock
from osos.mdm.keeping.papers import note_clock
from osos.mdm.source import Source
from osos.mdm.states import State
from osos.quantities import TURKIYE, Interval
from osos.store import Store

START = datetime(2026, 11, 2, tzinfo=TURKIYE)  # a Monday in winter
A_WEEK = Interval(START, START + timedelta(days=7))
STYLE_1 = ("06001700220099999999999999999999", "31230000")
STYLE_2 = ("00000600170022009999999999999999", "31230000")
VIKO = ("06001700220099999999999999999999", "12399999")
STAFF = Viewer(account="a", kind=ViewerKind.STAFF, roles=frozenset({Role.OPERATOR}), name="x")


def test_the_three_styles_say_the_same() -> None:
    night, day, peak = Band.T3, Band.T1, Band.T2
    wanted = ((0, night), (360, day), (1020, peak), (1320, night))
    assert slices_of(*STYLE_1) == slices_of(*STYLE_2) == wanted
    assert slices_of(VIKO[0], "12300000") == wanted


@pytest.mark.parametrize(
    "tables",
    [
        ("17000600220099999999999999999999", "31230000"),
        ("06009999170099999999999999999999", "31230000"),
        ("25009999999999999999999999999999", "31000000"),
        ("06601700220099999999999999999999", "31230000"),
        ("06001700220099999999999999999999", "31250000"),
        ("06001700220099999999999999999999", "30120000"),
        ("0600", "31230000"),
        ("０６００１７００２２００９９９９９９９９９９９９９９９９９９９９", "31230000"),
        ("06001700220099999999999999999999", "00000000"),
    ],
)
def test_what_is_no_table_is_refused(tables: tuple[str, str]) -> None:
    assert slices_of(*tables) is None


def test_a_slice_without_a_tariff_is_t1() -> None:
    found = slices_of("06001700220099999999999999999999", "32000000")
    assert found == ((0, Band.T3), (360, Band.T2), (1020, Band.T1), (1320, Band.T1))


@given(st.text("0123456789", min_size=32, max_size=32), st.text("0123456789", min_size=8, max_size=8))
def test_any_digits_are_slices_that_cover_the_day_or_none(times: str, digits: str) -> None:
    found = slices_of(times, digits)
    if found is not None:
        assert found[0][0] == 0
        assert [start for start, _ in found] == sorted({start for start, _ in found})


@pytest.fixture
def point(store: Store) -> tuple[Store, str, int]:
    since = START - timedelta(days=60)
    with store.begin() as conn:
        rows, _ = registry.parse_admissions("flag,serial,meters,multiplier\nOSM,1,OSO70000001,1\n")
        registry.admit(conn, rows, by="test", now=since, since=since)
        lines, _ = registry.parse_service_points("meter,installation_no\nOSO70000001,77\n")
        registry.admit_service_points(conn, lines, by="test", now=since)
        (hung,) = registry.installations(conn)
        (place,) = registry.list_service_points(conn, at=START).points
    return store, place.public_id, hung.meter_id


def told(conn: Any, meter_id: int, at: datetime, **tables: tuple[str, str]) -> None:
    rows = []
    for day, (times, digits) in tables.items():
        rows += [State(f"tariff times {day}", int(times)), State(f"tariffs {day}", int(digits))]
    states.tell(conn, meter_id=meter_id, told=rows, at=at, source=Source(frame_id=1, known_since=at))


def bands_of(conn: Any, public_id: str) -> tuple[Bands, Any]:
    seen = faces.find_point(conn, STAFF, public_id, now=A_WEEK.end)
    assert seen is not None
    starts = naive(START) + np.arange(7 * 96) * np.timedelta64(900, "s")
    found = meter_bands(conn, seen, starts, period=A_WEEK)
    (source,) = found.sources
    return found.bands.reshape(7, 24, 4)[:, :, 0], source


def test_without_a_table_the_usual_hours_are_used_and_said(point: Any) -> None:
    store, public_id, _ = point
    with store.read() as conn:
        bands, source = bands_of(conn, public_id)
    assert (source.told, source.read_since, source.hours[Band.T1]) == (False, None, "06–17")
    assert bands[0, 6] == Band.T1 and bands[0, 5] == Band.T3 and bands[0, 17] == Band.T2


def test_the_meters_own_table_holds_weekday_and_sunday_apart_and_dated(point: Any) -> None:
    store, public_id, meter_id = point
    early = ("05001600210099999999999999999999", "31230000")
    all_night = ("99999999999999999999999999999999", "30000000")
    with store.begin() as conn:
        told(conn, meter_id, START - timedelta(days=9), weekday=STYLE_1)
        told(conn, meter_id, START + timedelta(days=3, hours=5), weekday=early, Sunday=all_night)
        bands, source = bands_of(conn, public_id)
    assert [int(bands[day, 5]) for day in range(7)] == [3, 3, 3, 1, 1, 1, 3]
    assert set(bands[6].tolist()) == {Band.T3}
    assert source.told and str(source.read_since) == "2026-11-05"
    assert source.hours[Band.T3] == "21–05"


def test_a_table_that_is_none_is_said_and_not_used(point: Any) -> None:
    store, public_id, meter_id = point
    with store.begin() as conn:
        told(
            conn,
            meter_id,
            START - timedelta(days=9),
            weekday=("17000600220099999999999999999999", "31230000"),
        )
        _, source = bands_of(conn, public_id)
    assert source.unreadable and not source.told


def test_a_meter_that_still_changes_to_winter_time_changes_bands_an_hour_later(point: Any) -> None:
    store, public_id, meter_id = point
    with store.begin() as conn:
        since = START - timedelta(days=30)
        told(conn, meter_id, since, weekday=STYLE_1)
        note_clock(conn, meter_id=meter_id, since=since, clock=Clock.SUMMER, by="a", reason="seen", now=since)
        bands, source = bands_of(conn, public_id)
    assert source.changes_in_winter
    assert [int(bands[0, hour]) for hour in (6, 7, 17, 18, 22, 23)] == [3, 1, 1, 2, 2, 3]  # EPDK 6561


def test_a_failed_clock_is_t1_for_as_long_as_the_meter_says_so(point: Any) -> None:
    store, public_id, meter_id = point
    with store.begin() as conn:
        for at, word in ((START + timedelta(days=1), 1), (START + timedelta(days=2), 0)):
            states.tell(
                conn,
                meter_id=meter_id,
                told=[State(states.WORD, word)],
                at=at,
                source=Source(frame_id=1, known_since=at),
            )
        bands, source = bands_of(conn, public_id)
    assert source.clock_failed
    assert set(bands[1].tolist()) == {Band.T1}
    assert {int(one) for one in bands[2]} == {1, 2, 3}


def test_a_readout_brings_the_tables_as_they_are_printed() -> None:
    telegram = meters.read(
        b"/OSO5TEST\r\n\r\n\x0296.50(06001700220099999999999999999999)\r\n96.60(31230000)\r\n"
        b"96.50*1(05001700220099999999999999999999)\r\n96.52(nonsense)\r\n!\r\n\x03"
    )
    found = {one.name: one.value for one in states.states_told(telegram.readings)}
    assert found == {"tariff times weekday": int(STYLE_1[0]), "tariffs weekday": 31230000}
