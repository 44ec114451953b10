"""Which metering points may this viewer see, and which stretches of their time?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from osos import registry
from osos.access import Held, PointFacts, Viewer, ViewerKind, sight
from osos.mdm.shelf import Shelf
from osos.quantities import Interval
from osos.registry.behind import installations_of
from osos.registry.party_points import held_within

Place = registry.ServicePoint
_FEW = 2_000  # of a party's points; with more, every few hundredth number at least is his


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPoint:
    """A metering point as one viewer may see it, asked at one moment."""

    point_id: int
    public_id: str
    periods: tuple[Interval, ...]  # what he may see, in order, apart
    place: Place
    installations: tuple[registry.Installation, ...] = field(repr=False)  # in his time, the oldest first
    at: datetime  # when it was asked: nothing later is due
    shelf: Shelf | None = field(default=None, repr=False, compare=False)  # of who asks much of one state

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
    place = registry.service_point(conn, public_id, at=now)
    return None if place is None else next(iter(_seen(conn, viewer, [place], now)), None)


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
    if viewer.kind is not ViewerKind.STAFF and viewer.party is None:
        return Page((), None)
    own = _few_of_his_own(conn, viewer, now) if not search.strip() else None
    if own is not None:
        some = [place for place in own if (place.installation_no or "") > (after or "")][: limit + 1]
        more = some[limit - 1].installation_no if len(some) > limit else None
        return Page(tuple(_seen(conn, viewer, some[:limit], now)), more)
    found = registry.list_service_points(
        conn, at=now, search=search, after=after, limit=limit, **_whose(viewer)
    )
    return Page(tuple(_seen(conn, viewer, found.points, now)), found.after)


def seen_points(
    conn: Connection, viewer: Viewer, point_ids: Iterable[int], *, now: datetime
) -> tuple[SeenPoint, ...]:
    """Those of these points that are his to see, in the order given; a queue's rows become links by it."""
    wanted = list(dict.fromkeys(point_ids))
    places = registry.service_points_of(conn, wanted, at=now)
    return tuple(_seen(conn, viewer, [places[one] for one in wanted if one in places], now))


def sister_places(conn: Connection, viewer: Viewer, *, now: datetime, most: int) -> tuple[Place, ...]:
    """The points that a customer holds now, by name; none where they are more, or he is no customer."""
    if viewer.party is None or viewer.kind in {ViewerKind.STAFF, ViewerKind.SUPPLIER}:
        return ()
    moment = now + timedelta(microseconds=1)
    held = held_within(customer=viewer.party, supplier=None, start=now, end=moment, numbered=False)
    his = conn.scalars(select(held.c.point_id).distinct().limit(most + 1)).all()
    if not 1 < len(his) <= most:
        return ()
    places = registry.service_points_of(conn, his, at=now).values()
    return tuple(sorted(places, key=lambda one: (one.title or "", one.installation_no or "")))


def _few_of_his_own(conn: Connection, viewer: Viewer, now: datetime) -> list[Place] | None:
    """All points a customer ever held, by installation number; None when they are too many to be sorted here.

    One subscriber's point among a million is found by walking the numbers only after half of them.
    """
    if viewer.kind in {ViewerKind.STAFF, ViewerKind.SUPPLIER}:  # a portfolio is dense: walking finds it
        return None
    held = registry.points_of_party(conn, **_whose(viewer))
    if len(held) > _FEW:
        return None
    places = registry.service_points_of(conn, list(held), at=now).values()
    return sorted(
        (one for one in places if one.installation_no), key=lambda one: (one.installation_no or "").encode()
    )


def _whose(viewer: Viewer) -> dict[str, int | None]:
    if viewer.kind is ViewerKind.STAFF:
        return {}
    return {"supplier" if viewer.kind is ViewerKind.SUPPLIER else "customer": viewer.party}


def _seen(conn: Connection, viewer: Viewer, places: Sequence[Place], now: datetime) -> Iterator[SeenPoint]:
    ids = [place.point_id for place in places]
    held, hung = registry.holdings(conn, ids), installations_of(conn, ids)
    for place in places:
        periods = sight(viewer, _facts(held[place.point_id]))
        if not periods:
            continue
        his = _last_moment(periods, now)
        then = place if his == now else registry.service_point(conn, place.point_id, at=his)
        yield SeenPoint(
            point_id=place.point_id,
            public_id=place.public_id,
            periods=periods,
            place=then or place,
            installations=tuple(one for one in hung[place.point_id] if _hung_within(one, periods)),
            at=now,
        )


def _hung_within(one: registry.Installation, periods: tuple[Interval, ...]) -> bool:
    """A meter of somebody else's time is not his to know."""
    return any(one.since < each.end and (one.until is None or each.start < one.until) for each in periods)


def _last_moment(periods: tuple[Interval, ...], now: datetime) -> datetime:
    """The latest moment in his sight: what a point is called after his time is not his to know."""
    if any(now in period for period in periods):
        return now
    over = [period.end for period in periods if period.end <= now]
    return over[-1] - timedelta(microseconds=1) if over else periods[0].start


def _facts(held: registry.Holders) -> PointFacts:
    customers = tuple(Held(party=one.party, period=one.period) for one in held.customers)
    suppliers = tuple(Held(party=one.party, period=one.period) for one in held.suppliers)
    return PointFacts(customers=customers, suppliers=suppliers)
