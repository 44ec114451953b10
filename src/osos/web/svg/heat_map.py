"""Which hours of which days are heavy?

Each colour level is one SVG path of all its cells (runs joined): a month of quarter hours is 10-30 KB before
packing, follows the theme, prints sharp and needs no `data:` image in the CSP.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import TypeVar

import numpy as np
from markupsafe import Markup

from osos.web.svg.drawing import NARROW, WIDE, Drawing, colour, number

LEVELS = 9
SPECIAL = {"estimated": "url(#hatch)", "missing": "url(#gap)"}  # drawn over or instead of the colour
Level = int | None
T = TypeVar("T")
HOURS = tuple((float(hour), f"{hour:02d}") for hour in range(0, 25, 3))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """A day: its values over equal cells of 24 h, and how each came about where that is not `measured`."""

    label: str
    values: Sequence[float | None]
    quality: Sequence[str] = ()  # quality ids, or "" for measured; "not_due" stays blank
    strong: bool = False
    rest: bool = False


def heat_map(
    rows: Sequence[HeatRow],
    *,
    title: str,
    desc: str = "",
    family: str = "h",
    low: float | None = None,
    high: float | None = None,
    bands: Sequence[tuple[float, float, str]] = (),
    hours: Sequence[tuple[float, str]] = HOURS,
    wide: bool = True,
) -> Markup:
    """Rows of cells from pale to deep; `bands` (from hour, to hour, hue) are drawn along the top."""
    width, left, tall = (WIDE, 58.0, 15.0) if wide else (NARROW, 44.0, 11.0)
    drawing = Drawing(width, 24 + tall * len(rows) + 4, title=title, desc=desc)
    span = width - left - 10
    known = [value for row in rows for value in row.values if value is not None]
    lowest = low if low is not None else min(known, default=0.0)
    highest = high if high is not None else max(known, default=1.0)
    for hour, label in hours if wide else hours[::2]:
        anchor = "middle" if 0 < hour < 24 else "start" if hour == 0 else "end"
        drawing.text(left + span * hour / 24, 11, label, anchor=anchor, class_="s")
    for start, end, hue in bands:
        drawing.rect(left + span * start / 24, 17, span * (end - start) / 24, 3, fill=colour(hue))
    _cells(drawing, rows, (left, span, tall), (lowest, highest), family)
    for start, _, _ in bands[1:]:
        x = left + span * start / 24
        drawing.line(x, 21, x, drawing.height - 4, stroke=colour("surface"), stroke_width=1.4)
    for place, row in enumerate(rows):
        drawing.text(
            left - 7,
            24 + tall * (place + 0.5) + 4,
            row.label,
            anchor="end",
            class_="b s" if row.strong else "s",
        )
    return drawing.markup()


def level_of(value: float | None, low: float, high: float) -> Level:
    """0 … 8, evenly between the edges."""
    if value is None:
        return None
    if high <= low:
        return 0
    return min(LEVELS - 1, max(0, int((value - low) / (high - low) * LEVELS)))


def _levels(values: Sequence[float | None], low: float, high: float) -> list[Level]:
    """`level_of` for thousands of cells."""
    if high <= low:
        return [None if value is None else 0 for value in values]
    numbers = np.array(values, dtype=np.float64)  # None is NaN
    levels = np.clip((np.nan_to_num(numbers) - low) / (high - low) * LEVELS, 0, LEVELS - 1).astype(np.int64)
    if None not in values:
        return list(levels.tolist())
    return [None if value is None else level for value, level in zip(values, levels.tolist(), strict=True)]


def _cells(
    drawing: Drawing,
    rows: Sequence[HeatRow],
    box: tuple[float, float, float],
    edges: tuple[float, float],
    family: str,
) -> None:
    paths: dict[str, list[str]] = {}
    left, span, tall = box
    written = cache(partial(_written, left, span, tall - 1))
    for place, row in enumerate(rows):
        y = number(24 + tall * place)
        starts, shapes = written(len(row.values))
        levels = _levels(row.values, *edges)
        for fill, first, count in _fills(levels, row.quality, family):
            paths.setdefault(fill, []).append(f"{starts[first]}{y}{shapes[count]}")
    for fill in sorted(paths, key=lambda each: each.startswith("url")):  # marks over colours
        drawing.path("".join(paths[fill]), fill=fill)


def _written(left: float, span: float, tall: float, cells: int) -> tuple[list[str], list[str]]:
    """Where each of a row's cells begins, and what so many of them look like: rows share their numbers."""
    step, height = span / max(1, cells), number(tall)
    starts = [f"M{number(left + n * step)}," for n in range(cells)]
    return starts, [f"h{number(n * step)}v{height}h{number(-n * step)}z" for n in range(cells + 1)]


def _fills(levels: Sequence[Level], quality: Sequence[str], family: str) -> list[tuple[str, int, int]]:
    """(fill, first cell, how many): equal neighbours joined, special marks on top."""
    found = [
        (colour(f"{family}{level}"), first, count)
        for level, first, count in _runs(levels)
        if level is not None
    ]
    if None not in levels and not any(quality):
        return found
    said = [*quality[: len(levels)], *[""] * (len(levels) - len(quality))]
    marks = [mark or ("missing" if level is None else "") for mark, level in zip(said, levels, strict=True)]
    return found + [(SPECIAL[mark], first, count) for mark, first, count in _runs(marks) if mark in SPECIAL]


def _runs(cells: Sequence[T]) -> list[tuple[T, int, int]]:
    """Equal neighbours: what, the first place, how many."""
    edges = [0, *(n for n, (one, other) in enumerate(pairwise(cells), 1) if one != other), len(cells)]
    return [(cells[first], first, end - first) for first, end in pairwise(edges) if first < end]
