"""Is this day's month closed, and what then becomes of a change (D-23, GDDK)?

After the market has settled a month its blocks stay as they were settled. What is known since becomes a row
of its own, to be proposed to the market operator; only an approval replaces the settled block.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select, update

from osos.mdm import canonical_packing
from osos.mdm.canonical import CHANNELS, CanonicalBlock
from osos.mdm.keeping.tables import corrections, period_closings
from osos.mdm.labels import date_of_day
from osos.mdm.source import Source
from osos.quantities import to_local
from osos.store import insert, record_event

ALL_POINTS = 0


class State(StrEnum):
    """Where a correction stands; the first three are the market operator's words."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    SUPERSEDED = "SUPERSEDED"  # more became known before it was decided
    WITHDRAWN = "WITHDRAWN"  # what was settled turned out right


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month in Türkiye."""

    year: int
    month: int

    @property
    def number(self) -> int:
        return self.year * 12 + self.month - 1


class MonthNotOver(ValueError):
    """A month that still runs cannot be settled; nothing was written."""

    def __init__(self, month: Month) -> None:
        name = f"{month.year}-{month.month:02d}"
        super().__init__(f"{name} is not over: close it when it is, or correct the month")
        self.tr = f"{name} henüz bitmedi: bitince kapatın ya da ayı düzeltin"


def check_is_over(month: Month, *, now: datetime) -> None:
    """Raises MonthNotOver; whoever settles a month asks first."""
    today = to_local(now).date()
    if month.number >= Month(today.year, today.month).number:
        raise MonthNotOver(month)


def month_of_day(day: int) -> int:
    date = date_of_day(day)
    return Month(date.year, date.month).number


def close_month(
    conn: Connection, *, month: Month, by: str, now: datetime, point_ids: Iterable[int] = (ALL_POINTS,)
) -> None:
    """From now on changes to this month are corrections; closing it again changes nothing."""
    for point_id in point_ids:
        row = {"point_id": point_id, "month": month.number, "closed_at": now, "closed_by": by}
        new = (
            insert(conn, period_closings)
            .values(row)
            .on_conflict_do_nothing()
            .returning(period_closings.c.month)
        )
        added = conn.execute(new).first()  # PostgreSQL counts no rows of a conflict
        if added is not None:
            after = {"point": point_id or "all", "month": f"{month.year}-{month.month:02d}"}
            record_event(conn, at=now, actor=by, act="month closed", subject="periods", after=after)


def closed_days(conn: Connection, *, point_id: int, days: Iterable[int]) -> set[int]:
    """Those of the days whose month is closed for this point."""
    months = {day: month_of_day(day) for day in days}
    query = select(period_closings.c.month).where(
        period_closings.c.point_id.in_((ALL_POINTS, point_id)),
        period_closings.c.month.in_(set(months.values())),
    )
    closed = set(conn.execute(query).scalars())
    return {day for day, month in months.items() if month in closed}


def note_correction(
    conn: Connection,
    *,
    point_id: int,
    day: int,
    settled: CanonicalBlock | None,
    known: CanonicalBlock | None,
    source: Source,
) -> bool:
    """Keep what is known of a closed day beside what was settled; False when that is no news."""
    here = (corrections.c.point_id == point_id) & (corrections.c.day == day)
    newest = conn.execute(
        select(corrections).where(here).order_by(corrections.c.number.desc()).limit(1)
    ).first()
    now_hash = None if known is None else known.content_hash()
    settled_hash = None if settled is None else settled.content_hash()
    if now_hash == settled_hash:
        return _end(conn, here, State.WITHDRAWN, source.known_since)
    undecided = newest is not None and newest.state in {State.PENDING, State.REJECTED}
    if newest is not None and undecided and newest.content_hash == now_hash:
        return False
    _end(conn, here, State.SUPERSEDED, source.known_since)
    number = conn.execute(select(func.coalesce(func.max(corrections.c.number), 0)).where(here)).scalar_one()
    conn.execute(
        corrections.insert().values(
            point_id=point_id,
            day=day,
            number=number + 1,
            state=State.PENDING.value,
            settled_hash=settled_hash,
            known_since=source.known_since,
            frame_id=source.frame_id,
            differences=_differences(settled, known),
            **_kept(known),
        )
    )
    return True


def _end(conn: Connection, here: object, state: State, at: datetime) -> bool:
    pending = update(corrections).where(here, corrections.c.state == State.PENDING.value)  # type: ignore[arg-type]  # a SQL expression
    return conn.execute(pending.values(state=state.value, decided_at=at)).rowcount > 0


def _kept(known: CanonicalBlock | None) -> dict[str, object]:
    if known is None:
        return {"period_min": None, "segments": None, "content_hash": None, "payload": None}
    return {
        "period_min": known.period_min,
        "segments": canonical_packing.segments_text(known),
        "content_hash": known.content_hash(),
        "payload": canonical_packing.pack(known),
    }


def _differences(settled: CanonicalBlock | None, known: CanonicalBlock | None) -> dict[str, str]:
    """Primary Wh or varh more than was settled, a channel; exact, so text."""
    found = {}
    for channel in CHANNELS:
        was, now = (0 if block is None else block.primary_of(channel) for block in (settled, known))
        if was != now:
            found[channel.value] = f"{now - was:f}"
    return found
