"""How do records and readouts not fit together?"""

from osos.simulator.city.faults_fleet import CODES, SLOTS, Fleet
from osos.simulator.city.faults_spot import Days, Spot, days_of_edges


def missing(fleet: Fleet, spot: Spot) -> Days:
    """Some records of the day are not there."""
    slots = spot.slots(fleet, least=1, most=40)
    edges = range(slots.start + 1, slots.stop + 1)
    fleet.times_said[spot.point, edges.start : edges.stop] = 0
    fleet.registers[:, spot.point, edges.start : edges.stop] = 0
    return days_of_edges(fleet, edges)


def duplicate(fleet: Fleet, spot: Spot) -> Days:
    """Labels told twice, with another register the second time: the clock was set back (F38)."""
    slots = spot.slots(fleet, least=1, most=8)
    edges = range(slots.start + 1, min(slots.stop, (spot.day + 1) * SLOTS - 1) + 1)
    fleet.times_said[spot.point, edges.start : edges.stop] = 2
    return days_of_edges(fleet, edges)


def off_the_grid(fleet: Fleet, spot: Spot) -> Days:
    """Records between the quarter hours."""
    fleet.off_grid[spot.point, spot.day] = spot.number(1, 30)
    return (spot.day,)


def other_period(fleet: Fleet, spot: Spot) -> Days:
    """The meter should make other slots than it does."""
    fleet.period_set_min[spot.point, spot.day] = 60
    return (spot.day,)


def sum_mismatch(fleet: Fleet, spot: Spot) -> Days:
    """The readout is not where the profile is (F48)."""
    own = fleet.energies()[spot.point, spot.day * SLOTS : (spot.day + 1) * SLOTS]
    off = spot.sign() * (int(own.max()) + max(50, int(own.sum() * spot.share(0.02, 0.3))))
    fleet.readouts[CODES.index("1.8.0"), spot.point, spot.day] += off
    return (spot.day,)


def tariff_mismatch(fleet: Fleet, spot: Spot) -> Days:
    """One tariff register does not fit the total."""
    fleet.tariffs[spot.point, spot.day, spot.number(1, 3)] += spot.sign() * spot.number(10, 40_000)
    return (spot.day,)


def demand_too_small(fleet: Fleet, spot: Spot) -> Days:
    """1.6.0 says less than the profile has seen."""
    if fleet.demand_w[spot.point, spot.day] < 100:
        return ()
    less = int(fleet.demand_w[spot.point, spot.day] * spot.share(0.2, 0.9))
    fleet.demand_w[spot.point, spot.day] = less
    return (spot.day,)


def demand_misdated(fleet: Fleet, spot: Spot) -> Days:
    """1.6.0 was reached on a day that had not come, or before the month."""
    fleet.demand_day[spot.point, spot.day] += 40 * spot.sign()
    return (spot.day,)


def lost_channel(fleet: Fleet, spot: Spot) -> Days:
    """A register that was there is not told on this day."""
    fleet.held[spot.number(1, len(CODES) - 1), spot.point, spot.day] = False
    return (spot.day,)


def wrong_unit(fleet: Fleet, spot: Spot) -> Days:
    """A column printed in another unit."""
    fleet.units_fit[spot.point, spot.day] = False
    return (spot.day,)


def long_estimate(fleet: Fleet, spot: Spot) -> Days:
    """Four days and more on which much was estimated."""
    days = spot.number(5, 8)
    if spot.day + days > fleet.days or not spot.are_free(days):
        return ()
    fleet.estimated[spot.point, spot.day : spot.day + days] = SLOTS
    # what was estimated counts to the end of the month, and a week of it is over any share
    return tuple(range(spot.day, min(fleet.days, spot.day + days + 31)))
