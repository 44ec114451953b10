"""Is it complete? A cell a day, or a thin line of a district's last 24 hours."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from osos.web.svg.drawing import NARROW, Drawing, colour, number
from osos.web.svg.heat_map import LEVELS, level_of

FILLS = {"measured": "ok", "edited": "info", "suspect": "warn", "estimated": "t1", "partly": "warn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A day's (or slot's) state: measured, edited, estimated, suspect, partly, missing, not_due."""

    state: str
    tip: str = ""
    share: float = 1.0  # how much of it is there; the rest stays pale


def completeness_strip(cells: Sequence[Cell], *, title: str, desc: str = "", wide: bool = True) -> Markup:
    """Full is complete, hatched estimated, diagonal missing, outlined not yet due: told by shape as well."""
    width, height = (420 if wide else NARROW - 20), 20
    drawing = Drawing(width, height, title=title, desc=desc)
    step = width / max(1, len(cells))
    gap = min(3.0, step * 0.16)
    for place, cell in enumerate(cells):
        _cell(drawing, cell, place * step, step - gap, height)
    return drawing.markup()


def _cell(drawing: Drawing, cell: Cell, x: float, width: float, height: float) -> None:
    if cell.state in {"missing", "not_due"}:
        fill = "url(#gap)" if cell.state == "missing" else "none"
        drawing.rect(
            x + 0.5,
            0.5,
            width - 1,
            height - 1,
            fill=fill,
            stroke=colour("ghost"),
            stroke_dasharray="2 2",
            tip=cell.tip,
        )
        return
    hue = FILLS.get(cell.state, "ok")
    full = width * min(1.0, max(0.0, cell.share))
    drawing.rect(x, 0, width, height, fill=colour("rule"), rx=1.5)
    drawing.rect(x, 0, full, height, fill=colour(hue), rx=1.5, tip=cell.tip)
    if cell.state in {"estimated", "suspect", "partly"}:
        drawing.rect(x, 0, full, height, fill="url(#hatch)")


def district_strip(
    shares: Sequence[float | None],
    *,
    title: str,
    desc: str = "",
    low: float = 0.8,
    high: float = 1.0,
    wide: bool = True,
) -> Markup:
    """The share read in each quarter hour of 24 h, from bad to calm; failures stand out, not successes."""
    width, height = (360 if wide else 180), 18
    drawing = Drawing(width, height, title=title, desc=desc, css="strip")
    step = width / max(1, len(shares))
    paths: dict[str, list[str]] = {}
    for place, share in enumerate(shares):
        level = level_of(share, low, high)
        fill = "url(#gap)" if level is None else colour(f"s{level}")
        paths.setdefault(fill, []).append(
            f"M{number(place * step)},0h{number(step)}v{height}h{number(-step)}z"
        )
    for fill, cells in paths.items():
        drawing.path("".join(cells), fill=fill)
    return drawing.markup()


def ramp_key(family: str, *, title: str) -> Markup:
    """The colours of a heat map or strip, from low to high."""
    drawing = Drawing(108, 9, title=title, css="ch-fix ramp")
    for level in range(LEVELS):
        drawing.rect(level * 12, 0, 12, 9, fill=colour(f"{family}{level}"))
    return drawing.markup()
