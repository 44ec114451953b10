"""Where does this month go, beside the one before and last year's?"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from osos.web.formats import Formats
from osos.web.svg.drawing import NARROW, WIDE, Drawing, Scale, colour, digits_of, polyline, room_for, ticks

Points = Sequence[tuple[float, float] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The month's end as it looks today, in the lines' thousandths."""

    low: int
    likely: int
    high: int
    label: str  # "ay sonu ≈ 33,6"


def month_line(
    *,
    days: int,
    this: Sequence[int | None],
    f: Formats,
    title: str,
    desc: str = "",
    unit: str = "MWh",
    per_unit: int = 1_000_000,
    before: Sequence[int | None] = (),
    year_before: Sequence[int | None] = (),
    ahead: Ahead | None = None,
    today: str = "",
    wide: bool = True,
) -> Markup:
    """Running sums at each midnight of the month, its first one and its last one included (`days` + 1)."""
    width, height, least = (WIDE * 0.75, 278, 46) if wide else (NARROW, 240, 40)
    drawing = Drawing(width, height, title=title, desc=desc)
    known = [value for line in (this, before, year_before) for value in line if value is not None]
    high = max([*known, ahead.high if ahead else 0, 1]) / per_unit
    low = min([*known, 0]) / per_unit
    marks = ticks(low, high, 4)
    digits = digits_of(marks[1] - marks[0])
    left = max(least, room_for(f.number(mark, digits) for mark in marks))
    x = Scale(0, max(1, days), left, width - 14)
    y = Scale(marks[0] * per_unit, marks[-1] * per_unit, height - 26, 26)
    _axes(drawing, marks, per_unit, (x, y), days, f, unit, every=5 if wide else 10)
    _line(drawing, before, x, y, stroke=colour("ghost"), stroke_width=1.6)
    _line(drawing, year_before, x, y, stroke=colour("ink3"), stroke_width=1.3, stroke_dasharray="2 3")
    last = next((n for n in range(len(this) - 1, -1, -1) if this[n] is not None), None)
    if last is not None and ahead is not None:
        _cone(drawing, (x(last), y(this[last] or 0)), x(days), y, ahead)
    _line(drawing, this, x, y, stroke=colour("imp"), stroke_width=2.6)
    if last is not None:
        _today(drawing, x(last), y(this[last] or 0), today, width)
    return drawing.markup()


def _axes(  # noqa: PLR0917  # one axis is told once
    drawing: Drawing,
    marks: Sequence[float],
    per_unit: int,
    scales: tuple[Scale, Scale],
    days: int,
    f: Formats,
    unit: str,
    every: int,
) -> None:
    x, y = scales
    digits = digits_of(marks[1] - marks[0])
    for mark in marks:
        at = y(mark * per_unit)
        drawing.line(x(0), at, x(days), at, stroke=colour("rule2"))
        drawing.text(x(0) - 8, at + 4, f.number(mark, digits), anchor="end")
    drawing.text(x(0) + 4, y(marks[-1] * per_unit) - 6, unit, class_="s")
    for day in (1, *range(every, days + 1, every)):
        drawing.text(x(day), drawing.height - 8, str(day), anchor="middle")


def _line(drawing: Drawing, sums: Sequence[int | None], x: Scale, y: Scale, **look: object) -> None:
    points: Points = [None if value is None else (x(n), y(value)) for n, value in enumerate(sums)]
    drawing.path(polyline(points), fill="none", stroke_linejoin="round", **look)


def _cone(drawing: Drawing, now: tuple[float, float], end: float, y: Scale, ahead: Ahead) -> None:
    corners = polyline([now, (end, y(ahead.high)), (end, y(ahead.low))])
    drawing.path(corners + "Z", fill=colour("imp"), fill_opacity=0.16)
    likely = (end, y(ahead.likely))
    drawing.path(
        polyline([now, likely]), fill="none", stroke=colour("imp"), stroke_width=1.6, stroke_dasharray="5 4"
    )
    under = max(likely[1], y(ahead.low)) + 40
    at = under if under < drawing.height - 30 else likely[1] - 16
    drawing.text(end, max(14.0, at), ahead.label, anchor="end", class_="b c-imp")


def _today(drawing: Drawing, x: float, y: float, label: str, width: float) -> None:
    drawing.add("circle", cx=x, cy=y, r=4.2, fill=colour("imp"), stroke=colour("surface"), stroke_width=2)
    if label:
        at_left = x > width * 0.3
        drawing.text(
            x + (-9 if at_left else 9),
            max(14.0, y - 9),
            label,
            anchor="end" if at_left else "start",
            class_="b c-imp",
        )
