"""Does a transformer's balance come out of the meters that hung below it at the time?"""

from datetime import timedelta
from decimal import Decimal

import pytest

from osos.mdm.fleet import network
from osos.quantities import Interval
from osos.store import Store

A_DAY = timedelta(days=1)


def test_a_balance_is_main_less_the_meters_below(store: Store, desk_on, told_meter) -> None:
    meters = {point: told_meter(meter_id=point * 10, days=2, seed=point) for point in (1, 2, 3)}
    since = meters[1].installed().since
    meters[1].values[:, 0] = sum(one.values[:, 0] - one.values[0, 0] for one in meters.values()) + 5
    with store.begin() as conn:
        desk = desk_on(conn)
        for point, meter in meters.items():
            rows = [row for row in range(meter.labels.size) if (point, row) != (3, 50)]
            desk.tell(meter.records(rows), meter=meter.meter_id, point=point, installed=[meter.installed()])
        node = network.put_node(conn, kind="transformer", name="TR-1")
        assert network.put_node(conn, kind="transformer", name="TR-1") == node
        for point, role in ((1, "main"), (2, "below"), (3, "below")):
            network.hang(conn, node_id=node, point_id=point, role=role, since=since)
            network.hang(conn, node_id=node, point_id=point, role=role, since=since)
        found = network.balance_of(conn, node_id=node, period=Interval(since, since + 2 * A_DAY))
        assert found is not None
        assert (found.slots, found.slots_left_out) == (190, 2)
        assert found.main_wh - found.below_wh == found.loss_wh > 0
        assert found.loss_wh == int(found.by_slot.sum())
        empty = network.put_node(conn, kind="feeder", name="F-1")
        assert network.balance_of(conn, node_id=empty, period=Interval(since, since + A_DAY)) is None


def test_a_point_moved_to_another_transformer_leaves_the_first(store: Store, desk_on, told_meter) -> None:
    meter = told_meter(meter_id=20, days=1)
    since = meter.installed().since
    with store.begin() as conn:
        desk_on(conn).tell(meter.records(), meter=20, point=2, installed=[meter.installed()])
        one, other = (network.put_node(conn, kind="transformer", name=name) for name in ("TR-1", "TR-2"))
        for node, at in ((one, since - A_DAY), (other, since)):
            network.hang(conn, node_id=node, point_id=2, role="below", since=at)
        network.hang(conn, node_id=one, point_id=2, role="main", since=since)
        found = network.balance_of(conn, node_id=one, period=Interval(since, since + A_DAY))
        assert found is not None and found.below_wh == 0 and found.main_wh == 40 * meter.energy_wh()
        assert found.unexplained_share == Decimal(1)
        assert [each.name for each in network.nodes(conn)] == ["TR-1", "TR-2"]


def test_a_node_of_no_kind_is_refused(store: Store) -> None:
    with store.begin() as conn, pytest.raises(ValueError, match="transformer, feeder, zone"):
        network.put_node(conn, kind="pole", name="x")
