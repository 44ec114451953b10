"""How do a few curves run beside each other, and how do dots lie about a line?"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from osos.web.formats import Formats
from osos.web.svg.drawing import NARROW, WIDE, Drawing, Scale, colour, digits_of, polyline, room_for, ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One curve: a value a place, None where it is not known."""

    hue: str
    values: Sequence[float | None]
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What stands below: labels at places, and a place worth marking with its words."""

    labels: Sequence[tuple[int, str]]
    mark: int | None = None
    mark_words: str = ""


def lines(
    curves: Sequence[Line],
    axis: Axis,
    *,
    f: Formats,
    title: str,
    desc: str = "",
    unit: str = "kWh",
    from_zero: bool = True,
    wide: bool = True,
) -> Markup:
    """Curves over one axis; a gap is never joined, below zero is drawn below zero."""
    width, height, least = (WIDE, 250, 52) if wide else (NARROW, 220, 44)
    drawing = Drawing(width, height, title=title, desc=desc)
    known = [value for one in curves for value in one.values if value is not None] or [0.0]
    low = min(0.0, *known) if from_zero else min(known)
    marks = ticks(low, max([*known, low + 0.001]), 4)
    figures = [f.number(mark, digits_of(marks[1] - marks[0])) for mark in marks]
    left = max(least, room_for(figures))
    places = max([len(one.values) for one in curves] or [1])
    x = Scale(0, max(1, places - 1), left, width - 8)
    y = Scale(marks[0], marks[-1], height - 24, 22)
    for mark, figure in zip(marks, figures, strict=True):
        drawing.line(left, y(mark), width - 8, y(mark), stroke=colour("rule" if mark == 0 else "rule2"))
        drawing.text(left - 6, y(mark) + 4, figure, anchor="end")
    drawing.text(left - 6, 10, unit, anchor="end", class_="s")
    _labels(drawing, axis, x, places)
    for one in curves:
        points = [None if value is None else (x(n), y(value)) for n, value in enumerate(one.values)]
        dash = "6 3" if one.dashed else None
        path = polyline(points)
        drawing.path(path, fill="none", stroke=colour(one.hue), stroke_width=2, stroke_dasharray=dash)
    return drawing.markup()


def _labels(drawing: Drawing, axis: Axis, x: Scale, places: int) -> None:
    for place, label in axis.labels:
        anchor = "end" if place >= places - 1 else "middle"
        drawing.text(x(place), drawing.height - 6, label, anchor=anchor)
    if axis.mark is not None:
        at = x(axis.mark)
        drawing.line(at, 16, at, drawing.height - 24, stroke=colour("warn"), stroke_width=1.6)
        anchor = "end" if at > drawing.width * 0.7 else "start"
        drawing.text(at + (-5 if anchor == "end" else 5), 12, axis.mark_words, anchor=anchor, class_="b")


def scatter(
    points: Sequence[tuple[float, float]],
    *,
    slope: float,
    f: Formats,
    title: str,
    across: str,
    up: str,
    desc: str = "",
    wide: bool = True,
) -> Markup:
    """Dots and the line of this slope through their middle; the axes' words stand at their ends."""
    width, height, left = (WIDE, 300, 52) if wide else (NARROW, 260, 44)
    drawing = Drawing(width, height, title=title, desc=desc)
    xs, ys = [one[0] for one in points] or [0.0], [one[1] for one in points] or [0.0]
    along, high = ticks(min(0.0, *xs), max(*xs, 0.001), 5), ticks(min(0.0, *ys), max(*ys, 0.001), 4)
    x, y = Scale(along[0], along[-1], left, width - 12), Scale(high[0], high[-1], height - 40, 24)
    for mark in high:
        drawing.line(left, y(mark), width - 12, y(mark), stroke=colour("rule2"))
        drawing.text(left - 6, y(mark) + 4, f.number(mark, digits_of(high[1] - high[0])), anchor="end")
    for mark in along:
        drawing.text(x(mark), height - 24, f.number(mark, digits_of(along[1] - along[0])), anchor="middle")
    for dot in points:
        drawing.add("circle", cx=x(dot[0]), cy=y(dot[1]), r=2.0, fill=colour("imp"), fill_opacity=0.45)
    middle = (sum(xs) / len(xs), sum(ys) / len(ys))
    ends = [(one, middle[1] + slope * (one - middle[0])) for one in (along[0], along[-1])]
    drawing.line(
        x(ends[0][0]), y(ends[0][1]), x(ends[1][0]), y(ends[1][1]), stroke=colour("bad"), stroke_width=1.8
    )
    drawing.text(width - 12, height - 6, across, anchor="end", class_="s")
    drawing.text(4, 12, up, class_="s")
    return drawing.markup()
