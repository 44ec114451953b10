"""What did the registers show at each quarter hour or full hour (*Saatlik (YKP)*, P-5)?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from osos.mdm.canonical import PROFILE, Channel
from osos.mdm.derive.grids import Resolution, Starts
from osos.mdm.faces.curves import Curve, curves
from osos.mdm.faces.points import SeenPoint
from osos.mdm.labels import HOUR_MIN, Ints
from osos.quantities import Interval

_WH_OF = {"wh": 0, "varh": 0, "kwh": 3, "kvarh": 3, "mwh": 6, "mvarh": 6}


@dataclass(frozen=True, slots=True, eq=False)
class Indices:
    """Registers as shown: Wh or varh before the multiplier, the latest said of each moment."""

    at: Starts  # UTC, the end of the quarter hour or hour that the record closes
    wh: Mapping[Channel, Ints]
    meter_ids: Ints
    known_since: Starts


def indices(
    conn: Connection, seen: SeenPoint, *, period: Interval, resolution: Resolution | str = Resolution.HOUR
) -> Indices:
    """Every record of P.01 in the period, both its edges included; by hour only those on the full hour."""
    step = HOUR_MIN if Resolution(resolution) is Resolution.HOUR else 1
    names = {channel.value for channel in Channel}
    found = curves(conn, seen, period=period, profile=PROFILE, wanted=names.__contains__)
    kept = {Channel(code): _on_the_hour(curve, step) for code, curve in found.items()}
    if not kept:
        none = np.zeros(0, dtype="datetime64[s]")
        return Indices(none, {}, np.zeros(0, dtype=np.int64), none)
    longest = max(kept.values(), key=lambda curve: curve.at.size)
    return Indices(
        at=longest.at,
        wh={channel: _aligned(curve, longest.at) for channel, curve in kept.items()},
        meter_ids=longest.meter_ids,
        known_since=longest.known_since,
    )


def _on_the_hour(curve: Curve, step_min: int) -> Curve:
    """Of a moment said twice the later record counts, as in the canonical block."""
    _, last = np.unique(curve.at[::-1], return_index=True)
    rows = np.sort(curve.at.size - 1 - last)
    rows = rows[curve.at[rows].astype(np.int64) % (step_min * 60) == 0]
    power = _WH_OF.get(curve.unit.lower(), 3) - curve.decimals
    values = curve.values[rows]
    whole = values * 10**power if power >= 0 else values // 10**-power
    return Curve(curve.code, "Wh", 0, curve.at[rows], whole, curve.meter_ids[rows], curve.known_since[rows])


def _aligned(curve: Curve, at: Starts) -> Ints:
    """-1 where this register was not said."""
    values = np.full(at.size, -1, dtype=np.int64)
    place = np.searchsorted(at, curve.at)
    values[place] = curve.values
    return values
