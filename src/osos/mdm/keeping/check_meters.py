"""Which point's meter checks which other's, from when until when (D-20, MAIN_CHECK)?"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, or_, select

from osos.mdm.keeping.tables import check_points
from osos.quantities import to_local
from osos.store import alone, insert, record_event

_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)


class NotAPair(ValueError):
    """These two cannot check each other then; nothing was written."""

    def __init__(self, tr: str, en: str) -> None:
        super().__init__(en)
        self.tr = tr


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPair:
    """The meter of `check_point_id` measures the same energy as that of `point_id`."""

    point_id: int
    check_point_id: int
    since: datetime
    until: datetime | None
    reason: str
    actor: str


def pair(
    conn: Connection,
    *,
    point_id: int,
    check_point_id: int,
    since: datetime,
    by: str,
    reason: str,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """From this instant the one checks the other; the same again changes nothing."""
    alone(conn, f"mdm.point.{point_id}")
    if point_id == check_point_id:
        raise NotAPair(
            "bir sayaç kendini denetleyemez: öbürünün noktasını yazın",
            "a meter cannot check itself: name the point of the other one",
        )
    if until is not None and until <= since:
        raise NotAPair(
            "bitiş başlangıçtan sonra değil: tarihlere bakın",
            "the end is not after the beginning: see the dates",
        )
    for one in pairs(conn, point_id=point_id):
        same = (one.check_point_id, one.since, one.until) == (check_point_id, since, until)
        if not same and one.since < (until or _FOREVER) and since < (one.until or _FOREVER):
            raise NotAPair(
                f"{to_local(one.since):%d.%m.%Y} gününden beri başka bir sayaç denetliyor: önce onu bitirin",
                f"point {one.check_point_id} checks it since {to_local(one.since):%Y-%m-%d}: "
                "end that one first",
            )
    row = {"point_id": point_id, "check_point_id": check_point_id, "since": since, "until": until}
    row |= {"reason": reason, "actor": by, "known_since": now}
    new = insert(conn, check_points).values(row).on_conflict_do_nothing().returning(check_points.c.point_id)
    added = conn.execute(new).first()  # PostgreSQL counts no rows of a conflict
    if added is not None:
        after = {"check_point": check_point_id, "since": since.isoformat(), "reason": reason}
        record_event(
            conn, at=now, actor=by, act="check meter paired", subject=f"point {point_id}", after=after
        )


def end(conn: Connection, *, point_id: int, until: datetime, by: str, now: datetime) -> bool:
    """No longer from this instant on; False when nothing checked it."""
    open_ = (check_points.c.point_id == point_id) & check_points.c.until.is_(None)
    ended = conn.execute(
        check_points.update().where(open_, check_points.c.since < until).values(until=until)
    ).rowcount
    if ended:
        after = {"until": until.isoformat()}
        record_event(
            conn, at=now, actor=by, act="check meter ended", subject=f"point {point_id}", after=after
        )
    return bool(ended)


def pairs(
    conn: Connection, *, point_id: int | None = None, at: datetime | None = None
) -> tuple[CheckPair, ...]:
    """Of one point or all, ever or at one instant, the oldest first."""
    c = check_points.c
    query = select(check_points).order_by(c.point_id, c.since)
    if point_id is not None:
        query = query.where(c.point_id == point_id)
    if at is not None:
        query = query.where(c.since <= at, or_(c.until.is_(None), c.until > at))
    return tuple(
        CheckPair(
            point_id=row.point_id,
            check_point_id=row.check_point_id,
            since=row.since,
            until=row.until,
            reason=row.reason,
            actor=row.actor,
        )
        for row in conn.execute(query)
    )
