"""What do many points come to together, hour by hour, and of how much of it is anything known?

A sum over points of which some are missing is not their sum: each hour says of how many points and minutes
it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from osos.mdm import points as blocks
from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.series import series
from osos.mdm.labels import days_of_period
from osos.mdm.shelf import Shelf
from osos.quantities import Interval, Quality


@dataclass(slots=True)
class HourTogether:
    """One hour of all of them: primary Wh of what is known, and the minutes × points it is known of."""

    start: datetime
    end: datetime
    wh: int = 0
    exported_wh: int = 0
    due_min: int = 0
    missing_min: int = 0
    estimated_min: int = 0
    edited_min: int = 0
    suspect_min: int = 0
    points: int = 0  # due in this hour
    whole: int = 0  # of them nothing of the hour is missing

    @property
    def quality(self) -> Quality:
        """The gravest of what is known; missing while nothing is."""
        if self.missing_min == self.due_min:
            return Quality.MISSING
        for quality, minutes in (
            (Quality.SUSPECT, self.suspect_min),
            (Quality.EDITED, self.edited_min),
            (Quality.ESTIMATED, self.estimated_min),
        ):
            if minutes:
                return quality
        return Quality.MEASURED

    @property
    def known_share(self) -> float:
        return 1 - self.missing_min / self.due_min if self.due_min else 1.0


@dataclass(frozen=True, slots=True)
class Together:
    """The hours that are due, in order, and when the latest of it came to be known."""

    hours: tuple[HourTogether, ...] = ()
    points: int = 0
    last_known: datetime | None = None
    lacking: frozenset[int] = field(default_factory=frozenset)  # points that miss something


def together(conn: Connection, points: Iterable[SeenPoint], *, period: Interval) -> Together:
    """Of a few days and all these points, each as far as it is in sight."""
    shelf, due = Shelf(), [seen for seen in points if seen.in_sight(period)]
    days = days_of_period(period)
    if due:
        blocks.load(conn, point_ids=[seen.point_id for seen in due], days=days, shelf=shelf)
    hours: dict[int, HourTogether] = {}
    lacking = set()
    for seen in due:
        own = series(conn, replace(seen, shelf=shelf), period=period, resolution=Resolution.HOUR)
        minutes = {quality: of.tolist() for quality, of in own.minutes.items()}
        starts, ends = (each.astype("datetime64[s]").astype(int).tolist() for each in (own.starts, own.ends))
        taken, given = own.of(Channel.A_PLUS).tolist(), own.of(Channel.A_MINUS).tolist()
        for n, (start, end) in enumerate(zip(starts, ends, strict=True)):
            hour = hours.setdefault(start, HourTogether(_instant(start), _instant(end)))
            hour.wh += taken[n]
            hour.exported_wh += given[n]
            hour.due_min += sum(of[n] for of in minutes.values())
            hour.missing_min += minutes[Quality.MISSING][n]
            hour.estimated_min += minutes[Quality.ESTIMATED][n]
            hour.edited_min += minutes[Quality.EDITED][n]
            hour.suspect_min += minutes[Quality.SUSPECT][n]
            hour.points += 1
            hour.whole += not minutes[Quality.MISSING][n]
        if any(minutes[Quality.MISSING]):
            lacking.add(seen.point_id)
    known = [one.known_since for one in shelf.days.values() if one is not None]
    return Together(
        hours=tuple(hours[start] for start in sorted(hours)),
        points=len(due),
        last_known=max(known, default=None),
        lacking=frozenset(lacking),
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
