"""What does a customer's own transformer, or his own line, lose in a month (D-32)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from osos.mdm.derive.losses import (
    TRANSFORMERS,
    Line,
    Loss,
    coefficient,
    line_loss,
    losses_by_rate,
    transformer_named,
)
from osos.mdm.derive.tariffs import Band, bands
from osos.mdm.faces.tariff_split import TariffSplit
from osos.quantities import Interval, local_day
from osos.registry.network import MAIN, NodeTerms, memberships, node_terms

SIZES = tuple(f"{row.primary_kv}/{row.rated_kva}" for row in TRANSFORMERS)  # of the printed table
_HOUR_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTransformer:
    """What the customer's own transformer lost, rate by rate, by the printed table."""

    size: str
    hours: Mapping[Band, int]
    wh: Mapping[Band, int]
    losses: Mapping[Band, Loss]
    source: str

    @property
    def kwh(self) -> Decimal:
        return sum((one.kwh for one in self.losses.values()), Decimal(0))

    @property
    def no_load_kwh(self) -> Decimal:
        return sum((one.no_load_kwh for one in self.losses.values()), Decimal(0))

    def coefficient(self, band: Band) -> Decimal | None:
        """TKK of a rate; None while nothing was drawn in it."""
        return coefficient(self.losses[band], self.wh.get(band, 0))


def own_transformer(split: TariffSplit, size: str, *, now: datetime) -> OwnTransformer | None:
    """None for what is no size of the printed table; of a month that is not over, up to now."""
    if size not in SIZES:
        return None
    kv, kva = map(int, size.split("/"))
    row = transformer_named(kv, kva, local_day(split.period.start))
    if row is None:
        return None
    hours = month_hours(split.period, now)
    losses = losses_by_rate(row, wh=split.wh, hours=hours)
    return OwnTransformer(size=size, hours=hours, wh=split.wh, losses=losses, source=row.source)


def own_line_kwh(split: TariffSplit, line: Line, *, now: datetime) -> Decimal:
    """At the mean current of the month so far: the least that can be lost."""
    hours = sum(month_hours(split.period, now).values())
    return line_loss(line, wh=sum(split.wh.values()), hours=hours)


def month_hours(month: Interval, now: datetime) -> dict[Band, int]:
    """Whole hours of each rate: 341, 155 and 248 in a month of 31 days."""
    start, until = int(month.start.timestamp()), int(min(month.end, now).timestamp())
    found = bands(np.arange(start, until - _HOUR_S + 1, _HOUR_S).astype("datetime64[s]"))
    return {band: int((found == band).sum()) for band in Band}


def told_of_place(conn: Connection, point_id: int, *, period: Interval) -> NodeTerms | None:
    """What the network's list says of the place whose main meter this is; None: it is nobody's."""
    of = [one for one in memberships(conn, [point_id]) if one.role == MAIN and one.since < period.end]
    held = [one for one in of if one.until is None or one.until > period.start]
    if not held:
        return None
    own = [one for one in node_terms(conn, period=period) if one.node_id == held[-1].node_id]
    return own[-1].terms if own else None


def size_of(terms: NodeTerms | None) -> str:
    """Of the printed table; empty where the meter is not at the low side, or the size is not printed."""
    if terms is None or terms.main_side != "low":
        return ""
    size = f"{terms.primary_kv}/{terms.rated_kva}"
    return size if size in SIZES else ""
