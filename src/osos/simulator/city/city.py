"""Which customers, meters and modems does a small pretend city have?"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from osos.quantities import DeviceId, Interval, local_day
from osos.simulator.city.customers import HOUSE, PATTERN, STREET, Customer
from osos.simulator.city.points import Point
from osos.simulator.city.transformers import Transformer, transformers
from osos.simulator.load import Around, Load, day_number
from osos.simulator.load.noise import chance
from osos.simulator.meter import MeterSpec, VirtualMeter

METER_FLAG, MODEM_FLAG = "OSO", "OSM"  # pretend makers; no registered FLAG
_LINE_SIZES = (1, 1, 1, 1, 1, 2, 2, 3, 4)  # meters behind one modem, as often as they stand here
_MULTIPLIERS = (20, 30, 40, 60, 80, 120, 200, 400)  # X/5 transformers, 100/5 … 2000/5
_DAYS_KEPT = 40
_FIRST_HOUSE = PATTERN.index(HOUSE)
_LEFT_OF_AROUND = 0.35  # of the load still goes through the meter
_MAIN = Customer("main meter", "combi", STREET.load, ways=2, connection="X/5")


@dataclass(frozen=True, slots=True)
class ModemSpec:
    """A modem and the meters on its RS-485 line; all of one multiplier, as the admission list wants it."""

    device: DeviceId
    meters: tuple[VirtualMeter, ...]
    multiplier: Decimal


@dataclass(frozen=True, slots=True)
class Main:
    """A transformer, its main meter, and the numbers of the points below it."""

    transformer: Transformer
    point: Point


class City:
    """Some forty metering points on some two dozen modems; everything follows from the seed.

    With `mains_since` the customers hang at transformers, whose main meters stand there since then. From
    `around_since` on the first house takes most of its power around its meter (D-33).
    """

    def __init__(
        self,
        seed: int,
        *,
        since: datetime,
        points: int = 40,
        mains_since: datetime | None = None,
        around_since: datetime | None = None,
    ) -> None:
        self._seed, self._since, self._around_since = seed, since, around_since
        self._series = seed * 1009 % 900 + 100
        self.points = [self._point(number) for number in range(points)]
        self.mains = [] if mains_since is None else list(self._mains(mains_since))
        self.modems = self._modems()

    def admissions_csv(self, *, plain_until: datetime | None = None) -> str:
        """What `osos registry admit` reads: one line a modem."""
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(["flag", "serial", "meters", "multiplier", "plain_until"])
        until = plain_until.isoformat() if plain_until else ""
        for modem in self.modems:
            meters = ";".join(str(meter.spec.device) for meter in modem.meters)
            rows.writerow([modem.device.flag, modem.device.serial, meters, modem.multiplier, until])
        return text.getvalue()

    def energy_wh(self, period: Interval) -> int:
        """A+ of all meters in `[start, end)`, secondary Wh: the truth a head-end must arrive at."""
        metered = [*self.points, *(main.point for main in self.mains)]
        return sum(point.meter.energy_wh("1.8.0", period) for point in metered)

    def _point(self, number: int) -> Point:
        customer = PATTERN[number % len(PATTERN)]
        seed = self._seed * 100_003 + number
        draw = chance(seed, "point")
        multiplier = int(draw.choice(_MULTIPLIERS)) if customer.connection == "X/5" else 1
        load = customer.load(seed)
        seen = self._seen(number, load)
        meter = VirtualMeter(self._spec(number, seed, customer, self._since), seen, days_kept=_DAYS_KEPT)
        return Point(customer.name, meter, Decimal(multiplier), load)

    def _seen(self, number: int, load: Load) -> Load:
        if number != _FIRST_HOUSE or self._around_since is None:
            return load
        return Around(load, left=_LEFT_OF_AROUND, since=day_number(local_day(self._around_since)))

    def _mains(self, since: datetime) -> Iterator[Main]:
        """Main meters count both ways: on a sunny noon a street gives back."""
        first = day_number(local_day(since))
        week = range(first, first + 7)
        for place, transformer in enumerate(transformers(self._seed, self.points, days=week)):
            number = len(self.points) + place
            spec = self._spec(number, self._seed * 100_003 + number, _MAIN, since)
            meter = VirtualMeter(spec, transformer.load, days_kept=_DAYS_KEPT)
            yield Main(
                transformer,
                Point(_MAIN.name, meter, Decimal(transformer.multiplier), transformer.load),
            )

    def _spec(self, number: int, seed: int, customer: Customer, since: datetime) -> MeterSpec:
        made = date(since.year - 1, 1 + number % 12, 1 + number % 28)
        return MeterSpec(
            device=DeviceId(METER_FLAG, f"{self._series}{number + 1:06d}"),
            kind=customer.kind,
            ways=customer.ways,
            connection=customer.connection,
            since=since,
            produced=made,
            seed=seed,
        )

    def _modems(self) -> list[ModemSpec]:
        """Direct meters share lines at random; behind transformers each multiplier has a line of its own."""
        draw = chance(self._seed, "lines")
        direct = [point for point in self.points if point.multiplier == 1]
        groups: list[list[Point]] = []
        wanted = 0
        for at in draw.permutation(len(direct)):
            if not groups or len(groups[-1]) == wanted:
                groups.append([])
                wanted = int(draw.choice(_LINE_SIZES))
            groups[-1].append(direct[int(at)])
        groups += [[point] for point in self.points if point.multiplier != 1]
        groups += [[main.point] for main in self.mains]
        return [self._modem(number, group) for number, group in enumerate(groups)]

    def _modem(self, number: int, group: list[Point]) -> ModemSpec:
        device = DeviceId(MODEM_FLAG, f"{self._series}{number + 1:012d}")
        return ModemSpec(device, tuple(point.meter for point in group), group[0].multiplier)
