"""How do several sites stand beside each other, day by day, on one scale?"""

from collections.abc import Callable, Sequence
from datetime import date

from markupsafe import Markup

from osos.portal.screens.compare.view import DayOfSite, Site
from osos.web import Formats
from osos.web.svg.drawing import NARROW, WIDE, Drawing, Scale, colour, digits_of, ticks

_HEIGHT, _NAME, _LEFT, _FOOT = 84, 20, 52, 20


def beside(
    sites: Sequence[Site],
    shown: Sequence[date],
    *,
    f: Formats,
    t: Callable[..., str],
    title: str,
    wide: bool = True,
) -> Markup:
    """A row of columns a site, all as high as the greatest day of any of them asks for."""
    width = WIDE if wide else NARROW
    drawing = Drawing(width, len(sites) * (_HEIGHT + _NAME) + _FOOT, title=title)
    most = max((day.wh or 0 for one in sites for day in one.days.values()), default=0)
    marks = ticks(0, max(most / 1000, 0.001), 2)
    step = (width - _LEFT - 4) / len(shown)
    for place, one in enumerate(sites):
        top = place * (_HEIGHT + _NAME) + _NAME
        base = top + _HEIGHT - 6
        scale = Scale(0, marks[-1] * 1000, base, top + 4)
        name = one.point.place.title or t("portal.untitled")
        drawing.text(0, top - 6, name if wide else name[:44], class_="b")
        for mark in marks:
            y = scale(mark * 1000)
            drawing.line(_LEFT, y, width, y, stroke=colour("rule2"))
            drawing.text(_LEFT - 6, y + 4, f.number(mark, digits_of(marks[1])), anchor="end", class_="s")
        for number, day in enumerate(shown):
            _day(drawing, one.days.get(day), (_LEFT + number * step, step), scale, f, t, day)
    for number, day in enumerate(shown):
        if day.day == 1 or day.day % 5 == 0:
            x = _LEFT + (number + 0.5) * step
            drawing.text(x, drawing.height - 6, str(day.day), anchor="middle", class_="hd")
    return drawing.markup()


def _day(  # noqa: PLR0917  # what one column is drawn from
    drawing: Drawing,
    of: DayOfSite | None,
    across: tuple[float, float],
    scale: Scale,
    f: Formats,
    t: Callable[..., str],
    day: date,
) -> None:
    x, width = across[0] + across[1] * 0.15, across[1] * 0.7
    if of is None:
        return  # not due yet: blank
    bottom = scale(0)
    if of.wh is None:
        tip = f"{f.near_day(day)} · {t('quality.missing')}"
        drawing.rect(x, bottom - 18, width, 18, fill="url(#gap)", stroke=colour("ghost"), tip=tip)
        return
    said = t("quality.estimated") if of.estimated else t("portal.partly") if of.missing else ""
    tip = " · ".join(part for part in (f.near_day(day), f.kwh(of.wh), said) if part)
    top = scale(of.wh)
    drawing.rect(x, top, width, max(bottom - top, 0.5), fill=colour("imp"), tip=tip)
    if of.estimated:
        drawing.rect(x, top, width, bottom - top, fill="url(#hatch)")
    if of.missing:
        drawing.text(x + width / 2, top - 2, "╱", anchor="middle", class_="s")
