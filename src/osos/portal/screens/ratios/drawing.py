"""How do both ratios run through the month towards their limits?"""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from osos.mdm.faces import Kind, Projection
from osos.portal.screens.ratios.view import DayRatio
from osos.web import Formats
from osos.web.svg.drawing import NARROW, Drawing, Scale, colour, digits_of, polyline, ticks

HUES = {Kind.INDUCTIVE: "ind", Kind.CAPACITIVE: "cap"}
ACROSS = 1340  # it spans the page
A_LETTER = 7.4  # wide, of a name at the end of its line
SETTLED_AFTER = 2  # days: the first ones' ratios leap, and would press the rest of the picture flat


def ratio_lines(
    days: Sequence[DayRatio],
    *,
    length: int,
    limits: Mapping[Kind, float],
    limit_labels: Mapping[Kind, str],
    ahead: Mapping[Kind, Projection],
    names: Mapping[Kind, str],
    f: Formats,
    title: str,
    wide: bool = True,
) -> Markup:
    """Running ratio at each day's end, a limit for each, and where the month is likely to end."""
    width, height, left, least = (ACROSS, 300, 46, 96) if wide else (NARROW, 260, 36, 58)
    right = max(least, max(map(len, names.values()), default=0) * A_LETTER + 10)
    drawing = Drawing(width, height, title=title)
    values = [
        value for day in days[SETTLED_AFTER:] or days for value in day.percent.values() if value is not None
    ]
    high = max([*values, *limits.values(), *(float(each.high) for each in ahead.values())], default=1.0)
    marks = ticks(0, min(high * 1.08, 400), 5)
    x, y = Scale(1, max(2, length), left, width - right), Scale(0, marks[-1], height - 26, 16)
    for mark in marks:
        drawing.line(left, y(mark), width - right, y(mark), stroke=colour("rule2"))
        drawing.text(left - 8, y(mark) + 4, f.percent(mark / 100, digits_of(marks[1])), anchor="end")
    for day in range(1, length + 1):
        if day == 1 or day % (5 if wide else 10) == 0:
            drawing.text(x(day), height - 8, str(day), anchor="middle")
    for kind, limit in limits.items():
        _limit(drawing, y(limit), (left, width - right), limit_labels[kind])
    for kind in Kind:
        _run(drawing, days, kind, x, y)
        if kind in ahead and days:
            _cone(drawing, days[-1], ahead[kind], kind, (x, y), length)
    _names(drawing, days, ahead, names, (x, y), length)
    return drawing.markup()


def _limit(drawing: Drawing, at: float, across: tuple[float, float], label: str) -> None:
    drawing.line(
        *(across[0], at, across[1], at), stroke=colour("bad"), stroke_width=1.2, stroke_dasharray="4 3"
    )
    drawing.add("text", text=label, x=across[1] * 1.0, y=at - 5, text_anchor="end", fill=colour("bad"))


def _run(drawing: Drawing, days: Sequence[DayRatio], kind: Kind, x: Scale, y: Scale) -> None:
    points = [None if (v := day.percent[kind]) is None else (x(day.day), y(v)) for day in days]
    dash = "6 3" if kind is Kind.CAPACITIVE else None
    drawing.path(
        polyline(points), fill="none", stroke=colour(HUES[kind]), stroke_width=2.2, stroke_dasharray=dash
    )


def _cone(  # noqa: PLR0917  # where it begins, where it ends, in which frame
    drawing: Drawing,
    last: DayRatio,
    ahead: Projection,
    kind: Kind,
    scales: tuple[Scale, Scale],
    length: int,
) -> None:
    x, y = scales
    now = last.percent[kind]
    if now is None or last.day >= length:
        return
    start, end = (x(last.day), y(now)), x(length)
    corners = polyline([start, (end, y(float(ahead.high))), (end, y(float(ahead.low)))])
    drawing.path(corners + "Z", fill=colour(HUES[kind]), fill_opacity=0.14)
    likely = polyline([start, (end, y(float(ahead.expected)))])
    drawing.path(likely, fill="none", stroke=colour(HUES[kind]), stroke_width=1.4, stroke_dasharray="2 3")
    drawing.add("circle", cx=start[0], cy=start[1], r=3.6, fill=colour(HUES[kind]))


def _names(  # noqa: PLR0917  # the same frame
    drawing: Drawing,
    days: Sequence[DayRatio],
    ahead: Mapping[Kind, Projection],
    names: Mapping[Kind, str],
    scales: tuple[Scale, Scale],
    length: int,
) -> None:
    """Each line named at its end, pushed apart where two would touch."""
    x, y = scales
    ends = []
    for kind in Kind:
        value = float(ahead[kind].expected) if kind in ahead else days[-1].percent[kind] if days else None
        if value is not None:
            ends.append((y(value) + 4, kind, x(length if kind in ahead else days[-1].day)))
    floor = 12.0
    for at, kind, right in sorted(ends, key=lambda each: each[0]):
        place = max(at, floor)
        drawing.add("text", text=names[kind], x=right + 8, y=place, class_="w600", fill=colour(HUES[kind]))
        floor = place + 14
