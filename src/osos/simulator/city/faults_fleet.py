"""What do the meters of a whole fleet tell in some weeks, all of it true?

A day is as in the loads of the city; the fleet is arrays instead of telegrams, so that years of thousands of
meters fit into a minute. Faults are planted into it by `faults`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from osos.simulator.city.customers import PATTERN, Customer
from osos.simulator.load import Load, day_date
from osos.simulator.load.noise import chance

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

CODES = ("1.8.0", "2.8.0", "5.8.0", "6.8.0", "7.8.0", "8.8.0")
SLOTS, SLOT_MIN = 96, 15
ENDS_AT = 10**9  # Wh: a register of 6+3 digits begins anew (M-60)
_TARIFF_HOURS = {1: (6, 17), 2: (17, 22), 3: (22, 30)}  # T1 day, T2 peak, T3 night
_ROLLS_OVER_EACH = 25  # points of which one passes its register's end in these weeks, as is right (F41)
_MULTIPLIERS = (20, 30, 40, 60, 80, 120)


@dataclass(slots=True, eq=False)
class Fleet:
    """What is told of points × days; the arrays may be changed, and faults do."""

    first_day: int
    days: int
    sorts: tuple[str, ...]  # the sort of customer at each point
    registers: Ints  # (codes, points, days · 96 + 1): at every edge, Wh and varh
    times_said: NDArray[np.uint8]  # (points, days · 96 + 1)
    off_grid: Ints  # (points, days), as all below
    readout_min: Ints
    readouts: Ints  # (codes, points, days)
    tariffs: Ints  # (points, days, 5): T, T1 … T4
    demand_w: Ints
    demand_day: Ints
    drift_s: Ints
    is_expected: Flags
    units_fit: Flags
    period_set_min: Ints
    multiplier: Ints
    ordered: Flags
    status: Ints
    active: Flags
    estimated: Ints
    own_wh: Ints  # what the main meter says, primary
    check_wh: Ints
    below_wh: Ints
    loss_wh: Ints
    held: Flags  # (codes, points, days)
    may_export: Flags  # (points,)
    greatest_w: Ints  # (points,) secondary

    @property
    def points(self) -> int:
        return len(self.sorts)

    def day(self, number: int) -> slice:
        """The edges of the n-th day, both its midnights included."""
        return slice(number * SLOTS, (number + 1) * SLOTS + 1)

    def energies(self, code: str = "1.8.0") -> Ints:
        """(points, days · 96) of one register."""
        steps: Ints = np.diff(self.registers[CODES.index(code)], axis=1)
        return steps


def true_fleet(
    seed: int, *, points: int, days: int, first_day: int, customers: Sequence[Customer] = PATTERN
) -> Fleet:
    """Points of the city's neighbourhood, each with a load of its own; everything follows from the seed."""
    sorts = [customers[number % len(customers)] for number in range(points)]
    energies = np.stack(
        [_energies(one.load(seed * 100_003 + n), first_day, days) for n, one in enumerate(sorts)], axis=1
    )
    draw = chance(seed, "fleet")
    start = draw.integers(1_000_000, 700_000_000, (len(CODES), points, 1))
    start[0, ::_ROLLS_OVER_EACH] = ENDS_AT - draw.integers(1_000, 200_000, start[0, ::_ROLLS_OVER_EACH].shape)
    registers = start + np.concatenate((np.zeros_like(start), np.cumsum(energies, axis=2)), axis=2)
    return told_fleet(seed, registers % ENDS_AT, sorts, first_day=first_day)


def told_fleet(seed: int, registers: Ints, sorts: Sequence[Customer], *, first_day: int) -> Fleet:
    """All that meters with these registers tell when nothing is wrong."""
    points, days = registers.shape[1], (registers.shape[2] - 1) // SLOTS
    draw = chance(seed, "told")
    at = draw.integers(600, 1439, (points, days))
    shape = (points, days)
    taken = np.diff(registers[0], axis=1) % ENDS_AT
    daily = taken.reshape(points, days, SLOTS).sum(axis=2)
    multiplier = np.where([one.connection == "X/5" for one in sorts], draw.choice(_MULTIPLIERS, points), 1)
    own = daily * multiplier[:, None]
    demand_w, demand_day = _demand(taken.reshape(points, days, SLOTS), at, first_day)
    peak = taken.max(axis=1) * 60 // SLOT_MIN
    return Fleet(
        first_day=first_day,
        days=days,
        sorts=tuple(one.name for one in sorts),
        registers=registers,
        times_said=np.ones((points, days * SLOTS + 1), dtype=np.uint8),
        off_grid=np.zeros(shape, dtype=np.int64),
        readout_min=at,
        readouts=_read_at(registers, at),
        tariffs=_tariffs(registers, taken, at),
        demand_w=demand_w,
        demand_day=demand_day,
        drift_s=draw.integers(-25, 26, shape),
        is_expected=np.ones(shape, dtype=bool),
        units_fit=np.ones(shape, dtype=bool),
        period_set_min=np.full(shape, SLOT_MIN, dtype=np.int64),
        multiplier=np.repeat(multiplier[:, None], days, axis=1).astype(np.int64),
        ordered=np.zeros(shape, dtype=bool),
        status=np.zeros(shape, dtype=np.int64),
        active=np.ones(shape, dtype=bool),
        estimated=np.zeros(shape, dtype=np.int64),
        own_wh=own,
        check_wh=own + (own * draw.uniform(-0.002, 0.002, shape)).astype(np.int64),
        below_wh=own - own * 3 // 100 + (own * draw.uniform(-0.01, 0.01, shape)).astype(np.int64),
        loss_wh=own * 3 // 100,
        held=np.ones((len(CODES), *shape), dtype=bool),
        may_export=np.array([one.ways == 2 for one in sorts]),
        greatest_w=np.maximum(3 * peak, 10_000),
    )


