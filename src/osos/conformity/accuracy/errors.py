"""By how much is a count of impulses, or a register's advance, off the energy that flowed?"""

import math
from decimal import Decimal

from osos.conformity.accuracy.points import Point

_THOUSANDTH = Decimal("0.001")  # of a per cent: finer than any test bench


class NothingFlowed(ValueError):
    """Without reference energy there is no error, only a count."""


def from_impulses(*, impulses: int, impulses_a_kwh: int, reference_wh: Decimal) -> Decimal:
    """Per cent; the LED flashed so often while the reference meter saw so many Wh (varh)."""
    return from_energy(metered_wh=Decimal(impulses) * 1000 / impulses_a_kwh, reference_wh=reference_wh)


def from_registers(*, before_wh: int, after_wh: int, reference_wh: Decimal) -> Decimal:
    return from_energy(metered_wh=Decimal(after_wh - before_wh), reference_wh=reference_wh)


def from_energy(*, metered_wh: Decimal, reference_wh: Decimal) -> Decimal:
    if reference_wh <= 0:
        raise NothingFlowed(f"{reference_wh} Wh")
    return ((metered_wh / reference_wh - 1) * 100).quantize(_THOUSANDTH)


def reference_power(point: Point) -> Decimal:
    """W or var of this point's own quantity: phases never net each other (M-61, M-62)."""
    component = math.cos if point.quantity == "active" else math.sin
    side = {"active": 0, "inductive": 1, "capacitive": -1}[point.quantity]
    total = 0.0
    for volts, amps, degrees in zip(point.volts_dv, point.amps_ma, point.degrees, strict=True):
        if not side or side * degrees > 0:
            total += volts * amps / 10_000 * abs(component(math.radians(degrees)))
    return Decimal(str(round(total, 6)))
