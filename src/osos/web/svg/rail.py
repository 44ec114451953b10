"""Which deadlines come next, and will they be met?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from osos.quantities import Interval, to_local
from osos.web.formats import Formats
from osos.web.svg.drawing import NARROW, Drawing, Scale, colour

RAIL_WIDE = 1290


@dataclass(frozen=True, slots=True)
class _Lanes:
    """Where lanes lie: on a phone their names stand above them."""

    height: float
    bar: float  # from the lane's top to its bar
    name: float  # from the lane's top to its name's base line


_BESIDE, _ABOVE = _Lanes(32, 8, 22), _Lanes(46, 20, 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A piece of work on its lane: how much of it is done, and until when it has time."""

    lane: int
    period: Interval
    label: str
    share: float | None = None  # None: not begun, an outline
    hue: str = "ok"  # ok, warn, bad, imp, info
    deadline: datetime | None = None  # a small tick
    soft: bool = False  # finished: pale


def deadline_rail(
    dues: Sequence[Due],
    *,
    period: Interval,
    now: datetime,
    lanes: Sequence[str],
    f: Formats,
    title: str,
    desc: str = "",
    wide: bool = True,
) -> Markup:
    """Lanes over a period with a line at now; the lanes' names stand at the left."""
    width, left, place = (RAIL_WIDE, 190.0, _BESIDE) if wide else (NARROW, 4.0, _ABOVE)
    base = 8 + place.height * max(1, len(lanes))
    drawing = Drawing(width, base + 26, title=title, desc=desc)
    x = Scale(period.start.timestamp(), period.end.timestamp(), left, width - 20)
    drawing.line(left, base, width, base, stroke=colour("rule"))
    _hours(drawing, period, now, x, base, every=1 if wide else 3)
    for lane, label in enumerate(lanes):
        drawing.text(0, place.height * lane + place.name, label, class_="hd")
    for due in dues:
        seen = due.period.overlap(period)
        if seen is not None and 0 <= due.lane < len(lanes):
            y = place.height * due.lane + place.bar
            _due(drawing, due, (x(seen.start.timestamp()), x(seen.end.timestamp())), y, x)
    if now in period:
        _now(drawing, x(now.timestamp()), base, f.clock(now))
    return drawing.markup()


def _hours(drawing: Drawing, period: Interval, now: datetime, x: Scale, base: float, *, every: int) -> None:
    hour = to_local(period.start).replace(minute=0, second=0, microsecond=0)
    while hour <= period.end:
        at = x(hour.timestamp())
        if hour >= period.start and hour.hour % every == 0:
            drawing.line(at, base, at, base + 5, stroke=colour("rule"))
            if abs(at - x(now.timestamp())) > 44 or now not in period:
                anchor = "end" if at > drawing.width - 40 else "start" if at < 24 else "middle"
                drawing.text(at, base + 19, f"{hour:%H:%M}", anchor=anchor)
        hour += timedelta(hours=1)


def _due(drawing: Drawing, due: Due, across: tuple[float, float], y: float, x: Scale) -> None:
    begin, end = across
    width = max(3.0, end - begin - 3)
    if due.share is None:
        box = (begin + 0.5, y + 0.5, width - 1, 19)
        drawing.rect(*box, fill="none", stroke=colour("ghost"), stroke_dasharray="3 2", rx=2, tip=due.label)
    else:
        done = width * min(1.0, max(0.0, due.share))
        drawing.rect(begin, y, width, 20, fill=colour("rule2"), rx=2, tip=due.label)
        drawing.rect(begin, y, done, 20, fill=colour(due.hue), fill_opacity=0.2 if due.soft else None, rx=2)
    needed = 7.0 * len(due.label) + 12
    done = 0.0 if due.share is None or due.soft else width * min(1.0, max(0.0, due.share))
    if width > needed and not 4 < done < needed:  # half on colour and half beside it cannot be read
        drawing.text(begin + 7, y + 14, due.label, class_="on" if done >= needed else "hd")
    if due.deadline is not None:
        at = x(due.deadline.timestamp())
        drawing.line(at, y + 21, at, y + 26, stroke=colour("ink3"), stroke_width=1.4)


def _now(drawing: Drawing, x: float, base: float, clock: str) -> None:
    drawing.line(x, 0, x, base, stroke=colour("ink"), stroke_width=1.6)
    drawing.rect(x - 22, base + 6, 44, 18, fill=colour("ink"), rx=2)
    drawing.text(x, base + 19, clock, anchor="middle", class_="on")
