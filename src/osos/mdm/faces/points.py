"""Which metering points may this viewer see, and which stretches of their time?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice

from sqlalchemy import Connection

from osos import registry
from osos.access import PointFacts, Viewer, sight
from osos.quantities import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a point lies and what is agreed for it at one moment; None: nobody has said."""

    installation_no: str | None = None
    etso: str | None = None
    region: str | None = None
    centre: str | None = None
    district: str | None = None
    title: str | None = None
    point_class: str | None = None
    tariff_group: str | None = None
    rate: str | None = None  # single, three
    installed_kva: Decimal | None = None
    contract_kw: Decimal | None = None
    voltage_level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPoint:
    """A metering point as one viewer may see it, asked at one moment."""

    point_id: int
    public_id: str
    periods: tuple[Interval, ...]  # what he may see, in order, apart
    place: Place
    installations: tuple[registry.Installation, ...] = field(repr=False)  # oldest first
    at: datetime  # when it was asked: nothing later is due

    def in_sight(self, period: Interval) -> tuple[Interval, ...]:
        """What of this period he may see, is over, and had a meter or came after the first one."""
        if not self.installations:
            return ()
        lived = Interval(min(self.installations[0].since, self.at), self.at)
        due = period.overlap(lived)
        return () if due is None else tuple(part for each in self.periods if (part := each.overlap(due)))

    def meter_at(self, instant: datetime) -> registry.Installation | None:
        """What measured the point at that moment."""
        hung = (one for one in self.installations if one.since <= instant)
        return next((one for one in hung if one.until is None or instant < one.until), None)

    def seen_installations(self) -> tuple[tuple[registry.Installation, Interval], ...]:
        """The meters that hung here in sight, the oldest first, each with the time he may see of it."""
        return tuple(
            (one, part)
            for one in self.installations
            for each in self.periods
            if (part := Interval(one.since, max(one.since, one.until or self.at)).overlap(each))
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some points in the order of their key; `after` of the next page, None when this was the last."""

    points: tuple[SeenPoint, ...]
    after: str | None


def find_point(conn: Connection, viewer: Viewer, public_id: str, *, now: datetime) -> SeenPoint | None:
    """The point of this public id; None when there is none or it is not his to see."""
    found = (one for one in registry.list_points(conn) if one.public_id == public_id)
    return next(_seen(conn, viewer, found, now), None)


def list_points(
    conn: Connection,
    viewer: Viewer,
    *,
    now: datetime,
    search: str = "",
    after: str | None = None,
    limit: int = 50,
) -> Page:
    """His points, by installation number; `after` is what the page before said."""
    found = (one for one in registry.list_points(conn) if after is None or one.public_id > after)
    wanted = (one for one in sorted(found, key=lambda one: one.public_id) if search in _words(one))
    some = tuple(islice(_seen(conn, viewer, wanted, now), limit + 1))
    return Page(some[:limit], some[limit - 1].public_id if len(some) > limit else None)


def _words(one: registry.ListedPoint) -> str:
    return f"{one.public_id} {one.meter or ''}"


def _seen(
    conn: Connection, viewer: Viewer, listed: Iterator[registry.ListedPoint], now: datetime
) -> Iterator[SeenPoint]:
    for one in listed:
        periods = sight(viewer, PointFacts())
        if periods:
            yield SeenPoint(
                point_id=one.point_id,
                public_id=one.public_id,
                periods=periods,
                place=Place(),
                installations=tuple(registry.installations(conn, point_id=one.point_id)),
                at=now,
            )
