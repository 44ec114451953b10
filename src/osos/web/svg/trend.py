"""How did a share run over the last months, beside its limit?"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from osos.web.formats import Formats
from osos.web.svg.drawing import NARROW, Drawing, Scale, colour, digits_of, polyline, room_for, ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One line: a value a month, None where there is none."""

    label: str  # at the line's end: "kap."
    hue: str
    values: Sequence[float | None]
    dashed: bool = False  # capacitive always is


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    label: str
    value: float


def trend(
    runs: Sequence[Run],
    *,
    labels: Sequence[str],
    f: Formats,
    title: str,
    desc: str = "",
    limits: Sequence[Limit] = (),
    wide: bool = True,
) -> Markup:
    """Shares (0.15) as percent; the limit dashed in red, each line named at its end."""
    width, height = (420, 130) if wide else (NARROW - 20, 130)
    drawing = Drawing(width, height, title=title, desc=desc)
    known = [value * 100 for run in runs for value in run.values if value is not None]
    reach = [*known, *(limit.value * 100 for limit in limits)] or [0.0]
    low = min(reach) * 0.9 if min(reach) > 0 else min(reach)
    marks = ticks(low, max(*reach, low + 1), 3)
    figures = [f.number(mark, digits_of(marks[1] - marks[0])) for mark in marks]
    left = max(30, room_for(figures))
    x = Scale(0, max(1, len(labels) - 1), left + 16, width - 64)
    y = Scale(marks[0], marks[-1], height - 24, 12)
    for mark, figure in zip(marks, figures, strict=True):
        drawing.line(left, y(mark), width, y(mark), stroke=colour("rule2"))
        drawing.text(left - 6, y(mark) + 4, figure, anchor="end")
    for limit in limits:
        at = y(limit.value * 100)
        drawing.line(left, at, width, at, stroke=colour("bad"), stroke_width=1.2, stroke_dasharray="4 3")
        drawing.text(width, at - 4, limit.label, anchor="end", class_="c-bad")
    for run in runs:
        _run(drawing, run, x, y)
    _names(drawing, runs, x, y)
    for place, label in enumerate(labels):
        drawing.text(
            x(place), height - 6, label, anchor="middle", class_="b" if place == len(labels) - 1 else None
        )
    return drawing.markup()


def _run(drawing: Drawing, run: Run, x: Scale, y: Scale) -> None:
    points = [None if v is None else (x(n), y(v * 100)) for n, v in enumerate(run.values)]
    dash = "6 3" if run.dashed else None
    drawing.path(polyline(points), fill="none", stroke=colour(run.hue), stroke_width=2, stroke_dasharray=dash)
    for point in points:
        if point is not None:
            drawing.add("circle", cx=point[0], cy=point[1], r=3.0, fill=colour(run.hue))


def _names(drawing: Drawing, runs: Sequence[Run], x: Scale, y: Scale) -> None:
    """Names at the lines' ends, pushed apart where two would touch."""
    ends = []
    for run in runs:
        last = next((n for n in range(len(run.values) - 1, -1, -1) if run.values[n] is not None), None)
        if last is not None:
            ends.append((y((run.values[last] or 0) * 100) + 4, x(last) + 9, run))
    floor = 12.0
    for wanted, left, run in sorted(ends, key=lambda each: each[:2]):
        at = min(max(wanted, floor), drawing.height - 22)
        drawing.add("text", text=run.label, x=left, y=at, class_=f"w600 c-{run.hue}")
        floor = at + 13
