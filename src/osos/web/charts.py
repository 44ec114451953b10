"""What does the interactive chart (static/chart.js) get to draw?

Whole numbers, times as differences, only what is not `measured` marked: a month of quarter hours of
three quantities is some 20 KB packed. The script formats and draws; it never calculates energy but by
adding what it was given.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby, pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from babel.dates import get_day_names, get_month_names
from markupsafe import Markup

from osos.quantities import Quality, to_local
from osos.web.formats import LOCALES

SECONDS_A_DAY = 86400
WIDTHS: tuple[Literal["wide", "abbreviated"], ...] = ("wide", "abbreviated")
Instants = Sequence[datetime] | npt.NDArray[np.datetime64]  # aware, or UTC as arrays hold them
# Read to the listener and written on the chart; the script asks for them by the last word.
WORDS = (
    "no_data",
    "sum",
    "mean",
    "greatest",
    "estimated_share",
    "hint",
    "table_time",
    "table_end",
    "table_quality",
    "table_tariff",
    "show_table",
    "hide_table",
    "zoomed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One quantity: `values ÷ 10**decimals`, None where it is not known; a gap stays open."""

    label: str
    hue: str  # a colour token: imp, exp, ind, cap, ink2 …
    values: Sequence[int | None]
    decimals: int = 3
    shown_digits: int = 1
    dash: Sequence[int] = ()
    stepped: bool = False  # energy and power hold from the interval's start to its end
    filled: bool = False
    down: bool = False  # export is drawn below zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Pane:
    """One plot of the linked stack: one unit, one axis."""

    title: str
    unit: str
    lines: Sequence[Line]
    note: str = ""
    from_zero: bool = True
    height: int = 150
    sum_unit: str = ""  # what the mean power of intervals adds up to: kWh for kW
    marked: bool = True  # the marks of quality speak of energies; a voltage is never estimated


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """The tariff of each minute of a local day, valid from an instant on (the meter's own calendar)."""

    since: datetime
    cuts: Sequence[tuple[int, int, str]]  # from minute, to minute, tariff hue: (360, 1020, "t1")


def chart_data(
    *,
    t: Callable[..., str],
    language: str,
    starts: Instants,
    ends: Instants,
    panes: Sequence[Pane],
    quality: Sequence[Quality] = (),
    bands: Sequence[Bands] = (),
) -> Markup:
    """The content of the chart's `<script type="application/json">`."""
    facts = {
        "language": language,
        "t": _deltas(_seconds(starts)),
        "end": int(_seconds(ends[-1:])[0]) if len(ends) else 0,
        "panes": [_pane(pane) for pane in panes],
        "quality": _runs(quality),
        "bands": [[int(each.since.timestamp()), [list(cut) for cut in each.cuts]] for each in bands],
        "words": _words(t),
        "names": _names(language),
    }
    return in_script(facts)


def in_script(facts: object) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704  # every sign that HTML would read is escaped above


def tariff_at(bands: Sequence[Bands], instant: datetime) -> str | None:
    """The tariff of an instant; None before the first calendar."""
    valid = [each for each in bands if each.since <= instant]
    local = to_local(instant)
    minute = local.hour * 60 + local.minute
    cuts = max(valid, key=lambda each: each.since).cuts if valid else ()
    return next((hue for start, end, hue in cuts if start <= minute < end), None)


def _seconds(of: Instants) -> npt.NDArray[np.int64]:
    if isinstance(of, np.ndarray):
        return of.astype("datetime64[s]").astype(np.int64)
    return np.array([int(each.timestamp()) for each in of], dtype=np.int64)


def _deltas(seconds: npt.NDArray[np.int64]) -> list[Any]:
    """[first, [length, how many], …]: equal steps are told once."""
    if not seconds.size:
        return []
    steps = np.diff(seconds)
    edges = [0, *(np.flatnonzero(np.diff(steps)) + 1).tolist(), steps.size]
    return [int(seconds[0]), *([int(steps[one]), end - one] for one, end in pairwise(edges) if one < end)]


def _pane(pane: Pane) -> dict[str, Any]:
    return {
        "title": pane.title,
        "unit": pane.unit,
        "note": pane.note,
        "zero": pane.from_zero,
        "height": pane.height,
        "sum": pane.sum_unit,
        "marked": pane.marked,
        "lines": [_line(line) for line in pane.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "label": line.label,
        "hue": line.hue,
        "values": list(line.values),
        "decimals": line.decimals,
        "digits": line.shown_digits,
        "dash": list(line.dash),
        "stepped": line.stepped,
        "filled": line.filled,
        "down": line.down,
    }


def _runs(quality: Sequence[Quality]) -> list[list[Any]]:
    """[first place, how many, id] of all that is not measured."""
    found: list[list[Any]] = []
    place = 0
    for each, group in groupby(quality):
        count = len(list(group))
        if each is not Quality.MEASURED:
            found.append([place, count, each.name.lower()])
        place += count
    return found


def _words(t: Callable[..., str]) -> Mapping[str, str]:
    said = {name: t(f"chart.{name}") for name in WORDS}
    said |= {f"quality.{each.name.lower()}": t(f"quality.{each.name.lower()}") for each in Quality}
    return said | {f"tariff.t{n}": t(f"tariff.T{n}") for n in (1, 2, 3, 4)}


@cache
def _names(language: str) -> Mapping[str, Sequence[str]]:
    """Of months and, from Sunday on, of weekdays: the browser's own come late on a slow machine."""
    locale = LOCALES[language]
    months, short_months = (get_month_names(width, locale=locale) for width in WIDTHS)
    days, short_days = (get_day_names(width, locale=locale) for width in WIDTHS)
    week = (6, 0, 1, 2, 3, 4, 5)  # Babel's starts on Monday
    return {
        "months": [months[n] for n in range(1, 13)],
        "short_months": [short_months[n] for n in range(1, 13)],
        "weekdays": [days[n] for n in week],
        "short_weekdays": [short_days[n] for n in week],
    }
