"""How are the modems of a pretend city put together: meters on a line, a unit before them, a link behind?"""

import uuid
from dataclasses import dataclass
from random import Random

from osos.quantities import Clock
from osos.simulator.city import City, ModemSpec
from osos.simulator.journal import Columns, Journal
from osos.simulator.line import LINES, LINKS, Line
from osos.simulator.meter import VirtualMeter
from osos.simulator.modem import MeterBehind, ModemSettings, VirtualModem

BAD_LINES = tuple(name for name in LINES if name != "good")
BAD_LINKS = tuple(name for name in LINKS if name != "good")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wires:
    """Which line and which link a modem gets, by the names of `simulator.line`."""

    line: str = "good"
    outwards: str = "good"
    inwards: str = "good"


def wires_of(kind: str, number: int) -> Wires:
    """`good`, `bad` (every ailment has its turn, two or three a modem), or one ailment for all.

    >>> wires_of("bad", 0)
    Wires(line='echo', outwards='dribble', inwards='good')
    """
    if kind == "bad":
        return Wires(
            line=BAD_LINES[number % len(BAD_LINES)],
            outwards=BAD_LINKS[number % len(BAD_LINKS)],
            inwards=("good", *BAD_LINKS)[number // 2 % (len(BAD_LINKS) + 1)],
        )
    return Wires(
        line=kind if kind in LINES else "good",
        outwards=kind if kind in LINKS else "good",
        inwards=kind if kind in LINKS else "good",
    )


def city_modems(
    city: City,
    *,
    clock: Clock,
    seed: int,
    wires: str,
    journal: Journal | None,
    retry_interval_s: float = 10.0,
) -> list[VirtualModem]:
    """Every modem of the city, unplugged; `live(host, port)` plugs one in. Lines take no time (M-16)."""
    return [
        _modem(
            spec,
            clock=clock,
            chance=Random(f"{seed} {number}"),
            wires=wires_of(wires, number),
            journal=journal,
            retry_interval_s=retry_interval_s,
        )
        for number, spec in enumerate(city.modems)
    ]


def _modem(
    spec: ModemSpec,
    *,
    clock: Clock,
    chance: Random,
    wires: Wires,
    journal: Journal | None,
    retry_interval_s: float,
) -> VirtualModem:
    settings = ModemSettings(
        device=spec.device,
        meters=tuple(MeterBehind(device=meter.spec.device, columns=_columns(meter)) for meter in spec.meters),
        retry_interval_s=retry_interval_s,
        identify_every_s=3 * retry_interval_s,
        reconnect_first_s=retry_interval_s / 10,
        reconnect_longest_s=6 * retry_interval_s,
    )
    return VirtualModem(
        settings,
        clock=clock,
        line=_line(spec, clock, chance, LINES[wires.line]),
        chance=chance,
        new_reference=lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        journal=journal,
        links=(LINKS[wires.outwards](chance), LINKS[wires.inwards](chance)),
        instant=True,
    )


def _line(spec: ModemSpec, clock: Clock, chance: Random, kind: type[Line]) -> Line:
    ends = [
        meter.port("rs485", now=clock.now).side((300, 9600), reaction_s=0.0, parity=True)
        for meter in spec.meters
    ]
    return kind(ends, chance=chance, instant=True)


def _columns(meter: VirtualMeter) -> Columns:
    spec = meter.spec
    return lambda profile: spec.profile.catalogue.columns(profile, kind=spec.kind, ways=spec.ways)
