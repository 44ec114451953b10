"""Is a month told to the market to the Wh, with what is not known of it, and told again when it changes?"""

from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from osos import registry
from osos.mdm import queries
from osos.mdm.estimates.gathering import Help
from osos.mdm.estimates.running import estimate
from osos.mdm.keeping import corrections
from osos.mdm.keeping.closing import Month, close_month
from osos.mdm.labels import HOUR_MIN, NOMINAL_MIN, edge_of_day, instant_of_label
from osos.mdm.settlement import SettledMonth, add_up, settled_months
from osos.quantities import TURKIYE, DeviceId, Interval
from osos.store import Store

MARCH = Interval(datetime(2026, 3, 1, tzinfo=TURKIYE), datetime(2026, 4, 1, tzinfo=TURKIYE))


@pytest.fixture
def two(desk_on, told_meter):
    """Two points with a month each; a record in the middle of the first has not come."""

    def made(conn):
        meters = " ".join(f"MKS11111111{n}" for n in (1, 2))
        lines = f"flag,serial,meters,multiplier,plain_until\nOSM,9,{meters},40,\n"
        admissions, _ = registry.parse_admissions(lines)
        registry.admit(conn, admissions, by="test", now=MARCH.start, since=MARCH.start)
        modem = registry.find_modem(conn, DeviceId("OSM", "9"))
        desk = desk_on(conn)
        desk.at = MARCH.end + timedelta(days=3)
        told = []
        for behind in registry.meters_behind(conn, modem.id, MARCH.start):
            day = (MARCH.start - instant_of_label(edge_of_day(0))).days
            one = told_meter(meter_id=behind.meter_id, first_day=day, days=31, seed=behind.meter_id)
            rows = [n for n in range(one.labels.size) if told or n not in range(500, 508)]
            facts = {"meter": behind.meter_id, "point": behind.point_id, "installed": [one.installed()]}
            desk.tell(one.records(rows), **facts)
            told.append((one, facts))
        return desk, told

    return made


def months(conn, told, **facts) -> list[SettledMonth]:
    points = [facts["point"] for _, facts in told]
    return list(settled_months(conn, point_ids=points, month=MARCH, **facts))


def test_the_hours_of_a_month_are_what_the_registers_advanced_times_the_multiplier(store: Store, two) -> None:
    with store.begin() as conn:
        _, told = two(conn)
        first, second = months(conn, told)
        assert second.withdrawal_wh.size == 744 and second.is_whole.all() and second.may_be_delivered
        assert second.withdrawal_wh.sum() == told[1][0].energy_wh() * 40
        assert first.withdrawal_wh.sum() == queries.primary_wh(conn, point_id=first.point_id, period=MARCH)
        assert (first.missing_min, first.due_min) == (9 * NOMINAL_MIN, 31 * 1440)
        assert not first.may_be_delivered and int((~first.is_whole).sum()) == 3
        quarters = months(conn, told, period_min=NOMINAL_MIN)
        for hours, each in zip((first, second), quarters, strict=True):
            assert np.array_equal(each.withdrawal_wh.reshape(-1, 4).sum(axis=1), hours.withdrawal_wh)
        taken, given = add_up([first, second])
        assert taken.sum() == first.withdrawal_wh.sum() + second.withdrawal_wh.sum() and not given.any()


def test_what_is_estimated_is_delivered_as_such_and_what_comes_late_changes_its_own_month_alone(
    store: Store, two
) -> None:
    with store.begin() as conn:
        desk, told = two(conn)
        gap = months(conn, told)
        hung = {"installed": told[0][1]["installed"], "aid": Help()}
        estimate(conn, point_id=told[0][1]["point"], period=MARCH, now=desk.at, **hung)
        filled = months(conn, told)
        assert (filled[0].estimated_min, filled[0].missing_min) == (9 * NOMINAL_MIN, 0)
        assert filled[0].may_be_delivered
        assert filled[0].withdrawal_wh.sum() == told[0][0].energy_wh() * 40
        desk.at += timedelta(hours=1)
        desk.tell(told[0][0].records(), **told[0][1])
        late = months(conn, told)
        assert (late[0].estimated_min, late[0].known_since) == (0, desk.at)
        hashes = [[one.content_hash for one in each] for each in (gap, filled, late)]
        assert len({first for first, _ in hashes}) == 3 and len({second for _, second in hashes}) == 1
        as_then = months(conn, told, known_on=desk.at - timedelta(minutes=1))
        assert [one.content_hash for one in as_then] == hashes[1]


def test_a_closed_month_is_told_as_it_was_settled_until_a_correction_is_approved(store: Store, two) -> None:
    with store.begin() as conn:
        desk, told = two(conn)
        close_month(conn, month=Month(2026, 3), by="settlement", now=desk.at)
        settled = months(conn, told)
        desk.at += timedelta(days=1)
        desk.tell(told[0][0].records(), **told[0][1])
        assert months(conn, told)[0].content_hash == settled[0].content_hash
        (waiting,) = corrections.list_corrections(conn)
        facts = {"point_id": waiting.point_id, "day": waiting.day, "number": waiting.number}
        corrections.approve(conn, **facts, by="market operator", now=desk.at)
        after = months(conn, told)[0]
        assert after.content_hash != settled[0].content_hash
        more = Decimal(int(after.withdrawal_wh.sum() - settled[0].withdrawal_wh.sum()))
        assert more == sum(waiting.differences.values()) - _reactive(waiting)


def _reactive(waiting) -> Decimal:
    return sum(
        (more for channel, more in waiting.differences.items() if channel.value != "1.8.0"), Decimal(0)
    )


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_an_hour_told_as_one_value_is_no_four_quarters(store: Store, two, desk_on, told_meter) -> None:
    with store.begin() as conn:
        _, told = two(conn)
        hourly = told_meter(meter_id=told[0][0].meter_id, first_day=told[0][0].first_day + 40, period_min=60)
        desk = desk_on(conn)
        desk.tell(hourly.records(), **told[0][1])
        start = instant_of_label(edge_of_day(hourly.first_day))
        days = Interval(start, start + timedelta(days=2))
        facts = {"point_ids": [told[0][1]["point"]], "month": days}
        (quarters,) = settled_months(conn, **facts, period_min=NOMINAL_MIN)
        (hours,) = settled_months(conn, **facts, period_min=HOUR_MIN)
        assert hours.is_whole.all() and not quarters.is_whole.any()
        assert quarters.withdrawal_wh.sum() == hours.withdrawal_wh.sum() == hourly.energy_wh() * 40
