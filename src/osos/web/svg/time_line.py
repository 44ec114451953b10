"""When was the supply away?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup

from osos.quantities import Interval, to_local
from osos.web.formats import Formats
from osos.web.svg.drawing import NARROW, WIDE, Drawing, Scale, colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that lasted; `kind` is its hue: bad long, warn short, info other."""

    period: Interval
    kind: str = "bad"
    tip: str = ""
    lane: int = 0


def time_line(
    happenings: Sequence[Happening],
    *,
    period: Interval,
    f: Formats,
    title: str,
    desc: str = "",
    lanes: Sequence[str] = ("",),
    wide: bool = True,
) -> Markup:
    """Marks on lanes over a period; even one of a second is wide enough to be seen."""
    width, left = (WIDE, 96.0 if any(lanes) else 4.0) if wide else (NARROW, 60.0 if any(lanes) else 4.0)
    drawing = Drawing(width, 14 + 28 * len(lanes) + 22, title=title, desc=desc)
    x = Scale(period.start.timestamp(), period.end.timestamp(), left, width - 6)
    base = 14 + 28.0 * len(lanes)
    _days(drawing, period, x, base, f, most=8 if wide else 4)
    for lane, label in enumerate(lanes):
        y = 14 + 28.0 * lane
        drawing.rect(left, y + 4, width - 6 - left, 16, fill=colour("rule2"), rx=2)
        drawing.text(0, y + 16, label, class_="hd")
    for each in happenings:
        seen = each.period.overlap(period)
        if seen is None or not 0 <= each.lane < len(lanes):
            continue
        begin, end = x(seen.start.timestamp()), x(seen.end.timestamp())
        y = 14 + 28.0 * each.lane
        drawing.rect(
            min(begin, width - 9),
            y + 2,
            max(3.0, end - begin),
            20,
            fill=colour(each.kind),
            rx=1.5,
            tip=each.tip,
        )
    return drawing.markup()


def _days(drawing: Drawing, period: Interval, x: Scale, base: float, f: Formats, *, most: int) -> None:
    first = to_local(period.start)
    whole = max(1, (period.end - period.start) // timedelta(days=1))
    every = -(-whole // most)
    day = datetime(first.year, first.month, first.day, tzinfo=first.tzinfo)
    while day < period.end:
        if day >= period.start:
            at = x(day.timestamp())
            drawing.line(at, 10, at, base + 2, stroke=colour("rule"))
            anchor = "end" if at > drawing.width - 40 else "start" if at < 30 else "middle"
            drawing.text(at, base + 16, _label(day.date(), f), anchor=anchor)
        day += timedelta(days=every)


def _label(day: date, f: Formats) -> str:
    return f"{day.day} {f.short_month(day)}"
