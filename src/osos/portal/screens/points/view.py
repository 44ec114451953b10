"""What does a list of points tell of each: use, rank, completeness in the time that is the viewer's?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from osos.access import Viewer
from osos.mdm import faces
from osos.mdm.canonical import Channel
from osos.mdm.faces import SeenPoint, Series
from osos.portal.times import known
from osos.quantities import Interval, Quality

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPoint:
    """One point in a month, as far as it is the viewer's."""

    point: SeenPoint
    days: Series
    wh: int
    exported_wh: int
    missing: timedelta
    due: timedelta
    last_known: datetime | None

    @property
    def known_share(self) -> float:
        return 1 - self.missing / self.due if self.due else 1.0

    @property
    def since(self) -> datetime | None:
        """From when on he sees it, where that is within the month."""
        return self.point.periods[0].start if self.point.periods else None


def listed(point: SeenPoint, days: Series) -> ListedPoint:
    """`days` are the month's days in sight."""
    return ListedPoint(
        point=point,
        days=days,
        wh=days.total(Channel.A_PLUS),
        exported_wh=days.total(Channel.A_MINUS),
        missing=timedelta(minutes=int(days.minutes[Quality.MISSING].sum())),
        due=timedelta(minutes=int(days.due_minutes.sum())),
        last_known=known(days.last_known) if len(days) else None,
    )


def most_missing_first(points: Iterable[ListedPoint]) -> list[ListedPoint]:
    """What has to be chased before the period closes comes first."""
    return sorted(points, key=lambda one: (-one.missing, one.point.place.installation_no or ""))


def most_used_first(points: Iterable[ListedPoint]) -> list[ListedPoint]:
    return sorted(points, key=lambda one: (-one.wh, one.point.place.installation_no or ""))


def share_of_all(one: ListedPoint, every: Sequence[ListedPoint]) -> Decimal | None:
    """None while nothing was used at all."""
    total = sum(each.wh for each in every)
    return Decimal(one.wh) / total if total else None


def total_missing(points: Iterable[ListedPoint]) -> tuple[int, timedelta]:
    """How many points lack something, and how much in all."""
    lacking = [one for one in points if one.missing]
    return len(lacking), sum((one.missing for one in lacking), timedelta(0))


def begins_within(one: ListedPoint, period: Interval) -> bool:
    """Did he come to see this point only within the month?"""
    return one.since is not None and one.since in period and one.since > period.start


def all_points(
    conn: Connection, viewer: Viewer, *, now: datetime, search: str, most: int
) -> tuple[tuple[SeenPoint, ...], bool]:
    """His points by number, at most so many, and whether there are more."""
    found: list[SeenPoint] = []
    after = None
    while len(found) <= most:
        page = faces.list_points(conn, viewer, now=now, search=search, after=after, limit=_AT_ONCE)
        found += page.points
        after = page.after
        if after is None:
            break
    return tuple(found[:most]), len(found) > most


def slice_after(
    points: Sequence[SeenPoint], lacking: Mapping[int, int], *, after: str | None, limit: int
) -> tuple[tuple[SeenPoint, ...], str | None]:
    """One page in the order of what is missing, and the key the next one begins after.

    The key is the last row's own place in the order, so that a value that came meanwhile moves one row and
    not all of them.
    """
    ordered = sorted(points, key=lambda one: _place(one, lacking))
    begun = _place_of(after)
    rest = [one for one in ordered if begun is None or _place(one, lacking) > begun]
    some = tuple(rest[:limit])
    if len(rest) <= limit:
        return some, None
    minutes, number = _place(some[-1], lacking)
    return some, f"{-minutes}:{number}"


def _place(one: SeenPoint, lacking: Mapping[int, int]) -> tuple[int, str]:
    return -lacking.get(one.point_id, 0), one.place.installation_no or one.public_id


def _place_of(after: str | None) -> tuple[int, str] | None:
    """Whatever stands in the address: what is no key begins at the beginning."""
    minutes, found, number = (after or "").partition(":")
    plain = minutes.isascii() and minutes.isdecimal() and len(minutes) < 12
    return (-int(minutes), number) if found and plain else None
