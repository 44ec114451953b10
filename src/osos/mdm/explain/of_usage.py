"""Of which days and quarter hours are a mean day, a base load, an unexpected use, a missing share made?"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

import numpy as np

from osos.mdm.canonical import Channel
from osos.mdm.derive.grids import Resolution, Starts, month_at
from osos.mdm.derive.series import Series
from osos.mdm.explain.derivation import Derivation, Energy, Row, Term
from osos.mdm.explain.question import Maker, Question, energy
from osos.mdm.faces.day_grids import DayGrid, day_grids
from osos.mdm.faces.series import series
from osos.mdm.faces.unusual import CELL, base_place, base_w, unexpected
from osos.quantities import Interval, Quality, local_day, local_midnight


def _instants(at: Starts) -> list[datetime]:
    return [datetime.fromtimestamp(s, UTC) for s in at.astype("datetime64[s]").astype(np.int64).tolist()]


def _spans(found: Series) -> list[Interval]:
    pairs = zip(_instants(found.starts), _instants(found.ends), strict=True)
    return [Interval(start, end) for start, end in pairs]


def _days(question: Question) -> Series:
    return series(question.conn, question.seen, period=question.month, resolution=Resolution.DAY)


def _mean_day(question: Question) -> Derivation | None:
    """Of the days of which all that is due is known."""
    days = _days(question)
    facts = zip(
        _spans(days), days.of(Channel.A_PLUS).tolist(), days.minutes[Quality.MISSING].tolist(), strict=True
    )
    rows = tuple(
        Row(
            period=period,
            value=Decimal(wh),
            unit="Wh",
            down=Energy(channel=Channel.A_PLUS, period=period),
        )
        for period, wh, missing in facts
        if not missing
    )
    if not rows:
        return None
    total = sum((one.value for one in rows if one.value is not None), Decimal(0))
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="floor(rows / n)",
        terms=(Term(symbol="n", name="days_whole", value=Decimal(len(rows)), unit="d"),),
        result=total // len(rows),
        unit="Wh",
        notes=("mean_day",),
        rows=rows,
    )


def _share(question: Question, *, quality: Quality, others: bool = False) -> Derivation | None:
    """How much of the time that is due came in this way, or in any other; the stretches, each of them."""
    slots = series(question.conn, question.seen, period=question.month, resolution=Resolution.QUARTER)
    due, own = int(slots.due_minutes.sum()), int(slots.minutes[quality].sum())
    if not due:
        return None
    rows = tuple(
        Row(
            period=period,
            value=Decimal(minutes),
            unit="min",
            down=Energy(channel=Channel.A_PLUS, period=period),
        )
        for period, minutes in _stretches(slots, quality)
    )
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="(m - rows) / m * 100" if others else "rows / m * 100",
        terms=(Term(symbol="m", name="due", value=Decimal(due), unit="min"),),
        result=Decimal(due - own if others else own) / due * 100,
        unit="%",
        notes=("due",),
        rows=rows,
    )


def _stretches(slots: Series, quality: Quality) -> Iterator[tuple[Interval, int]]:
    """Quarter hours in a row of one day."""
    last: tuple[Interval, int] | None = None
    for period, minutes in zip(_spans(slots), slots.minutes[quality].tolist(), strict=True):
        if not minutes:
            continue
        follows = last is not None and last[0].end == period.start
        if last is not None and follows and local_day(last[0].start) == local_day(period.start):
            last = (Interval(last[0].start, period.end), last[1] + minutes)
            continue
        if last is not None:
            yield last
        last = (period, minutes)
    if last is not None:
        yield last


def _lowest(grids: Mapping[date, DayGrid]) -> list[tuple[int, Interval]]:
    """Every quarter hour known, in the order of its power."""
    found = [
        (watts, Interval(start, start + CELL))
        for grid in grids.values()
        for cell, watts in enumerate(grid.watts)
        if watts is not None
        for start in [local_midnight(grid.day) + cell * CELL]
    ]
    return sorted(found, key=lambda one: (one[0], one[1].start))


def _base_load(question: Question) -> Derivation | None:
    """The highest of the lowest twentieth of quarter hours, and all of those."""
    slots = series(question.conn, question.seen, period=question.month, resolution=Resolution.QUARTER)
    grids = day_grids(slots)
    base = base_w(grids)
    if base is None:
        return None
    known = _lowest(grids)
    place = base_place(len(known))
    rows = tuple(
        Row(
            period=period,
            value=Decimal(watts),
            unit="W",
            down=Energy(channel=Channel.A_PLUS, period=period),
        )
        for watts, period in known[: place + 1]
    )
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="P",
        terms=(
            Term(
                symbol="P",
                name="base_quarter",
                value=Decimal(base),
                unit="W",
                down=Energy(channel=Channel.A_PLUS, period=known[place][1]),
            ),
        ),
        result=Decimal(base),
        unit="W",
        notes=("base_load",),
        facts={"n": Decimal(len(known)), "place": Decimal(place + 1)},
        rows=rows,
    )


def _base_energy(question: Question) -> Derivation | None:
    base = _base_load(question)
    if base is None or base.result is None:
        return None
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="P * 24 * 30",
        terms=(
            Term(symbol="P", name="base_load", value=base.result, unit="W", down=question.other("base_load")),
        ),
        result=base.result * 24 * 30,
        unit="Wh",
        notes=("base_energy",),
    )


def _unexpected(question: Question) -> Derivation | None:
    slots = series(question.conn, question.seen, period=question.month, resolution=Resolution.QUARTER)
    found = unexpected(day_grids(slots))
    if found is None:
        return None
    rows = []
    for nth, (over, usual) in enumerate(zip(found.over, found.usual, strict=True)):
        start = found.span.start + nth * CELL
        watts = found.grid.watts[found.first + nth]
        period = Interval(start, start + CELL)
        rows.append(
            Row(
                period=period,
                value=Decimal(over),
                unit="W",
                down=Energy(channel=Channel.A_PLUS, period=period),
                parts={"P": Decimal(watts or 0), "U": Decimal(str(usual))},
            )
        )
    return Derivation(
        figure=question.figure,
        period=found.span,
        formula="floor(rows / 4)",
        terms=(),
        result=Decimal(found.wh),
        unit="Wh",
        notes=("unexpected",),
        facts={"peak_kw": Decimal(found.peak_w) / 1000},
        rows=tuple(rows),
        row_formula="floor(P - U)",
    )


def _than(question: Question, *, months: int) -> Derivation | None:
    """The month so far against the same stretch of an earlier month."""
    until = min(question.now, question.month.end)
    if months == 12:  # from the same day of the calendar on
        first = local_day(question.month.start)
        shift = question.month.start - local_midnight(first.replace(year=first.year - 1))
        other = Interval(question.month.start - shift, until - shift)
    else:
        before = month_at(question.month.start, back=months)
        other = Interval(before.start, min(before.start + (until - question.month.start), before.end))
    own = _days(question).total(Channel.A_PLUS)
    stretch = series(question.conn, question.seen, period=other, resolution=Resolution.MONTH)
    came = stretch.total(Channel.A_PLUS)
    if not came:
        return None
    return Derivation(
        figure=question.figure,
        period=question.month,
        formula="(A - B) / B * 100",
        terms=(
            energy("A", Channel.A_PLUS, own, Interval(question.month.start, until)),
            energy("B", Channel.A_PLUS, came, other, name="before"),
        ),
        result=Decimal(own - came) / came * 100,
        unit="%",
    )


USAGE: Mapping[str, Maker] = {
    "mean_day": _mean_day,
    "known": partial(_share, quality=Quality.MISSING, others=True),
    "missing": partial(_share, quality=Quality.MISSING),
    "estimated": partial(_share, quality=Quality.ESTIMATED),
    "base_load": _base_load,
    "base_energy": _base_energy,
    "unexpected": _unexpected,
    "than_month": partial(_than, months=1),
    "than_year": partial(_than, months=12),
}
