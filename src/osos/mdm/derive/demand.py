"""How high was the power, and was it more than agreed?

Maximum demand P = 1.6.0 (export 2.6.0) × multiplier, the meter's own sliding quarter hour (M-90); the
profile's quarter hours are fixed ones and can only be lower.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np

from osos.mdm.derive.grids import Starts
from osos.mdm.labels import HOUR_MIN, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The highest mean power of a slot, in W, and when that slot ended."""

    w: int
    at: np.datetime64


def peak_of(wh: Ints, starts: Starts, ends: Starts) -> Peak | None:
    """Of the slots of a profile; None when there are none. The first of equals counts, as in the meter."""
    if not wh.size:
        return None
    minutes = (ends - starts).astype("timedelta64[m]").astype(np.int64)
    watts = wh * HOUR_MIN // minutes
    place = int(np.argmax(watts))
    return Peak(w=int(watts[place]), at=ends[place])


def load_factor(wh: int, *, peak_w: int, hours: Decimal | int) -> Decimal | None:
    """Energy ÷ (highest power × time): 1 for a flat load; None while nothing was drawn.

    >>> load_factor(744_000, peak_w=2_000, hours=744)
    Decimal('0.5')
    """
    return Decimal(wh) / (Decimal(peak_w) * hours) if peak_w > 0 and hours > 0 else None


def over_contract_w(demand_w: int, *, contract_kw: Decimal) -> int:
    """How far the demand passes the contract; of a two-term tariff this is charged (regulation (f2)).

    >>> over_contract_w(195_000, contract_kw=Decimal(160))
    35000
    """
    return max(0, demand_w - int(contract_kw * 1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDemand:
    """The meter's own maximum of one month, in primary W, and when it was reached."""

    month_end: datetime
    import_w: int | None
    import_at: datetime | None
    export_w: int | None
    export_at: datetime | None
