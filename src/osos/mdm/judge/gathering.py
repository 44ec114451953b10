"""What does the store know of the days that are to be judged?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np
from sqlalchemy import Connection, and_, func, select

from osos.mdm import canonical_packing
from osos.mdm.canonical import CHANNELS, Channel
from osos.mdm.judge.darkness import dark_slots
from osos.mdm.judge.many_blocks import load_blocks
from osos.mdm.judge.past import BACK, Panel
from osos.mdm.judge.readouts import Readouts, load_readouts
from osos.mdm.judge.registers import PointDay, lay, needs
from osos.mdm.judge.tables import verdicts
from osos.mdm.judge.told import PointTerms, Told
from osos.mdm.labels import DAY_MIN, Ints, date_of_day
from osos.mdm.rules import UNKNOWN, Beside, DayFacts, MeterSide, Readout, Severity, Terms
from osos.mdm.rules.facts import NO, UNSAID, YES, Flags, Small
from osos.mdm.tables import ENERGY_COLUMNS, canonical_blocks

_AT_ONCE = 400
_GROUPS = ("point_class", "tariff_group")
_MILLI = 1000
_FACTS = 7  # columns of a canonical row before its energies
AnyRow = Any  # SQLAlchemy's Row, whatever its columns


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Batches of one period each, sorted by day, and what came before."""

    batches: tuple[DayFacts, ...]
    panel: Panel
    versions: Mapping[tuple[int, int], int]  # of the canonical block of each (point, day)


def gather(
    conn: Connection,
    *,
    point_ids: Iterable[int],
    days: Iterable[int],
    told: Told,
    panel: Panel | None = None,
) -> Gathered:
    """Everything known of these points on these days; a day without a block is not among them.

    What came before is taken from blocks and verdicts, unless the caller walks with a `panel` of his own.
    """
    points, wanted = sorted(set(point_ids)), sorted(set(days))
    if not points or not wanted:
        return Gathered((), Panel.empty(np.array(points, dtype=np.int64), 0, 1), {})
    rows = {(one.point_id, one.day): one for one in _canonical(conn, points, wanted)}
    panel = _panel(conn, points, wanted, told) if panel is None else panel
    before = _segments_before(conn, rows)
    batches = []
    for period in sorted({one.period_min for one in rows.values()}):
        some = [
            one for _, one in sorted(rows.items(), key=lambda item: item[0][::-1]) if one.period_min == period
        ]
        batches.append(_batch(conn, [_point_day(one) for one in some], period, before, told))
    return Gathered(tuple(batches), panel, {key: one.version for key, one in rows.items()})


def with_peaks(day: DayFacts, panel: Panel) -> DayFacts:
    """The greatest power since the month began, up to the readout (DEMAND_CONSISTENCY)."""
    asked = day.readout.demand_w != UNKNOWN
    place = day.place(Channel.A_PLUS)
    if not asked.any() or place is None:
        return day
    today = int(day.days[0])
    first = today - date_of_day(today).day + 1
    ended = (np.arange(1, day.slots + 1) * day.period_min)[None, :] <= day.readout.at_min[:, None]
    own = np.where(ended, day.energies[place], 0).max(axis=1, initial=0)
    peak = day.as_power(np.maximum(own, panel.greatest_since(day.points, first, today)))
    return replace(day, readout=replace(day.readout, peak_w=np.where(asked, peak, UNKNOWN)))


def _point_day(row: AnyRow) -> PointDay:
    segments = canonical_packing.segments_of(row.segments, period_min=row.period_min)
    clean = row.suspect == 0 and row.missing == 0
    return PointDay(row.point_id, row.day, segments, tuple(row[_FACTS:]) if clean else None)


def _batch(
    conn: Connection,
    rows: Sequence[PointDay],
    period: int,
    before: Mapping[tuple[int, int], str],
    told: Told,
) -> DayFacts:
    loaded = load_blocks(conn, needs(rows, period_min=period))
    laid = lay(rows, period_min=period, loaded=loaded)
    bare = DayFacts.bare(
        points=np.array([one.point_id for one in rows], dtype=np.int64),
        days=np.array([one.day for one in rows], dtype=np.int64),
        period_min=period,
        channels=CHANNELS,
        registers=laid.registers,
        times_said=laid.times_said,
        off_grid=laid.off_grid,
        held=laid.held,
        apart=laid.apart,
    )
    readouts = load_readouts(conn, rows)
    return replace(
        bare,
        outage=_outages(rows, bare, told, dark_slots(conn, rows, period_min=period)),
        terms=_terms(rows, told),
        meter=_meter(rows, laid.units_fit, readouts, before, told),
        readout=_readout(rows, readouts),
        beside=_beside(rows, bare, told),
        groups=_groups(rows, told),
    )


