"""How does a day look as measured, as it would be, and a week before, with the doubtful part marked?"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from osos.web import Formats
from osos.web.svg.drawing import NARROW, WIDE, Drawing, Scale, colour, digits_of, number, steps, ticks

Values = Sequence[float | None]  # kWh a slot; None where it is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """One day, slot by slot; marks are runs [from, until)."""

    raw: Values  # empty: nothing came
    held: Values  # where what holds is other than what was measured; empty: nowhere
    proposed: Values  # empty: nothing waits
    reference: Values  # empty: nothing known of the week before
    doubtful: Sequence[tuple[int, int]]
    missing: Sequence[tuple[int, int]]
    tips: Sequence[str]  # what a pointer resting on a slot shows


def curve(curves: Curves, *, f: Formats, title: str, mark: str, wide: bool = True) -> Markup:
    """Measured filled, proposed as a thick line, the week before dotted; `mark` names the doubtful part."""
    width, height, left = (WIDE, 250, 44) if wide else (NARROW, 220, 40)
    drawing = Drawing(width, height, title=title)
    slots = max(1, len(curves.tips))
    known = [
        value
        for line in (curves.raw, curves.held, curves.proposed, curves.reference)
        for value in line
        if value is not None
    ]
    marks = ticks(0.0, max([*known, 0.001]), 4)
    x, y = Scale(0, slots, left, width - 8), Scale(0.0, marks[-1], height - 24, 22)
    for first, until in curves.missing:
        drawing.rect(x(first), 22, x(until) - x(first), height - 46, fill="url(#gap)")
    for first, until in curves.doubtful:
        _doubtful(drawing, x(first), x(until), height, mark)
    _axes(drawing, marks, x, y, slots, f, every=2 if wide else 6)
    edges = [x(n) for n in range(slots + 1)]
    if curves.raw:
        heights = [None if value is None else y(value) for value in curves.raw]
        drawing.path(steps(edges, heights, y(0)), fill=colour("imp"), fill_opacity=0.28)
    _line(drawing, edges, y, curves.raw, stroke=colour("imp"), stroke_width=1.6)
    _line(
        drawing, edges, y, curves.reference, stroke=colour("ink3"), stroke_width=1.4, stroke_dasharray="2 3"
    )
    _line(drawing, edges, y, curves.held, stroke=colour("imp"), stroke_width=2.2, stroke_dasharray="5 3")
    _line(drawing, edges, y, curves.proposed, stroke=colour("ink"), stroke_width=2.4)
    for place, tip in enumerate(curves.tips):
        span = edges[place + 1] - edges[place]
        drawing.rect(edges[place], 22, span, height - 46, fill="transparent", tip=tip)
    return drawing.markup()


def _doubtful(drawing: Drawing, left: float, right: float, height: float, mark: str) -> None:
    """A band that colour alone does not tell: edges, and its name above."""
    drawing.rect(left, 22, right - left, height - 46, fill=colour("warnbg"))
    for at in (left, right):
        drawing.line(at, 16, at, height - 24, stroke=colour("warn"), stroke_width=1.4)
    anchor = "end" if left > drawing.width * 0.7 else "start"
    drawing.text(right if anchor == "end" else left, 12, mark, anchor=anchor, class_="b")


def _axes(  # noqa: PLR0917  # one axis is told once
    drawing: Drawing, marks: Sequence[float], x: Scale, y: Scale, slots: int, f: Formats, every: int
) -> None:
    for mark in marks:
        drawing.line(x(0), y(mark), drawing.width - 8, y(mark), stroke=colour("rule2"))
        drawing.text(x(0) - 6, y(mark) + 4, f.number(mark, digits_of(marks[1] - marks[0])), anchor="end")
    for hour in range(0, 25, every):
        anchor = "end" if hour == 24 else "middle"
        at = x(slots * hour / 24)
        drawing.text(at + (6 if hour == 24 else 0), drawing.height - 6, f"{hour:02d}", anchor=anchor)


def _line(drawing: Drawing, edges: Sequence[float], y: Scale, values: Values, **how: object) -> None:
    """Level from edge to edge; open where nothing is known."""
    parts: list[str] = []
    before: float | None = None
    for (left, right), value in zip(pairwise(edges), values, strict=False):
        if value is not None:
            top = number(y(value))
            parts.append(f"M{number(left)},{top}" if before is None else f"V{top}")
            parts.append(f"H{number(right)}")
        before = value
    drawing.path("".join(parts), fill="none", **how)
