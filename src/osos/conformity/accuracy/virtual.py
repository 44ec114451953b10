"""What does a virtual meter, with its model of errors, measure at each point? (M-65)

Most points come from the model by formula: a virtual meter's loads are whole watts, too coarse for an error
at Imin. The register tests run the meter itself and read its registers before and after.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from osos.conformity.accuracy.errors import from_registers, reference_power
from osos.conformity.accuracy.planted import SOUND, Planted
from osos.conformity.accuracy.points import Measured, Point, Sheet
from osos.conformity.device import Device
from osos.quantities import TURKIYE, DeviceId
from osos.simulator.load import Steady
from osos.simulator.meter import MeterSpec, VirtualMeter
from osos.simulator.meter.accuracy import Errors, error_percent, errors_of
from osos.simulator.meter.spec import CLASSES, Accuracy

FIRST_DAY = date(2026, 3, 3)  # every register test has a day of its own, from here on
HELD = timedelta(hours=4)  # of load in a register test
_MOVING_IMPULSES = 10  # counted where the meter moves
_VOLTAGES = {"230/400": "3x230/400", "57.7/100": "3x57.7/100", "multi": "3x57.7/100"}


def measure(
    device: Device, sheets: Iterable[Sheet], *, active_class: str, seed: int, fault: Planted = SOUND
) -> dict[tuple[str, int], Measured]:
    """Every point of every sheet."""
    accuracy = CLASSES[active_class]
    model = errors_of(accuracy, seed=seed, phases=device.phases)
    put = _Put(device, model, fault)
    found: dict[tuple[str, int], Measured] = {}
    for sheet in sheets:
        registers = _by_registers(device, sheet, accuracy, seed=seed) if _has_registers(sheet) else {}
        for point in sheet.points:
            error = registers.get(point.number)
            found[sheet.title, point.number] = _measured(put, point, error, field_mt=sheet.field_mt)
    return found


def _has_registers(sheet: Sheet) -> bool:
    return any(point.register for point in sheet.points)


@dataclass(frozen=True, slots=True)
class _Put:
    """What is put on the test bench."""

    device: Device
    model: tuple[Errors, ...]
    fault: Planted


def _measured(put: _Put, point: Point, error: Decimal | None, *, field_mt: int) -> Measured:
    """`error`: as the registers said, where they were read."""
    if point.asked != "error":
        moves = put.fault.moves(point, starting_ma=put.device.basic_ma * 4 // 1000)
        return Measured(impulses=_MOVING_IMPULSES * moves)
    sound = error if error is not None else _by_formula(put.device, point, put.model)
    return Measured(error_percent=sound + put.fault.error_percent(point, put.device, field_mt))


def _by_formula(device: Device, point: Point, model: tuple[Errors, ...]) -> Decimal:
    """The phases' errors, each by its share of the energy."""
    active = point.quantity == "active"
    side = {"active": 0, "inductive": 1, "capacitive": -1}[point.quantity]
    shares, errors = 0.0, 0.0
    for phase, one in enumerate(model):
        degrees = point.degrees[phase]
        component = abs((math.cos if active else math.sin)(math.radians(degrees)))
        share = point.volts_dv[phase] * point.amps_ma[phase] * component
        if share and (not side or side * degrees > 0):
            load = point.amps_ma[phase] / device.basic_ma
            errors += share * error_percent(one, load=load, degrees=degrees, active=active)
            shares += share
    return Decimal(str(round(errors / shares, 4)))


def _by_registers(device: Device, sheet: Sheet, accuracy: Accuracy, *, seed: int) -> dict[int, Decimal]:
    meter = _meter(device, accuracy, seed=seed)
    return {point.number: _by_register(meter, point, n) for n, point in enumerate(sheet.points)}


def _by_register(meter: VirtualMeter, point: Point, day: int) -> Decimal:
    began = datetime.combine(FIRST_DAY, datetime.min.time(), TURKIYE) + timedelta(days=day, hours=point.hour)
    ended = began + HELD
    before = meter.registers(began)[point.register]
    meter.rig(
        at=began,
        voltage_dv=point.volts_dv,
        current=tuple(zip(point.amps_ma, point.degrees, strict=True)),
        reversed_current=point.reversed_current,
        wrong_order=point.wrong_order,
    )
    zeros = tuple((0, 0) for _ in point.amps_ma)
    meter.rig(at=ended, current=zeros, reversed_current=(False,) * len(zeros), wrong_order=False)
    after = meter.registers(ended)[point.register]
    reference_wh = Decimal(_laid(point)) * Decimal(HELD.total_seconds()) / 3600
    return from_registers(before_wh=before, after_wh=after, reference_wh=reference_wh)


def _laid(point: Point) -> int:
    """What the virtual rig really lays on: whole watts a phase."""
    none = (0,) * len(point.amps_ma)
    alone = [
        replace(point, amps_ma=(*none[:phase], ma, *none[phase + 1 :]))
        for phase, ma in enumerate(point.amps_ma)
    ]
    return sum(round(reference_power(one)) for one in alone)


def _meter(device: Device, accuracy: Accuracy, *, seed: int) -> VirtualMeter:
    spec = MeterSpec(
        device=DeviceId("OSO", "100000001"),
        kind=device.kind,
        ways=device.ways,
        connection=device.connection,
        voltage=None if device.kind == "1p" else _VOLTAGES[device.voltage],  # type: ignore[arg-type]  # a table of Voltage
        options=device.options,
        since=datetime.combine(FIRST_DAY, datetime.min.time(), TURKIYE) - timedelta(days=1),
        accuracy=accuracy,
        seed=seed,
    )
    return VirtualMeter(spec, Steady(power_w=(0,) * device.phases))
