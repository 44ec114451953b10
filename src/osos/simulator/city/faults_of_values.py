"""How do registers tell energies that cannot be?"""

import numpy as np

from osos.simulator.city.faults_fleet import CODES, SLOT_MIN, SLOTS, Fleet, Ints
from osos.simulator.city.faults_spot import Days, Spot, days_of_edges
from osos.simulator.load import day_date

A_PLUS, A_MINUS, Q1 = CODES.index("1.8.0"), CODES.index("2.8.0"), CODES.index("5.8.0")
_SETTLED = 28


def spike(fleet: Fleet, spot: Spot) -> Days:
    """One slot with several times the peak of the last weeks; the register stays where it leapt to."""
    slot = spot.day * SLOTS + spot.number(0, SLOTS - 1)
    own = fleet.energies()[spot.point]
    peak = int(own[max(0, slot - _SETTLED * SLOTS) : slot + SLOTS].max())
    extra = max(int(peak * spot.share(3, 12)), 500)
    _shift(fleet, spot.point, A_PLUS, slot + 1, extra)
    return (spot.day,)


def glitch(fleet: Fleet, spot: Spot) -> Days:
    """One record tells a register that is much too low or too high; the next is right again."""
    edge = spot.day * SLOTS + spot.number(1, SLOTS - 1)
    off = spot.sign() * spot.number(5_000, 400_000)
    fleet.registers[A_PLUS, spot.point, edge] += off
    return days_of_edges(fleet, [edge])


def frozen(fleet: Fleet, spot: Spot) -> Days:
    """All registers stand still for hours in which energy flowed, and go on from there."""
    slots = spot.slots(fleet, least=16, most=64)
    if not _flows(fleet, spot.point, slots):
        return ()
    _stand_still(fleet, spot.point, slots, range(len(CODES)))
    return (spot.day,)


def zero_run(fleet: Fleet, spot: Spot) -> Days:
    """Nothing at all for days at a point that always took something."""
    days = spot.number(4, 8)
    if spot.day + days > fleet.days or not spot.are_free(days):
        return ()
    slots = slice(spot.day * SLOTS, (spot.day + days) * SLOTS)
    if not _flows(fleet, spot.point, slice(slots.start - SLOTS, slots.start)):
        return ()
    _stand_still(fleet, spot.point, slots, range(len(CODES)))
    return tuple(range(spot.day, spot.day + days))


def export(fleet: Fleet, spot: Spot) -> Days:
    """A- goes forward at a point that only consumes."""
    if fleet.may_export[spot.point]:
        return ()
    slots = spot.slots(fleet, least=4, most=40)
    each = spot.number(10, 400)
    for slot in range(slots.start, slots.stop):
        _shift(fleet, spot.point, A_MINUS, slot + 1, each)
    return (spot.day,)


def backwards(fleet: Fleet, spot: Spot) -> Days:
    """The register is lower from here on: reset, or another meter's."""
    slot = spot.day * SLOTS + spot.number(1, SLOTS - 2)
    _shift(fleet, spot.point, A_PLUS, slot + 1, -spot.number(20_000, 900_000))
    return (spot.day,)


def leap(fleet: Fleet, spot: Spot) -> Days:
    """The register is higher from here on by more than any wiring carries."""
    slot = spot.day * SLOTS + spot.number(1, SLOTS - 2)
    _shift(fleet, spot.point, A_PLUS, slot + 1, spot.number(300_000, 9_000_000))
    return (spot.day,)


def doubled_use(fleet: Fleet, spot: Spot) -> Days:
    """A day of several times the energy in the same shape: a wrong ratio, or a load nobody knows."""
    slots = slice(spot.day * SLOTS, (spot.day + 1) * SLOTS)
    own = fleet.energies()[spot.point, slots]
    before = fleet.energies()[spot.point, : slots.start].reshape(-1, SLOTS).sum(axis=1)[-_SETTLED:]
    if own.sum() * 5 < before.max() or own.sum() < 500:
        return ()
    times = int(np.ceil(before.max() * spot.share(2, 4) / own.sum()))
    added = np.zeros(fleet.days * SLOTS, dtype=np.int64)
    added[slots] = own * times
    _change(fleet, spot.point, A_PLUS, np.concatenate(([0], np.cumsum(added))))
    _raise_demand(fleet, spot.point, spot.day, int(own.max()) * (times + 1) * 60 // SLOT_MIN)
    return (spot.day,)


def reactive_alone(fleet: Fleet, spot: Spot) -> Days:
    """Active energy stands still while reactive goes on: a measuring element has failed."""
    slots = spot.slots(fleet, least=12, most=60)
    if not _flows(fleet, spot.point, slots):
        return ()
    _stand_still(fleet, spot.point, slots, (A_PLUS, A_MINUS))
    for slot in range(slots.start, slots.stop):
        _shift(fleet, spot.point, Q1, slot + 1, spot.number(80, 200))
    return (spot.day,)


def reactive_huge(fleet: Fleet, spot: Spot) -> Days:
    """Many times more reactive than active energy."""
    slots = slice(spot.day * SLOTS, (spot.day + 1) * SLOTS)
    active = fleet.energies()[spot.point, slots] + fleet.energies("2.8.0")[spot.point, slots]
    each = int(active.sum() * spot.share(11, 30)) // SLOTS + 20
    for slot in range(slots.start, slots.stop):
        _shift(fleet, spot.point, Q1, slot + 1, each)
    return (spot.day,)


def _flows(fleet: Fleet, point: int, slots: slice) -> bool:
    """Whether something was taken in every one of these slots, and more than a glow."""
    own = fleet.energies()[point, slots]
    return bool(own.size and own.min() > 0 and own.mean() >= 10)


def _shift(fleet: Fleet, point: int, code: int, edge: int, by: int) -> None:
    """From this edge on the register is another; readouts see the same register."""
    change = np.zeros(fleet.registers.shape[2], dtype=np.int64)
    change[edge:] = by
    _change(fleet, point, code, change)


def _stand_still(fleet: Fleet, point: int, slots: slice, codes: range | tuple[int, ...]) -> None:
    """These slots get nothing, and what they had is missing from all registers after."""
    for code in codes:
        energies = np.diff(fleet.registers[code, point])
        lost = np.zeros_like(energies)
        lost[slots] = energies[slots]
        _change(fleet, point, code, -np.concatenate(([0], np.cumsum(lost))))


def _change(fleet: Fleet, point: int, code: int, change: Ints) -> None:
    """Add this at every edge; a readout between two edges gets its part, and the total's tariff is T1."""
    fleet.registers[code, point] += change
    minute = fleet.readout_min[point]
    edge = np.arange(fleet.days) * SLOTS + minute // SLOT_MIN
    at_readouts = change[edge] + (change[edge + 1] - change[edge]) * (minute % SLOT_MIN) // SLOT_MIN
    fleet.readouts[code, point] += at_readouts
    if code == A_PLUS:
        fleet.tariffs[point, :, :2] += at_readouts[:, None]


def _raise_demand(fleet: Fleet, point: int, day: int, power_w: int) -> None:
    """1.6.0 saw that power, too, and keeps it to the month's end."""
    month = day_date(fleet.first_day + day).month
    for later in range(day, fleet.days):
        if day_date(fleet.first_day + later).month != month:
            return
        if fleet.demand_w[point, later] < power_w:
            fleet.demand_w[point, later] = power_w
            fleet.demand_day[point, later] = fleet.first_day + day
