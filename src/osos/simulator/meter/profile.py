"""What stands in the load profile memory, and how is it printed?"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from osos.simulator.meter import means
from osos.simulator.meter.booking import Booking
from osos.simulator.meter.counters import WS_A_WH, Counters
from osos.simulator.meter.metrology import CHANNELS, EXPORT, IMPORT
from osos.simulator.meter.moment import DAY_S
from osos.simulator.meter.quarters import QUARTER_S, Cells
from osos.simulator.meter.seams import SOUND, Seams
from osos.simulator.meter.settings import Settings
from osos.simulator.meter.spec import MeterSpec
from osos.simulator.meter.timeline import Epoch, Timeline

Ints = NDArray[np.int64]
PORTION = 30 * 1440  # minutes of records made at a time
RECORDS_KEPT = 17_280  # 180 days of quarter hours (M-104)
ROLLOVER = 10**9  # 6 + 3 digits (M-60)

_PHASES = (32, 52, 72)
_CURRENT = ("31.7.0", "51.7.0", "71.7.0")

# Digits before and after the point (M-38), by what a column's code begins with.
_ENERGY, _POWER, _VOLT, _AMPERE, _HERTZ, _COS = (6, 3), (3, 3), (3, 1), (3, 1), (2, 1), (1, 2)


def profile_columns(spec: MeterSpec, name: str) -> tuple[str, ...] | None:
    """Column codes in storage order (M-101); None: such a meter has no such profile (M-103)."""
    catalogue = spec.profile.catalogue
    if spec.profile.generation != 3:
        return catalogue.columns(name, kind=spec.kind, ways=spec.ways)
    first, second = (catalogue.columns(one, kind=spec.kind, ways=spec.ways) or () for one in ("P.01", "P.02"))
    kept = means.marked(tuple(code for code in second if code != "91.7.0" or "neutral" in spec.options))
    return {"P.01": first, "P.02": kept, "P.12": first + kept}.get(name)


def digits_of(column: str) -> tuple[int, int]:
    if means.is_marked(column):
        return means.digits(column)
    if ".8." in column:
        return _ENERGY
    if ".6." in column:
        return _POWER
    return {"14.7.0": _HERTZ, "13.7.0": _COS}.get(column, _AMPERE if column in _CURRENT else _VOLT)


@dataclass(frozen=True, slots=True)
class ProfileRows:
    """Records in storage order: wall minutes since 2000-01-01, and each column in its own last digit."""

    columns: tuple[str, ...]
    labels: Ints  # (n,)
    values: Ints  # (n, columns)

    def only(self, at: int) -> "ProfileRows":
        """One record by its place, negative from the end; none there: empty."""
        which = slice(at, at + 1 or None) if -len(self.labels) <= at else slice(0, 0)
        return replace(self, labels=self.labels[which], values=self.values[which])


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring records of one grid: labels first, first + period, … last (wall minutes)."""

    first: int
    last: int
    settings: Settings
    end_s: int | None = None  # the world second of the one record a power cut made (M-105)

    @property
    def labels(self) -> Ints:
        return np.arange(self.first, self.last + 1, self.settings.profile_min, dtype=np.int64)


