"""What would the month cost line by line, and what does an own transformer lose (D-32; regulation (f2))?

Everything that is not measured stands in the address: prices, taxes, the transformer. An estimate, no bill.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from osos.mdm import faces
from osos.mdm.derive.charges import Bill, Prices, Used, bill
from osos.mdm.derive.losses import TRANSFORMERS, Loss, losses_by_rate, transformer_named
from osos.mdm.derive.tariffs import Band, bands
from osos.mdm.faces import TariffSplit
from osos.portal.look import Look
from osos.portal.screens.tariffs.view import BANDS
from osos.portal.screens.tariffs.view import Prices as BandPrices
from osos.quantities import Interval

FIELDS = ("distribution", "reactive", "power", "over_power", "consumption_tax", "vat")
SIZES = tuple(f"{row.primary_kv}/{row.rated_kva}" for row in TRANSFORMERS)  # of the printed table
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_KILO = Decimal(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTransformer:
    """What the customer's own transformer lost, rate by rate, by the printed table."""

    size: str
    losses: Mapping[Band, Loss]
    source: str

    @property
    def kwh(self) -> Decimal:
        return sum((one.kwh for one in self.losses.values()), Decimal(0))

    @property
    def no_load_kwh(self) -> Decimal:
        return sum((one.no_load_kwh for one in self.losses.values()), Decimal(0))


def bill_of(look: Look, split: TariffSplit, prices: BandPrices) -> Bill | None:
    """None until the reader has given his energy prices and one of the others."""
    given = {name: _number(look.query.get(name, "")) for name in FIELDS}
    if not prices.own or not any(given.values()):
        return None
    ratios = faces.ratios(look.conn, look.seen, month=split.period, now=look.now)
    contract = look.seen.place.contract_kw or Decimal(0)
    used = Used(
        wh=split.wh,
        charged_varh=sum(ratios.month.charged_varh.values()),
        contract_w=int(contract * _KILO),
        over_contract_w=_over_contract(look, split.period),
    )
    energy = {Band[name.upper()]: prices.of(name) for name in BANDS}
    asked = Prices(
        since=date.min,
        source="the reader's own",
        energy=energy,
        distribution=given["distribution"],
        reactive=given["reactive"],
        power=given["power"],
        over_power=given["over_power"],
        consumption_tax=given["consumption_tax"],
        vat=given["vat"],
    )
    return bill(used, asked)


def transformer_of(look: Look, split: TariffSplit) -> OwnTransformer | None:
    """None until a size of the printed table is named; the month so far, if it is not over."""
    size = look.query.get("transformer", "")
    if size not in SIZES:
        return None
    kv, kva = map(int, size.split("/"))
    until = min(split.period.end, look.now)
    row = transformer_named(kv, kva, (split.period.start + timedelta(hours=3)).date())
    hours = _hours(split.period.start.timestamp(), until.timestamp())
    if row is None:
        return None
    return OwnTransformer(size=size, losses=losses_by_rate(row, wh=split.wh, hours=hours), source=row.source)


def _hours(start_s: float, until_s: float) -> dict[Band, int]:
    """Whole hours of each rate: 341, 155 and 248 in a month of 31 days."""
    starts = np.arange(int(start_s), int(until_s) - 3599, 3600).astype("datetime64[s]")
    found = bands(starts)
    return {band: int((found == band).sum()) for band in Band}


def _over_contract(look: Look, month: Interval) -> int:
    every = faces.demands(look.conn, look.seen, now=look.now)
    one = next((each for each in every if each.month.start == month.start), None)
    return 0 if one is None else one.over_contract_w or 0


def _number(text: str) -> Decimal:
    found = text.strip()
    return Decimal(found.replace(",", ".")) if _NUMBER.fullmatch(found) else Decimal(0)
