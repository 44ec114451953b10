"""What do the meters at and below the transformers of a district tell, and what is wrong with some of them?

Arrays instead of telegrams, as in `faults_fleet`: quarter hours of some weeks. Customers are the city's; the
voltage of all who hang at one transformer moves together. Faults are planted by `faults_network` and labelled
(D-33).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from osos.simulator.city.customers import FACTORY, FLAT, HOUSE, MARKET, SHOP, SOLAR_SHOP, STREET, Customer
from osos.simulator.load.noise import chance

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SLOTS, SLOT_MIN = 96, 15
BELOW = (FLAT, SHOP, HOUSE, FLAT, MARKET, FLAT, SHOP, SOLAR_SHOP, HOUSE, MARKET, STREET, FACTORY)
_MULTIPLIERS = (20, 30, 40)  # 100/5 … 200/5
_UNREAD = 0.004  # quarter hours that were never read, of each meter
_WIRES = 0.018  # of what flows through the street is lost in its wires, more when it is much


@dataclass(slots=True, eq=False)
class Truth:
    """What a customer took, minute by minute: (phases, days · 1440) W and var; who he is."""

    name: str
    sort: Customer
    active: Floats
    reactive: Floats
    multiplier: int


@dataclass(slots=True, eq=False)
class ToldMeter:
    """What his meter tells: primary Wh, varh and VAh a quarter hour; None where it has no such register."""

    name: str
    transformer: str  # where the papers say it hangs
    import_wh: Ints
    export_wh: Ints | None
    q1_varh: Ints | None
    volts: Floats
    apparent_vah: Floats | None
    generates: bool
    known: Flags


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """What is wrong where, since which day."""

    kind: str
    meter: str
    day: int = 0


@dataclass(slots=True, eq=False)
class District:
    """Transformers, each with its main meter and the meters below as the papers have them."""

    days: int
    main_wh: dict[str, Ints] = field(default_factory=dict)
    meters: dict[str, ToldMeter] = field(default_factory=dict)
    planted: list[PlantedFault] = field(default_factory=list)

    def below(self, transformer: str) -> list[ToldMeter]:
        return [one for one in self.meters.values() if one.transformer == transformer]


@dataclass(slots=True, eq=False)
class Street:
    """One transformer while its district is made."""

    name: str
    days: int
    customers: list[Truth]
    told: dict[str, ToldMeter]
    used_wh: Ints  # what truly flows out of the transformer, wires apart


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A customer and his meter, where something may be planted."""

    street: Street
    truth: Truth
    meter: ToldMeter
    draw: np.random.Generator


Spoiler = Callable[[Case], PlantedFault | None]


def district(
    seed: int,
    *,
    transformers: int,
    days: int,
    first_day: int,
    faults: Mapping[str, Spoiler] | None = None,
    each: int = 0,
    customers: Sequence[Customer] = BELOW,
) -> District:
    """Streets of a dozen customers; `each` fault of each kind at random meters, at most one a transformer."""
    names = [f"TR-{seed}-{number + 1}" for number in range(transformers)]
    found = District(days)
    draw = chance(seed, "network faults")
    wanted = [kind for kind in (faults or {}) for _ in range(each)]
    spoiled = draw.permutation(transformers)[: len(wanted)]
    kinds = dict(zip(spoiled.tolist(), wanted, strict=False))
    for number, name in enumerate(names):
        street = _street(seed * 1_009 + number, name, days, first_day, customers)
        kind = kinds.get(number)
        if kind is not None and faults is not None:
            _spoil(found, street, faults[kind], draw)
        found.meters |= street.told
        found.main_wh[name] = _main(seed * 1_009 + number, street)
    _move(found, draw)
    return found


def _spoil(found: District, street: Street, spoiler: Spoiler, draw: np.random.Generator) -> None:
    for place in draw.permutation(len(street.customers)):
        one = street.customers[int(place)]
        planted = spoiler(Case(street, one, street.told[one.name], draw))
        if planted is not None:
            found.planted.append(planted)
            return


def _move(found: District, draw: np.random.Generator) -> None:
    """Meters of the wrong place: their papers name another transformer."""
    names = list(found.main_wh)
    for fault in found.planted:
        if fault.kind == "place":
            one = found.meters[fault.meter]
            others = [name for name in names if name != one.transformer]
            one.transformer = str(others[int(draw.integers(len(others)))])


