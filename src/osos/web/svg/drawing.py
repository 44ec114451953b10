"""What is a chart drawn with?

One drawing is one SVG element: attributes and classes only (the CSP forbids style attributes), colours by
hue so that the theme decides, every text escaped, every number finite.
"""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

WIDE, NARROW = 860, 360  # user units of the two widths; text keeps its size, so both are drawn apart


def colour(hue: str) -> str:
    return f"var(--{hue})"


def room_for(figures: Iterable[str], *, size: float = 12) -> float:
    """What the longest of these figures takes before an axis: a digit is 0.6 of the letters' size."""
    widest = max(sum(0.6 if letter.isdigit() else 0.32 for letter in each) for each in figures)
    return widest * size + 10


def number(value: float) -> str:
    """A coordinate to a tenth, as short as it goes; refuses what is not a number."""
    text = f"{value:.1f}"
    if text[-1] == "0":
        return "0" if text == "-0.0" else text[:-2]
    if text[-1] in "fn":  # inf, nan
        raise ValueError(f"not a place in a drawing: {value!r}")
    return text


class Drawing:
    """Collects shapes; `markup()` gives the element."""

    def __init__(self, width: float, height: float, *, title: str, desc: str = "", css: str = "") -> None:
        self.width, self.height = float(width), float(height)
        self._parts: list[str] = []  # each escaped where it was made
        self._head = (title, desc, css)

    def add(self, tag: str, *, text: str | None = None, tip: str = "", **attributes: Any) -> None:
        """One element; `text` is its content, `tip` what a pointer resting on it shows."""
        said = "".join([_attribute(name, value) for name, value in attributes.items() if value is not None])
        inner = f"<title>{escape(tip)}</title>" if tip else ""
        if text is not None:
            inner += str(escape(text))
        # Tag and attribute names are this package's own words; every value was escaped above.
        self._parts.append(f"<{tag}{said}>{inner}</{tag}>" if inner else f"<{tag}{said}/>")

    def rect(self, x: float, y: float, w: float, h: float, *, fill: str, **more: Any) -> None:
        """Nothing is drawn of a rectangle without area."""
        if w > 0 and h > 0:
            self.add("rect", x=float(x), y=float(y), width=float(w), height=float(h), fill=fill, **more)

    def line(self, x1: float, y1: float, x2: float, y2: float, *, stroke: str, **more: Any) -> None:
        self.add("line", x1=float(x1), y1=float(y1), x2=float(x2), y2=float(y2), stroke=stroke, **more)

    def text(self, x: float, y: float, said: str, *, anchor: str = "start", **more: Any) -> None:
        kept = None if anchor == "start" else anchor
        self.add("text", text=said, x=float(x), y=float(y), text_anchor=kept, **more)

    def path(self, d: str, **more: Any) -> None:
        if d:
            self.add("path", d=d, **more)

    def markup(self) -> Markup:
        title, desc, css = self._head
        size = (number(self.width), number(self.height))
        fixed = Markup(' width="{}" height="{}"').format(*size) if "ch-fix" in css else ""
        stretched = Markup(' preserveAspectRatio="none"') if "strip" in css else ""
        opening = Markup('<svg class="{}" viewBox="0 0 {} {}"{}{} role="img"><title>{}</title>{}').format(
            f"ch {css}".strip(),
            *size,
            fixed,
            stretched,
            title,
            Markup("<desc>{}</desc>").format(desc) if desc else "",
        )
        return Markup(f"{opening}{''.join(self._parts)}</svg>")  # noqa: S704  # see add


def _attribute(name: str, value: object) -> str:
    """`class_` is class, `stroke_width` stroke-width; a float is a coordinate."""
    if isinstance(value, float):
        return f'{_named(name)}{number(value)}"'
    return _written(name, str(value))


@lru_cache(1024)
def _named(name: str) -> str:
    return f' {name.rstrip("_").replace("_", "-")}="'


@lru_cache(4096)
def _written(name: str, value: str) -> str:
    return f'{_named(name)}{escape(value)}"'


class Scale:
    """Values onto a stretch of the drawing; a value beyond it stays at its edge."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._span = low, (high - low) or 1.0
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = min(1.0, max(0.0, (value - self._low) / self._span))
        return self._start + share * (self._end - self._start)


def nice_step(span: float, most: int = 5) -> float:
    """The distance of at most so many ticks: 1, 2, 2.5 or 5 times a power of ten."""
    if span <= 0:
        return 1.0
    rough = span / most
    power = float(10.0 ** math.floor(math.log10(rough)))
    return next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= rough * 0.999999)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round values from at or below `low` to at or above `high`."""
    step = nice_step(high - low, most)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [n * step for n in range(first, max(last, first + 1) + 1)]


def digits_of(step: float) -> int:
    """How many decimals a tick of this step needs."""
    exponent = Decimal(repr(step)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The stretches between gaps: a gap is never joined."""
    found: list[list[tuple[float, float]]] = []
    fresh = True
    for point in points:
        if point is None:
            fresh = True
            continue
        if fresh:
            found.append([])
            fresh = False
        found[-1].append(point)
    return found


def polyline(points: Sequence[tuple[float, float] | None]) -> str:
    """A line through the points, open where one is missing; a lone point is a dot of a line cap."""
    parts = []
    for run in runs(points):
        (x, y), *rest = run
        parts.append(f"M{number(x)},{number(y)}" + "".join(f"L{number(a)},{number(b)}" for a, b in rest))
        if not rest:
            parts.append("h0")
    return "".join(parts)


def steps(edges: Sequence[float], heights: Sequence[float | None], base: float) -> str:
    """A stepped area over `base`: height n lasts from edge n to edge n + 1; open where None."""
    parts: list[str] = []
    open_run = False
    for (left, right), top in zip(pairwise(edges), heights, strict=True):
        if top is None:
            parts.append(f"V{number(base)}Z" if open_run else "")
            open_run = False
            continue
        parts.append(f"V{number(top)}" if open_run else f"M{number(left)},{number(base)}V{number(top)}")
        parts.append(f"H{number(right)}")
        open_run = True
    return "".join(parts) + (f"V{number(base)}Z" if open_run else "")
