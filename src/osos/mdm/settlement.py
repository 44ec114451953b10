"""What did each point take and give in each settlement period of a month, ready to be delivered (S-3, S-11)?

The seam to whoever delivers: a month a point, in whole primary Wh, with what is not known or not measured
beside it, and a hash of it all: where it differs from the one delivered, the month is to be told again. Of a
closed month these are the settled values; what came later waits among the corrections (D-23).
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from osos.mdm import points
from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution, naive
from osos.mdm.derive.series import DayParts, Series, series_of_slots, slots_missing, slots_of
from osos.mdm.keeping import known_on as past
from osos.mdm.labels import HOUR_MIN, NOMINAL_MIN, Ints, days_of_period, edge_of_day, instant_of_label
from osos.mdm.points import HeldDay
from osos.mdm.settlement_many import NOT_KNOWN, LaidMonths, laid_months
from osos.mdm.spreading import Spread, crew
from osos.quantities import Interval, Quality
from osos.registry import Installation
from osos.registry.behind import installations_of
from osos.store import Store

# Settlement is hourly; by quarter hours from 01.01.2027 (DUY, temporary article 40).
_GRIDS = {HOUR_MIN: Resolution.HOUR, NOMINAL_MIN: Resolution.QUARTER}
_POINTS_AT_ONCE = 200  # a month of so many is some 30 MB of quarter hours


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SettledMonth:
    """One point's month; the n-th value is of its n-th settlement period, nought where nothing is known."""

    point_id: int
    month: Interval
    period_min: int
    withdrawal_wh: Ints
    supply_wh: Ints
    is_whole: npt.NDArray[np.bool_]  # of each period: all of it is known
    due_min: int  # of the time in which a meter hung there
    missing_min: int
    estimated_min: int
    edited_min: int
    suspect_min: int
    known_since: datetime | None  # when the latest of it came to be known

    @property
    def may_be_delivered(self) -> bool:
        """Nothing of it is missing or in doubt; what is estimated is delivered as such."""
        return self.due_min > 0 and not self.missing_min and not self.suspect_min

    @property
    def content_hash(self) -> bytes:
        """Another one when a value, or what is known of one, is another one."""
        minutes = (self.due_min, self.missing_min, self.estimated_min, self.edited_min, self.suspect_min)
        told = hashlib.blake2b(f"{self.period_min} {minutes}".encode(), digest_size=16)
        for column in (self.withdrawal_wh, self.supply_wh, self.is_whole.astype(np.int64)):
            told.update(column.astype("<i8").tobytes())
        return told.digest()


def settled_months(
    conn: Connection,
    *,
    point_ids: Iterable[int],
    month: Interval,
    period_min: int = HOUR_MIN,
    known_on: datetime | None = None,
) -> Iterator[SettledMonth]:
    """Of each point at which a meter hung in this month, some points at a time; `known_on`: as known then."""
    wanted, days = list(dict.fromkeys(point_ids)), days_of_period(month)
    for start in range(0, len(wanted), _POINTS_AT_ONCE):
        some = wanted[start : start + _POINTS_AT_ONCE]
        hung = {
            point_id: spans
            for point_id, found in installations_of(conn, some).items()
            if (spans := _hung(found, month))
        }
        whole = [one for one in hung if known_on is None and hung[one] == [month] and _is_of_days(month)]
        laid = _of_laid(laid_months(conn, whole, days), month, period_min) if whole else {}
        others = _one_by_one(conn, {one: hung[one] for one in hung if one not in laid}, month, known_on)
        for point_id in hung:
            yield (
                laid[point_id] if point_id in laid else _month(point_id, month, period_min, others[point_id])
            )


