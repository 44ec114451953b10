"""Does a page show each register once, with the moment it was read, and the month ends the meter kept?"""

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
