"""Does it rise or fall? A line as small as a word."""

from collections.abc import Sequence

from markupsafe import Markup

from osos.web.svg.drawing import Drawing, Scale, colour, polyline


def sparkline(
    values: Sequence[float | None],
    *,
    title: str,
    hue: str = "imp",
    low: float | None = None,
    high: float | None = None,
) -> Markup:
    """No axis: the figure beside it says how much."""
    drawing = Drawing(96, 22, title=title, css="ch-fix spark")
    known = [value for value in values if value is not None]
    bottom = low if low is not None else min(known, default=0.0)
    top = high if high is not None else max(known, default=1.0)
    x = Scale(0, max(1, len(values) - 1), 2, 94)
    y = Scale(bottom, top, 19, 3) if top > bottom else Scale(0, 2, 19, 3)
    flat = top <= bottom
    points = [None if v is None else (x(n), y(1 if flat else v)) for n, v in enumerate(values)]
    drawing.path(polyline(points), fill="none", stroke=colour(hue), stroke_width=1.5, stroke_linecap="round")
    return drawing.markup()
