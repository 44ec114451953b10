"""Which rows does the hourly table have, and what do its days add up to?

Every hour that is due has its row: one of which nothing is known says so instead of being left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from osos.mdm.canonical import Channel
from osos.mdm.faces import ClockChange, Indices, Series
from osos.portal.times import instants, known
from osos.quantities import DeviceId, Quality, local_day
from osos.registry import Installation

ENERGIES = (Channel.A_PLUS, Channel.A_MINUS, Channel.Q1, Channel.Q4)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourRow:
    """One hour: what passed the point, and the registers at its end as the meter shows them."""

    start: datetime
    end: datetime
    wh: Mapping[Channel, int | None]  # primary; None: not known
    index: Mapping[Channel, int | None]  # the meter's own, before the multiplier
    quality: Quality
    known_minutes: int
    due_minutes: int
    known_since: datetime | None
    new_meter: DeviceId | None = None  # the meter was exchanged within this hour or at its start
    clocks: tuple[ClockChange, ...] = ()  # that changed at its start

    @property
    def came_twice(self) -> bool:
        """Did a clock show the hour before once more?"""
        return any(not one.forward for one in self.clocks)

    @property
    def is_partly_known(self) -> bool:
        return 0 < self.known_minutes < 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfHours:
    """A day's rows and their sum."""

    day: date
    hours: tuple[HourRow, ...]
    wh: Mapping[Channel, int]

    @property
    def missing(self) -> int:
        """Hours of which something is not known."""
        return sum(row.known_minutes < row.due_minutes for row in self.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyView:
    """All days of the page, with the channels their meters count."""

    days: tuple[DayOfHours, ...]
    channels: tuple[Channel, ...]
    wh: Mapping[Channel, int]
    last_known: datetime | None

    @property
    def missing(self) -> int:
        return sum(day.missing for day in self.days)

    @property
    def hours(self) -> int:
        return sum(len(day.hours) for day in self.days)


def hourly_view(
    series: Series,
    indices: Indices,
    installations: Sequence[Installation],
    clocks: Sequence[ClockChange] = (),
) -> HourlyView:
    """Hours of `series` with the registers at their ends, day by day."""
    channels = tuple(c for c in ENERGIES if c in series.channels)
    rows = _rows(series, indices, channels, installations, clocks)
    days = tuple(_day(day, tuple(of)) for day, of in groupby(rows, key=lambda row: local_day(row.start)))
    return HourlyView(
        days=days,
        channels=channels,
        wh={c: series.total(c) for c in channels},
        last_known=known(series.last_known) if len(series) else None,
    )


def _day(day: date, hours: tuple[HourRow, ...]) -> DayOfHours:
    channels = hours[0].wh
    return DayOfHours(day=day, hours=hours, wh={c: sum(row.wh[c] or 0 for row in hours) for c in channels})


def _rows(
    series: Series,
    indices: Indices,
    channels: tuple[Channel, ...],
    installations: Sequence[Installation],
    clocks: Sequence[ClockChange],
) -> list[HourRow]:
    starts, ends = instants(series.starts), instants(series.ends)
    wh = {c: series.of(c).tolist() for c in channels}
    index = {c: _by_moment(indices, c) for c in channels}
    facts = (series.marks, series.known_minutes, series.due_minutes)
    marks, known_minutes, due = (each.tolist() for each in facts)
    return [
        HourRow(
            start=start,
            end=ends[n],
            wh={c: wh[c][n] if known_minutes[n] else None for c in channels},
            index={c: index[c].get(ends[n]) for c in channels},
            quality=Quality.of_mark(marks[n]),
            known_minutes=known_minutes[n],
            due_minutes=due[n],
            known_since=known(series.known_since[n]),
            new_meter=_exchanged(installations, start, ends[n]),
            clocks=tuple(one for one in clocks if one.at == start) if clocks else (),
        )
        for n, start in enumerate(starts)
    ]


def _exchanged(installations: Sequence[Installation], start: datetime, end: datetime) -> DeviceId | None:
    """The meter that came within this hour or at its start; the first one came to nobody's place."""
    return next((one.meter for one in installations[1:] if start <= one.since < end), None)


def _by_moment(indices: Indices, channel: Channel) -> Mapping[datetime, int]:
    """A register at the moments at which it was said."""
    if channel not in indices.wh:
        return {}
    said = zip(instants(indices.at), indices.wh[channel].tolist(), strict=True)
    return {at: value for at, value in said if value >= 0}
