"""Which ranges of records are missing, and how is that written down?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, Row, select, update

from osos.mdm.labels import Ints
from osos.mdm.tables import gaps


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Records missing from `first_label` to `last_label`, both included, a period apart."""

    gap_id: int
    point_id: int
    meter_id: int
    profile: str
    first_label: int
    last_label: int
    period_min: int
    missing: int
    found_at: datetime
    answered_empty: int  # how often the meter itself said that it has none (M-108)
    answered_at: datetime | None

    def labels(self) -> Ints:
        return np.arange(self.first_label, self.last_label + 1, self.period_min, dtype=np.int64)


def open_gaps(
    conn: Connection, *, meter_ids: Iterable[int] | None = None, profile: str | None = None
) -> list[Gap]:
    """What is missing now, the oldest first."""
    query = select(gaps).where(gaps.c.closed_at.is_(None))
    if meter_ids is not None:
        query = query.where(gaps.c.meter_id.in_(list(meter_ids)))
    if profile is not None:
        query = query.where(gaps.c.profile == profile)
    order = (gaps.c.first_label, gaps.c.meter_id, gaps.c.profile)
    return [_gap(row) for row in conn.execute(query.order_by(*order))]


def runs(labels: Ints, period_min: int) -> list[Ints]:
    """Ascending labels cut where more than a period lies between two."""
    if not labels.size:
        return []
    return np.split(labels, np.flatnonzero(np.diff(labels) != period_min) + 1)


def extend(conn: Connection, *, key: tuple[int, int, str], labels: Ints, period_min: int) -> bool:
    """Lengthen the open gap that ends right before these labels, unless the meter answered it empty."""
    point_id, meter_id, profile = key
    before = int(labels[0]) - period_min
    done = conn.execute(
        update(gaps)
        .where(gaps.c.closed_at.is_(None), gaps.c.meter_id == meter_id, gaps.c.profile == profile)
        .where(gaps.c.point_id == point_id, gaps.c.last_label == before, gaps.c.period_min == period_min)
        .where(gaps.c.answered_empty == 0)
        .values(last_label=int(labels[-1]), missing=gaps.c.missing + labels.size)
    )
    return done.rowcount > 0


def open_gap(
    conn: Connection, *, key: tuple[int, int, str], labels: Ints, period_min: int, found_at: datetime
) -> None:
    point_id, meter_id, profile = key
    conn.execute(
        gaps.insert().values(
            point_id=point_id,
            meter_id=meter_id,
            profile=profile,
            period_min=period_min,
            found_at=found_at,
            answered_empty=0,
            **_range(labels),
        )
    )


def keep_only(conn: Connection, gap: Gap, labels: Ints, *, period_min: int, at: datetime) -> None:
    """What is left of a gap: nothing (closed), one range, or several."""
    pieces = runs(labels, period_min)
    if not pieces:
        conn.execute(update(gaps).where(gaps.c.id == gap.gap_id).values(closed_at=at, missing=0))
        return
    changed = {"period_min": period_min, **_range(pieces[0])}
    conn.execute(update(gaps).where(gaps.c.id == gap.gap_id).values(**changed))
    row = conn.execute(select(gaps).where(gaps.c.id == gap.gap_id)).one()
    _copy(conn, row, pieces[1:])


def _copy(conn: Connection, row: Row[tuple[object, ...]], pieces: Sequence[Ints]) -> None:
    facts = {name: value for name, value in row._mapping.items() if name != "id"}
    for piece in pieces:
        conn.execute(gaps.insert().values(**facts | _range(piece)))


def _range(labels: Ints) -> dict[str, int]:
    return {"first_label": int(labels[0]), "last_label": int(labels[-1]), "missing": int(labels.size)}


def _gap(row: Row[tuple[object, ...]]) -> Gap:
    facts = dict(row._mapping)
    del facts["closed_at"]
    return Gap(gap_id=facts.pop("id"), **facts)
