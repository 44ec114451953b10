"""Which sites are compared, and what does each come to in the month?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from osos.access import Viewer
from osos.mdm import faces
from osos.mdm.canonical import Channel
from osos.mdm.faces import SeenPoint, Series
from osos.portal.asking import Note
from osos.portal.times import day_of_instant, known
from osos.quantities import Interval, Quality

LEAST, MOST = 2, 6


@dataclass(frozen=True, slots=True)
class DayOfSite:
    """Wh of a day; None: nothing of it is known. Shares are of the minutes that are due."""

    wh: int | None
    missing: float
    estimated: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site's month."""

    point: SeenPoint
    days: Mapping[date, DayOfSite]
    wh: int
    missing: timedelta
    estimated_share: float
    last_known: datetime | None

    @property
    def known_days(self) -> int:
        return sum(1 for day in self.days.values() if day.wh is not None)

    @property
    def mean_wh(self) -> int | None:
        """Of the days of which all that is due is known."""
        whole = [day.wh for day in self.days.values() if day.wh is not None and not day.missing]
        return sum(whole) // len(whole) if whole else None

    @property
    def greatest(self) -> tuple[date, int] | None:
        found = [(when, day.wh) for when, day in self.days.items() if day.wh is not None]
        return max(found, key=lambda one: one[1], default=None)


def chosen(
    conn: Connection, viewer: Viewer, ids: Sequence[str], *, now: datetime
) -> tuple[list[SeenPoint], list[Note]]:
    """Those of the named sites that are his, at most six; what was left out is said."""
    wanted = list(dict.fromkeys(ids))
    found = [faces.find_point(conn, viewer, one[:40], now=now) for one in wanted[: 2 * MOST]]
    seen = [one for one in found if one is not None]
    notes = []
    if len(seen) < len(found):
        notes.append(Note("compare.unknown", {"n": len(found) - len(seen)}))
    if len(seen) > MOST or len(wanted) > 2 * MOST:
        notes.append(Note("compare.too_many", {"most": MOST}))
    if len(seen) < LEAST:
        notes.append(Note("compare.too_few", {"least": LEAST, "most": MOST}))
    return seen[:MOST], notes


def site(conn: Connection, seen: SeenPoint, month: Interval) -> Site:
    days = faces.series(conn, seen, period=month, resolution="day")
    return Site(
        point=seen,
        days=_days(days),
        wh=days.total(Channel.A_PLUS),
        missing=timedelta(minutes=int(days.minutes[Quality.MISSING].sum())),
        estimated_share=days.total_share(Quality.ESTIMATED),
        last_known=known(days.last_known) if len(days) else None,
    )


def _days(days: Series) -> dict[date, DayOfSite]:
    missing, estimated = days.share(Quality.MISSING), days.share(Quality.ESTIMATED)
    wh, told = days.of(Channel.A_PLUS), days.known_minutes
    return {
        day_of_instant(at): DayOfSite(int(wh[n]) if told[n] else None, float(missing[n]), float(estimated[n]))
        for n, at in enumerate(days.starts)
    }
