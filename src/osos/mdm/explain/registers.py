"""Which message told this register, and where in its bytes?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from osos.mdm.explain.bytes_of import Messages
from osos.mdm.explain.chain import Source
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.registers import RegisterRow, is_of_his_time, row_of
from osos.mdm.register_readings import KEPT_BY_METER, PRESENT
from osos.mdm.tables import readings


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTold:
    """A register as it was read, and the message it came with; None: that is no longer kept."""

    row: RegisterRow
    source: Source | None


def register_told(
    conn: Connection, seen: SeenPoint, *, code: str, at: datetime, kept: bool, messages: Messages
) -> RegisterTold | None:
    """What a meter showed in a register at a moment, now or kept of a month's end; None: nothing in sight."""
    c = readings.c
    for one, sight in reversed(seen.seen_installations()):
        if not sight.start <= at <= sight.end:
            continue
        mine = (c.meter_id == one.meter_id) & (c.code == code) & (c.at == at)
        history = KEPT_BY_METER if kept else PRESENT
        row = conn.execute(select(readings).where(mine, c.history == history)).one_or_none()
        if row is None or not is_of_his_time(row_of(row, one), seen.periods):
            continue
        told = row_of(row, one)
        return RegisterTold(
            row=told, source=messages.of_register(row.frame_id, code=code, row=told.row, text=told.text)
        )
    return None
