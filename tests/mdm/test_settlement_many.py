"""Are months laid side by side those that slots added up one by one are, whatever their days are like?"""

from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy import update

from osos import registry
from osos.mdm.canonical import Channel
from osos.mdm.estimates.gathering import Help
from osos.mdm.estimates.running import estimate
from osos.mdm.keeping.paperwork import exchange
from osos.mdm.labels import HOUR_MIN, NOMINAL_MIN, days_of_period, edge_of_day, instant_of_label
from osos.mdm.settlement import _month, _one_by_one, settled_months
from osos.mdm.settlement_many import laid_months
from osos.mdm.tables import canonical_blocks
from osos.mdm.varint import BlockDamaged
from osos.quantities import DeviceId, Interval
from osos.store import Store

DAYS = 6
COUNTED = (Channel.A_PLUS, Channel.Q1, Channel.Q4)
NAMES = (
    "whole",
    "holes",
    "midnight",
    "estimated",
    "decimals",
    "hourly",
    "exchanged",
    "zeros",
    "twice",
    "silent",
)
MULTIPLIERS = {"decimals": Decimal("57.2727"), "zeros": Decimal(1)}


@pytest.fixture
def fleet(desk_on, told_meter):
    """A point of each sort; the days of `whole` are the plainest there are."""

    def made(conn):
        first = told_meter().first_day
        start = instant_of_label(edge_of_day(first))
        period = Interval(start, start + timedelta(days=DAYS))
        lines = "flag,serial,meters,multiplier,plain_until\n" + "".join(
            f"OSM,{n},MKS11111111{n},{MULTIPLIERS.get(name, 40)},\n" for n, name in enumerate(NAMES)
        )
        registry.admit(conn, registry.parse_admissions(lines)[0], by="test", now=start, since=start)
        desk, points, meters = desk_on(conn), {}, {}
        desk.at = period.end + timedelta(days=3)
        for n, name in enumerate(NAMES):
            modem = registry.find_modem(conn, DeviceId("OSM", str(n)))
            (behind,) = registry.meters_behind(conn, modem.id, start)
            points[name] = behind.point_id
            meter = told_meter(
                meter_id=behind.meter_id,
                days=DAYS,
                seed=n,
                start=999_999_000 if name == "holes" else 123_000_000,
                period_min=60 if name == "hourly" else 15,
            )
            meters[name] = meter
            meter.values[:, :3] %= 10**9
            if name == "zeros":
                meter.values[96 * 2 :] = meter.values[96 * 2]
                meter.values[:, 3] = 0
            rows = [row for row in range(meter.labels.size) if _was_told(name, row)]
            if name != "silent":
                desk.tell(meter.records(rows), meter=behind.meter_id, point=behind.point_id, installed=None)
            if name == "twice":  # the clock was put back over midnight: one label with two values
                again = meter.records([96, 97])
                again.values[:] += 1
                desk.tell(again, meter=behind.meter_id, point=behind.point_id, installed=None)
        estimate(conn, point_id=points["estimated"], period=period, now=desk.at, aid=Help())
        exchange(
            conn,
            point_id=points["exchanged"],
            at=start + timedelta(days=2, hours=10),
            meter=DeviceId("MKS", "222222222"),
            removed={c: int(meters["exchanged"].values[232, n]) for n, c in enumerate(COUNTED)},
            placed=dict.fromkeys(COUNTED, 0),
            multiplier=Decimal(60),
            by="test",
            reason="worn",
            now=desk.at,
        )
        return points, period

    return made


def _was_told(name: str, row: int) -> bool:
    lost = {"holes": range(130, 150), "midnight": range(96 * 3, 96 * 3 + 1), "estimated": range(200, 260)}
    return row not in lost.get(name, ())


def oracle(conn, point_id: int, period: Interval, period_min: int):
    parts = _one_by_one(conn, {point_id: [period]}, period, None)
    return _month(point_id, period, period_min, parts[point_id])


@pytest.mark.parametrize("period_min", [HOUR_MIN, NOMINAL_MIN])
def test_side_by_side_is_what_slot_by_slot_is(store: Store, fleet, period_min: int) -> None:
    with store.begin() as conn:
        points, period = fleet(conn)
        found = {
            one.point_id: one
            for one in settled_months(conn, point_ids=points.values(), month=period, period_min=period_min)
        }
        assert found.keys() == set(points.values())
        for name, point_id in points.items():
            own, told = found[point_id], oracle(conn, point_id, period, period_min)
            assert own.content_hash == told.content_hash, name
            assert own.known_since == told.known_since, name
            assert np.array_equal(own.withdrawal_wh, told.withdrawal_wh), name
        assert found[points["whole"]].may_be_delivered
        assert not found[points["silent"]].withdrawal_wh.any() and found[points["silent"]].known_since is None
        assert found[points["silent"]].missing_min == found[points["silent"]].due_min == DAYS * 1440


def test_most_days_are_laid_together_and_the_few_others_beside_them(store: Store, fleet) -> None:
    with store.begin() as conn:
        points, period = fleet(conn)
        laid = laid_months(conn, list(points.values()), days_of_period(period))
        assert laid.left == {points["hourly"]}
        for name in ("whole", "holes", "midnight", "estimated", "decimals", "zeros"):
            own = oracle(conn, points[name], period, NOMINAL_MIN)
            place = laid.point_ids.index(points[name])
            for channel, wh in laid.wh.items():
                expected = own.withdrawal_wh if channel.value == "1.8.0" else own.supply_wh
                assert np.array_equal(wh[place].ravel(), expected), name


def test_a_damaged_day_is_not_settled(store: Store, fleet) -> None:
    with store.begin() as conn:
        points, period = fleet(conn)
        c = canonical_blocks.c
        here = (c.point_id == points["whole"]) & (c.day == days_of_period(period)[3])
        conn.execute(update(canonical_blocks).where(here).values(content_hash=b"0" * 16))
        with pytest.raises(BlockDamaged):
            list(settled_months(conn, point_ids=points.values(), month=period))
