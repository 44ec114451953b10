"""What was the highest power of each month, drawn and fed in, and when (1.6.0, 2.6.0; P-9)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, select

from osos.mdm.canonical import Channel
from osos.mdm.derive.demand import load_factor, over_contract_w
from osos.mdm.derive.grids import Resolution, month_at
from osos.mdm.faces.month_so_far import totals, within
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.registers import RegisterRow, is_of_his_time, row_of
from osos.mdm.faces.series import peaks, series
from osos.mdm.register_readings import KEPT_BY_METER, PRESENT
from osos.mdm.tables import readings
from osos.quantities import Interval, Quality
from osos.registry import Installation

IMPORT, EXPORT = "1.6.0", "2.6.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One maximum: primary W, when it was reached, when it was read, and how far it can be trusted."""

    w: int
    at: datetime | None  # None: the meter told no time
    read_at: datetime
    kept: bool  # a row that the meter keeps of a month's end, not what it shows
    quality: Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDemands:
    """The meter's own maxima of a month, and the highest quarter hour of its profile beside them."""

    month: Interval
    is_over: bool
    maxima: Mapping[str, Demand]  # 1.6.0, 2.6.0
    profile_peak_w: int | None  # of fixed quarter hours; the meter's window slides, so its own may be more
    profile_peak_day: datetime | None  # the day's start
    over_contract_w: int | None  # None: no contract power is known, or no maximum
    load_factor: Decimal | None


def demands(
    conn: Connection, seen: SeenPoint, *, now: datetime, months: int = 13
) -> tuple[MonthDemands, ...]:
    """The month that holds `now` and the ones before it, the latest first."""
    spans = [month_at(now, back=n) for n in range(months)]
    period = Interval(spans[-1].start, spans[0].end)
    told = _told(conn, seen, period)
    days = series(conn, seen, period=period, resolution=Resolution.DAY)
    tops = peaks(conn, seen, period=period)
    found = []
    for month in spans:
        maxima = told.get(month.start, {})
        top = max(((w, at) for at, w in tops.items() if at in month), default=(None, None))
        energy, best = totals(within(days, month)).get(Channel.A_PLUS, 0), maxima.get(IMPORT)
        highest = best.w if best is not None else top[0]
        hours = Decimal(int(within(days, month).known_minutes.sum())) / 60
        contract = seen.place.contract_kw
        found.append(
            MonthDemands(
                month=month,
                is_over=month.end <= now,
                maxima=maxima,
                profile_peak_w=top[0],
                profile_peak_day=top[1],
                over_contract_w=None
                if contract is None or highest is None
                else over_contract_w(highest, contract_kw=contract),
                load_factor=None if highest is None else load_factor(energy, peak_w=highest, hours=hours),
            )
        )
    return tuple(found)


def _told(conn: Connection, seen: SeenPoint, period: Interval) -> dict[datetime, dict[str, Demand]]:
    """By the start of the month they are of: the rows a meter keeps, and its last present reading.

    A kept row is of the month that ended with it. Present readings of months since closed are not asked for.
    """
    found: dict[datetime, dict[str, Demand]] = {}
    for one, sight in seen.seen_installations():
        part = sight.overlap(period)
        if part is None:
            continue
        kept = conn.execute(_kept(one, part)).all()
        last = [row for code in (IMPORT, EXPORT) for row in conn.execute(_last(one, part, code))]
        for row in (*kept, *last):
            read = row_of(row, one)
            if not is_of_his_time(read, seen.periods):
                continue
            ended = row.at - timedelta(minutes=1) if row.history == KEPT_BY_METER else row.at
            _keep_greater(found.setdefault(month_at(ended).start, {}), read)
    return found


def _kept(one: Installation, part: Interval) -> Select[Any]:
    c = readings.c
    mine = (c.meter_id == one.meter_id) & c.code.in_([IMPORT, EXPORT]) & (c.history == KEPT_BY_METER)
    return select(readings).where(mine, c.at >= part.start, c.at <= part.end)


def _last(one: Installation, part: Interval, code: str) -> Select[Any]:
    c = readings.c
    mine = (c.meter_id == one.meter_id) & (c.code == code) & (c.history == PRESENT)
    return select(readings).where(mine, c.at >= part.start, c.at <= part.end).order_by(c.at.desc()).limit(1)


def _keep_greater(held: dict[str, Demand], read: RegisterRow) -> None:
    """Of several readings of a month the highest is its maximum: it only rises until it is reset."""
    w = int(read.value * read.multiplier)
    if read.code not in held or w > held[read.code].w:
        held[read.code] = Demand(
            w=w, at=read.stamp, read_at=read.at, kept=read.row is not None, quality=read.quality
        )