def _energies(load: Load, first_day: int, days: int) -> Ints:
    """(codes, days · 96): whole Wh and varh of each quarter hour; what is left over waits for the next."""
    minutes = [load.day(first_day + number) for number in range(days)]
    active = np.concatenate([one.power_w.sum(axis=0) for one in minutes])
    reactive = np.concatenate([one.reactive_var.sum(axis=0) for one in minutes])
    inductive, taking = reactive >= 0, active >= 0
    flows = (
        np.where(taking, active, 0),
        np.where(taking, 0, -active),
        np.where(inductive & taking, reactive, 0),
        np.where(inductive & ~taking, reactive, 0),
        np.where(~inductive & ~taking, -reactive, 0),
        np.where(~inductive & taking, -reactive, 0),
    )
    totals = np.cumsum(np.stack(flows), axis=1)[:, SLOT_MIN - 1 :: SLOT_MIN] // 60
    steps: Ints = np.diff(totals, axis=1, prepend=0).astype(np.int64)
    return steps


def _read_at(registers: Ints, at_min: Ints) -> Ints:
    """The registers at a minute of each day, on a straight line between the edges."""
    points, days = at_min.shape
    edge = np.arange(days)[None, :] * SLOTS + at_min // SLOT_MIN
    low = np.take_along_axis(registers, np.broadcast_to(edge, (registers.shape[0], points, days)), axis=2)
    high = np.take_along_axis(registers, np.broadcast_to(edge + 1, low.shape), axis=2)
    found: Ints = low + np.maximum(high - low, 0) * (at_min % SLOT_MIN) // SLOT_MIN
    return found


def _tariffs(registers: Ints, taken: Ints, at_min: Ints) -> Ints:
    """T, T1 … T4 at the readouts; each register is cut to its last digit, so their sum may miss some Wh."""
    points, days = at_min.shape
    hour = np.arange(SLOTS) // 4
    total = _read_at(registers[:1], at_min)[0]
    found = np.zeros((points, days, 5), dtype=np.int64)
    found[:, :, 0] = total
    for number, (first, until) in _TARIFF_HOURS.items():
        own = ((hour >= first) & (hour < until)) | (hour + 24 < until)
        part = np.cumsum(np.where(np.tile(own, days), taken, 0), axis=1)
        edges = np.concatenate((np.zeros((points, 1), dtype=np.int64), part), axis=1)
        found[:, :, number] = _read_at(edges[None], at_min)[0]
    # what stood on the registers before the first day lies in T1
    found[:, :, 1] = total - found[:, :, 2] - found[:, :, 3]
    return found


def _demand(taken: Ints, at_min: Ints, first_day: int) -> tuple[Ints, Ints]:
    """The greatest power of the month up to each readout, and its day."""
    points, days, _ = taken.shape
    ended = (np.arange(1, SLOTS + 1) * SLOT_MIN)[None, None, :] <= at_min[:, :, None]
    until_now = np.where(ended, taken, 0).max(axis=2)
    whole = taken.max(axis=2)
    demand, when = np.zeros((points, days), dtype=np.int64), np.zeros((points, days), dtype=np.int64)
    best, best_day = np.zeros(points, dtype=np.int64), np.full(points, first_day)
    for number in range(days):
        if day_date(first_day + number).day == 1:
            best, best_day = np.zeros(points, dtype=np.int64), np.full(points, first_day + number)
        now = until_now[:, number] > best
        demand[:, number] = np.where(now, until_now[:, number], best)
        when[:, number] = np.where(now, first_day + number, best_day)
        higher = whole[:, number] > best
        best = np.where(higher, whole[:, number], best)
        best_day = np.where(higher, first_day + number, best_day)
    return demand * 60 // SLOT_MIN, when
