"""What would this month cost, line by line (regulation (f2), (f3))?

Prices are dated data; nothing here is a tariff. Each line is rounded to the kuruş, half up, and the total
adds up what is printed. What OSOS shows is informative: bills are made by suppliers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from osos.mdm.derive.dated import Dated
from osos.mdm.derive.tariffs import Band

KURUS = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices(Dated):
    """TL a kWh, a kvarh, a kW; `energy` by band for three rates, or the same for all."""

    energy: Mapping[Band, Decimal]
    distribution: Decimal = Decimal(0)
    reactive: Decimal = Decimal(0)
    power: Decimal = Decimal(0)  # a kW of contract; two-term tariffs only
    over_power: Decimal = Decimal(0)
    consumption_tax: Decimal = Decimal(0)  # BTV, per cent of the energy amount
    vat: Decimal = Decimal(0)  # per cent


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a month came to: whole Wh by band, varh that are charged, W of contract and over it."""

    wh: Mapping[Band, int]
    charged_varh: int = 0
    contract_w: int = 0
    over_contract_w: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Lines by name in the order they are printed, and their sums, in TL."""

    lines: Mapping[str, Decimal]
    base: Decimal
    vat: Decimal
    prices: Prices = field(repr=False)

    @property
    def total(self) -> Decimal:
        return self.base + self.vat


def bill(used: Used, prices: Prices) -> Bill:
    energy = sum((_kilo(used.wh.get(band, 0)) * price for band, price in prices.energy.items()), Decimal(0))
    every_kwh = _kilo(sum(used.wh.values()))
    lines = {
        "energy": _money(energy),
        "distribution": _money(every_kwh * prices.distribution),
        "reactive": _money(_kilo(used.charged_varh) * prices.reactive),
        "power": _money(_kilo(used.contract_w) * prices.power),
        "over power": _money(_kilo(used.over_contract_w) * prices.over_power),
        "consumption tax": _money(_money(energy) * prices.consumption_tax / 100),
    }
    base = sum(lines.values(), Decimal(0))
    return Bill(lines=lines, base=base, vat=_money(base * prices.vat / 100), prices=prices)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateComparison:
    """The same energy at three rates and at one; `assumed`: by proportions, no amount is claimed."""

    three: Decimal
    single: Decimal
    assumed: bool
    source: str

    @property
    def saved_share(self) -> Decimal | None:
        """By three rates, of the single rate; below zero they cost more. None: nothing was used."""
        return (self.single - self.three) / self.single if self.single else None


# P-12; until prices are given
GUIDE_SOURCE = "digital-meter guide: night -50 %, peak +50 %, day -5 %; proportions, not prices"
GUIDE = {
    Band.T1: Decimal("0.95"),
    Band.T2: Decimal("1.50"),
    Band.T3: Decimal("0.50"),
    Band.T4: Decimal("0.95"),
}


def compare_rates(
    wh: Mapping[Band, int], *, three: Prices | None = None, single: Prices | None = None
) -> RateComparison:
    """On this customer's own profile; without both price lists by the guide's proportions, and said so."""
    if three is None or single is None:
        at_three = sum((wh.get(band, 0) * GUIDE[band] for band in Band), Decimal(0)) / 1000
        return RateComparison(
            three=at_three, single=_kilo(sum(wh.values())), assumed=True, source=GUIDE_SOURCE
        )
    amounts = [
        sum((_kilo(wh.get(band, 0)) * one.energy.get(band, Decimal(0)) for band in Band), Decimal(0))
        for one in (three, single)
    ]
    source = f"{three.source}; {single.source}"
    return RateComparison(three=_money(amounts[0]), single=_money(amounts[1]), assumed=False, source=source)


def _kilo(units: int) -> Decimal:
    return Decimal(units) / 1000


def _money(amount: Decimal) -> Decimal:
    return amount.quantize(KURUS, rounding=ROUND_HALF_UP)
