"""Which points has each of the twelve procedures? (T-24)

The form prints names and counts only; every choice of points below is ours, and chosen so that each word of
a name is tried: normal, reversed current, phase-sequence fault (FSH), missing current.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, product

from osos.conformity.accuracy.points import NOMINAL_CHZ, Point, Quantity, Sheet
from osos.conformity.catalogue import form
from osos.conformity.device import Device

FIELD_MT = 400
STARTING = 0.004  # of In (M-63)

# mA by connection, from Imin over Itr and In to Imax (M-2); Imax of a direct 1p meter is 80 A.
CURRENTS: dict[str, tuple[int, ...]] = {
    "direct": (250, 500, 1000, 2500, 5000, 10_000, 25_000, 50_000, 100_000),
    "X/5": (50, 250, 500, 1000, 2500, 5000, 6000, 8000, 10_000),
    "X/1": (10, 50, 100, 200, 500, 1000, 2000, 4000, 6000),
}
TRANSITION_MA = {"direct": 500, "X/5": 250, "X/1": 50}  # Itr
_IMAX_1P_MA = 80_000

# Places in CURRENTS by angle. sin φ = 1 is tried at 84°, where P still has a sign of its own.
_ACTIVE = {0: (0, 1, 2, 3, 4, 5, 6, 7, 8), 60: (1, 2, 3, 4, 5, 6, 8), -37: (1, 2, 3, 4, 5, 6, 8)}  # 23
_REACTIVE = {84: (1, 2, 3, 5, 6, 8), 30: (2, 3, 4, 5, 8), 15: (3, 4, 5, 8)}  # 15
_FEW = (2, 5, 8)
_ACTIVE_FEW = {0: _FEW, 60: _FEW, -37: _FEW}  # 9
_REACTIVE_FEW = {84: _FEW, 30: _FEW, 60: _FEW}  # 9


@dataclass(frozen=True, slots=True)
class _Maker:
    """Points of one meter, all phases alike unless told otherwise."""

    device: Device

    @property
    def phases(self) -> int:
        return self.device.phases

    def ma(self, place: int) -> int:
        found = CURRENTS[self.device.connection][place]
        return min(found, _IMAX_1P_MA) if self.device.kind == "1p" else found

    def plain(self, quantity: Quantity, degrees: int, amps_ma: int, why: str = "") -> Point:
        n = self.phases
        return Point(
            number=0,
            quantity=quantity,
            volts_dv=(self.device.nominal_dv,) * n,
            amps_ma=(amps_ma,) * n,
            degrees=(degrees,) * n,
            reversed_current=(False,) * n,
            why=why,
        )

    def grid(self, quantity: Quantity, table: Mapping[int, tuple[int, ...]]) -> list[Point]:
        sign = -1 if quantity == "capacitive" else 1
        return [
            self.plain(quantity, sign * degrees, self.ma(place))
            for degrees, places in table.items()
            for place in places
        ]

    def volts(self, point: Point, *per_cent: int) -> Point:
        shares = per_cent if len(per_cent) == self.phases else per_cent * self.phases
        volts = tuple(self.device.nominal_dv * share // 100 for share in shares)
        return replace(point, volts_dv=volts, why=f"U {'/'.join(map(str, per_cent))} %")


Change = Callable[[Point], Point]


def _reverse(*phases: int) -> Change:
    told = "ters akım " + " ".join(f"L{phase}" for phase in phases)

    def change(point: Point) -> Point:
        flags = tuple(number in phases for number in range(1, len(point.amps_ma) + 1))
        return replace(point, reversed_current=flags, why=told)

    return change


def _without(phases: Iterable[int], *, wrong_order: bool) -> Change:
    gone = set(phases)

    def change(point: Point) -> Point:
        amps = tuple(0 if number in gone else ma for number, ma in enumerate(point.amps_ma, 1))
        told = "eksik akım " + " ".join(f"L{phase}" for phase in sorted(gone)) + " FSH" * wrong_order
        return replace(point, amps_ma=amps, wrong_order=wrong_order, why=told)

    return change


def _normal(point: Point) -> Point:
    return replace(point, why="normal")


def _wrong_order(point: Point) -> Point:
    return replace(point, wrong_order=True, why="FSH")


def _conditions(make: _Maker) -> list[Change]:
    """Normal, reversed current, phase-sequence fault: two of a 1p meter, six of the others."""
    if make.phases == 1:
        return [_normal, _reverse(1)]
    return [_normal, _reverse(1), _reverse(2), _reverse(3), _reverse(1, 2, 3), _wrong_order]


def _missing() -> list[Change]:
    """One or two currents missing, in the right and in the wrong order: twelve."""
    gone = [*combinations((1, 2, 3), 1), *combinations((1, 2, 3), 2)]
    return [_without(phases, wrong_order=wrong) for wrong in (False, True) for phases in gone]


def _each(changes: list[Change], points: list[Point]) -> Iterator[Point]:
    for change, point in product(changes, points):
        yield change(point)


def _active(make: _Maker) -> Iterator[Point]:
    return _each(_conditions(make), make.grid("active", _ACTIVE))


def _active_missing(make: _Maker) -> Iterator[Point]:
    return _each(_missing(), make.grid("active", _ACTIVE_FEW))


def _reactive(quantity: Quantity) -> Callable[[_Maker], Iterator[Point]]:
    return lambda make: _each(_conditions(make), make.grid(quantity, _REACTIVE))


def _reactive_missing(quantity: Quantity) -> Callable[[_Maker], Iterator[Point]]:
    return lambda make: _each(_missing(), make.grid(quantity, _REACTIVE_FEW))


def _both(make: _Maker) -> Iterator[Point]:
    """Three angles to each side, and phases that do not agree: they are never netted (M-61)."""
    points = [make.plain("inductive", degrees, make.ma(5)) for degrees in (30, 60, 84)]
    points += [make.plain("capacitive", -degrees, make.ma(5)) for degrees in (30, 60, 84)]
    mixed = replace(points[1], degrees=(60, -60, 60))
    return _each(_conditions(make), [*points, mixed])


def _registers(make: _Maker) -> Iterator[Point]:
    """Energy into each register, by tariff, direction and quadrant."""
    two_way = make.device.ways == 2
    backward = _reverse(*range(1, make.phases + 1))
    active = make.plain("active", 0, make.ma(7))
    lagging = make.plain("active", 60, make.ma(7))
    full = make.plain("active", 0, make.ma(8))
    yield replace(active, register="1.8.0", why="toplam")
    for number, hour in ((1, 8), (2, 18), (3, 23)):  # M-80: T1 06-17, T2 17-22, T3 22-06
        yield replace(active, register=f"1.8.{number}", hour=hour, why=f"T{number}")
    yield replace(lagging, register="1.8.0", why="cos φ 0,5")
    yield replace(full, register="1.8.0", why="Imax")
    yield replace(backward(active), register="2.8.0" if two_way else "1.8.0")
    if make.phases == 3:
        yield replace(_wrong_order(active), register="1.8.0")
    if make.device.kind == "combi":
        yield from _reactive_registers(make, backward, two_way=two_way)


def _reactive_registers(make: _Maker, backward: Change, *, two_way: bool) -> Iterator[Point]:
    lag, lead = (make.plain(name, sign * 60, make.ma(7)) for name, sign in _SIDES)
    for degrees in (60, 84):
        yield replace(lag, degrees=(degrees,) * 3, register="5.8.0", why=f"{degrees}°")
        yield replace(lead, degrees=(-degrees,) * 3, register="8.8.0", why=f"-{degrees}°")
    yield replace(backward(lag), register="7.8.0" if two_way else "5.8.0")  # Q3 (M-62)
    yield replace(backward(lead), register="6.8.0" if two_way else "8.8.0")  # Q2
    yield replace(_wrong_order(lag), register="5.8.0")


_SIDES: tuple[tuple[Quantity, int], ...] = (("inductive", 1), ("capacitive", -1))


def _directions_active(make: _Maker) -> Iterator[Point]:
    """Every set of reversed phases, and the wrong order."""
    point = make.plain("active", 37, make.ma(5))
    yield _normal(point)
    for size in (1, 2, 3):
        for phases in combinations((1, 2, 3), size):
            yield _reverse(*phases)(point)
    yield _wrong_order(point)


def _directions_reactive(make: _Maker) -> Iterator[Point]:
    """Thirteen angles: normal, all reversed, wrong order."""
    points = [
        make.plain(name, sign * degrees, make.ma(5))
        for name, sign in _SIDES
        for degrees in (15, 30, 45, 60, 75, 84)
    ]
    points.append(replace(points[3], degrees=(60, -60, 60)))
    return _each([_normal, _reverse(1, 2, 3), _wrong_order], points)


def _special_active(make: _Maker) -> Iterator[Point]:
    unity, lagging = make.plain("active", 0, make.ma(5)), make.plain("active", 60, make.ma(5))
    yield from _moving(make, unity)
    for share in (80, 90, 110, 115):
        yield make.volts(unity, share)
    for point in (unity, lagging):
        yield from _frequencies(point)
    for share in (90, 110):
        yield make.volts(lagging, share)
    if make.phases == 3:
        yield from _dead_phases(make, unity)
        yield make.volts(unity, 100, 90, 110)
        yield make.volts(lagging, 100, 90, 110)


def _special_reactive(make: _Maker) -> Iterator[Point]:
    for quantity, sign in _SIDES:
        point = make.plain(quantity, sign * 84, make.ma(5))
        yield from _moving(make, point)
        for share in (80, 90, 110, 115):
            yield make.volts(point, share)
        yield from _frequencies(point)
        yield from _dead_phases(make, point)


def _moving(make: _Maker, point: Point) -> Iterator[Point]:
    """It starts at the starting current, and stands still without any."""
    starting = max(1, round(make.device.basic_ma * STARTING))
    yield replace(point, amps_ma=(starting,) * make.phases, asked="starts", why="yol alma")
    still = make.volts(replace(point, amps_ma=(0,) * make.phases), 115)
    yield replace(still, asked="still", why="boşta çalışma")


def _frequencies(point: Point) -> Iterator[Point]:
    for share in (98, 102):
        yield replace(point, frequency_chz=NOMINAL_CHZ * share // 100, why=f"f {share} %")


def _dead_phases(make: _Maker, point: Point) -> Iterator[Point]:
    for size in (1, 2):
        for gone in combinations((1, 2, 3), size):
            yield make.volts(point, *(0 if number in gone else 100 for number in (1, 2, 3)))


_POINTS: dict[str, Callable[[_Maker], Iterator[Point]]] = {
    "EK4-a": _active,
    "EK4-b": _active_missing,
    "EK4-c": _reactive("inductive"),
    "EK4-d": _reactive_missing("inductive"),
    "EK4-e": _reactive("capacitive"),
    "EK4-f": _reactive_missing("capacitive"),
    "EK4-g": _both,
    "EK4-h": _registers,
    "EK4-i": _directions_active,
    "EK4-j": _directions_reactive,
    "EK4-k": _special_active,
    "EK4-l": _special_reactive,
}
_TWICE = "EK4-a"  # note 3 of the form


def sheets(device: Device) -> tuple[Sheet, ...]:
    """The procedures for this kind of meter in the form's order."""
    found = []
    prefix = "DB" if device.connection == "direct" else "X/5"  # notes 2 and 4
    for told in form().accuracy:
        if device.kind not in told["points"]:
            continue
        points = tuple(
            replace(point, number=number)
            for number, point in enumerate(_POINTS[told["id"]](_Maker(device)), 1)
        )
        for field_mt in (0, FIELD_MT) if told["id"] == _TWICE else (0,):
            name = f"{prefix}--{told['tr']}"
            found.append(Sheet(id=told["id"], name=name, field_mt=field_mt, points=points))
    return tuple(found)
