"""Do registry and estimates reach the rules without being handed in?"""

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection

from osos import registry
from osos.mdm import judge
from osos.mdm.canonical import Channel
from osos.mdm.judge import telling
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.decisions import Decision, Kind
from osos.mdm.labels import edge_of_day, instant_of_label
from osos.quantities import Interval
from osos.store import Store

DAY = 9557
NOON = instant_of_label(edge_of_day(DAY) + 720)


def used(*periods: tuple[int, int]) -> registry.Holders:
    """Customers from so many days after noon until so many."""
    return registry.Holders(
        customers=tuple(
            registry.Holding(party=n, period=Interval(NOON + timedelta(days=a), NOON + timedelta(days=b)))
            for n, (a, b) in enumerate(periods)
        )
    )


@pytest.mark.parametrize(
    ("holders", "active"),
    [
        (None, None),
        (registry.Holders(), None),
        (used((-9, 9)), True),
        (used((-9, -1)), False),
        (used((-9, 0), (0, 9)), True),
        (used((1, 9)), False),
    ],
)
def test_a_point_is_vacant_only_if_it_has_had_a_user(
    holders: registry.Holders | None, active: bool | None
) -> None:
    assert telling._is_active(holders, NOON) is active


@pytest.mark.parametrize(("kva", "watts"), [(None, None), (Decimal(0), None), (Decimal("630.5"), 630_500)])
def test_what_the_wiring_carries_follows_from_its_kva(kva: Decimal | None, watts: int | None) -> None:
    assert telling._watts(kva) == watts


def test_nobody_known_is_nothing_told(store: Store) -> None:
    with store.begin() as conn:
        told = judge.told_of(conn, point_ids=[1, 2], days=[DAY])
    assert (told.terms, told.estimated) == ({}, {})
    with store.begin() as conn:
        assert judge.told_of(conn, point_ids=[], days=[]) == judge.Told()


def estimate(day: int, first_slot: int, until_slot: int, *, kind: Kind = Kind.ESTIMATE) -> Decision:
    return Decision(
        point_id=7,
        day=day,
        number=0,
        kind=kind,
        root=(day, 0),
        first_slot=first_slot,
        until_slot=until_slot,
        period_min=15,
        channels=(Channel.A_PLUS,),
        values=np.zeros((1, until_slot - first_slot), dtype=np.int64),
        known_since=NOON,
    )


def test_estimated_slots_are_counted_and_edited_ones_are_not(store: Store) -> None:
    with store.begin() as conn:
        decision_rows.add(conn, [estimate(DAY, 0, 96), estimate(DAY - 1, 10, 20)])
        decision_rows.add(conn, [estimate(DAY - 2, 0, 8, kind=Kind.EDIT)])
        told = judge.told_of(conn, point_ids=[7, 8], days=[DAY])
    assert told.estimated == {(7, DAY): 96, (7, DAY - 1): 10}


def test_a_point_estimated_for_days_is_not_billed_by_itself(
    store: Store, desk_on: Any, told_meter: Any, clock: Any
) -> None:
    with store.begin() as conn:
        meter = told_meter(meter_id=7, first_day=DAY, days=1)
        desk_on(conn).tell(meter.records(), meter=7, point=7, installed=[meter.installed()])
        decision_rows.add(conn, [estimate(DAY - back, 0, 96) for back in range(4)])
        judge.judge(conn, point_ids=[7], days=[DAY], now=clock.now())
        (found,) = judge.findings(conn, point_ids=[7], days=[DAY])[7, DAY]
    assert (found.rule, found.code) == ("PROLONGED_ESTIMATE", "3.8.0")


def test_terms_reach_the_rules(
    store: Store, desk_on: Any, told_meter: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def places(conn: Connection, points: Any, *, at: datetime) -> dict[int, Any]:
        place = {"installed_kva": Decimal("0.05"), "point_class": "industry", "tariff_group": None}
        place |= {"generation_kw": None}
        return {point: SimpleNamespace(**place) for point in points}

    monkeypatch.setattr(registry, "service_points_of", places)
    monkeypatch.setattr(registry, "holdings", lambda conn, points: {7: used((-9, -3))})
    with store.begin() as conn:
        told = judge.told_of(conn, point_ids=[7], days=[DAY])
        assert told.terms[7].groups == {"point_class": "industry"}
        meter = told_meter(meter_id=7, first_day=DAY, days=1)
        desk_on(conn).tell(meter.records(), meter=7, point=7, installed=[meter.installed("1")])
        judge.judge(conn, point_ids=[7], days=[DAY], now=clock.now())
        found = {one.rule for one in judge.findings(conn, point_ids=[7], days=[DAY])[7, DAY]}
    assert found == {"INACTIVE_CONSUMPTION", "MAX_POWER"}
