"""What can be wrong about the meter, its wiring and its papers?"""

from osos.simulator.city.faults_fleet import CODES, ENDS_AT, SLOTS, Fleet
from osos.simulator.city.faults_of_data import missing
from osos.simulator.city.faults_spot import Days, Spot

_OVERFLOWED, _TESTED = 1, 2


def stranger(fleet: Fleet, spot: Spot) -> Days:
    """Another serial answered (F51)."""
    fleet.is_expected[spot.point, spot.day] = False
    return (spot.day,)


def swap(fleet: Fleet, spot: Spot) -> Days:
    """Another meter hangs there without paper: all registers stand elsewhere from some slot on."""
    edge = spot.day * SLOTS + spot.number(2, SLOTS - 2)
    for code in range(len(CODES)):
        by = spot.number(0, 300_000) - int(fleet.registers[code, spot.point, edge])
        fleet.registers[code, spot.point, edge:] = (fleet.registers[code, spot.point, edge:] + by) % ENDS_AT
        for day in range(spot.day, fleet.days):
            if day * SLOTS + fleet.readout_min[spot.point, day] // 15 >= edge:
                fleet.readouts[code, spot.point, day] = (fleet.readouts[code, spot.point, day] + by) % ENDS_AT
                if code == 0:
                    fleet.tariffs[spot.point, day, :2] += by
    return (spot.day,)


def multiplier(fleet: Fleet, spot: Spot) -> Days:
    """Another multiplier from this day on, by nobody's order."""
    fleet.multiplier[spot.point, spot.day :] *= spot.number(2, 6)
    return (spot.day,)


def clock_drift(fleet: Fleet, spot: Spot) -> Days:
    """The clock is minutes off."""
    fleet.drift_s[spot.point, spot.day] = spot.sign() * spot.number(75, 850)
    return (spot.day,)


def clock_jump(fleet: Fleet, spot: Spot) -> Days:
    """The clock leapt by more than a quarter hour; the labels it leapt over are not there."""
    fleet.drift_s[spot.point, spot.day] = spot.number(900, 7200)
    return tuple(sorted({spot.day, *missing(fleet, spot)}))


def inactive_use(fleet: Fleet, spot: Spot) -> Days:
    """Energy is used where the point is cut off or vacant."""
    own = fleet.energies()[spot.point, spot.day * SLOTS : (spot.day + 1) * SLOTS]
    if own.sum() < 200:
        return ()
    fleet.active[spot.point, spot.day] = False
    return (spot.day,)


def check_meter(fleet: Fleet, spot: Spot) -> Days:
    """Main and check meter are a per cent and more apart."""
    own = int(fleet.own_wh[spot.point, spot.day])
    if own < 20_000:
        return ()
    fleet.check_wh[spot.point, spot.day] = own + spot.sign() * int(own * spot.share(0.01, 0.2))
    return (spot.day,)


def balance(fleet: Fleet, spot: Spot) -> Days:
    """Much less is measured below than went in: energy is taken past the meters."""
    own = int(fleet.own_wh[spot.point, spot.day])
    if own < 20_000:
        return ()
    fleet.below_wh[spot.point, spot.day] = int(own * spot.share(0.5, 0.88))
    return (spot.day,)


def pulse_overflow(fleet: Fleet, spot: Spot) -> Days:
    fleet.status[spot.point, spot.day] = _OVERFLOWED
    return (spot.day,)


def tested(fleet: Fleet, spot: Spot) -> Days:
    fleet.status[spot.point, spot.day] = _TESTED
    return (spot.day,)
