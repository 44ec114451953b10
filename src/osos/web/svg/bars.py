"""How much was used each day (or month), by tariff, beside the year before?"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from osos.web.formats import Formats
from osos.web.svg.drawing import NARROW, WIDE, Drawing, Scale, colour, digits_of, room_for, ticks


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A tariff's share of a bar; `estimated` of its value is hatched."""

    hue: str  # t1, t2, t3, imp …
    value: int
    estimated: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day's or month's column; values in thousandths of the axis' unit (Wh for an axis in kWh)."""

    label: str
    sub: str = ""  # the weekday beneath
    parts: tuple[Part, ...] = ()
    before: int | None = None  # the same day a year ago: a tick of ink
    state: Literal["known", "missing", "not_due"] = "known"
    rest: bool = False  # weekend or holiday: shaded
    strong: bool = False  # today
    mark: str = ""  # a word above the bar: "tah."
    tip: str = ""

    @property
    def total(self) -> int:
        return sum(max(0, part.value) for part in self.parts)


def stacked_bars(
    bars: Sequence[Bar], *, f: Formats, title: str, desc: str = "", unit: str = "kWh", wide: bool = True
) -> Markup:
    """Zero-based columns; the estimated part hatched, last year as a tick, days to come as outlines."""
    width, height, least, top = (WIDE, 322, 50, 18) if wide else (NARROW, 260, 40, 18)
    base = height - (36 if any(bar.sub for bar in bars) else 22)
    drawing = Drawing(width, height, title=title, desc=desc)
    high = max((max(bar.total, bar.before or 0) for bar in bars), default=0) / 1000
    marks = ticks(0, max(high, 0.001), 4)
    figures = [f.number(mark, digits_of(marks[1] - marks[0])) for mark in marks]
    left = max(least, room_for(figures, size=11))
    scale = Scale(0, marks[-1] * 1000, base, top + 8)
    step = (width - left - 4) / max(1, len(bars))
    _rest_days(drawing, bars, left, step, (top, base))
    _value_axis(drawing, zip(marks, figures, strict=True), scale, (left, width))
    drawing.text(left - 8, scale(marks[-1] * 1000) - 9, unit, anchor="end", class_="s")
    every = 1 if wide or len(bars) <= 12 else 5
    for place, bar in enumerate(bars):
        _bar(drawing, bar, left + place * step, step, scale)
        if place % every == 0 or bar.strong:
            _labels(drawing, bar, left + (place + 0.5) * step, base, subs=every == 1)
    return drawing.markup()


def _rest_days(
    drawing: Drawing, bars: Sequence[Bar], left: float, step: float, span: tuple[float, float]
) -> None:
    for place, bar in enumerate(bars):
        if bar.rest:
            drawing.rect(left + place * step, span[0], step, span[1] - span[0], fill=colour("sunk"))


def _value_axis(
    drawing: Drawing, marks: Iterable[tuple[float, str]], scale: Scale, across: tuple[float, float]
) -> None:
    for mark, figure in marks:
        y = scale(mark * 1000)
        drawing.line(across[0], y, across[1], y, stroke=colour("rule2"))
        drawing.text(across[0] - 8, y + 4, figure, anchor="end", class_="s")


def _bar(drawing: Drawing, bar: Bar, x: float, step: float, scale: Scale) -> None:
    inner, width = x + step * 0.17, step * 0.66
    if bar.state == "known":
        _stack(drawing, bar, inner, width, scale)
    else:
        _outline(drawing, bar, inner, width, scale)
    if bar.before is not None:
        y = scale(bar.before)
        drawing.line(x + step * 0.1, y, x + step * 0.9, y, stroke=colour("ink"), stroke_width=1.4)
    if bar.mark:
        y = scale(max(bar.total, bar.before or 0)) - 5
        drawing.text(x + step / 2, y, bar.mark, anchor="middle", class_="s w600")


def _stack(drawing: Drawing, bar: Bar, x: float, width: float, scale: Scale) -> None:
    reached = 0
    for part in bar.parts:
        value = max(0, part.value)
        bottom, top = scale(reached), scale(reached + value)
        seam = 0.8 if reached and bottom - top > 2 else 0.0  # a hair of surface between two tariffs
        drawing.rect(x, top, width, bottom - top - seam, fill=colour(part.hue), tip=bar.tip)
        hatched = min(max(0, part.estimated), value)
        if hatched:
            low = scale(reached + value - hatched)
            drawing.rect(x, top, width, low - top, fill="url(#hatch)")
            edge = (x + 0.6, top + 0.6, width - 1.2, low - top - 1.2)
            drawing.rect(*edge, fill="none", stroke=colour(part.hue), stroke_width=1.2)
        reached += value


def _outline(drawing: Drawing, bar: Bar, x: float, width: float, scale: Scale) -> None:
    """Not yet due is a dashed box as high as last year; missing is the gap's diagonal."""
    bottom = scale(0)
    top = min(bottom - 18, scale(bar.before or 0))
    fill = "url(#gap)" if bar.state == "missing" else "none"
    drawing.rect(
        x, top, width, bottom - top, fill=fill, stroke=colour("ghost"), stroke_dasharray="3 2", tip=bar.tip
    )


def _labels(drawing: Drawing, bar: Bar, x: float, base: float, *, subs: bool) -> None:
    drawing.text(x, base + 16, bar.label, anchor="middle", class_="b" if bar.strong else "hd")
    if subs and bar.sub:
        drawing.text(x, base + 30, bar.sub, anchor="middle", class_="s")