def _canonical(conn: Connection, points: list[int], days: list[int]) -> list[AnyRow]:
    c = canonical_blocks.c
    own = (c.point_id, c.day, c.period_min, c.version, c.segments, c.suspect, c.missing)
    columns = (*own, *(c[name] for name in ENERGY_COLUMNS))
    found: list[AnyRow] = []
    for start in range(0, len(points), _AT_ONCE):
        for first in range(0, len(days), _AT_ONCE):
            here = c.day.in_(days[first : first + _AT_ONCE]), c.point_id.in_(points[start : start + _AT_ONCE])
            found += conn.execute(select(*columns).where(*here)).all()
    return found


def _segments_before(conn: Connection, rows: Mapping[tuple[int, int], AnyRow]) -> dict[tuple[int, int], str]:
    """How each point was wired on the last day before, where that is a day before."""
    known = {key: row.segments for key, row in rows.items()}
    absent = [(point, day - 1) for point, day in rows if (point, day - 1) not in known]
    more = _canonical(conn, sorted({p for p, _ in absent}), sorted({d for _, d in absent})) if absent else []
    return known | {(row.point_id, row.day): row.segments for row in more}


def _panel(conn: Connection, points: list[int], days: list[int], told: Told) -> Panel:
    first = days[0] - BACK
    panel = Panel.empty(np.array(points, dtype=np.int64), first, days[-1] - first + 1)
    c, v = canonical_blocks.c, verdicts.c
    facts = (c.point_id, c.day, c.max_a_plus_wh, c.suspect, c.missing, *(c[name] for name in ENERGY_COLUMNS))
    columns = [func.coalesce(column, UNKNOWN) for column in (v.still, v.worst, *facts)]
    joined = canonical_blocks.outerjoin(verdicts, and_(v.point_id == c.point_id, v.day == c.day))
    before = range(first, days[-1])
    for start in range(0, len(points), _AT_ONCE):
        own = c.point_id.in_(points[start : start + _AT_ONCE])
        for some in range(before.start, before.stop, _AT_ONCE):
            # day IN, not a range: with a range SQLite reads every point of each day
            here = c.day.in_(list(before)[some - first : some - first + _AT_ONCE])
            query = select(*columns).select_from(joined).where(here, own)
            # plain tuples of numbers: 28 rows a point are read for every day that is judged
            _fill(panel, conn.execute(query).cursor.fetchall())
    note_estimates(panel, told)
    return panel


def note_estimates(panel: Panel, told: Told) -> None:
    """How much of each day is estimated, as others tell it."""
    own = {point: row for row, point in enumerate(panel.points.tolist())}
    for (point, day), slots in told.estimated.items():
        if point in own and 0 <= day - panel.first_day < panel.estimated.shape[1]:
            panel.estimated[own[point], day - panel.first_day] = slots


def _fill(panel: Panel, rows: Sequence[AnyRow]) -> None:
    if not rows:
        return
    none = UNKNOWN
    table = np.array(rows, dtype=np.int64).T
    still, worst, point, day, most, suspect, missing, *energies = table
    taken, given = energies[:2]
    channels = sum((energy != none).astype(np.int64) << place for place, energy in enumerate(energies))
    where = (panel.rows_of(point), day - panel.first_day)
    whole = (missing == 0) & (suspect == 0) & (taken != none)
    panel.total_wh[where], panel.peak_wh[where] = taken, most
    panel.still[where], panel.channels[where] = still, channels
    panel.idle[where] = (taken == 0) & ((given == 0) | (given == none)) & (missing == 0)
    # a day nobody has judged yet is as good as its block, but how still it was is not known
    panel.good[where] = whole & (worst != int(Severity.FAIL)) & (still != none)


def _flag(value: bool | None) -> int:
    return UNSAID if value is None else YES if value else NO


def _flags(values: Iterable[bool | None]) -> Small:
    return np.array([_flag(value) for value in values], dtype=np.int8)


def _numbers(values: Iterable[int | None]) -> Ints:
    return np.array([UNKNOWN if value is None else value for value in values], dtype=np.int64)


def _terms(rows: Sequence[PointDay], told: Told) -> Terms:
    none = PointTerms()
    each = [told.terms.get(one.point_id, none) for one in rows]
    carried = [
        None if one.greatest_primary_w is None else int(one.greatest_primary_w / _multiplier(row))
        for one, row in zip(each, rows, strict=True)
    ]
    return Terms(
        active=_flags(one.active for one in each),
        may_export=_flags(one.may_export for one in each),
        seasonal=_flags(one.seasonal for one in each),
        greatest_w=_numbers(carried),
    )


