"""What does a list of points tell of each: use, rank, completeness in the time that is the viewer's?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from osos.mdm.canonical import Channel
from osos.mdm.faces import SeenPoint, Series
from osos.portal.times import known
from osos.quantities import Interval, Quality


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
