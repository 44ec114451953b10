"""What does a rule know of many days of many points at once?

A row is one day of one point; a batch may be a district on one day or one point over years. All numbers are
whole: secondary Wh, varh and W, seconds, slots, days. A fact nobody knows is `UNKNOWN`, and a rule keeps
silent about it. Numbers no meter can show are cut to ± `MOST`, so that no rule meets an overflow.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from osos.mdm.canonical import GREATEST_W, ROLLS_OVER_AT, Channel
from osos.mdm.labels import DAY_MIN, HOUR_MIN, Ints

Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]
Texts = npt.NDArray[np.str_]

UNKNOWN = int(np.iinfo(np.int64).min)
MOST = 1 << 42  # Wh: a register of 10^12 fits, and times any threshold it is still an int64
YES, NO, UNSAID = 1, 0, -1


def unknown(*shape: int) -> Ints:
    """Nothing known of any row, in no memory."""
    return np.broadcast_to(np.int64(UNKNOWN), shape)


def unsaid(rows: int) -> Small:
    return np.broadcast_to(np.int8(UNSAID), (rows,))


def known(values: Ints) -> Flags:
    return np.not_equal(values, UNKNOWN)


def cut(values: Ints) -> Ints:
    """The same numbers, ± MOST where they are beyond; UNKNOWN stays."""
    if not values.size or (values.max() <= MOST and values.min() >= -MOST):
        return values
    return np.where(values == UNKNOWN, values, np.clip(values, -MOST, MOST))


def _taken(facts: Any, rows: slice) -> Any:
    """The same dataclass with these rows of its arrays; channels come before rows where both are."""
    found = {}
    for name in facts.__slots__:
        values = getattr(facts, name)
        found[name] = values[:, rows] if name == "registers" else values[rows]
    return type(facts)(**found)


def _cut_all(facts: object) -> None:
    for name in facts.__slots__:  # type: ignore[attr-defined]  # each caller is a dataclass with slots
        values = getattr(facts, name)
        if isinstance(values, np.ndarray) and values.dtype == np.int64 and values.ndim:
            object.__setattr__(facts, name, cut(values))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Terms:
    """What was agreed for the point and what its wiring can carry, `(rows,)`."""

    active: Small  # NO: vacant or disconnected
    may_export: Small
    seasonal: Small  # irrigation, summer houses
    greatest_w: Ints  # what fuses, transformers and meter can carry, in the meter's own watts

    def __post_init__(self) -> None:
        _cut_all(self)

    @classmethod
    def unknown(cls, rows: int) -> "Terms":
        none = unsaid(rows)
        return cls(active=none, may_export=none, seasonal=none, greatest_w=unknown(rows))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MeterSide:
    """What was noticed about the meter itself on that day, `(rows,)`."""

    is_expected: Small  # NO: another serial answered (F51)
    units_fit: Small  # NO: a column was printed in a unit that is not its register's
    drift_s: Ints  # its clock less ours; the greatest of the day
    period_set_min: Ints  # the profile period it is configured to
    multiplier_milli: Ints  # thousandths
    multiplier_before_milli: Ints  # of the day before
    multiplier_ordered: Small  # YES: an exchange or a work order explains the change
    status: Ints  # OVERFLOWED | TESTED | FAULTY, as far as a meter says so

    def __post_init__(self) -> None:
        _cut_all(self)

    @classmethod
    def unknown(cls, rows: int) -> "MeterSide":
        none, number = unsaid(rows), unknown(rows)
        return cls(
            is_expected=none,
            units_fit=none,
            drift_s=number,
            period_set_min=number,
            multiplier_milli=number,
            multiplier_before_milli=number,
            multiplier_ordered=none,
            status=number,
        )


OVERFLOWED, TESTED, FAULTY = 1, 2, 8  # bits of MeterSide.status


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Readout:
    """The last readout of the day, apart from the load profile."""

    at_min: Ints  # (rows,) minutes since the day began
    registers: Ints  # (channels, rows)
    tariffs: Ints  # (rows, 5): T, T1 … T4 of the same telegram, Wh
    demand_w: Ints  # (rows,) 1.6.0
    demand_day: Ints  # the day of its stamp
    demand_since_day: Ints  # the day on which demand was reset last
    peak_w: Ints  # the greatest power of the profile since then, up to the readout

    def __post_init__(self) -> None:
        _cut_all(self)

    @classmethod
    def unknown(cls, channels: int, rows: int) -> "Readout":
        number = unknown(rows)
        return cls(
            at_min=number,
            registers=unknown(channels, rows),
            tariffs=unknown(rows, 5),
            demand_w=number,
            demand_day=number,
            demand_since_day=number,
            peak_w=number,
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Past:
    """What the same point did in the four weeks before, `(rows,)`, days found whole and believable only."""

    days: Ints  # how many such days
    greatest_day_wh: Ints
    least_day_wh: Ints
    peak_wh: Ints  # the greatest slot
    longest_still: Ints  # the longest run of slots of one and the same energy, in slots
    weekdays: Ints  # how many of the same weekday
    weekday_mean_wh: Ints
    zero_days: Ints  # days of nothing at all, without a break up to the day before
    estimated_days: Ints  # days with an estimated slot, likewise
    estimated_slots: Ints  # of the month so far, this day included
    month_slots: Ints
    channels: Ints  # bits of the registers it had

    def __post_init__(self) -> None:
        _cut_all(self)

    @classmethod
    def unknown(cls, rows: int) -> "Past":
        none = unknown(rows)
        return cls(**dict.fromkeys(cls.__slots__, none))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Beside:
    """What other meters measured of the same energy that day, `(rows,)`, primary Wh."""

    own_wh: Ints
    check_wh: Ints  # of the check meter at the same point
    below_wh: Ints  # all meters below a transformer or a main meter
    loss_wh: Ints  # the technical loss between

    def __post_init__(self) -> None:
        _cut_all(self)

    @classmethod
    def unknown(cls, rows: int) -> "Beside":
        none = unknown(rows)
        return cls(own_wh=none, check_wh=none, below_wh=none, loss_wh=none)


@dataclass(frozen=True, eq=False, kw_only=True)
class DayFacts:
    """Registers at the edges of the slots of each row's day, and what else is known of that day."""

    points: Ints  # (rows,)
    days: Ints  # (rows,) since 2000-01-01
    period_min: int
    channels: tuple[Channel, ...]
    registers: Ints  # (channels, rows, slots + 1) as said; 0 where not said
    held: Flags  # (channels, rows): the meter has that register
    times_said: npt.NDArray[np.uint8]  # (rows, slots + 1): how many records told this edge
    off_grid: Ints  # (rows,): records between the edges
    apart: Flags | None = None  # (rows, slots): at its two edges hung two meters
    outage: Flags | None = None  # (rows, slots): by the meter's own record there was no voltage
    terms: Terms
    meter: MeterSide
    readout: Readout
    past: Past
    beside: Beside
    groups: Mapping[str, Texts] = field(default_factory=dict)  # scope → (rows,), "tariff_group": …

    def __post_init__(self) -> None:
        object.__setattr__(self, "registers", cut(self.registers))

    @classmethod
    def bare(
        cls,
        *,
        points: Ints,
        days: Ints,
        period_min: int,
        channels: tuple[Channel, ...],
        registers: Ints,
        times_said: npt.NDArray[np.uint8] | None = None,
        off_grid: Ints | None = None,
        held: Flags | None = None,
        apart: Flags | None = None,
    ) -> "DayFacts":
        """Nothing known but the registers; `dataclasses.replace` adds what is."""
        rows, edges = registers.shape[1:]
        return cls(
            points=points,
            days=days,
            period_min=period_min,
            channels=channels,
            registers=registers,
            held=np.ones((len(channels), rows), dtype=bool) if held is None else held,
            times_said=np.ones((rows, edges), dtype=np.uint8) if times_said is None else times_said,
            off_grid=np.zeros(rows, dtype=np.int64) if off_grid is None else off_grid,
            apart=apart,
            terms=Terms.unknown(rows),
            meter=MeterSide.unknown(rows),
            readout=Readout.unknown(len(channels), rows),
            past=Past.unknown(rows),
            beside=Beside.unknown(rows),
        )

    def take(self, rows: slice) -> "DayFacts":
        """These rows only, as views."""
        return DayFacts(
            points=self.points[rows],
            days=self.days[rows],
            period_min=self.period_min,
            channels=self.channels,
            registers=self.registers[:, rows],
            held=self.held[:, rows],
            times_said=self.times_said[rows],
            off_grid=self.off_grid[rows],
            apart=None if self.apart is None else self.apart[rows],
            outage=None if self.outage is None else self.outage[rows],
            terms=_taken(self.terms, rows),
            meter=_taken(self.meter, rows),
            readout=_taken(self.readout, rows),
            past=_taken(self.past, rows),
            beside=_taken(self.beside, rows),
            groups={name: values[rows] for name, values in self.groups.items()},
        )

    @property
    def rows(self) -> int:
        return int(self.points.size)

    @property
    def slots(self) -> int:
        return DAY_MIN // self.period_min

    def place(self, channel: Channel) -> int | None:
        """Where this channel stands in the arrays; None: no meter of the batch has it."""
        return self.channels.index(channel) if channel in self.channels else None

    def as_power(self, energy: Ints) -> Ints:
        """W, from the Wh of a slot."""
        power: Ints = energy * HOUR_MIN // self.period_min
        return power

    @cached_property
    def is_known(self) -> Flags:
        """(rows, slots): both edges were said, of one meter."""
        said = self.times_said.astype(bool)
        both: Flags = np.logical_and(said[:, :-1], said[:, 1:])
        return both if self.apart is None else both & ~self.apart

    @cached_property
    def is_whole(self) -> Flags:
        """(rows,): every slot is known."""
        whole: Flags = np.all(self.is_known, axis=1)
        return whole

    @cached_property
    def advances(self) -> Ints:
        """(channels, rows, slots): what each register did, signed, 0 where it is not known."""
        steps: Ints = np.diff(self.registers, axis=2)
        if self.is_whole.all():
            return steps
        steps *= self.is_known
        return steps

    @cached_property
    def greatest_slot_wh(self) -> int:
        """More than a display of 3+3 digits of kW can show in one slot (F41)."""
        return GREATEST_W * self.period_min // HOUR_MIN

    @cached_property
    def least_advance(self) -> Ints:
        """(channels, rows)"""
        least: Ints = self.advances.min(axis=2) if self.slots else np.zeros(self.held.shape, dtype=np.int64)
        return least

    @cached_property
    def greatest_advance(self) -> Ints:
        """(channels, rows)"""
        most: Ints = self.advances.max(axis=2) if self.slots else np.zeros(self.held.shape, dtype=np.int64)
        return most

    @cached_property
    def is_plain(self) -> Flags:
        """(channels, rows): no step back, no leap; the common case, in which nothing has to be mended."""
        forward, small = self.least_advance >= 0, self.greatest_advance <= self.greatest_slot_wh
        return np.logical_and(forward, small)

    @cached_property
    def is_believable(self) -> Flags:
        """(rows,): no edge told twice, no step back but past the register's end, no leap."""
        fine: Flags = np.all(self.times_said <= 1, axis=1)
        for place, row in np.argwhere(~self.is_plain).tolist():
            steps = self.advances[place, row]
            rolled = (
                (steps < 0) & (steps + ROLLS_OVER_AT >= 0) & (steps + ROLLS_OVER_AT <= self.greatest_slot_wh)
            )
            fine[row] &= bool((rolled | ((steps >= 0) & (steps <= self.greatest_slot_wh))).all())
        return fine

    @cached_property
    def energies(self) -> Ints:
        """(channels, rows, slots): as the canonical block has them: rolled over, 0 where unbelievable."""
        odd = np.argwhere(~self.is_plain)
        if not odd.size:
            return self.advances
        mended = self.advances.copy()
        steps = mended[odd[:, 0], odd[:, 1]]
        rolled = (steps < 0) & (steps + ROLLS_OVER_AT <= self.greatest_slot_wh)
        steps = np.where(rolled, steps + ROLLS_OVER_AT, steps)
        mended[odd[:, 0], odd[:, 1]] = np.where((steps >= 0) & (steps <= self.greatest_slot_wh), steps, 0)
        return mended

    @cached_property
    def totals(self) -> Ints:
        """(channels, rows): of all slots."""
        sums: Ints = self.energies.sum(axis=2)
        return sums
