"""What are T1, T2, T3 and T4 of a period made of, and do they come to T?

By the meter's own registers where they enclose the period: each tariff is the difference of two readings, and
each reading leads to the message that told it; where a meter was exchanged for another, of each of the two.
Else by quarter hours: each tariff is stretches of days that
the meter's calendar gives it, and each stretch leads to its own explanation.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from sqlalchemy import Connection, select

from osos.mdm.canonical import ROLLS_OVER_AT, Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.derive.series import Series
from osos.mdm.derive.tariffs import Band, Bands
from osos.mdm.faces.meter_calendar import meter_bands
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.registers import RegisterRow, row_of
from osos.mdm.faces.series import series
from osos.mdm.faces.tariff_split import TariffSplit, meters_of, tariff_split
from osos.mdm.labels import Ints
from osos.mdm.tables import readings
from osos.quantities import Interval, Quality
from osos.registry import Installation

_FAMILY = {Channel.A_PLUS: "1.8.", Channel.A_MINUS: "2.8."}
_EPOCH_S, _OFFSET_S, _DAY_S = np.datetime64(0, "s"), 3 * 3600, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Quarter hours in a row of one tariff on one day."""

    period: Interval
    wh: int
    missing: bool  # some of it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one meter's register advanced from one reading to another."""

    begun: RegisterRow
    ended: RegisterRow

    @property
    def secondary(self) -> int:
        """Before the multiplier; one that went back has rolled over (M-60)."""
        step = _amount(self.ended) - _amount(self.begun)
        return step if step >= 0 else step + ROLLS_OVER_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class BandTold:
    """One tariff, or T of all of them: by the steps of one meter or more, or of which stretches."""

    band: Band | None  # None: T
    wh: int  # primary
    steps: tuple[Step, ...] = ()
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffsTold:
    """All tariffs of a period, and T beside their sum."""

    split: TariffSplit
    channel: Channel
    bands: tuple[BandTold, ...]
    total: BandTold

    @property
    def sum_wh(self) -> int:
        return sum(one.wh for one in self.bands)


def tariffs_told(
    conn: Connection, seen: SeenPoint, *, period: Interval, channel: Channel = Channel.A_PLUS
) -> TariffsTold:
    """The figures are those of `faces.tariff_split`; here is what they were taken from."""
    slots = series(conn, seen, period=period, resolution=Resolution.QUARTER)
    split = tariff_split(conn, seen, period=period, channel=channel, slots=slots)
    told: dict[str, list[Step]] = {}
    stretches: Mapping[Band, list[Stretch]] = {}
    if split.method == "registers":
        for one, part in meters_of(seen, period) or ():
            for code, step in _registers(conn, one, part, _FAMILY[channel]).items():
                told.setdefault(code, []).append(step)
    else:
        stretches = _stretches(slots, meter_bands(conn, seen, slots.starts, period=period).bands, channel)
    bands = tuple(
        BandTold(
            band=band,
            wh=split.wh.get(band, 0),
            steps=tuple(told.get(f"{_FAMILY[channel]}{band.value}", ())),
            stretches=tuple(stretches.get(band, ())),
        )
        for band in Band
        if split.wh.get(band) or band is not Band.T4
    )
    total = BandTold(band=None, wh=split.total_wh, steps=tuple(told.get(f"{_FAMILY[channel]}0", ())))
    return TariffsTold(split=split, channel=channel, bands=bands, total=total)


def _registers(conn: Connection, one: Installation, period: Interval, family: str) -> dict[str, Step]:
    """By code, what was read of both ends of the period; what was kept with a doubt tells nothing."""
    query = select(readings).where(
        readings.c.meter_id == one.meter_id,
        readings.c.code.in_([f"{family}{tariff}" for tariff in range(5)]),
        readings.c.at.in_([period.start, period.end]),
    )
    shown: dict[tuple[str, datetime], RegisterRow] = {
        (row.code, row.at): row_of(row, one)
        for row in conn.execute(query)
        if row.quality == Quality.MEASURED.mark
    }
    return {
        code: Step(begun=shown[code, period.start], ended=shown[code, period.end])
        for code, at in shown
        if at == period.start and (code, period.end) in shown
    }


def _amount(row: RegisterRow) -> int:
    """In whole Wh; what is finer is cut off, as it is in the split."""
    whole: int = row.amount * 10**row.scale if row.scale >= 0 else row.amount // 10**-row.scale
    return whole


def _stretches(slots: Series, of_bands: Bands, channel: Channel) -> dict[Band, list[Stretch]]:
    found: dict[Band, list[Stretch]] = {}
    wh, lost = slots.of(channel), slots.minutes[Quality.MISSING]
    starts = (slots.starts - _EPOCH_S).astype(np.int64)
    ends = (slots.ends - _EPOCH_S).astype(np.int64)
    for first, until in _runs(starts, ends, of_bands):
        start, end = (datetime.fromtimestamp(at, tz=UTC) for at in (starts[first], ends[until - 1]))
        one = Stretch(
            period=Interval(start, end),
            wh=int(wh[first:until].sum()),
            missing=bool(lost[first:until].any()),
        )
        found.setdefault(Band(int(of_bands[first])), []).append(one)
    return found


def _runs(starts: Ints, ends: Ints, of_bands: Bands) -> Iterator[tuple[int, int]]:
    """Cut where the tariff changes, the day does, or what is in sight has a hole."""
    if not starts.size:
        return
    days = (starts + _OFFSET_S) // _DAY_S
    cut = (of_bands[1:] != of_bands[:-1]) | (days[1:] != days[:-1]) | (starts[1:] != ends[:-1])
    yield from pairwise([0, *(np.flatnonzero(cut) + 1).tolist(), starts.size])
