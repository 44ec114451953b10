"""What is lost in a customer's own transformer, or in his line, when the meter hangs behind it (D-32)?

Transformer: Kayıp Katsayıları Metodolojisi, RG 01.06.2011 / 27951, amended 2013, for each rate of a month:
K = [Pb + Pcu × (E ÷ (T × Pn × cos φ))²] × T. Copies drop the last × T; without it the units do not agree.
Energies in whole Wh, powers and tables in Decimal; results are Decimal kWh and rounded by who charges them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from osos.mdm.derive.dated import Dated
from osos.mdm.derive.tariffs import Band

_SOURCE = "Kayıp Katsayıları Metodolojisi, RG 01.06.2011 / 27951"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transformer(Dated):
    """A row of the printed table: losses with no load and with full load, in kW."""

    primary_kv: int
    rated_kva: int
    no_load_kw: Decimal
    load_kw: Decimal


_TABLE = (  # Pn kVA, 15 kV Pb/Pcu, 33 kV Pb/Pcu
    (50, "0.19", "1.10", "0.23", "1.25"),
    (100, "0.32", "1.75", "0.38", "1.95"),
    (160, "0.46", "2.35", "0.52", "2.55"),
    (250, "0.65", "3.25", "0.78", "3.50"),
    (400, "0.93", "4.60", "1.12", "4.90"),
    (630, "1.30", "6.50", "1.45", "6.65"),
    (800, "1.50", "8.50", "1.75", "8.70"),
    (1000, "1.70", "10.50", "2.00", "10.50"),
    (1250, "2.10", "13.00", "2.25", "13.00"),
    (1600, "2.60", "17.00", "2.80", "17.00"),
)
TRANSFORMERS = tuple(
    Transformer(
        since=date(2011, 6, 1),
        source=_SOURCE,
        primary_kv=kv,
        rated_kva=kva,
        no_load_kw=Decimal(no_load),
        load_kw=Decimal(load),
    )
    for kva, *pairs in _TABLE
    for kv, no_load, load in ((15, pairs[0], pairs[1]), (33, pairs[2], pairs[3]))
)
COS_PHI = Decimal("0.95")  # the methodology's


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """kWh lost: what the transformer takes by being there, and what the load adds."""

    no_load_kwh: Decimal
    load_kwh: Decimal

    @property
    def kwh(self) -> Decimal:
        return self.no_load_kwh + self.load_kwh


def transformer_named(primary_kv: int, rated_kva: int, on: date) -> Transformer | None:
    """The row of the printed table; None when it has none of this size."""
    rows = (row for row in TRANSFORMERS if row.holds_on(on))
    return next((row for row in rows if (row.primary_kv, row.rated_kva) == (primary_kv, rated_kva)), None)


def transformer_loss(
    transformer: Transformer, *, wh: int, hours: int | Decimal, cos_phi: Decimal = COS_PHI
) -> Loss:
    """Of one rate of a month, with the hours that this rate has in it.

    >>> row = transformer_named(33, 400, date(2026, 1, 1))
    >>> loss = transformer_loss(row, wh=34_444_000, hours=341)
    >>> loss.no_load_kwh, round(loss.load_kwh, 2)
    (Decimal('381.92'), Decimal('118.06'))
    """
    share = Decimal(wh) / 1000 / (hours * transformer.rated_kva * cos_phi) if hours else Decimal(0)
    return Loss(no_load_kwh=transformer.no_load_kw * hours, load_kwh=transformer.load_kw * share**2 * hours)


def losses_by_rate(
    transformer: Transformer, *, wh: Mapping[Band, int], hours: Mapping[Band, int]
) -> dict[Band, Loss]:
    """Rates without hours in the month (T4) lose nothing."""
    return {
        band: transformer_loss(transformer, wh=wh.get(band, 0), hours=hours[band])
        for band in Band
        if hours.get(band)
    }


def coefficient(loss: Loss, wh: int) -> Decimal | None:
    """TKK = K ÷ E; None while nothing was drawn."""
    return loss.kwh * 1000 / wh if wh else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A three-phase line: ohms of one conductor for its whole length (length × ohm/km ÷ circuits)."""

    ohm: Decimal
    kv: Decimal  # between conductors


def line_loss(line: Line, *, wh: int, hours: int | Decimal, cos_phi: Decimal = COS_PHI) -> Decimal:
    """kWh lost as heat at the mean current: 3 × I² × R × T, with I = E ÷ (T × √3 × U × cos φ).

    Engineering, no printed rule was found; at the mean current it is the least that can be lost.

    >>> line_loss(Line(ohm=Decimal(2), kv=Decimal(33)), wh=744_000_000, hours=744, cos_phi=Decimal(1))
    Decimal('1366.39118457300275482093664')
    """
    if not hours:
        return Decimal(0)
    kwh = Decimal(wh) / 1000
    return (kwh / (line.kv * cos_phi)) ** 2 * line.ohm / hours / 1000
