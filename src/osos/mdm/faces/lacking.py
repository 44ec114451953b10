"""Of which of many points is how much missing? For an order over a whole portfolio, by columns alone."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, select

from osos.mdm.faces.points import SeenPoint
from osos.mdm.labels import DAY_MIN, days_of_period
from osos.mdm.tables import canonical_blocks
from osos.quantities import Interval

_AT_ONCE = 400


def lacking_minutes(conn: Connection, points: Iterable[SeenPoint], *, period: Interval) -> Mapping[int, int]:
    """Minutes that are due and in sight but not known, by point; no block is unpacked.

    A day of which he may see a part only counts with all that is known of it: enough for an order.
    """
    due: dict[int, int] = {}
    alike: dict[tuple[int, int], list[int]] = {}
    for seen in points:
        spans = seen.in_sight(period)
        due[seen.point_id] = int(sum(span.length.total_seconds() for span in spans)) // 60
        for span in spans:
            days = days_of_period(span)
            alike.setdefault((days[0], days[-1]), []).append(seen.point_id)
    for (first, last), point_ids in alike.items():
        for start in range(0, len(point_ids), _AT_ONCE):
            for point_id, known in _known(conn, point_ids[start : start + _AT_ONCE], first, last):
                due[point_id] -= known
    return {point_id: max(0, minutes) for point_id, minutes in due.items()}


def _known(conn: Connection, point_ids: list[int], first: int, last: int) -> Iterable[tuple[int, int]]:
    c = canonical_blocks.c
    known = func.sum(DAY_MIN - c.missing * c.period_min)
    query = (
        select(c.point_id, known)
        .where(c.point_id.in_(point_ids), c.day.between(first, last))
        .group_by(c.point_id)
    )
    return [(row[0], int(row[1])) for row in conn.execute(query)]
