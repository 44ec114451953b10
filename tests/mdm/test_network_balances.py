"""Does a place of the network balance with the meters that hung below it, over what is known and no more?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from osos.mdm.derive.balances import Metered, balance
from osos.mdm.derive.losses import Line, line_loss, transformer_loss, transformer_named
from osos.mdm.derive.technical import LinePiece, SharePiece, TransformerPiece, technical_wh
from osos.mdm.explain import balance_told
from osos.mdm.labels import date_of_day
from osos.mdm.network.counting import count_node, count_some, topology_of
from osos.mdm.network.node_day import node_day
from osos.mdm.network.tables import network_days
from osos.registry.network import NodeTerms, hang, put_node, put_terms
from osos.store import Store

A_DAY = timedelta(days=1)
LOST_WH = 40 * 5_000  # what the main meter counts more than the meters below, in two days
EVER = datetime.fromisoformat("2025-01-01T00:00:00+03:00")


@pytest.fixture
def street(desk_on: Any, told_meter: Any) -> Callable[..., dict[int, Any]]:
    """Point 1 counts what 2 and 3 count together and 5 000 secondary Wh more; of 3 row 50 may be lacking."""

    def told(conn: Connection, *, first_day: int = 9557, lacking: bool = False) -> dict[int, Any]:
        meters = {n: told_meter(meter_id=n * 10, days=2, seed=n, first_day=first_day) for n in (1, 2, 3)}
        steps = sum(one.values[:, 0] - one.values[0, 0] for one in (meters[2], meters[3]))
        meters[1].values[:, 0] = 10**6 + steps + np.linspace(0, 5_000, steps.size).astype(np.int64)
        for point, meter in meters.items():
            rows = [row for row in range(meter.labels.size) if not (lacking and (point, row) == (3, 50))]
            desk_on(conn).tell(
                meter.records(rows), meter=meter.meter_id, point=point, installed=[meter.installed()]
            )
        return meters

    return told


def transformer_with(conn: Connection, name: str = "TR-1", **terms: Any) -> int:
    node = put_node(conn, kind="transformer", name=name)
    put_terms(conn, node_id=node, terms=NodeTerms(**terms))
    return node


def hung(conn: Connection, node: int, **roles: int) -> None:
    for name, point in roles.items():
        role = "main" if name.startswith("main") else "below"
        hang(conn, node_id=node, point_id=point, role=role, since=EVER)


def days_of(conn: Connection, node: int) -> dict[int, Any]:
    rows = conn.execute(select(network_days).where(network_days.c.node_id == node))
    return {row.day: row for row in rows}


def test_a_balance_is_main_less_the_meters_below(store: Store, street: Any, clock: Any) -> None:
    with store.begin() as conn:
        meters = street(conn)
        node = transformer_with(conn)
        hung(conn, node, main=1, a=2, b=3)
        assert count_node(conn, node, days=[9557, 9558], now=clock.now()) == 2
        rows = days_of(conn, node)
        assert sum(row.main_wh - row.below_wh for row in rows.values()) == LOST_WH
        assert sum(row.below_wh for row in rows.values()) == 40 * sum(meters[n].energy_wh() for n in (2, 3))
        assert [(row.slots, row.open_wh, row.technical_wh, row.members) for row in rows.values()] == [
            (96, 0, None, 3),
            (96, 0, None, 3),
        ]


def test_what_is_missing_below_is_left_out_and_bounds_the_loss(store: Store, street: Any, clock: Any) -> None:
    with store.begin() as conn:
        meters = street(conn, lacking=True)
        node = transformer_with(conn)
        hung(conn, node, main=1, a=2, b=3)
        count_node(conn, node, days=[9557], now=clock.now())
        (row,) = days_of(conn, node).values()
        assert row.slots == 94 and row.lacking == [[3, 2]]
        lost = 40 * int(meters[3].values[51, 0] - meters[3].values[49, 0])
        loss = row.main_wh - row.below_wh
        whole = 40 * int(meters[1].values[96, 0] - meters[1].values[0, 0]) - 40 * sum(
            int(meters[n].values[96, 0] - meters[n].values[0, 0]) for n in (2, 3)
        )
        assert loss <= whole <= loss + row.open_wh
        assert loss + row.open_wh - whole == lost


@pytest.mark.parametrize("lacking", [False, True])
def test_a_balance_is_told_meter_by_meter_and_loss_by_loss(
    store: Store, street: Any, clock: Any, lacking: bool
) -> None:
    with store.begin() as conn:
        street(conn, lacking=lacking)
        known = {"rated_kva": Decimal(400), "primary_kv": Decimal(33), "main_side": "medium"}
        node = transformer_with(conn, **known, line_ohm=Decimal("0.2"), line_kv=Decimal(33))
        hung(conn, node, main=1, a=2, b=3)
        count_node(conn, node, days=[9557], now=clock.now())
        (row,) = days_of(conn, node).values()
        told = balance_told(conn, node_id=node, day=9557)
        assert told is not None and told.is_whole
        assert sum(one.wh for one in told.mains) == row.main_wh
        assert sum(one.wh for one in told.below) == row.below_wh
        assert [one.missing for one in told.below if one.point_id == 3] == [2 * lacking]
        assert sorted(one.kind for one in told.losses) == ["line", "transformer"]
        assert row.technical_wh == int(sum(one.wh for one in told.losses))
        assert all(one.passed_wh == row.main_wh for one in told.losses)
        assert balance_told(conn, node_id=transformer_with(conn, "TR-9"), day=9557) is None


def test_only_days_that_changed_are_counted_again(
    store: Store, street: Any, clock: Any, desk_on: Any
) -> None:
    with store.begin() as conn:
        meters = street(conn, lacking=True)
        node = transformer_with(conn)
        hung(conn, node, main=1, a=2, b=3)
        days = [9557, 9558]
        assert count_node(conn, node, days=days, now=clock.now()) == 2
        assert count_node(conn, node, days=days, now=clock.now()) == 0
        desk_on(conn).tell(meters[3].records(), meter=30, point=3, installed=[meters[3].installed()])
        assert count_node(conn, node, days=days, now=clock.now()) == 1
        assert days_of(conn, node)[9557].slots == 96
        put_terms(conn, node_id=node, terms=NodeTerms(loss_pct=Decimal(2)))
        assert count_node(conn, node, days=days, now=clock.now()) == 2
        assert all(row.technical_wh == row.main_wh * 2 // 100 for row in days_of(conn, node).values())


def test_the_job_walks_from_place_to_place_and_begins_anew(store: Store, street: Any, clock: Any) -> None:
    with store.begin() as conn:
        street(conn)
        first, second = transformer_with(conn, "TR-1"), transformer_with(conn, "TR-2")
        empty = transformer_with(conn, "TR-3")
        hung(conn, first, main=1, a=2)
        hung(conn, second, main=3)
        after, counted = 0, 0
        for _ in range(3):
            done = count_some(conn, days=[9557, 9558], now=clock.now(), after=after)
            after, counted = done.after, counted + done.days
        assert (after, counted) == (0, 4)
        assert days_of(conn, empty) == {}


def test_a_feeder_counts_the_main_meters_of_its_transformers_and_their_losses(
    store: Store, street: Any, clock: Any
) -> None:
    with store.begin() as conn:
        street(conn)
        feeder = put_node(conn, kind="feeder", name="F-1")
        hung(conn, feeder, main=1, own=3)
        node = transformer_with(conn, above_id=feeder, rated_kva=Decimal(400), primary_kv=Decimal(33))
        hung(conn, node, main=2)
        topology = topology_of(conn, [9557], node_ids=[feeder])
        one = node_day(topology, feeder, 9557)
        assert one is not None and one.points == {1, 2, 3}
        count_node(conn, feeder, days=[9557], now=clock.now())
        (row,) = days_of(conn, feeder).values()
        assert row.technical_wh >= 24 * 1_120  # Pb of the table, all day
        put_terms(conn, node_id=node, terms=NodeTerms(above_id=feeder, rated_kva=Decimal(315)))
        count_node(conn, feeder, days=[9557], now=clock.now())
        assert days_of(conn, feeder)[9557].technical_wh is None  # of no printed size: nothing is made up


def test_a_transformer_without_main_meter_lets_its_meters_through(store: Store, street: Any) -> None:
    with store.begin() as conn:
        street(conn)
        feeder = put_node(conn, kind="feeder", name="F-1")
        hung(conn, feeder, main=1)
        node = transformer_with(conn, above_id=feeder)
        hung(conn, node, a=2, b=3)
        topology = topology_of(conn, [9557], node_ids=[feeder])
        one = node_day(topology, feeder, 9557)
        assert one is not None and {entry.point_id for entry in one.below} == {2, 3}
        assert node_day(topology, node, 9557) is None


def test_a_meter_moved_within_the_day_counts_where_it_hung(store: Store, street: Any, clock: Any) -> None:
    with store.begin() as conn:
        meters = street(conn)
        here, there = transformer_with(conn, "TR-1"), transformer_with(conn, "TR-2")
        hung(conn, here, main=1, a=2, b=3)
        noon = meters[1].installed().since + A_DAY / 2
        hang(conn, node_id=there, point_id=3, role="below", since=noon)
        hang(conn, node_id=there, point_id=2, role="main", since=EVER)
        for node in (here, there):
            count_node(conn, node, days=[9557], now=clock.now())
        half, whole = (40 * int(meters[3].values[n, 0] - meters[3].values[0, 0]) for n in (48, 96))
        second = 40 * int(meters[2].values[96, 0] - meters[2].values[0, 0])
        assert days_of(conn, here)[9557].below_wh == second + half
        assert days_of(conn, there)[9557].below_wh == whole - half


def test_a_node_of_no_kind_is_refused(store: Store) -> None:
    with store.begin() as conn, pytest.raises(ValueError, match="zone, feeder, transformer"):
        put_node(conn, kind="pole", name="x")


WH = st.integers(-(10**9), 10**9)
SLOTS = 8


@st.composite
def meters_of_a_place(draw: st.DrawFn) -> tuple[Metered, dict[int, Metered]]:
    def one() -> Metered:
        flags = st.lists(st.booleans(), min_size=SLOTS, max_size=SLOTS)
        return Metered(
            wh=np.array(draw(st.lists(WH, min_size=SLOTS, max_size=SLOTS)), dtype=np.int64),
            known=np.array(draw(flags)),
            holds=np.array(draw(flags)),
        )

    return one(), {n: one() for n in range(draw(st.integers(0, 4)))}


@given(meters_of_a_place())
def test_every_wh_is_balanced_once_or_left_out_and_told(place: Any) -> None:
    main, below = place
    found = balance(main, below)
    taken = sum(
        int(main.wh[slot]) - sum(int(one.wh[slot]) for one in below.values() if one.holds[slot])
        for slot in range(SLOTS)
        if main.holds[slot]
        and main.known[slot]
        and all(one.known[slot] or not one.holds[slot] for one in below.values())
    )
    assert found.loss_wh == taken == int(found.by_slot.sum())
    assert found.slots + found.slots_left_out == SLOTS
    low, high = found.loss_bounds_wh
    assert low <= found.loss_wh <= high


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=96), st.sampled_from([(33, 400), (15, 50)]))
def test_technical_loss_is_the_printed_formula_slot_by_slot(load: list[int], size: tuple[int, int]) -> None:
    row = transformer_named(*size, date_of_day(9557))
    assert row is not None
    loads, all_slots = np.array(load, dtype=np.int64), np.ones(len(load), dtype=bool)
    by_hand = sum(
        (Fraction(transformer_loss(row, wh=wh, hours=Decimal("0.25")).kwh) for wh in load), Fraction(0)
    )
    assert abs(technical_wh([TransformerPiece(row, loads)], all_slots) - by_hand * 1000) < 1 + by_hand / 10**9
    line = Line(ohm=Decimal("1.5"), kv=Decimal("0.4"))
    wires = sum((Fraction(line_loss(line, wh=wh, hours=Decimal("0.25"))) for wh in load), Fraction(0))
    assert abs(technical_wh([LinePiece(line, loads)], all_slots) - wires * 1000) < 1 + wires / 10**9
    assert technical_wh([SharePiece(Decimal(2), loads)], all_slots) == sum(load) * 2 // 100
