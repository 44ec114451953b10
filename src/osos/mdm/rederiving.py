"""What changes when an installation was put right afterwards (F43, F44)?"""

from datetime import datetime

from sqlalchemy import Connection

from osos.mdm import points
from osos.mdm.installed import installed_at
from osos.mdm.labels import days_of_period
from osos.mdm.source import Source
from osos.quantities import Interval


def rederive(conn: Connection, *, point_id: int, period: Interval, now: datetime) -> tuple[int, ...]:
    """Derive the days of a period anew from the registry as it is now; says which days changed.

    Late paperwork (an exchange, a multiplier) thus makes new versions, and the old ones are kept.
    """
    days = days_of_period(period)
    before = points.load(conn, point_ids=[point_id], days=days)
    installed = installed_at(conn, point_id=point_id)
    return points.refresh(
        conn, point_id=point_id, installed=installed, days=days, before=before, source=Source(None, now)
    )
