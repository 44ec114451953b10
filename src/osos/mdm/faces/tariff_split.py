"""How much was used in each tariff, T1 to T4 (*Tarife Değerleri*, P-9)?

The meter's own registers where they enclose the period (what a bill rests on); else the quarter hours by
calendar.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, select

from osos.mdm.canonical import ROLLS_OVER_AT, Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.derive.series import Series
from osos.mdm.derive.tariffs import Band, Bands, ClockRegime, TariffCalendar, bands, split
from osos.mdm.faces.meter_calendar import MeterBands, Source, meter_bands
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.series import series
from osos.mdm.tables import readings
from osos.quantities import Interval, Quality
from osos.registry import Installation

_CODES = {Channel.A_PLUS: "1.8.", Channel.A_MINUS: "2.8."}
ROUNDING_WH = 4  # each of four registers and their total is cut to its last digit


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffSplit:
    """Primary Wh of each tariff; `wh` is what counts, and `method` says where it comes from."""

    period: Interval
    method: str  # registers, slots
    wh: Mapping[Band, int]
    total_wh: int
    by_slots: Mapping[Band, int]
    missing_share: float  # of the slots
    estimated_share: float
    known_at: datetime | None  # of the registers: when the last of them was read
    sources: tuple[Source, ...] = ()  # of the bands of the slots, meter by meter
    bands: Bands | None = field(default=None, repr=False, compare=False)  # of each slot

    @property
    def adds_up(self) -> bool:
        """T1 + … + T4 = T (regulation (c2) TOU_SUM)."""
        return abs(sum(self.wh.values()) - self.total_wh) <= ROUNDING_WH


@dataclass(frozen=True, slots=True)
class _Registers:
    wh: Mapping[Band, int]
    total_wh: int
    known_at: datetime


def tariff_split(
    conn: Connection,
    seen: SeenPoint,
    *,
    period: Interval,
    channel: Channel = Channel.A_PLUS,
    calendars: Sequence[TariffCalendar] | None = None,
    regime: ClockRegime = ClockRegime.PERMANENT,
    slots: Series | None = None,
) -> TariffSplit:
    """Slots by the meter's own calendar and clock, unless `calendars` are given.

    `slots` spares asking again for quarter hours of the period that the caller has.
    """
    found = series(conn, seen, period=period, resolution=Resolution.QUARTER) if slots is None else slots
    if calendars is None:
        own = meter_bands(conn, seen, found.starts, period=period)
    else:
        own = MeterBands(bands(found.starts, calendars=calendars, regime=regime), ())
    by_slots = split(found.of(channel), own.bands)
    told = _registers(conn, seen, period, channel)
    return TariffSplit(
        period=period,
        method="slots" if told is None else "registers",
        wh=by_slots if told is None else told.wh,
        total_wh=found.total(channel) if told is None else told.total_wh,
        by_slots=by_slots,
        missing_share=found.total_share(Quality.MISSING),
        estimated_share=found.total_share(Quality.ESTIMATED),
        known_at=None if told is None else told.known_at,
        sources=own.sources,
        bands=own.bands,
    )


def meters_of(seen: SeenPoint, period: Interval) -> list[tuple[Installation, Interval]] | None:
    """Who measured the period, part by part; None where a part of it nobody did, or it is not his to see."""
    if not any(each.start <= period.start and period.end <= each.end for each in seen.periods):
        return None
    found: list[tuple[Installation, Interval]] = []
    at = period.start
    while at < period.end:
        one = seen.meter_at(at)
        if one is None:
            return None
        end = period.end if one.until is None else min(one.until, period.end)
        found.append((one, Interval(at, end)))
        at = end
    return found


def _registers(conn: Connection, seen: SeenPoint, period: Interval, channel: Channel) -> _Registers | None:
    """Registers read of both ends of the period, and of both meters where one was exchanged for another."""
    parts = []
    for one, part in meters_of(seen, period) or ():
        found = _advance(conn, one, part, _CODES[channel])
        if found is None:
            return None
        parts.append(found)
    if not parts:
        return None
    return _Registers(
        {band: sum(each.wh[band] for each in parts) for band in Band},
        sum(each.total_wh for each in parts),
        max(each.known_at for each in parts),
    )


def _advance(conn: Connection, one: Installation, period: Interval, family: str) -> _Registers | None:
    codes = [f"{family}{tariff}" for tariff in range(5)]
    query = select(readings).where(
        readings.c.meter_id == one.meter_id,
        readings.c.code.in_(codes),
        readings.c.at.in_([period.start, period.end]),
    )
    shown: dict[tuple[str, datetime], int] = {}
    known_at = []
    for row in conn.execute(query):
        if row.quality == Quality.MEASURED.mark:
            shown[row.code, row.at] = (
                row.amount * 10**row.scale if row.scale >= 0 else row.amount // 10**-row.scale
            )
            known_at.append(row.received_at)
    steps = {code: _step(shown.get((code, period.start)), shown.get((code, period.end))) for code in codes}
    known = {code: int(step * one.multiplier) for code, step in steps.items() if step is not None}
    if not known.keys() >= set(codes[:4]):  # T4 is spare: some meters do not print it
        return None
    wh = {band: known.get(f"{family}{band.value}", 0) for band in Band}
    return _Registers(wh, known[codes[0]], max(known_at))


def _step(first: int | None, last: int | None) -> int | None:
    """A register that went back has rolled over (M-60)."""
    if first is None or last is None:
        return None
    return last - first if last >= first else last - first + ROLLS_OVER_AT


def share_of(split_: TariffSplit, band: Band) -> Decimal:
    """Of all that was split, from 0 to 1."""
    total = sum(split_.wh.values())
    return Decimal(split_.wh[band]) / total if total else Decimal(0)
