"""What do papers say of a meter beside who hung where: its clock, its registers at an exchange?"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Table, func, select

from osos.mdm.canonical import CHANNELS, Channel, Registers
from osos.mdm.keeping.clocks import Clock, Regime
from osos.mdm.keeping.tables import clock_regimes, installation_registers

Edge = Literal["first", "last"]


def clocks_of(conn: Connection, *, meter_ids: Iterable[int] | None = None) -> dict[int, tuple[Regime, ...]]:
    """Meter → how its clock ran since when, oldest first; of a corrected paper the latest counts.

    Of these meters, or of all that any paper speaks of.
    """
    c = clock_regimes.c
    query = select(clock_regimes).order_by(c.meter_id, c.since, c.number)
    if meter_ids is not None:
        query = query.where(c.meter_id.in_(set(meter_ids)))
    told: dict[int, dict[datetime, Clock]] = {}
    for row in conn.execute(query):
        told.setdefault(row.meter_id, {})[row.since] = Clock(row.clock)
    return {
        meter_id: tuple(Regime(clock, since) for since, clock in sorted(found.items()))
        for meter_id, found in told.items()
    }


def note_clock(
    conn: Connection,
    *,
    meter_id: int,
    since: datetime,
    clock: Clock,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Write down how a meter's clock runs from here on; the caller derives anew what that touches."""
    key = {"meter_id": meter_id, "since": since}
    _append(conn, clock_regimes, key, {"clock": clock.value}, by=by, reason=reason, now=now)


def registers_of(conn: Connection, *, point_id: int) -> dict[tuple[int, str, datetime], Registers]:
    """(meter, edge, instant) → what it showed when it came to or left this point."""
    query = (
        select(installation_registers)
        .where(installation_registers.c.point_id == point_id)
        .order_by(installation_registers.c.number)
    )
    return {
        (row.meter_id, row.edge, row.at): tuple(
            (channel, row.registers[channel.value]) for channel in CHANNELS if channel.value in row.registers
        )
        for row in conn.execute(query)
    }


def note_registers(
    conn: Connection,
    *,
    point_id: int,
    meter_id: int,
    edge: Edge,
    at: datetime,
    registers: Mapping[Channel, int],
    by: str,
    reason: str,
    now: datetime,
) -> None:
    """Write down what a meter showed when it came or went; a later paper of the same moment replaces it."""
    key = {"point_id": point_id, "meter_id": meter_id, "edge": edge, "at": at}
    shown = {channel.value: value for channel, value in registers.items()}
    _append(conn, installation_registers, key, {"registers": shown}, by=by, reason=reason, now=now)


def _append(
    conn: Connection,
    table: Table,
    key: Mapping[str, object],
    facts: Mapping[str, object],
    *,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    same = [table.c[name] == value for name, value in key.items()]
    number = conn.execute(select(func.coalesce(func.max(table.c.number), 0)).where(*same)).scalar_one()
    told = {"reason": reason, "actor": by, "known_since": now}
    conn.execute(table.insert().values(**key, number=number + 1, **facts, **told))
