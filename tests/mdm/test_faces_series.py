"""Does a page get every Wh of a point, at each resolution, and nothing that it may not see?"""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest

from osos.mdm import faces
from osos.mdm.canonical import Channel
from osos.quantities import DeviceId, Interval, Quality
from osos.registry import Installation
from osos.store import Store

POINT, METER = 7, 70
A_DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


def seen_point(meter, *, at, periods=None, multiplier="40", until=None):
    since = meter.installed().since
    one = Installation(POINT, METER, DeviceId("MKS", "1"), Decimal(multiplier), since, until)
    sight = periods or (Interval(since - 400 * A_DAY, since + 4000 * A_DAY),)
    return faces.SeenPoint(
        point_id=POINT,
        public_id="p",
        periods=sight,
        place=faces.Place(point_id=POINT, public_id="p"),
        installations=(one,),
        at=at,
    )


@pytest.mark.parametrize("multiplier", ["1", "40", "57.27", "0.333"])
def test_quarter_hours_hours_days_and_months_are_the_register_difference_times_the_multiplier(
    store: Store, desk_on, told_meter, multiplier: str
) -> None:
    meter = told_meter(days=3)
    since = meter.installed().since
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(), installed=[meter.installed(multiplier)])
        seen = seen_point(meter, at=since + 3 * A_DAY, multiplier=multiplier)
        period = Interval(since, since + 3 * A_DAY)
        found = {of: faces.series(conn, seen, period=period, resolution=of) for of in faces.Resolution}
    exact = meter.energy_wh() * Decimal(multiplier)
    assert [len(one) for one in found.values()] == [288, 72, 3, 1]
    for one in found.values():
        assert one.total(Channel.A_PLUS) + one.rest[Channel.A_PLUS] == exact
        assert one.total(Channel.A_PLUS) == found[faces.Resolution.QUARTER].total(Channel.A_PLUS)
        assert one.total_share(Quality.MEASURED) == 1.0
        assert one.last_known == np.datetime64("2026-03-04T21:00:00")
    assert found[faces.Resolution.DAY].is_whole.all()
    assert not found[faces.Resolution.MONTH].is_whole.any()  # most of March is not over


def test_a_day_without_a_block_is_missing_and_what_is_not_over_is_not_due(
    store: Store, desk_on, told_meter
) -> None:
    meter = told_meter(days=2)
    since = meter.installed().since
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(), installed=[meter.installed()])
        seen = seen_point(meter, at=since + 3 * A_DAY + timedelta(hours=6, minutes=7))
        period = Interval(since - 10 * A_DAY, since + 30 * A_DAY)
        quarters = faces.series(conn, seen, period=period, resolution="15min")
        days = faces.series(conn, seen, period=period, resolution="day")
    assert len(quarters) == 3 * 96 + 24
    assert (quarters.marks == Quality.MISSING.mark).sum() == 96 + 24
    assert days.minutes[Quality.MISSING].tolist() == [0, 0, 1440, 360]
    assert np.isnat(days.known_since[2:]).all()
    assert days.is_whole.tolist() == [True, True, False, False]


def test_a_supplier_sees_the_slots_of_his_own_time_only(store: Store, desk_on, told_meter) -> None:
    meter = told_meter(days=3)
    since = meter.installed().since
    his = (
        Interval(since + timedelta(hours=12), since + A_DAY),
        Interval(since + 2 * A_DAY, since + 3 * A_DAY),
    )
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(), installed=[meter.installed()])
        seen = seen_point(meter, at=since + 3 * A_DAY, periods=his)
        period = Interval(since, since + 3 * A_DAY)
        quarters = faces.series(conn, seen, period=period, resolution="15min")
        days = faces.series(conn, seen, period=period, resolution="day")
        read = faces.indices(conn, seen, period=period)
    assert len(quarters) == 48 + 96
    registers = meter.values[:, 0]
    assert days.of(Channel.A_PLUS).tolist() == [
        40 * int(registers[96] - registers[48]),
        40 * int(registers[288] - registers[192]),
    ]
    assert read.wh[Channel.A_PLUS].tolist() == [
        *registers[48:97:4].tolist(),
        *registers[192:289:4].tolist(),
    ]


def test_a_decade_by_quarter_hours_is_refused_with_what_to_do(store: Store, told_meter) -> None:
    meter = told_meter()
    since = meter.installed().since
    seen = seen_point(meter, at=since + 3650 * A_DAY)
    with store.read() as conn, pytest.raises(faces.TooLong, match="3650 days by 15min: at most 100"):
        faces.series(conn, seen, period=Interval(since, since + 3650 * A_DAY), resolution="15min")


def test_a_period_out_of_sight_is_empty(store: Store, desk_on, told_meter) -> None:
    meter = told_meter()
    since = meter.installed().since
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(), installed=[meter.installed()])
        seen = seen_point(meter, at=since + 2 * A_DAY, periods=(Interval(since - 9 * A_DAY, since - A_DAY),))
        for resolution in faces.Resolution:
            found = faces.series(
                conn, seen, period=Interval(since - 9 * A_DAY, since + A_DAY), resolution=resolution
            )
            assert (len(found), found.total(Channel.A_PLUS), found.total_share(Quality.MISSING)) == (
                0,
                0,
                0.0,
            )
        assert faces.registers(conn, seen) == ()
        assert faces.electrical(conn, seen, period=Interval(since, since + A_DAY)).curves == {}
        assert faces.indices(conn, seen, period=Interval(since, since + A_DAY)).at.size == 0
