"""How far is a ratio from its limit, and where will it be at the month's end?"""

from markupsafe import Markup

from osos.web.formats import Formats
from osos.web.svg.drawing import NARROW, Drawing, Scale, colour


def bullet(
    *,
    share: float | None,
    limit: float | None,
    hue: str,
    f: Formats,
    title: str,
    desc: str = "",
    month_end: float | None = None,
    reach: float | None = None,
    limit_label: str = "",
    wide: bool = True,
) -> Markup:
    """A bar to the present share, a line at the limit, a diamond at the month's end; shaded beyond.

    Bullets that stand together share their `reach`, the share at the right edge.
    """
    width = 420 if wide else NARROW - 20
    drawing = Drawing(width, 46, title=title, desc=desc)
    known = [value for value in (share, month_end) if value is not None and value > 0]
    x = Scale(0, max([*(value * 1.04 for value in known), reach or (limit or 0) * 5 / 3, 0.01]), 0, width)
    drawing.rect(0, 14, width, 14, fill=colour("rule2"))
    if limit is not None:
        drawing.rect(x(limit), 14, width - x(limit), 14, fill=colour("badbg"))
    if share is None:
        drawing.rect(0, 14, width, 14, fill="url(#gap)")
    else:
        drawing.rect(0, 14, x(share), 14, fill=colour(hue))
    if share is not None and month_end is not None:
        _month_end(drawing, x(share), x(month_end), hue, width)
    if limit is not None:
        _limit(drawing, x(limit), limit_label or f.percent(limit, 0), width)
    return drawing.markup()


def _month_end(drawing: Drawing, now: float, end: float, hue: str, width: float) -> None:
    at = min(width - 6, max(6.0, end))
    drawing.line(now, 21, at, 21, stroke=colour(hue), stroke_width=2, stroke_dasharray="3 2")
    diamond = f"M{at:.1f},14.5l5,6.5 -5,6.5 -5,-6.5z"
    drawing.path(diamond, fill=colour("surface"), stroke=colour(hue), stroke_width=2)


def _limit(drawing: Drawing, x: float, label: str, width: float) -> None:
    at = min(x, width - 1)
    drawing.line(at, 9, at, 33, stroke=colour("bad"), stroke_width=2)
    anchor = "end" if at > width - 40 else "start" if at < 40 else "middle"
    drawing.add("text", text=label, x=at, y=44.0, text_anchor=anchor, class_="w600 c-bad")
