"""Which alarms did modems send?"""

import hashlib
import json
from datetime import datetime

from sqlalchemy import Connection

from osos.mdm.tables import alarms
from osos.store import insert


def record_alarm(
    conn: Connection,
    *,
    modem_id: int,
    meter: str,
    incident_code: int,
    level: str,
    type: str,  # X-19 calls it so
    description: str,
    happened_at: datetime,
    received_at: datetime,
    frame_id: int,
) -> bool:
    """Keep it; False: the very same was there already and nothing changed."""
    said = [modem_id, meter, incident_code, level, type, description, happened_at.isoformat()]
    added = conn.execute(
        insert(conn, alarms)
        .values(
            modem_id=modem_id,
            meter=meter,
            incident_code=incident_code,
            level=level,
            type=type,
            description=description,
            happened_at=happened_at,
            received_at=received_at,
            frame_id=frame_id,
            once=hashlib.blake2b(json.dumps(said).encode(), digest_size=16).digest(),
        )
        .on_conflict_do_nothing(index_elements=["once"])
        .returning(alarms.c.id)
    ).scalar()
    return added is not None
