"""Which rows does the hourly table have, and what do its days add up to?

Every hour that is due has its row: one of which nothing is known says so instead of being left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from osos.mdm.canonical import Channel
from osos.mdm.faces import Indices, Series
from osos.portal.times import instant, known
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


def hourly_view(series: Series, indices: Indices, installations: Sequence[Installation]) -> HourlyView:
    """Hours of `series` with the registers at their ends, day by day."""
    channels = tuple(c for c in ENERGIES if c in series.channels)
    rows = _rows(series, indices, channels, installations)
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
    series: Series, indices: Indices, channels: tuple[Channel, ...], installations: Sequence[Installation]
) -> list[HourRow]:
    shown = {int(at): row for row, at in enumerate(indices.at.astype("datetime64[s]").astype("int64"))}
    exchanges = {one.since: one.meter for one in installations[1:]}
    marks, known_minutes, due = series.marks, series.known_minutes, series.due_minutes
    rows = []
    for n in range(len(series)):
        start, end = instant(series.starts[n]), instant(series.ends[n])
        at_end = shown.get(int(end.timestamp()))
        is_known = int(known_minutes[n]) > 0
        rows.append(
            HourRow(
                start=start,
                end=end,
                wh={c: int(series.of(c)[n]) if is_known else None for c in channels},
                index={c: _register(indices, c, at_end) for c in channels},
                quality=Quality.of_mark(int(marks[n])),
                known_minutes=int(known_minutes[n]),
                due_minutes=int(due[n]),
                known_since=known(series.known_since[n]),
                new_meter=next((meter for since, meter in exchanges.items() if start <= since < end), None),
            )
        )
    return rows


def _register(indices: Indices, channel: Channel, row: int | None) -> int | None:
    if row is None or channel not in indices.wh:
        return None
    value = int(indices.wh[channel][row])
    return None if value < 0 else value