def _multiplier(row: PointDay) -> Decimal:
    """The greatest of the day, and never one that nothing can be divided by."""
    return max([segment.multiplier for segment in row.segments if segment.multiplier > 0], default=Decimal(1))


def _meter(
    rows: Sequence[PointDay],
    units_fit: Small,
    readouts: Mapping[tuple[int, int], Readouts],
    before: Mapping[tuple[int, int], str],
    told: Told,
) -> MeterSide:
    keys = [(one.point_id, one.day) for one in rows]
    wired = [one.segments[-1] for one in rows]
    earlier = [_last_segment(before.get((point, day - 1))) for point, day in keys]
    exchanged = [
        (was is not None and was[0] != now.meter_id) or len(one.segments) > 1 or key in told.ordered
        for key, one, now, was in zip(keys, rows, wired, earlier, strict=True)
    ]
    return MeterSide(
        is_expected=_flags(False if key in told.strangers else None for key in keys),
        units_fit=units_fit,
        drift_s=_numbers(readouts[key].drift_s if key in readouts else None for key in keys),
        period_set_min=_numbers(told.period_min.get(key) for key in keys),
        multiplier_milli=_numbers(_thousandths(now.multiplier) for now in wired),
        multiplier_before_milli=_numbers(None if was is None else _thousandths(was[1]) for was in earlier),
        multiplier_ordered=_flags(exchanged),
        status=_numbers(told.status.get(key) for key in keys),
    )


def _last_segment(text: str | None) -> tuple[int, Decimal] | None:
    if not text:
        return None
    last = canonical_packing.segments_of(text, period_min=15)[-1]
    return last.meter_id, last.multiplier


def _thousandths(multiplier: Decimal) -> int:
    return int(multiplier * _MILLI)


def _readout(rows: Sequence[PointDay], readouts: Mapping[tuple[int, int], Readouts]) -> Readout:
    none = Readouts()
    each = [readouts.get((one.point_id, one.day), none) for one in rows]
    return Readout(
        at_min=_numbers(one.at_min for one in each),
        registers=np.array(
            [[_or_unknown(one.registers.get(c)) for one in each] for c in CHANNELS], dtype=np.int64
        ).reshape(len(CHANNELS), len(rows)),
        tariffs=np.array([[_or_unknown(v) for v in one.tariffs] for one in each], dtype=np.int64).reshape(
            -1, 5
        ),
        demand_w=_numbers(one.demand_w for one in each),
        demand_day=_numbers(one.demand_day for one in each),
        demand_since_day=_numbers(one.demand_since_day for one in each),
        peak_w=_numbers(None for _ in each),
    )


def _or_unknown(value: int | None) -> int:
    return UNKNOWN if value is None else value


def _beside(rows: Sequence[PointDay], day: DayFacts, told: Told) -> Beside:
    keys = [(one.point_id, one.day) for one in rows]
    asked = [key in told.check_wh or key in told.below_wh for key in keys]
    own = [
        _primary(day, place, one) if wanted and day.is_whole[place] else None
        for place, (one, wanted) in enumerate(zip(rows, asked, strict=True))
    ]
    return Beside(
        own_wh=_numbers(own),
        check_wh=_numbers(told.check_wh.get(key) for key in keys),
        below_wh=_numbers(told.below_wh.get(key) for key in keys),
        loss_wh=_numbers(told.loss_wh.get(key, 0 if key in told.below_wh else None) for key in keys),
    )


def _primary(day: DayFacts, row: int, one: PointDay) -> int:
    """A+ of the day with its multipliers, whole Wh."""
    energies = day.energies[CHANNELS.index(Channel.A_PLUS), row]
    parts = (int(energies[s.from_slot : s.until_slot].sum()) * s.multiplier for s in one.segments)
    return int(sum(parts, Decimal(0)))


def _outages(rows: Sequence[PointDay], day: DayFacts, told: Told, known: Flags | None) -> Flags | None:
    """What the meters' own lists say, and what was told beside them."""
    if not told.outages:
        return known
    dark = np.zeros((len(rows), DAY_MIN // day.period_min), dtype=bool) if known is None else known
    for place, one in enumerate(rows):
        for first, until in told.outages.get((one.point_id, one.day), ()):
            dark[place, first:until] = True
    return dark


def _groups(rows: Sequence[PointDay], told: Told) -> dict[str, Any]:
    none = PointTerms()
    return {
        group: np.array(
            [told.terms.get(one.point_id, none).groups.get(group, "") for one in rows], dtype=np.str_
        )
        for group in _GROUPS
    }
