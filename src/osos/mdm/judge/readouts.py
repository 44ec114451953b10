"""What did the last readout of each day say, apart from the load profile?"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from osos.mdm.canonical import CHANNELS, Channel
from osos.mdm.judge.registers import PointDay
from osos.mdm.labels import date_of_day, day_number, edge_of_day, instant_of_label
from osos.mdm.register_readings import PRESENT
from osos.mdm.tables import readings
from osos.quantities import to_local

_TARIFFS = ("1.8.0", "1.8.1", "1.8.2", "1.8.3", "1.8.4")
_DEMAND = "1.6.0"
_CODES = (*(channel.value for channel in CHANNELS), *_TARIFFS[1:], _DEMAND)
_AT_ONCE = 400
AnyRow = Any  # SQLAlchemy's Row, whatever its columns
_UNSAID = (None,) * len(_TARIFFS)


@dataclass(slots=True)
class Readouts:
    """The last telegram of a day that had the total in it."""

    at_min: int | None = None
    registers: dict[Channel, int] = field(default_factory=dict)
    tariffs: tuple[int | None, ...] = _UNSAID
    demand_w: int | None = None
    demand_day: int | None = None
    demand_since_day: int | None = None
    drift_s: int | None = None  # of all the day's readouts the one that travelled fastest


def load_readouts(conn: Connection, rows: Sequence[PointDay]) -> dict[tuple[int, int], Readouts]:
    """By (point, day); a day of an exchange has none: its readout could be either meter's."""
    whose = {(one.segments[0].meter_id, one.day): one.point_id for one in rows if len(one.segments) == 1}
    if not whose:
        return {}
    by_day: dict[tuple[int, int], dict[datetime, list[AnyRow]]] = {}
    for row in _rows(conn, sorted({meter for meter, _ in whose}), [day for _, day in whose]):
        key = (row.meter_id, day_number(to_local(row.at).date()))
        if key in whose:
            by_day.setdefault(key, {}).setdefault(row.at, []).append(row)
    return {(whose[key], key[1]): _readouts(key[1], at) for key, at in by_day.items()}


def _rows(conn: Connection, meters: Sequence[int], days: Iterable[int]) -> Iterator[AnyRow]:
    span = list(days)
    since, until = (instant_of_label(edge_of_day(day)) for day in (min(span), max(span) + 1))
    c = readings.c
    columns = (c.meter_id, c.code, c.at, c.amount, c.scale, c.stamp, c.time_from, c.received_at)
    for start in range(0, len(meters), _AT_ONCE):
        query = select(*columns).where(
            c.meter_id.in_(meters[start : start + _AT_ONCE]),
            c.code.in_(_CODES),
            c.history == PRESENT,
            c.at >= since,
            c.at < until,
        )
        yield from conn.execute(query)


def _readouts(day: int, told: Mapping[datetime, list[AnyRow]]) -> Readouts:
    found = Readouts(drift_s=_drift([row for rows in told.values() for row in rows]))
    whole = [at for at, rows in told.items() if any(row.code == Channel.A_PLUS.value for row in rows)]
    if not whole:
        return found
    at = max(whole)
    values = {row.code: _whole(row) for row in told[at]}
    found.at_min = (at - instant_of_label(edge_of_day(day))) // timedelta(minutes=1)
    found.registers = {c: values[c.value] for c in CHANNELS if c.value in values}
    if any(code in values for code in _TARIFFS[1:]):
        total = values[_TARIFFS[0]]
        found.tariffs = (total, *(values.get(code, 0) for code in _TARIFFS[1:]))
    demand = next((row for row in told[at] if row.code == _DEMAND), None)
    if demand is not None:
        found.demand_w = _whole(demand)
        found.demand_since_day = day - date_of_day(day).day + 1  # reset at the month's end
        if demand.stamp is not None:
            found.demand_day = day_number(to_local(demand.stamp).date())
    return found


def _whole(row: AnyRow) -> int:
    """Wh, varh or W, rounded down where the meter shows less than one."""
    amount: int = row.amount
    scale: int = row.scale
    return amount * int(10**scale) if scale >= 0 else amount // int(10**-scale)


def _drift(rows: Iterable[AnyRow]) -> int | None:
    """The meter's clock less ours; a telegram waits on its way, so the smallest of the day is nearest."""
    each = [(row.at - row.received_at) // timedelta(seconds=1) for row in rows if row.time_from == "clock"]
    return min(each, key=abs, default=None)