def settled_months_of_fleet(
    store: Store,
    *,
    point_ids: Iterable[int],
    month: Interval,
    period_min: int = HOUR_MIN,
    known_on: datetime | None = None,
    spread: Spread | None = None,
    points_a_part: int = _POINTS_AT_ONCE,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[SettledMonth]:
    """The same, each portion of points read at a moment of its own; `progress`: points done, of how many."""
    wanted = list(dict.fromkeys(point_ids))
    ids = [tuple(wanted[start : start + points_a_part]) for start in range(0, len(wanted), points_a_part)]
    parts = [_Part(some, month, period_min, known_on) for some in ids]
    done = 0
    with crew(store, spread) as workers:
        for part, found in zip(parts, workers.worked(_settle_part, parts), strict=True):
            yield from found
            done += len(part.point_ids)
            if progress is not None:
                progress(done, len(wanted))


@dataclass(frozen=True, slots=True)
class _Part:
    """What one worker is asked."""

    point_ids: tuple[int, ...]
    month: Interval
    period_min: int
    known_on: datetime | None


def _settle_part(part: _Part, store: Store) -> list[SettledMonth]:
    """A worker's errand."""
    with store.read() as conn:
        months = settled_months(
            conn,
            point_ids=part.point_ids,
            month=part.month,
            period_min=part.period_min,
            known_on=part.known_on,
        )
        return list(months)


def _is_of_days(month: Interval) -> bool:
    """Whether it begins and ends at midnight, as months do."""
    days = days_of_period(month)
    edges = (instant_of_label(edge_of_day(day)) for day in (days.start, days.stop))
    return (month.start, month.end) == tuple(edges)


def _one_by_one(
    conn: Connection, hung: Mapping[int, Sequence[Interval]], month: Interval, known_on: datetime | None
) -> dict[int, list[DayParts]]:
    """Points with an exchange, another grid, or of the past: slot by slot."""
    if not hung:
        return {}
    days = days_of_period(month)
    held: Mapping[tuple[int, int], HeldDay] = (
        points.load(conn, point_ids=hung, days=days)
        if known_on is None
        else past.load(conn, point_ids=hung, days=days, known_on=known_on)
    )
    return {
        point_id: [part for span in spans for part in _parts(held, point_id, span)]
        for point_id, spans in hung.items()
    }


def _of_laid(laid: LaidMonths, month: Interval, period_min: int) -> dict[int, SettledMonth]:
    """By point, those that lie there whole; each one's arrays are rows of the arrays of all."""
    count, slots = len(laid.point_ids), period_min // NOMINAL_MIN
    missing = laid.marks == Quality.MISSING.mark
    is_whole = ~missing.reshape(count, -1, slots).any(axis=2)
    wh = {channel: of.reshape(count, -1, slots).sum(axis=2) for channel, of in laid.wh.items()}
    minutes = {q: (laid.marks == q.mark).sum(axis=(1, 2)) * NOMINAL_MIN for q in Quality}
    known = np.where(missing.all(axis=2), NOT_KNOWN, laid.known_s).max(axis=1)
    return {
        point_id: SettledMonth(
            point_id=point_id,
            month=month,
            period_min=period_min,
            withdrawal_wh=wh[Channel.A_PLUS][n],
            supply_wh=wh[Channel.A_MINUS][n],
            is_whole=is_whole[n],
            due_min=laid.marks[n].size * NOMINAL_MIN,
            missing_min=int(minutes[Quality.MISSING][n]),
            estimated_min=int(minutes[Quality.ESTIMATED][n]),
            edited_min=int(minutes[Quality.EDITED][n]),
            suspect_min=int(minutes[Quality.SUSPECT][n]),
            known_since=None if known[n] == NOT_KNOWN else datetime.fromtimestamp(int(known[n]), UTC),
        )
        for n, point_id in enumerate(laid.point_ids)
        if point_id not in laid.left
    }


def add_up(months: Iterable[SettledMonth]) -> tuple[Ints, Ints]:
    """Withdrawal and supply of all of them together, period by period: a settlement unit's sums."""
    taken: Ints | int = 0
    given: Ints | int = 0
    for one in months:
        taken, given = taken + one.withdrawal_wh, given + one.supply_wh
    return np.asarray(taken, dtype=np.int64), np.asarray(given, dtype=np.int64)


def _hung(installed: Sequence[Installation], month: Interval) -> list[Interval]:
    """The stretches of the month in which meters hung there, one after the other without a break as one."""
    found: list[Interval] = []
    for one in sorted(installed, key=lambda each: each.since):
        own = Interval(max(one.since, month.start), min(one.until or month.end, month.end))
        if own.start >= own.end:
            continue
        if found and found[-1].end == own.start:
            own = Interval(found.pop().start, own.end)
        found.append(own)
    return found


def _parts(held: Mapping[tuple[int, int], HeldDay], point_id: int, span: Interval) -> Iterator[DayParts]:
    for day in days_of_period(span):
        one = held.get((point_id, day))
        if one is None:
            yield slots_missing(day, sight=span)
        else:
            yield slots_of(one.block, known_since=one.known_since, sight=span)


def _month(point_id: int, month: Interval, period_min: int, parts: Sequence[DayParts]) -> SettledMonth:
    series = series_of_slots(parts, resolution=_GRIDS[period_min])
    count = int(month.length.total_seconds()) // (period_min * 60)
    place = (series.starts - naive(month.start)).astype(np.int64) // (period_min * 60)
    whole = np.zeros(count, dtype=bool)
    # An hour that a meter told as one value is no four quarter hours.
    whole[place] = series.is_whole & ((series.ends - series.starts).astype(np.int64) == period_min * 60)
    return SettledMonth(
        point_id=point_id,
        month=month,
        period_min=period_min,
        withdrawal_wh=_laid(series, Channel.A_PLUS, place, count),
        supply_wh=_laid(series, Channel.A_MINUS, place, count),
        is_whole=whole,
        due_min=int(series.due_minutes.sum()),
        missing_min=_minutes(series, Quality.MISSING),
        estimated_min=_minutes(series, Quality.ESTIMATED),
        edited_min=_minutes(series, Quality.EDITED),
        suspect_min=_minutes(series, Quality.SUSPECT),
        known_since=_last(series),
    )


def _laid(series: Series, channel: Channel, place: Ints, count: int) -> Ints:
    found = np.zeros(count, dtype=np.int64)
    found[place] = series.of(channel)
    return found


def _minutes(series: Series, quality: Quality) -> int:
    return int(series.minutes[quality].sum())


def _last(series: Series) -> datetime | None:
    last = series.last_known
    return None if np.isnat(last) else datetime.fromisoformat(f"{last}+00:00")
