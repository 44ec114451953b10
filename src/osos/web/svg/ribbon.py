"""How did one day run over the tariff's bands?"""

from collections.abc import Sequence

from markupsafe import Markup

from osos.web.formats import Formats
from osos.web.svg.drawing import NARROW, Drawing, Scale, colour, polyline, steps

RIBBON_WIDE = 1376  # it spans the page


def day_ribbon(
    values: Sequence[float | None],
    *,
    bands: Sequence[tuple[float, float, str, str]],
    f: Formats,
    title: str,
    desc: str = "",
    now_hour: float | None = None,
    before: Sequence[float | None] = (),
    estimated: Sequence[bool] = (),
    unit: str = "kW",
    per_unit: int = 1000,
    wide: bool = True,
) -> Markup:
    """Mean power of equal slots from midnight to midnight; the same weekday before as a dotted line.

    `bands`: (from hour, to hour, hue, label). After `now_hour` nothing is due yet.
    """
    width, base = (RIBBON_WIDE, 114.0) if wide else (NARROW, 114.0)
    drawing = Drawing(width, 134, title=title, desc=desc)
    x = Scale(0, 24, 0, width)
    highest = max([value for value in (*values, *before) if value is not None], default=0.0)
    y = Scale(0, highest * 1.25 or 1.0, base, 26)
    _bands(drawing, bands, x, base, wide=wide)
    slots = max(1, len(values))
    edges = [x(24 * n / slots) for n in range(len(values) + 1)]
    heights = [None if value is None else y(value) for value in values]
    drawing.path(steps(edges, heights, base), fill=colour("imp"), fill_opacity=0.85)
    hatched = [h if n < len(estimated) and estimated[n] else None for n, h in enumerate(heights)]
    drawing.path(steps(edges, hatched, base), fill="url(#hatch)")
    _gaps(drawing, values, edges, now_hour, base)
    _line_before(drawing, before, x, y)
    if now_hour is not None:
        drawing.rect(x(now_hour), 25, width - x(now_hour), base - 25, fill="url(#gap)")
        drawing.line(x(now_hour), 18, x(now_hour), base + 4, stroke=colour("ink"), stroke_width=1.6)
        drawing.add("circle", cx=min(width - 3.0, max(3.0, x(now_hour))), cy=18.0, r=3.0, fill=colour("ink"))
    _greatest(drawing, values, x, y, f, unit, per_unit)
    _hours(drawing, x, base, 2 if wide else 6)
    return drawing.markup()


def _bands(
    drawing: Drawing, bands: Sequence[tuple[float, float, str, str]], x: Scale, base: float, *, wide: bool
) -> None:
    for start, end, hue, label in bands:
        left, right = x(start), x(end)
        drawing.rect(left, 22, right - left, base - 22, fill=colour(f"{hue}bg"))
        drawing.rect(left, 22, right - left - 1, 3, fill=colour(hue))
        said = label if wide else hue.upper()
        if right - left > 8 * len(said):
            last = right > drawing.width - 1 and left > 0
            drawing.text(
                right - 2 if last else left + (8 if wide else 2),
                15,
                said,
                anchor="end" if last else "start",
                class_="hd w600",
            )


def _gaps(
    drawing: Drawing,
    values: Sequence[float | None],
    edges: Sequence[float],
    now_hour: float | None,
    base: float,
) -> None:
    """What should be there and is not: the light diagonal."""
    due = len(values) if now_hour is None else int(len(values) * min(24.0, max(0.0, now_hour)) / 24)
    missing = [25.0 if n < due and value is None else None for n, value in enumerate(values)]
    drawing.path(steps(edges, missing, base), fill="url(#gap)")


def _line_before(drawing: Drawing, before: Sequence[float | None], x: Scale, y: Scale) -> None:
    slots = max(1, len(before))
    points = [None if v is None else (x(24 * (n + 0.5) / slots), y(v)) for n, v in enumerate(before)]
    drawing.path(polyline(points), fill="none", stroke=colour("ink3"), stroke_dasharray="2 3")


def _greatest(  # noqa: PLR0917  # one label is told once
    drawing: Drawing, values: Sequence[float | None], x: Scale, y: Scale, f: Formats, unit: str, per_unit: int
) -> None:
    known = [(value, -n) for n, value in enumerate(values) if value is not None]
    if not known:
        return
    value, negative = max(known)
    hour = 24 * -negative / len(values)
    said = f"{f.number(value / per_unit, 1)} {unit} · {int(hour):02d}:{round(hour % 1 * 60):02d}"
    at = min(max(x(hour), 52.0), drawing.width - 52)
    drawing.text(at, max(38.0, y(value) - 6), said, anchor="middle", class_="b")


def _hours(drawing: Drawing, x: Scale, base: float, every: int) -> None:
    for hour in range(0, 25, every):
        drawing.line(x(hour), base, x(hour), base + 4, stroke=colour("rule"))
        anchor = "start" if hour == 0 else "end" if hour == 24 else "middle"
        drawing.text(x(hour), base + 16, f"{hour:02d}:00", anchor=anchor)
