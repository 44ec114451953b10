"""How do points of its kind spread a month over its hours, and this one's month by that (regulation (b4))?

Coefficients are what such points measured in an hour ÷ in the month (of three rates: ÷ in the rate's hours),
so they sum to one, or to one a rate. A meter without hourly values is settled by them; of one that has them
it is told how far that would have been off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection

from osos.mdm import points
from osos.mdm.canonical import Channel
from osos.mdm.derive.amounts import primary
from osos.mdm.derive.grids import Starts
from osos.mdm.derive.profile_coefficients import by_profile, three_rates_by_profile
from osos.mdm.derive.tariffs import Band, Bands, bands
from osos.mdm.estimates.helping import FEWEST, MOST_TAKEN, same_kind, whole_days
from osos.mdm.faces.points import SeenPoint
from osos.mdm.faces.tariff_split import TariffSplit
from osos.mdm.labels import HOUR_MIN, Ints, days_of_period, edge_of_day, instant_of_label
from osos.mdm.points import HeldDay
from osos.quantities import Quality

THREE = "three"  # a point's rate, as the registry names it


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class GroupProfile:
    """A coefficient an hour of the month, and this point's month spread by them."""

    points: int  # whose hours they are
    three_rates: bool
    coefficients: Sequence[Decimal]
    group_wh: Ints  # what those points used in each hour
    bands: Bands  # of each hour
    spread_wh: Ints
    measured_wh: Ints | None  # the point's own hours; None: not all of the month is known

    @property
    def total(self) -> Decimal:
        """About one; of three rates about three."""
        return sum(self.coefficients, Decimal(0))

    @property
    def off_share(self) -> Decimal | None:
        """Energy that settlement by profile would book in other hours than it was used in."""
        if self.measured_wh is None or not self.measured_wh.sum():
            return None
        return Decimal(int(np.abs(self.spread_wh - self.measured_wh).sum())) / 2 / int(self.measured_wh.sum())


def group_profile(
    conn: Connection, seen: SeenPoint, split: TariffSplit, *, now: datetime
) -> GroupProfile | None:
    """Of points of its class and tariff group whose month is whole; None: fewer than three, or not over."""
    if split.period.end > now:
        return None
    days = list(days_of_period(split.period))
    hours = _hours_of_kind(conn, seen, days)
    if len(hours) < FEWEST:
        return None
    every = np.sum(hours, axis=0)
    of_hour = bands(_starts(days))
    three = seen.place.rate == THREE
    coefficients = _coefficients(every, of_hour if three else np.full(every.size, Band.T1, dtype=np.uint8))
    if coefficients is None:
        return None
    return GroupProfile(
        points=len(hours),
        three_rates=three,
        coefficients=coefficients,
        group_wh=every,
        bands=of_hour,
        spread_wh=three_rates_by_profile(split.wh, coefficients, of_hour)
        if three
        else by_profile(sum(split.wh.values()), coefficients),
        measured_wh=_hours(points.load(conn, point_ids=[seen.point_id], days=days), seen.point_id, days),
    )


def _hours_of_kind(conn: Connection, seen: SeenPoint, days: Sequence[int]) -> list[Ints]:
    alike = same_kind(conn, seen.point_id, seen.place)
    whole: dict[int, int] = {}
    for one in whole_days(conn, alike, days):
        whole[one.point_id] = whole.get(one.point_id, 0) + 1
    chosen = [point for point in alike if whole.get(point) == len(days)][:MOST_TAKEN]
    held = points.load(conn, point_ids=chosen, days=days)
    found = (_hours(held, point, days) for point in chosen)
    return [one for one in found if one is not None]


def _hours(held: Mapping[tuple[int, int], HeldDay], point_id: int, days: Sequence[int]) -> Ints | None:
    """Primary Wh of each hour; None where a day is not held or something of it is missing."""
    found = []
    for day in days:
        one = held.get((point_id, day))
        if one is None or Channel.A_PLUS not in one.block.channels:
            return None
        if (one.block.quality == Quality.MISSING.mark).any():
            return None
        slots = primary(one.block, Channel.A_PLUS).wh
        found.append(slots.reshape(-1, HOUR_MIN // one.block.period_min).sum(axis=1))
    return np.concatenate(found)


def _coefficients(every: Ints, of_hour: Bands) -> list[Decimal] | None:
    """None where nothing was used in a rate: it has no shape then."""
    sums = {band: int(every[of_hour == band].sum()) for band in np.unique(of_hour).tolist()}
    if not all(sums.values()):
        return None
    return [Decimal(wh) / sums[band] for wh, band in zip(every.tolist(), of_hour.tolist(), strict=True)]


def _starts(days: Sequence[int]) -> Starts:
    first, until = (instant_of_label(edge_of_day(day)) for day in (days[0], days[-1] + 1))
    return np.arange(int(first.timestamp()), int(until.timestamp()), 3600).astype("datetime64[s]")
