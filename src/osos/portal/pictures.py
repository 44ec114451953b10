"""How do a point's figures become pictures that need no script? Each is drawn wide and narrow."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from osos.mdm.derive.forecasting import DayType, day_type
from osos.mdm.derive.tariffs import Band
from osos.mdm.faces import Series
from osos.mdm.faces.day_grids import DayGrid
from osos.portal.slots import BandSpan, DayUse, band_spans
from osos.portal.times import day_of_instant
from osos.quantities import Quality, to_local
from osos.web import Formats
from osos.web.svg import (
    Bar,
    Cell,
    HeatRow,
    Part,
    completeness_strip,
    day_ribbon,
    heat_map,
    stacked_bars,
)

Say = Callable[..., str]
RATES = (Band.T1, Band.T2, Band.T3)


@dataclass(frozen=True, slots=True)
class Picture:
    """One chart at its two widths."""

    wide: Markup
    narrow: Markup


def both(draw: Callable[..., Markup], *args: object, **facts: object) -> Picture:
    return Picture(draw(*args, **facts, wide=True), draw(*args, **facts, wide=False))


def ribbon(
    grid: DayGrid, before: DayGrid | None, *, now: datetime | None, f: Formats, t: Say, title: str
) -> Picture:
    """One day's power over its tariff bands; `now` where it is today."""
    hour = None if now is None else _hour(now)
    return both(
        day_ribbon,
        grid.watts,
        bands=[(span.start, span.end, span.hue, _band_label(span, t)) for span in band_spans(grid.day)],
        f=f,
        title=title,
        now_hour=hour,
        before=() if before is None else before.watts,
        estimated=[each is Quality.ESTIMATED for each in grid.quality],
    )


def _hour(now: datetime) -> float:
    local = to_local(now)
    return local.hour + local.minute / 60


def _band_label(span: BandSpan, t: Say) -> str:
    return f"{span.band.name} · {t(f'tariff.{span.band.name}')}"


def daily_bars(  # what a day is drawn from, in the order of the legend
    days: Sequence[date],
    uses: Mapping[date, DayUse],
    known: Mapping[date, float],
    year_before: Mapping[date, int],
    *,
    today: date,
    f: Formats,
    t: Say,
    title: str,
) -> Picture:
    """Each day by tariff; `known` is the share of its due minutes that are known."""
    bars = [_bar(day, uses.get(day), known.get(day), year_before.get(day), today, f, t) for day in days]
    return both(stacked_bars, bars, f=f, title=title)


def _bar(  # noqa: PLR0917  # as above, of one day
    day: date,
    use: DayUse | None,
    known: float | None,
    before: int | None,
    today: date,
    f: Formats,
    t: Say,
) -> Bar:
    state = "not_due" if day > today or known is None else "known" if use is not None and known else "missing"
    estimated = use is not None and any(use.estimated.values())
    total = use.total if use is not None else 0
    return Bar(
        label=str(day.day),
        sub=f.weekday(day),
        parts=() if use is None or state != "known" else _parts(use),
        before=before,
        state=state,  # type: ignore[arg-type]  # one of the three words
        rest=day_type(day) is not DayType.WEEKDAY,
        strong=day == today,
        mark=t("portal.estimated_short") if estimated else "╱" if known is not None and 0 < known < 1 else "",
        tip=f"{f.near_day(day)} · {f.kwh(total) if state == 'known' else t(f'quality.{state}')}",
    )


def _parts(use: DayUse) -> tuple[Part, ...]:
    return tuple(
        Part(hue=band.name.lower(), value=use.wh.get(band, 0), estimated=use.estimated.get(band, 0))
        for band in reversed(RATES)  # night at the bottom: it is there every day
    )


def heat(grids: Mapping[date, DayGrid], *, today: date, f: Formats, title: str, desc: str = "") -> Picture:
    """A row a day, a cell a quarter hour."""
    rows = [
        HeatRow(
            label=f"{day.day} {f.weekday(day)}",
            values=grid.watts,
            quality=[_word(each) for each in grid.quality],
            strong=day == today,
            rest=day_type(day) is not DayType.WEEKDAY,
        )
        for day, grid in grids.items()
    ]
    last = max(grids, default=today)
    spans = [(span.start, span.end, span.hue) for span in band_spans(last)]
    return both(heat_map, rows, title=title, desc=desc, bands=spans, low=0.0)


def _word(quality: Quality | None) -> str:
    if quality is None:
        return "not_due"
    return "" if quality is Quality.MEASURED else quality.name.lower()


def strip_of_days(series: Series, days: Sequence[date], *, f: Formats, t: Say, title: str) -> Picture:
    """A cell a day: complete, estimated, partly there, missing, not due."""
    states = {
        day_of_instant(at): _state({q: int(series.minutes[q][n]) for q in Quality})
        for n, at in enumerate(series.starts)
    }
    cells = [
        Cell(
            state=state,
            share=share,
            tip=f"{f.near_day(day)} · {t(_STATE_WORDS.get(state, f'quality.{state}'))}",
        )
        for day in days
        for state, share in [states.get(day, ("not_due", 1.0))]
    ]
    return both(completeness_strip, cells, title=title)


_STATE_WORDS = {"partly": "portal.partly"}


def _state(minutes: Mapping[Quality, int]) -> tuple[str, float]:
    due = sum(minutes.values())
    known = due - minutes[Quality.MISSING]
    if not due:
        return "not_due", 1.0
    if not known:
        return "missing", 0.0
    for quality in (Quality.SUSPECT, Quality.ESTIMATED, Quality.EDITED):
        if minutes[quality]:
            return quality.name.lower(), known / due
    return ("measured" if known == due else "partly"), known / due
