"""What did the last readout say, register by register (*Readout Listesi*, P-4)?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from osos.mdm.derive.grids import month_at
from osos.mdm.faces.points import SeenPoint
from osos.mdm.register_readings import PRESENT
from osos.mdm.tables import readings
from osos.quantities import DeviceId, Interval, Quality
from osos.registry import Installation

_A_MOMENT = timedelta(minutes=1)
_MULTIPLIED = (".8.", ".6.")  # energies and demands; a voltage is what the meter sees


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One register at one moment: `amount × 10**scale` of `base_unit`, before the multiplier."""

    code: str
    meter: DeviceId
    at: datetime
    time_from: str  # whose word `at` is: clock, month end, calendar, received
    text: str  # the meter's own characters
    unit: str | None
    amount: int
    scale: int
    base_unit: str
    stamp: datetime | None  # of a demand: when it was reached
    row: int | None  # the n of *n; None: present
    quality: Quality
    received_at: datetime  # when we knew it
    multiplier: Decimal

    @property
    def value(self) -> Decimal:
        """In `base_unit`, before the multiplier."""
        return self.amount * Decimal(10) ** self.scale

    @property
    def primary(self) -> Decimal | None:
        """What it means at the point itself; None for what no multiplier applies to."""
        return self.value * self.multiplier if any(part in self.code for part in _MULTIPLIED) else None


def registers(conn: Connection, seen: SeenPoint) -> tuple[RegisterRow, ...]:
    """The latest of each register of the meter that hung last in sight, by code, each with its time."""
    hung = seen.seen_installations()
    if not hung:
        return ()
    one, sight = hung[-1]
    newest = {row.code: row.at for row in conn.execute(_newest(one, sight)) if row.at is not None}
    if not newest:
        return ()
    c = readings.c
    mine = (c.meter_id == one.meter_id) & (c.history == PRESENT)
    these = c.code.in_(list(newest)) & c.at.in_(sorted(set(newest.values())))
    rows = conn.execute(select(readings).where(mine, these).order_by(c.code))
    found = (row_of(row, one) for row in rows if newest[row.code] == row.at)
    return tuple(row for row in found if is_of_his_time(row, seen.periods))


def is_of_his_time(row: RegisterRow, periods: Iterable[Interval]) -> bool:
    """A counter at the edge of two parties' times is both's; a maximum is his in whose time it was reached.

    One that tells no time may have been reached at any moment since the month's start.
    """
    if ".6." not in row.code:
        return True
    ended = row.at if row.row is None else row.at - _A_MOMENT
    reached = row.stamp if row.stamp is not None else month_at(ended).start + _A_MOMENT
    return any(each.start < reached <= each.end for each in periods)


def row_of(row: Row[tuple[object, ...]], one: Installation) -> RegisterRow:
    facts = dict(row._mapping)
    for name in ("meter_id", "history", "version", "frame_id"):
        facts.pop(name)
    facts["quality"] = Quality.of_mark(facts["quality"])
    return RegisterRow(meter=one.meter, multiplier=one.multiplier, **facts)


def _newest(one: Installation, sight: Interval) -> Select[Any]:
    """The key is (meter, code, history, at): step from code to code and take the last of each, a dozen seeks.

    A meter read every hour for years has hundreds of thousands of rows; none but the last ones are touched.
    The rows themselves are asked for apart: joined to this, SQLite would sift all readings of all meters.
    """
    c = readings.c
    first = select(func.min(c.code).label("code")).where(c.meter_id == one.meter_id)
    codes = first.cte("codes", recursive=True)
    after = (
        select(func.min(c.code)).where(c.meter_id == one.meter_id, c.code > codes.c.code).scalar_subquery()
    )
    codes = codes.union_all(select(after).where(codes.c.code.is_not(None)))
    last = (
        select(func.max(c.at))
        .where(c.meter_id == one.meter_id, c.history == PRESENT, c.code == codes.c.code)
        .where(c.at >= sight.start, c.at <= sight.end)
        .correlate(codes)
        .scalar_subquery()
    )
    return select(codes.c.code, last.label("at")).where(codes.c.code.is_not(None))
