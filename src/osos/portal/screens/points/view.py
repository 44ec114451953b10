"""What does a list of points tell of each: use, rank, completeness in the time that is the viewer's?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from osos.mdm.faces import ListedMonth, SeenPoint
from osos.quantities import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPoint:
    """One point in a month, as far as it is the viewer's."""

    point: SeenPoint
    month: ListedMonth
    missing: timedelta
    due: timedelta

    @property
    def wh(self) -> int:
        return self.month.wh

    @property
    def exported_wh(self) -> int:
        return self.month.exported_wh

    @property
    def last_known(self) -> datetime | None:
        return self.month.last_known

    @property
    def known_share(self) -> float:
        return 1 - self.missing / self.due if self.due else 1.0

    @property
    def since(self) -> datetime | None:
        """From when on he sees it, where that is within the month."""
        return self.point.periods[0].start if self.point.periods else None


def listed(points: Iterable[SeenPoint], months: Mapping[int, ListedMonth]) -> list[ListedPoint]:
    """In the order given."""
    found = []
    for point in points:
        month = months[point.point_id]
        missing, due = (timedelta(minutes=each) for each in (month.missing_min, month.due_min))
        found.append(ListedPoint(point=point, month=month, missing=missing, due=due))
    return found


def most_missing_first(points: Iterable[ListedPoint]) -> list[ListedPoint]:
    """What has to be chased before the period closes comes first."""
    return sorted(points, key=lambda one: (-one.missing, one.point.place.installation_no or ""))


def most_used_first(points: Iterable[ListedPoint]) -> list[ListedPoint]:
    return sorted(points, key=lambda one: (-one.wh, one.point.place.installation_no or ""))


def share_of(one: ListedPoint, total_wh: int) -> Decimal | None:
    """None while nothing was used at all."""
    return Decimal(one.wh) / total_wh if total_wh else None


def lacking_of(points: Iterable[ListedPoint]) -> int:
    """How many of them lack something."""
    return sum(1 for one in points if one.missing)


def begins_within(one: ListedPoint, period: Interval) -> bool:
    """Did he come to see this point only within the month?"""
    return one.since is not None and one.since in period and one.since > period.start
