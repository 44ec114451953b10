"""Of which points is this sum made, and how much of each is known?"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from osos.mdm import points as blocks
from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.series import series
from osos.mdm.labels import days_of_period
from osos.mdm.shelf import Shelf
from osos.quantities import Interval, Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class PointPart:
    """One point's share of a sum: primary Wh of what is known of it, and the minutes of which nothing is."""

    point: SeenPoint
    wh: int
    due_min: int
    missing_min: int
    estimated_min: int

    @property
    def is_known(self) -> bool:
        return self.missing_min < self.due_min


@dataclass(frozen=True, slots=True, kw_only=True)
class SumOfPoints:
    """A sum over points, the greatest first; it is the sum of its parts to the Wh."""

    period: Interval
    channel: Channel
    parts: tuple[PointPart, ...]

    @property
    def wh(self) -> int:
        return sum(one.wh for one in self.parts)

    @property
    def lacking(self) -> int:
        return sum(1 for one in self.parts if one.missing_min)


def points_told(
    conn: Connection, points: Iterable[SeenPoint], *, period: Interval, channel: Channel = Channel.A_PLUS
) -> SumOfPoints:
    """Of some hours or days; a point of which nothing is in sight is no part."""
    shelf, due = Shelf(), [seen for seen in points if seen.in_sight(period)]
    if due:
        ids, days = [seen.point_id for seen in due], days_of_period(period)
        blocks.load(conn, point_ids=ids, days=days, shelf=shelf)
    parts = [_part(conn, replace(seen, shelf=shelf), period, channel) for seen in due]
    parts.sort(key=lambda one: (-one.wh, one.point.place.installation_no or ""))
    return SumOfPoints(period=period, channel=channel, parts=tuple(parts))


def _part(conn: Connection, seen: SeenPoint, period: Interval, channel: Channel) -> PointPart:
    own = series(conn, seen, period=period, resolution=Resolution.HOUR)
    minutes = {quality: int(of.sum()) for quality, of in own.minutes.items()}
    return PointPart(
        point=seen,
        wh=own.total(channel),
        due_min=sum(minutes.values()),
        missing_min=minutes[Quality.MISSING],
        estimated_min=minutes[Quality.ESTIMATED],
    )
