"""What would this profile cost at three prices, and at one?

Money is Decimal. Without prices of his own the customer sees the guide's proportions (P-12): night about half
the single price, peak about half more, day about a twentieth less; then only shares are told, no amounts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from osos.portal.asking import Note

BANDS = ("t1", "t2", "t3")
# The digital-meter guide: night ~50 % cheaper, peak ~50 % dearer, day ~5 % cheaper than the single rate.
GUIDE = {"single": Decimal(1), "t1": Decimal("0.95"), "t2": Decimal("1.50"), "t3": Decimal("0.50")}
MOST = Decimal(1000)  # ₺/kWh; more is a slip of the finger
_PRICE = re.compile(r"\d{1,4}(?:[.,]\d{1,6})?")
_KWH = Decimal(1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Of a kWh at one rate and in each band; `own` when the reader gave all four."""

    single: Decimal
    t1: Decimal
    t2: Decimal
    t3: Decimal
    own: bool

    def of(self, band: str) -> Decimal:
        return {"t1": self.t1, "t2": self.t2, "t3": self.t3}[band]


@dataclass(frozen=True, slots=True, kw_only=True)
class BandCost:
    """One band's energy, its share of all, and its price at both tariffs."""

    band: str
    wh: int
    share: Decimal  # 0 … 1
    at_three: Decimal
    at_single: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Both sums, and what changing over would mean."""

    prices: Prices
    bands: tuple[BandCost, ...]
    wh: int

    @property
    def at_three(self) -> Decimal:
        return sum((each.at_three for each in self.bands), Decimal(0))

    @property
    def at_single(self) -> Decimal:
        return sum((each.at_single for each in self.bands), Decimal(0))

    @property
    def saved(self) -> Decimal:
        """By three rates; negative: they cost more."""
        return self.at_single - self.at_three

    @property
    def saved_share(self) -> Decimal | None:
        """Of the sum at one rate; None while nothing was used or one rate costs nothing."""
        return self.saved / self.at_single if self.at_single else None


def prices_asked(query: Mapping[str, str]) -> tuple[Prices, tuple[Note, ...]]:
    """The reader's own prices, if all four are there and are prices; else the guide's proportions."""
    named = ("single", *BANDS)
    texts = {name: query.get(name, "").strip() for name in named}
    found = {name: _price(text) for name, text in texts.items() if text}
    notes = [
        Note("tariffs.no_price", {"text": texts[name][:20]}) for name, price in found.items() if price is None
    ]
    missing = [name for name in named if name not in found]
    if missing and found:
        notes.append(Note("tariffs.four_prices", {}))
    given = {name: price for name, price in found.items() if price is not None}
    whole = len(given) == len(named)
    return Prices(**(given if whole else GUIDE), own=whole), tuple(notes)


def compare(wh_of: Mapping[str, int], prices: Prices) -> Comparison:
    """The same energy at both tariffs, band by band."""
    total = sum(wh_of.get(band, 0) for band in BANDS)
    bands = tuple(
        BandCost(
            band=band,
            wh=wh_of.get(band, 0),
            share=Decimal(wh_of.get(band, 0)) / total if total else Decimal(0),
            at_three=_cost(wh_of.get(band, 0), prices.of(band)),
            at_single=_cost(wh_of.get(band, 0), prices.single),
        )
        for band in BANDS
    )
    return Comparison(prices=prices, bands=bands, wh=total)


def _cost(wh: int, price: Decimal) -> Decimal:
    return Decimal(wh) / _KWH * price


def _price(text: str) -> Decimal | None:
    if not _PRICE.fullmatch(text):
        return None
    price = Decimal(text.replace(",", "."))
    return price if price <= MOST else None
