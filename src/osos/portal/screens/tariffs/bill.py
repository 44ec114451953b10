"""What would the month cost line by line, and what does an own transformer lose (D-32; regulation (f2))?

Everything that is not measured stands in the address: prices, taxes, the transformer. An estimate, no bill.
"""

import re
from datetime import date
from decimal import Decimal

from osos.mdm import faces
from osos.mdm.derive.charges import Bill, Prices, Used, bill
from osos.mdm.derive.tariffs import Band
from osos.mdm.faces import TariffSplit
from osos.mdm.faces.month_losses import OwnTransformer, own_transformer
from osos.portal.look import Look
from osos.portal.screens.tariffs.view import BANDS
from osos.portal.screens.tariffs.view import Prices as BandPrices
from osos.quantities import Interval

FIELDS = ("distribution", "reactive", "power", "over_power", "consumption_tax", "vat")
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,6})?")
_KILO = Decimal(1000)


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
    return own_transformer(split, look.query.get("transformer", ""), now=look.now)


def _over_contract(look: Look, month: Interval) -> int:
    every = faces.demands(look.conn, look.seen, now=look.now)
    one = next((each for each in every if each.month.start == month.start), None)
    return 0 if one is None else one.over_contract_w or 0


def _number(text: str) -> Decimal:
    found = text.strip()
    return Decimal(found.replace(",", ".")) if _NUMBER.fullmatch(found) else Decimal(0)