def _street(seed: int, name: str, days: int, first_day: int, customers: Sequence[Customer]) -> Street:
    span = range(first_day, first_day + days)
    truths = [_truth(seed * 101 + n, f"{name}/{n + 1}", sort, span) for n, sort in enumerate(customers)]
    swing = _swing(seed, days)
    told = {one.name: _told(seed, name, one, swing, number) for number, one in enumerate(truths)}
    used = np.sum([_quarters(one.active.sum(axis=0)) * one.multiplier for one in truths], axis=0)
    return Street(name, days, truths, told, np.rint(used).astype(np.int64))


def _truth(seed: int, name: str, sort: Customer, days: range) -> Truth:
    load = sort.load(seed)
    minutes = [load.day(day) for day in days]
    draw = chance(seed, "network")
    return Truth(
        name=name,
        sort=sort,
        active=np.concatenate([one.power_w for one in minutes], axis=1).astype(np.float64),
        reactive=np.concatenate([one.reactive_var for one in minutes], axis=1).astype(np.float64),
        multiplier=int(draw.choice(_MULTIPLIERS)) if sort.connection == "X/5" else 1,
    )


def _swing(seed: int, days: int) -> Floats:
    """The transformer's voltage: the tap, the feeder's load, and what comes and goes in minutes."""
    draw = chance(seed, "street voltage")
    slow = np.cumsum(draw.normal(0, 0.05, days * SLOTS))
    found: Floats = 230.0 + np.clip(slow, -6, 6) + draw.normal(0, 1.1, days * SLOTS)
    return found


def _told(seed: int, street: str, one: Truth, swing: Floats, number: int) -> ToldMeter:
    """A right meter: combi meters of markets and factories count both ways and keep U and I (M-101)."""
    draw = chance(seed * 101 + number, "told network")
    is_combi, both = one.sort.kind == "combi", one.sort.ways == 2 or one.sort.kind == "combi"
    drop = _quarters(one.active.sum(axis=0)) / SLOT_MIN * 60 / 12_000
    found = ToldMeter(
        name=one.name,
        transformer=street,
        import_wh=np.zeros(0, dtype=np.int64),
        export_wh=np.zeros(0, dtype=np.int64) if both else None,
        q1_varh=np.zeros(0, dtype=np.int64) if is_combi else None,
        volts=swing - drop + draw.normal(0, 0.4, swing.size),
        apparent_vah=_apparent(one, draw) if is_combi else None,
        generates=one.sort.ways == 2,
        known=draw.random(swing.size) >= _UNREAD,
    )
    measure(found, one, one.active, one.reactive)
    return found


def measure(meter: ToldMeter, one: Truth, active: Floats, reactive: Floats) -> None:
    """What the meter's registers make of these powers of its phases: no netting between them (M-62)."""
    used = active.clip(min=0).sum(axis=0) if meter.export_wh is not None else np.abs(active).sum(axis=0)
    meter.import_wh = _whole(used, one.multiplier)
    if meter.export_wh is not None:
        meter.export_wh = _whole((-active).clip(min=0).sum(axis=0), one.multiplier)
    if meter.q1_varh is not None:
        inductive = np.where((reactive > 0) & (active > 0), reactive, 0).sum(axis=0)
        meter.q1_varh = _whole(inductive, one.multiplier)


def _apparent(one: Truth, draw: np.random.Generator) -> Floats:
    """Σ U × I of the phases: voltage and current are printed with a decimal or three."""
    exact = _quarters(np.hypot(one.active, one.reactive).sum(axis=0)) * one.multiplier
    found: Floats = exact * draw.normal(1, 0.004, exact.size)
    return found


def _main(seed: int, street: Street) -> Ints:
    """What truly went out, and what the wires take."""
    draw = chance(seed, "wires")
    used = street.used_wh.astype(np.float64)
    heat = np.abs(used) * _WIRES * (0.5 + np.abs(used) / max(1.0, float(np.abs(used).mean()) * 2))
    lost = heat * draw.normal(1, 0.03, used.size)
    return street.used_wh + np.rint(lost).astype(np.int64)


def _quarters(minutes: Floats) -> Floats:
    """W a minute → Wh a quarter hour."""
    found: Floats = minutes.reshape(-1, SLOT_MIN).sum(axis=1) / 60
    return found


def _whole(minutes: Floats, multiplier: int) -> Ints:
    """Whole secondary Wh of a register that counts on, times the multiplier."""
    edges = np.floor(np.concatenate(([0.0], np.cumsum(_quarters(minutes))))).astype(np.int64)
    found: Ints = np.diff(edges) * multiplier
    return found
