"""What do the registry and the estimates tell of the days that are to be judged?"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, select

from osos import registry
from osos.mdm.judge import telling_beside, telling_losses, telling_meters
from osos.mdm.judge.told import PointDay, PointTerms, Told
from osos.mdm.keeping import decision_rows
from osos.mdm.keeping.decisions import Decision, Kind, in_force
from osos.mdm.keeping.tables import decisions
from osos.mdm.labels import DAY_MIN, edge_of_day, instant_of_label

_W_A_KVA = 1000
_GROUPS = ("point_class", "tariff_group")
# Classes of regulation a1: who gives back, who never does, who uses in some months only.
_GENERATING = (
    "TRANSMISSION",
    "GEN_CONSUMPTION",
    "GEN_SUPPLY",
    "INTER_DSO",
    "BALANCING_UNIT",
    "UNLICENSED_GEN",
)
_ONLY_CONSUMING = ("PUBLIC_LIGHTING", "DSI_IRRIGATION")
_SEASONAL = ("DSI_IRRIGATION", "irrigation", "tarımsal sulama", "Tarımsal Sulama")
_AT_ONCE = 400


def told_of(conn: Connection, *, point_ids: Iterable[int], days: Iterable[int]) -> Told:
    """Terms as they hold on the last of these days; a point with users, none of them now, is vacant."""
    points, wanted = sorted(set(point_ids)), sorted(set(days))
    if not points or not wanted:
        return Told()
    at = instant_of_label(edge_of_day(wanted[-1]) + DAY_MIN // 2)
    there = telling_meters.meters_there(conn, points, wanted)
    below = telling_beside.below_wh(conn, points, wanted)
    return Told(
        terms=_terms(conn, points, at),
        strangers=telling_meters.strangers(conn, there),
        status=telling_meters.status(conn, there),
        period_min=telling_meters.period_min(conn, there),
        estimated=_estimated(conn, points, wanted),
        check_wh=telling_beside.check_wh(conn, points, wanted),
        below_wh=below,
        loss_wh=telling_losses.loss_wh(conn, below.keys()),
        ordered=telling_beside.ordered(conn, points),
    )


def _terms(conn: Connection, points: Collection[int], at: datetime) -> dict[int, PointTerms]:
    places = registry.service_points_of(conn, points, at=at)
    holders = registry.holdings(conn, points)
    return {
        point: PointTerms(
            active=_is_active(holders.get(point), at),
            may_export=_may_export(place),
            seasonal=_is_seasonal(place),
            greatest_primary_w=_watts(place.installed_kva),
            groups={name: value for name in _GROUPS if (value := getattr(place, name)) is not None},
        )
        for point, place in places.items()
    }


def _is_active(holders: registry.Holders | None, at: datetime) -> bool | None:
    """None: nobody was ever entered, so nothing can be said."""
    if holders is None or not holders.customers:
        return None
    return any(one.period.start <= at < one.period.end for one in holders.customers)


def _may_export(place: registry.ServicePoint) -> bool | None:
    """By what may be given back, else by the class; None: neither says."""
    if place.generation_kw is not None:
        return place.generation_kw > 0
    if place.point_class in _GENERATING:
        return True
    return False if place.point_class in _ONLY_CONSUMING else None


def _is_seasonal(place: registry.ServicePoint) -> bool | None:
    known = place.point_class is not None or place.tariff_group is not None
    return place.point_class in _SEASONAL or place.tariff_group in _SEASONAL if known else None


def _watts(kva: Decimal | None) -> int | None:
    return None if kva is None or kva <= 0 else int(kva * _W_A_KVA)


def _estimated(conn: Connection, points: list[int], days: list[int]) -> Mapping[PointDay, int]:
    """Slots of each day that an estimate in force fills; the month before counts, too."""
    span = range(days[0] - 31, days[-1] + 1)
    d, some = decisions.c, set[int]()
    for start in range(0, len(points), _AT_ONCE):
        here = d.point_id.in_(points[start : start + _AT_ONCE]), d.day >= span.start, d.day < span.stop
        some |= set(conn.execute(select(d.point_id).where(*here).distinct()).scalars())
    found: dict[PointDay, int] = {}
    for point in sorted(some):
        for day, rows in decision_rows.load(conn, point_id=point, days=span).items():
            slots = _slots(in_force(rows))
            if slots:
                found[point, day] = slots
    return found


def _slots(rows: Iterable[Decision]) -> int:
    filled = np.zeros(DAY_MIN, dtype=bool)
    for one in rows:
        if one.kind is Kind.ESTIMATE:
            filled[one.slots] = True
    return int(filled.sum())
