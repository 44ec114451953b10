"""Does a page show each register once, with the moment it was read, and the month ends the meter kept?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from osos.mdm import faces, readings
from osos.mdm.register_readings import KEPT_BY_METER, PRESENT, RegisterReading
from osos.mdm.source import Source
from osos.quantities import DeviceId, Interval, Quality
from osos.registry import Installation
from osos.store import Store

POINT, METER = 7, 70
NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)
MARCH, FEBRUARY = datetime(2026, 2, 28, 21, tzinfo=UTC), datetime(2026, 1, 31, 21, tzinfo=UTC)


def told(code, amount, at, *, row=None, base_unit="Wh", scale=0, stamp=None):
    return RegisterReading(
        code=code,
        history=PRESENT if row is None else KEPT_BY_METER,
        at=at,
        time_from="clock" if row is None else "month end",
        text=f"{amount}",
        unit="kWh",
        amount=amount,
        scale=scale,
        base_unit=base_unit,
        stamp=stamp,
        row=row,
        quality=Quality.MEASURED,
    )


def keep(conn, *values, meter=METER):
    readings.tell(conn, meter_id=meter, values=values, source=Source(1, NOW))


ALWAYS = (Interval(MARCH - 400 * A_DAY, NOW + 400 * A_DAY),)


def point_of(*installations, periods=ALWAYS):
    return faces.SeenPoint(
        point_id=POINT,
        public_id="p",
        periods=periods,
        place=faces.Place(point_id=POINT, public_id="p"),
        installations=installations,
        at=NOW,
    )


def hung(meter=METER, since=MARCH - 200 * A_DAY, until=None, multiplier="40"):
    return Installation(POINT, meter, DeviceId("MKS", str(meter)), Decimal(multiplier), since, until)


def test_the_last_readout_is_one_row_a_register_each_with_its_own_time(store: Store) -> None:
    with store.begin() as conn:
        for hour in range(48):
            keep(conn, told("1.8.0", 5_000 + hour, NOW - timedelta(hours=48 - hour)))
        keep(conn, told("32.7.0", 2205, NOW - A_DAY, base_unit="V", scale=-1), told("1.8.0", 9, MARCH, row=1))
        keep(conn, told("1.8.0", 77, NOW), meter=METER + 1)
        found = {row.code: row for row in faces.registers(conn, point_of(hung()))}
    assert set(found) == {"1.8.0", "32.7.0"}
    assert (found["1.8.0"].amount, found["1.8.0"].at) == (5_047, NOW - timedelta(hours=1))
    assert found["1.8.0"].primary == 5_047 * 40
    assert (found["32.7.0"].value, found["32.7.0"].primary) == (Decimal("220.5"), None)
    assert found["32.7.0"].received_at == NOW


def test_a_party_whose_time_is_over_sees_the_last_readout_of_his_time(store: Store) -> None:
    his = (Interval(MARCH - 30 * A_DAY, MARCH),)
    with store.begin() as conn:
        keep(conn, told("1.8.0", 1, MARCH - A_DAY), told("1.8.0", 2, MARCH + A_DAY))
        (row,) = faces.registers(conn, point_of(hung(), periods=his))
    assert row.amount == 1


def test_a_maximum_reached_before_his_time_is_not_told_to_who_came_in_mid_month(store: Store) -> None:
    came = MARCH + 9 * A_DAY
    his = (Interval(came, NOW + 400 * A_DAY),)
    april = MARCH + 31 * A_DAY
    with store.begin() as conn:
        keep(
            conn,
            told("1.8.0", 5, NOW - A_DAY),
            told("1.6.0", 900, NOW - A_DAY, base_unit="W", stamp=came - A_DAY),
            told("2.6.0", 90, NOW - A_DAY, base_unit="W"),  # reached nobody knows when in March
            told("5.6.0", 70, NOW - A_DAY, base_unit="var", stamp=came + A_DAY),
            told("1.8.0", 6, april, row=1),
            told("1.6.0", 900, april, row=1, base_unit="W", stamp=came - A_DAY),
        )
        seen = replace(point_of(hung(), periods=his), at=april + A_DAY)
        assert {row.code for row in faces.registers(conn, seen)} == {"1.8.0", "5.6.0"}
        kept = next(one for one in faces.month_ends(conn, seen).ends if not one.is_latest)
        assert (kept.at, set(kept.rows)) == (april, {"1.8.0"})
        (_, march) = faces.demands(conn, seen, now=seen.at, months=2)
        assert march.maxima == {}


def test_the_month_that_ended_as_his_time_began_has_its_counters_and_not_its_maximum(store: Store) -> None:
    with store.begin() as conn:
        keep(
            conn,
            told("1.8.0", 6, MARCH, row=1),
            told("1.6.0", 900, MARCH, row=1, base_unit="W"),
            told("2.6.0", 800, MARCH, row=1, base_unit="W", stamp=MARCH - A_DAY),
        )
        seen = point_of(hung(), periods=(Interval(MARCH, NOW + 400 * A_DAY),))
        (kept,) = faces.month_ends(conn, seen).ends
        assert set(kept.rows) == {"1.8.0"}
        assert [one.maxima for one in faces.demands(conn, seen, now=NOW, months=2)] == [{}, {}]


def test_month_ends_run_back_over_an_exchange_of_meters(store: Store) -> None:
    old, new = hung(until=MARCH - 10 * A_DAY), hung(METER + 1, since=MARCH - 10 * A_DAY)
    with store.begin() as conn:
        keep(conn, told("1.8.0", 100, FEBRUARY, row=1), told("5.8.0", 10, FEBRUARY, row=1))
        keep(conn, told("1.8.0", 7, MARCH, row=1), told("1.8.0", 9, NOW - A_DAY), meter=METER + 1)
        found = faces.month_ends(conn, point_of(old, new)).ends
    assert [(one.at, one.meter.serial, one.is_latest) for one in found] == [
        (NOW - A_DAY, "71", True),
        (MARCH, "71", False),
        (FEBRUARY, "70", False),
    ]
    assert found[2].rows["5.8.0"].amount == 10


def test_no_more_month_ends_than_asked_for(store: Store) -> None:
    with store.begin() as conn:
        for month in range(1, 13):
            keep(conn, told("1.8.0", month, datetime(2025, month, 1, tzinfo=UTC), row=1))
        found = faces.month_ends(conn, point_of(hung(since=MARCH - 800 * A_DAY)), n=3).ends
    assert [one.at.month for one in found] == [12]
