"""Do a meter's own month ends agree with its load profile (H-15)?"""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, select

from osos.mdm import said
from osos.mdm.canonical import PROFILE, Channel
from osos.mdm.labels import day_of_label, first_label_since
from osos.mdm.register_readings import KEPT_BY_METER
from osos.mdm.tables import readings


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEnd:
    """A register at a month end from the history row `*n`, and from the record of the same moment."""

    code: str
    at: datetime
    register: int  # Wh, varh
    in_profile: int | None  # None: that record is not held
    time_from: str

    @property
    def agrees(self) -> bool | None:
        """None while there is nothing to compare."""
        return None if self.in_profile is None else self.in_profile == self.register


def month_ends(conn: Connection, *, meter_id: int) -> list[MonthEnd]:
    """Every total that the meter has kept of a month end, the oldest first."""
    query = (
        select(readings)
        .where(readings.c.meter_id == meter_id, readings.c.history == KEPT_BY_METER)
        .where(readings.c.code.in_([channel.value for channel in Channel]))
        .order_by(readings.c.at, readings.c.code)
    )
    return [
        MonthEnd(
            code=row.code,
            at=row.at,
            register=row.amount * 10**row.scale if row.scale >= 0 else row.amount // 10**-row.scale,
            in_profile=_in_profile(conn, meter_id, row.code, first_label_since(row.at, 1)),
            time_from=row.time_from,
        )
        for row in conn.execute(query).all()
    ]


def _in_profile(conn: Connection, meter_id: int, code: str, label: int) -> int | None:
    key = (meter_id, day_of_label(label))
    held = said.load(conn, profile=PROFILE, keys=[key]).get(key)
    if held is None or code not in held.block.layout.codes:
        return None
    rows = np.flatnonzero(held.block.labels == label)
    if not rows.size:
        return None
    return int(held.block.in_whole_units(held.block.layout.codes.index(code))[rows[-1]])
