"""Do check meters, meters below and papers reach the rules without being handed in?"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection

from osos import registry
from osos.mdm import judge
from osos.mdm.judge import telling_beside, telling_losses
from osos.mdm.keeping.paperwork import put_multiplier_right
from osos.mdm.keeping.tables import check_points
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.quantities import DeviceId
from osos.registry import NodeTerms, network
from osos.store import Store

DAY = 9557


def told_three(conn: Connection, desk_on: Any, told_meter: Any, *, more: int = 0) -> dict[int, Any]:
    """Point 1 counts what 2 and 3 count together, and so much more."""
    meters = {point: told_meter(meter_id=point, first_day=DAY, days=2, seed=point) for point in (1, 2, 3)}
    steps = sum(one.values[:, 0] - one.values[0, 0] for one in (meters[2], meters[3]))
    meters[1].values[:, 0] = 10**6 + steps
    meters[1].values[120:, 0] += more
    for point, meter in meters.items():
        desk_on(conn).tell(meter.records(), meter=point, point=point, installed=[meter.installed()])
    return meters


def rules_of(conn: Connection, clock: Any, point: int, day: int) -> set[str]:
    judge.judge(conn, point_ids=[point], days=[day], now=clock.now())
    return {one.rule for one in judge.findings(conn, point_ids=[point], days=[day])[point, day]}


@pytest.mark.parametrize(("more", "found"), [(0, False), (40_000, True)])
def test_a_main_meter_that_does_not_balance_is_found(
    store: Store, desk_on: Any, told_meter: Any, clock: Any, more: int, found: bool
) -> None:
    with store.begin() as conn:
        meters = told_three(conn, desk_on, told_meter, more=more)
        node = network.put_node(conn, kind="transformer", name="TR-1")
        for point, role in ((1, "main"), (2, "below"), (3, "below")):
            since = meters[1].installed().since
            network.hang(conn, node_id=node, point_id=point, role=role, since=since)
        below = telling_beside.below_wh(conn, [1, 2, 3], [DAY, DAY + 1])
        assert sum(below.values()) == 40 * (meters[2].energy_wh() + meters[3].energy_wh())
        assert ("BALANCE" in rules_of(conn, clock, 1, DAY + 1)) is found
        assert "BALANCE" not in rules_of(conn, clock, 1, DAY)
        assert "BALANCE" not in rules_of(conn, clock, 2, DAY + 1)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("terms", "found"),
    [
        (NodeTerms(), True),
        (NodeTerms(loss_pct=Decimal("0.5")), True),
        (NodeTerms(loss_pct=Decimal(3)), False),
        (NodeTerms(rated_kva=Decimal(630), primary_kv=Decimal(33), main_side="low"), True),
        (NodeTerms(rated_kva=Decimal(630), primary_kv=Decimal(33), main_side="medium"), False),
    ],
)
def test_what_a_place_loses_by_nature_is_no_imbalance(
    store: Store, desk_on: Any, told_meter: Any, clock: Any, terms: NodeTerms, found: bool
) -> None:
    """The main meter counts 146 kWh (6 %) more than those below; 630 kVA lose 39 of them."""
    with store.begin() as conn:
        meters = told_three(conn, desk_on, told_meter)
        for slot in range(97, 193):  # of the second day
            meters[1].values[slot:, 0] += 38
        since = meters[1].installed().since
        desk_on(conn).tell(meters[1].records(), meter=1, point=1, installed=[meters[1].installed()])
        node = network.put_node(conn, kind="transformer", name="TR-1")
        network.put_terms(conn, node_id=node, terms=terms)
        for point, role in ((1, "main"), (2, "below"), (3, "below")):
            network.hang(conn, node_id=node, point_id=point, role=role, since=since)
        below = telling_beside.below_wh(conn, [1], [DAY + 1])
        lost = telling_losses.loss_wh(conn, below.keys())
        assert ("BALANCE" in rules_of(conn, clock, 1, DAY + 1)) is found, (below, lost)


def test_meters_that_hung_below_for_a_part_of_the_day_balance_nothing(
    store: Store, desk_on: Any, told_meter: Any
) -> None:
    with store.begin() as conn:
        meters = told_three(conn, desk_on, told_meter)
        since = meters[1].installed().since
        node = network.put_node(conn, kind="transformer", name="TR-1")
        network.hang(conn, node_id=node, point_id=1, role="main", since=since)
        network.hang(conn, node_id=node, point_id=2, role="below", since=since + timedelta(hours=1))
        assert telling_beside.below_wh(conn, [1], [DAY]) == {}
        assert telling_beside.below_wh(conn, [1], [DAY + 1]).keys() == {(1, DAY + 1)}


def checked(conn: Connection, meters: Any) -> None:
    since = meters[1].installed().since
    row = {"point_id": 1, "since": since, "check_point_id": 4, "reason": "pair", "actor": "a"}
    conn.execute(check_points.insert().values(**row, known_since=since))


@pytest.mark.parametrize(("off", "found"), [(0, False), (9, True)])
def test_a_main_meter_that_strays_from_its_check_meter_is_found(
    store: Store, desk_on: Any, told_meter: Any, clock: Any, off: int, found: bool
) -> None:
    with store.begin() as conn:
        meters = told_three(conn, desk_on, told_meter)
        check = told_meter(meter_id=4, first_day=DAY, days=2)
        check.values[:, 0] = meters[1].values[:, 0] - 5000
        check.values[:, 0] -= (check.values[:, 0] - check.values[0, 0]) * off // 100
        desk_on(conn).tell(check.records(), meter=4, point=4, installed=[check.installed()])
        checked(conn, meters)
        assert ("MAIN_CHECK" in rules_of(conn, clock, 1, DAY + 1)) is found


def test_a_check_meter_with_a_hole_says_nothing(store: Store, desk_on: Any, told_meter: Any) -> None:
    with store.begin() as conn:
        meters = told_three(conn, desk_on, told_meter)
        check = told_meter(meter_id=4, first_day=DAY, days=2)
        rows = [*range(50), *range(51, check.labels.size)]
        desk_on(conn).tell(check.records(rows), meter=4, point=4, installed=[check.installed()])
        checked(conn, meters)
        assert telling_beside.check_wh(conn, [1], [DAY, DAY + 1]).keys() == {(1, DAY + 1)}


@pytest.fixture
def registered(desk_on: Any, told_meter: Any) -> Callable[[Connection], Any]:
    """A point of the registry whose meter told two days; on the second another multiplier begins to hold."""

    def made(conn: Connection) -> tuple[int, datetime]:
        since = instant_of_label(edge_of_day(DAY))
        sheet = "flag,serial,meters,multiplier,plain_until\nOSM,9,MKS111111111,40,\n"
        admissions, _ = registry.parse_admissions(sheet)
        registry.admit(conn, admissions, by="test", now=since, since=since)
        modem = registry.find_modem(conn, DeviceId("OSM", "9"))
        (behind,) = registry.meters_behind(conn, modem.id, since)
        meter = told_meter(meter_id=behind.meter_id, first_day=DAY, days=2)
        desk_on(conn).tell(
            meter.records(), meter=behind.meter_id, point=behind.point_id, installed=[meter.installed()]
        )
        return behind.point_id, since + timedelta(days=1)

    return made


def test_a_multiplier_that_a_paper_put_right_was_ordered(
    store: Store, registered: Callable[[Connection], Any], clock: Any
) -> None:
    with store.begin() as conn:
        point, since = registered(conn)
        assert telling_beside.ordered(conn, [point]) == set()
        put_multiplier_right(
            conn,
            point_id=point,
            since=since,
            until=None,
            multiplier=Decimal(60),
            by="ayşe",
            reason="new transformers, work order 7",
            now=since + timedelta(days=1),
        )
        assert telling_beside.ordered(conn, [point]) == {(point, DAY + 1), (point, DAY + 2)}
        assert "MULTIPLIER" not in rules_of(conn, clock, point, DAY + 1)
        unsaid = judge.judge(conn, point_ids=[point], days=[DAY + 1], now=clock.now(), told=judge.Told())
        assert unsaid.findings > 0  # nobody's word, and the rule speaks
