"""What did the registers show at the last month ends, and what lies between (*Endeks Bilgileri*, P-6)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.registers import RegisterRow, is_of_his_time, registers, row_of
from osos.mdm.register_readings import KEPT_BY_METER
from osos.mdm.tables import readings
from osos.quantities import DeviceId

_MONTH = timedelta(days=32)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEndRow:
    """All registers of one meter at one month end, or at its latest reading."""

    at: datetime
    meter: DeviceId
    is_latest: bool  # the present readings, not a month end
    rows: Mapping[str, RegisterRow]  # by code


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthEnds:
    """The latest first: the present readings, then month ends; a change of meter shows as another serial."""

    ends: tuple[MonthEndRow, ...]


def month_ends(conn: Connection, seen: SeenPoint, n: int = 3) -> MonthEnds:
    """The last `n` month ends in sight and the latest readings.

    A meter's rows `*1…*12` are of the moment that its 0.1.2 rows tell (M-70).
    """
    found: list[MonthEndRow] = []
    latest = registers(conn, seen)
    if latest:
        newest = max(row.at for row in latest)
        found.append(_end(newest, latest, is_latest=True))
    for one, sight in reversed(seen.seen_installations()):
        since = max(sight.start, seen.at - (n + 1) * _MONTH)
        query = (
            select(readings)
            .where(readings.c.meter_id == one.meter_id, readings.c.history == KEPT_BY_METER)
            .where(readings.c.at >= since, readings.c.at <= sight.end)
        )
        by_time: dict[datetime, list[RegisterRow]] = {}
        for row in conn.execute(query):
            told = row_of(row, one)
            if is_of_his_time(told, seen.periods):
                by_time.setdefault(row.at, []).append(told)
        found += [_end(at, rows, is_latest=False) for at, rows in sorted(by_time.items(), reverse=True)]
    return MonthEnds(ends=tuple(found[: n + 1]))


def _end(at: datetime, rows: list[RegisterRow] | tuple[RegisterRow, ...], *, is_latest: bool) -> MonthEndRow:
    return MonthEndRow(at=at, meter=rows[0].meter, is_latest=is_latest, rows={row.code: row for row in rows})
