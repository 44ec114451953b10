"""How whole are a point's data, and what is missing (P-10)?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from osos.mdm import gaps
from osos.mdm.derive.grids import Resolution
from osos.mdm.derive.series import Series
from osos.mdm.faces.month_so_far import instant_of
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.series import series
from osos.mdm.labels import instant_of_label
from osos.quantities import Interval, Quality


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenGap:
    """Records that are missing; `answered_empty`: the meter has none (it was off, or has forgotten)."""

    period: Interval
    records: int
    found_at: datetime
    answered_empty: bool
    asked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PointCompleteness:
    """Minutes of the period that are due, by how well they are known; `days` for a strip."""

    period: Interval
    due_min: int
    minutes: Mapping[Quality, int]
    days: Series
    gaps: tuple[OpenGap, ...]  # the oldest first
    known_since: datetime | None

    @property
    def known_share(self) -> float:
        """1.0 is nothing missing; a period of which nothing is due yet is whole."""
        return 1.0 - self.minutes[Quality.MISSING] / self.due_min if self.due_min else 1.0


def completeness(conn: Connection, seen: SeenPoint, *, period: Interval) -> PointCompleteness:
    days = series(conn, seen, period=period, resolution=Resolution.DAY)
    return PointCompleteness(
        period=period,
        due_min=int(days.due_minutes.sum()),
        minutes={quality: int(of.sum()) for quality, of in days.minutes.items()},
        days=days,
        gaps=tuple(open_gaps(conn, seen, period=period)),
        known_since=instant_of(days.last_known),
    )


def open_gaps(conn: Connection, seen: SeenPoint, *, period: Interval) -> list[OpenGap]:
    """What of the period is still missing at this point, as far as it is in sight."""
    meter_ids = {one.meter_id for one, _ in seen.seen_installations()}
    spans = seen.in_sight(period)
    found = []
    for gap in gaps.open_gaps(conn, meter_ids=meter_ids) if meter_ids and spans else ():
        first = instant_of_label(gap.first_label - gap.period_min)
        whole = Interval(first, instant_of_label(gap.last_label))
        for span in spans:
            part = whole.overlap(span)
            if part is not None and gap.point_id == seen.point_id:
                found.append(
                    OpenGap(
                        period=part,
                        records=int((part.length.total_seconds() / 60) // gap.period_min),
                        found_at=gap.found_at,
                        answered_empty=gap.answered_empty > 0,
                        asked_at=gap.answered_at,
                    )
                )
    return found