class Profile:
    """The three load profiles as a function of time."""

    def __init__(
        self,
        spec: MeterSpec,
        counters: Counters,
        booking: Booking,
        timeline: Timeline,
        *,
        seams: Seams = SOUND,
    ) -> None:
        self._spec, self._counters, self._booking, self.timeline = spec, counters, booking, timeline
        self._seams = seams

    def rows(self, name: str, *, first: int | None, last: int | None, at_s: int) -> ProfileRows | None:
        """Records labelled `first` to `last`, both included, stored up to `at_s`; None: no such profile."""
        columns = profile_columns(self._spec, name)
        if columns is None:
            return None
        kept = [part for piece in self._stored(at_s) if (part := _cut(piece, first, last))]
        pieces = [portion for piece in kept for portion in _portions(piece)]
        empty = np.zeros((0, len(columns)), dtype=np.int64)
        labels = [np.zeros(0, dtype=np.int64), *(piece.labels for piece in pieces)]
        values = [empty, *(self._values(columns, piece) for piece in pieces)]
        found = ProfileRows(columns, np.concatenate(labels), np.concatenate(values))
        return self._seams.through("records", found, self, name)

    def _stored(self, at_s: int) -> list[Piece]:
        """All records still kept, in storage order: the oldest beyond 180 days are overwritten."""
        pieces, room = [], self._seams.number("records_kept", RECORDS_KEPT)
        for piece in reversed(self._made(at_s)):
            if room == 0:
                break
            period = piece.settings.profile_min
            kept = 1 if piece.end_s else min(room, (piece.last - piece.first) // period + 1)
            pieces.append(replace(piece, first=piece.last - (kept - 1) * period))
            room -= kept
        return self._seams.through("kept", pieces[::-1], self.timeline)

    def _made(self, at_s: int) -> list[Piece]:
        """All records ever stored, in storage order."""
        pieces: list[Piece] = []
        for run in self.timeline.runs(at_s, key=_grid):
            if run.settings.records:
                pieces += filter(None, [_records_of(run)])
            elif not run.settings.powered and run.start_s > self._counters.since_s:
                before = self.timeline.at(run.start_s - 1)
                pieces += filter(None, [_record_of_cut(run.start_s, before, pieces)])
        return pieces

    def _values(self, columns: tuple[str, ...], piece: Piece) -> Ints:
        settings = piece.settings
        period_s = settings.profile_min * 60
        ends = piece.labels * 60 - settings.offset_s
        starts = ends - period_s
        if piece.end_s is not None:
            ends = np.array([piece.end_s], dtype=np.int64)
            starts = (ends + settings.offset_s) // period_s * period_s - settings.offset_s
        starts = np.maximum(starts, settings.grid_from_s)
        window = _Window(self._counters, self._booking, starts, ends, period_s)
        return np.stack([window.column(name) for name in columns], axis=1)


class _Window:
    """Values of one run of records, worked out only for the columns asked."""

    def __init__(self, counters: Counters, booking: Booking, starts: Ints, ends: Ints, period_s: int) -> None:
        self._counters, self._booking = counters, booking
        self._starts, self._ends, self._period_s = starts, ends, period_s
        self._known: dict[str, Ints] = {}

    def column(self, name: str) -> Ints:
        group = self._group(name)
        if name not in self._known:
            self._known.update(group())
        return self._known[name]

    def _group(self, name: str) -> Callable[[], dict[str, Ints]]:
        if name.endswith(".8.0"):
            return self._totals
        if means.is_marked(name):
            return lambda: means.means(self._counters, self._starts, self._ends)
        if ".8." in name:
            return self._tariffs
        return self._powers if ".6." in name else self._electric

    def _totals(self) -> dict[str, Ints]:
        whole = self._counters.at(self._ends) // WS_A_WH
        found = dict(zip(CHANNELS, whole % ROLLOVER, strict=True))
        start = int(self._booking.at(self._ends[:1])[0].sum()) - int(whole[IMPORT, 0])
        found["1.8.0"] = (whole[IMPORT] + start) % ROLLOVER
        return found

    def _tariffs(self) -> dict[str, Ints]:
        booked = self._booking.at(self._ends) % ROLLOVER
        return {f"{way + 1}.8.{n + 1}": booked[way, n] for way in (0, 1) for n in range(4)}

    def _powers(self) -> dict[str, Ints]:
        both = self._counters.at(np.concatenate([self._starts, self._ends]))[[IMPORT, EXPORT]]
        mean = (both[:, len(self._ends) :] - both[:, : len(self._ends)]) // self._period_s
        return {"1.6.0": mean[0], "2.6.0": mean[1]}

    def _electric(self) -> dict[str, Ints]:
        """Extremes of 1 s voltages; means of current, frequency and cos φ over each period (M-102)."""
        fine = bool((self._starts % QUARTER_S).any() or (self._ends % QUARTER_S).any())
        first_day = int(self._starts[0]) // DAY_S
        cells = self._counters.cells(first_day, int(self._ends[-1] - 1) // DAY_S, fine=fine)
        cell_s = cells.minutes * 60
        opens = self._starts // cell_s - first_day * DAY_S // cell_s
        shuts = -(-self._ends // cell_s) - first_day * DAY_S // cell_s
        return _electric(cells, opens, np.maximum(shuts, opens + 1))


def _electric(cells: Cells, opens: Ints, shuts: Ints) -> dict[str, Ints]:
    minutes = (shuts - opens) * cells.minutes
    bounds = np.stack([opens, shuts], axis=1).ravel()

    def over(how: np.ufunc, values: Ints) -> Ints:
        """One value a record; reduceat wants one cell more than there is."""
        padded = np.concatenate([values, values[..., -1:]], axis=-1)
        found: Ints = how.reduceat(padded, bounds, axis=-1)[..., ::2]
        return found

    active, apparent = over(np.add, cells.active_w), over(np.add, cells.apparent_va)
    cos = np.where(apparent > 0, _rounded(active * 100, np.maximum(apparent, 1)), 100)
    found: dict[str, Ints] = {
        "14.7.0": _rounded(over(np.add, cells.frequency_chz), minutes * 10),
        "13.7.0": np.minimum(cos, 100),
    }
    current = _rounded(over(np.add, cells.current_da), minutes)
    found.update(zip((f"{n}.7.0 max" for n in _PHASES), over(np.maximum, cells.high_dv), strict=False))
    found.update(zip((f"{n}.7.0 min" for n in _PHASES), over(np.minimum, cells.low_dv), strict=False))
    found.update(zip(_CURRENT, current, strict=False))
    return found


def _rounded(total: Ints, count: Ints) -> Ints:
    return (2 * total + count) // (2 * count)


def _grid(settings: Settings) -> tuple[object, ...]:
    return settings.grid_from_s, settings.profile_min, settings.offset_s, settings.powered


def _record_of_cut(second: int, before: Settings, stored: list[Piece]) -> Piece | None:
    """A power cut stores a record at that minute at once, none if that label exists (M-105)."""
    label = (second + before.offset_s) // 60
    if not before.records or (stored and stored[-1].last == label):
        return None
    return Piece(label, label, before, end_s=second)


def _records_of(run: Epoch) -> Piece | None:
    """The labels a run has stored: on the hour grid, after its start, up to its end (M-100)."""
    period, offset = run.settings.profile_min, run.settings.offset_s
    first = ((run.start_s + offset) // (period * 60) + 1) * period
    last = (run.end_s + offset) // (period * 60) * period
    return Piece(first, last, run.settings) if first <= last else None


def _portions(piece: Piece) -> list[Piece]:
    """A month at a time, so that all columns are made while its days are at hand."""
    if piece.end_s is not None:
        return [piece]
    step = PORTION // piece.settings.profile_min * piece.settings.profile_min
    starts = range(piece.first, piece.last + 1, step)
    period = piece.settings.profile_min
    return [Piece(start, min(start + step - period, piece.last), piece.settings) for start in starts]


def _cut(piece: Piece, first: int | None, last: int | None) -> Piece | None:
    period = piece.settings.profile_min
    start, end = piece.first, piece.last
    if piece.end_s is not None:
        inside = (first is None or first <= start) and (last is None or end <= last)
        return piece if inside else None
    if first is not None and first > start:
        start += -(-(first - start) // period) * period
    if last is not None and last < end:
        end -= -(-(end - last) // period) * period
    return Piece(start, end, piece.settings) if start <= end else None
